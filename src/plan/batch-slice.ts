import type { PacketBatch } from '../formats/batch.js';

/** Packets `from` to `to` (exclusive) of a batch, as a batch of their own over the same buffer. Holds as long as the batch. */
export function sliceBatch(batch: PacketBatch, from: number, to: number): PacketBatch {
  if (from === 0 && to === batch.count) return batch;
  const exactTimes: PacketBatch['exactTimes'] = new Map();
  for (const [row, time] of batch.exactTimes) if (row >= from && row < to) exactTimes.set(row - from, time);
  const last = to === batch.count;
  return {
    count: to - from,
    bytes: batch.bytes,
    position: batch.position,
    start: batch.start.subarray(from, to),
    length: batch.length.subarray(from, to),
    originalLength: batch.originalLength.subarray(from, to),
    recordStart: batch.recordStart.subarray(from, to),
    recordLength: batch.recordLength.subarray(from, to),
    seconds: batch.seconds.subarray(from, to),
    nanoseconds: batch.nanoseconds.subarray(from, to),
    interface: batch.interface.subarray(from, to),
    number: batch.number.subarray(from, to),
    flags: batch.flags.subarray(from, to),
    exactTimes,
    blocks: batch.blocks
      .filter(({ before }) => before >= from && (before < to || (last && before === to)))
      .map((block) => ({ ...block, before: block.before - from })),
  };
}
