import type { PacketBatch } from '../formats/batch.js';
import type { ChunkedOutput } from './output.js';
import type { Keep } from './sink.js';

/**
 * Copies the records of rows `[from, to)` that are kept, byte for byte. Records that stand one behind the other go in one copy, a whole batch often
 * in a single one. Returns how many were copied.
 */
export function copyRecords(output: ChunkedOutput, batch: PacketBatch, keep: Keep, from: number, to: number): number {
  const { bytes, recordStart, recordLength } = batch;
  let copied = 0;
  let runStart = 0;
  let runEnd = 0;
  for (let row = from; row < to; row++) {
    if (keep !== null && keep[row] === 0) continue;
    const start = recordStart[row];
    copied++;
    if (start !== runEnd) {
      if (runEnd > runStart) output.put(bytes, runStart, runEnd);
      runStart = start;
    }
    runEnd = start + recordLength[row];
  }
  if (runEnd > runStart) output.put(bytes, runStart, runEnd);
  return copied;
}
