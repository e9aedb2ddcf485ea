import type { RunOptions } from '../progress.js';
import { type Bitmap, countBits, isSet } from '../table/bitmap.js';
import { segmentRows } from '../table/packet-table.js';
import { fetchPlaced } from './fetch-rows.js';
import { createFlowMemory } from './flow-memory.js';
import { loadDecoders, type Packet, packetOf } from './packet.js';
import type { Selection } from './selection.js';
import type { PlacedRow } from './selection-order.js';
import type { SourceFile } from './source-file.js';
import type { StreamStage } from './stages.js';
import { streamBatches } from './stream.js';

/** Packets by their numbers in one file, both ends included. */
export interface NumberRange {
  /** 1-based ordinal of the file among those that are loaded. */
  file: number;
  from: number;
  to: number;
}

/** Packets of some ranges, in the order in which they were asked for. */
export interface NumberedPackets {
  packets: Packet[];
  /** Further packets of the ranges that the handle has, left out by the limit. */
  more: number;
  /** Ranges of which it has none. */
  missing: NumberRange[];
}

/** What was found of each range: its first packets, and how many there are. */
type Found = { packets: Packet[]; count: number }[];

function answer(ranges: readonly NumberRange[], found: Found, limit: number): NumberedPackets {
  const total = found.reduce((sum, { count }) => sum + count, 0);
  const packets = found.flatMap((one) => one.packets).slice(0, limit);
  return { packets, more: total - packets.length, missing: ranges.filter((_, i) => found[i].count === 0) };
}

/** Looked up in tables: only the packets that are answered are read. */
export async function numberedOfSelection(
  selection: Selection,
  ranges: readonly NumberRange[],
  limit: number,
): Promise<NumberedPackets> {
  await loadDecoders();
  let left = limit;
  const found = ranges.map((range) => {
    const { placed, count } = rowsOfRange(selection, range, left);
    left -= placed.length;
    return { packets: [...fetchPlaced(selection, placed)], count };
  });
  return answer(ranges, found, limit);
}

/** The first `most` rows of a range that are selected, and how many there are in all. */
function rowsOfRange(
  selection: Selection,
  { file, from, to }: NumberRange,
  most: number,
): { placed: PlacedRow[]; count: number } {
  const placed: PlacedRow[] = [];
  const source = file - 1;
  let count = 0;
  selection[source]?.table.segments.forEach((one, segment) => {
    const { table, bitmaps } = selection[source];
    const before = table.firstRows[segment] + 1;
    const bitmap = bitmaps[segment];
    const end = Math.min(to - before + 1, segmentRows(one));
    let row = Math.max(from - before, 0);
    for (; row < end && placed.length < most; row++) {
      if (bitmap !== null && !isSet(bitmap, row)) continue;
      count++;
      placed.push({ source, segment, row });
    }
    if (row < end) count += bitmap === null ? end - row : countBetween(bitmap, row, end);
  });
  return { placed, count };
}

/** Selected rows from `from` to `end`, exclusive: whole words at once. */
function countBetween(bitmap: Bitmap, from: number, end: number): number {
  let count = 0;
  let row = from;
  for (; row < end && (row & 31) !== 0; row++) if (isSet(bitmap, row)) count++;
  const words = end >>> 5;
  if (row >>> 5 < words) {
    count += countBits(bitmap.subarray(row >>> 5, words));
    row = words * 32;
  }
  for (; row < end; row++) if (isSet(bitmap, row)) count++;
  return count;
}

/** Found in one pass, which ends behind the last packet that is asked for. */
export async function numberedOfStream(
  sources: readonly SourceFile[],
  stages: readonly StreamStage[],
  ranges: readonly NumberRange[],
  { limit, ...options }: RunOptions & { limit: number },
): Promise<NumberedPackets> {
  await loadDecoders();
  const found: Found = ranges.map(() => ({ packets: [], count: 0 }));
  const memory = createFlowMemory();
  const ends = new Map<number, number>();
  for (const { file, to } of ranges) ends.set(file, Math.max(to, ends.get(file) ?? 0));
  for await (const { batch, keep, source, ordinal } of streamBatches(sources, stages, options)) {
    if (batch.count === 0) continue;
    const first = batch.number[0];
    const last = batch.number[batch.count - 1];
    ranges.forEach(({ file, from, to }, r) => {
      if (file !== ordinal + 1) return;
      const { packets } = found[r];
      for (let number = Math.max(from, first); number <= Math.min(to, last); number++) {
        const i = number - first;
        if (keep !== null && keep[i] === 0) continue;
        found[r].count++;
        if (packets.length < limit)
          packets.push(packetOf(batch, i, source, ordinal, memory.applicationOf(batch, i, source)));
      }
    });
    memory.pass(batch, source);
    if (last >= (ends.get(ordinal + 1) ?? 0)) ends.delete(ordinal + 1);
    if (ends.size === 0) break;
  }
  return answer(ranges, found, limit);
}
