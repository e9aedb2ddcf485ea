import type { CaptureDescription, Damage } from '../formats/model.js';
import type { Segment } from './columns.js';
import type { Encapsulation } from './encapsulation.js';
import type { AddressColumns, FlowColumns } from './flow-columns.js';
import { allocateFlows } from './flow-columns.js';

/**
 * The packet table of one source file. While it is built its segments grow; `rows` tells how far a reader may look. Row r (0-based over the file) is packet
 * number r + 1. Flows, addresses and encapsulations are there when `done`.
 */
export interface PacketTable {
  readonly segments: Segment[];
  /** Row of each segment's first packet. */
  readonly firstRows: number[];
  done: boolean;
  description: CaptureDescription;
  damage: Damage[];
  encapsulations: Encapsulation[];
  flows: FlowColumns;
  addresses: AddressColumns;
}

/** Rows published in a segment. */
export function segmentRows(segment: Segment): number {
  return Atomics.load(segment.count, 0);
}

export function tableRows(table: Pick<PacketTable, 'segments'>): number {
  let rows = 0;
  for (const segment of table.segments) rows += segmentRows(segment);
  return rows;
}

/** The segment that holds a row, and its place there; null beyond the last row. */
export function findRow(
  table: Pick<PacketTable, 'segments' | 'firstRows'>,
  row: number,
): { segment: Segment; ordinal: number; at: number } | null {
  let low = 0;
  let high = table.segments.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (table.firstRows[middle] <= row) low = middle;
    else high = middle - 1;
  }
  const segment = table.segments[low];
  if (segment === undefined) return null;
  const at = row - table.firstRows[low];
  return at >= 0 && at < segmentRows(segment) ? { segment, ordinal: low, at } : null;
}

/** Bytes of the buffers that a table holds, as `set memory` counts. */
export function tableBytes(table: PacketTable): number {
  let bytes = table.flows.bytes.buffer.byteLength + table.addresses.words.byteLength;
  for (const segment of table.segments) bytes += segment.buffer.byteLength;
  return bytes;
}

/** A table whose index pass begins. */
export function emptyTable(description: CaptureDescription): PacketTable {
  return {
    segments: [],
    firstRows: [],
    done: false,
    description,
    damage: [],
    encapsulations: [],
    flows: allocateFlows(0),
    addresses: { count: 0, words: new Uint32Array(0) },
  };
}

/** Makes `table` what its finished index pass found. */
export function completeTable(
  table: PacketTable,
  segments: PacketTable['segments'],
  outcome: Omit<PacketTable, 'segments' | 'firstRows' | 'done'>,
): void {
  table.segments.splice(0, table.segments.length, ...segments);
  let row = 0;
  for (const segment of segments) {
    table.firstRows.push(row);
    row += Atomics.load(segment.count, 0);
  }
  const { description, damage, encapsulations, flows, addresses } = outcome;
  Object.assign(table, { description, damage, encapsulations, flows, addresses, done: true });
}
