import type { PacketBatch } from '../formats/batch.js';
import { fetchRecords, type WantedRecords } from '../formats/fetch.js';
import type { PacketTable } from '../table/packet-table.js';
import { applicationOfRow } from './flow-memory.js';
import { type Packet, packetOf } from './packet.js';
import type { Selection } from './selection.js';
import type { PlacedRow } from './selection-order.js';
import type { SourceFile } from './source-file.js';

/** Reads the bytes of some rows of a segment (ascending), in batches whose numbers are the packets' own. */
export function fetchRows(
  source: SourceFile,
  table: PacketTable,
  ordinal: number,
  rows: ArrayLike<number>,
): Generator<PacketBatch> {
  const segment = table.segments[ordinal];
  const firstNumber = table.firstRows[ordinal] + 1;
  const count = rows.length;
  const pick = (column: ArrayLike<number>): Float64Array => {
    const picked = new Float64Array(count);
    for (let i = 0; i < count; i++) picked[i] = column[rows[i]];
    return picked;
  };
  const numbers = new Float64Array(count);
  for (let i = 0; i < count; i++) numbers[i] = firstNumber + rows[i];
  const wanted: WantedRecords = {
    count,
    offsets: pick(segment.offset),
    numbers,
    lengths: pick(segment.length),
    seconds: pick(segment.seconds),
    nanoseconds: pick(segment.nanoseconds),
  };
  return fetchRecords(source.bytes, source.description, wanted);
}

/** The packets of some rows, in the order in which they are given. Neighbours in one segment are read together. */
export function* fetchPlaced(selection: Selection, placed: readonly PlacedRow[]): Generator<Packet> {
  for (let from = 0; from < placed.length; ) {
    const { source: ordinal, segment } = placed[from];
    let to = from + 1;
    while (to < placed.length && placed[to].source === ordinal && placed[to].segment === segment) to++;
    const { source, table } = selection[ordinal];
    const rows = placed.slice(from, to).map(({ row }) => row);
    for (const batch of fetchRows(source, table, segment, rows)) {
      for (let i = 0; i < batch.count; i++) {
        const row = batch.number[i] - 1 - table.firstRows[segment];
        yield packetOf(batch, i, source, ordinal, applicationOfRow(table, segment, row));
      }
    }
    from = to;
  }
}
