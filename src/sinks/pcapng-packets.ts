import { PcapshError } from '../errors.js';
import { type PacketBatch, TIME_EXACT } from '../formats/batch.js';
import { BlockType } from '../formats/pcapng/block.js';
import { ticksOf } from '../formats/pcapng/timestamp.js';
import { copyableBlock, holdsNotCopied, PACKET_BLOCK_FIXED } from './block-options.js';
import { type LossTally, UNTIMED } from './losses.js';
import type { ChunkedOutput } from './output.js';
import { swapBlock } from './pcapng-swap.js';
import type { Keep, SinkSource } from './sink.js';

/** Encodes kept packets of a pcap as enhanced packet blocks of interface `id`. Returns how many. */
export function encodePackets(
  output: ChunkedOutput,
  batch: PacketBatch,
  keep: Keep,
  id: number,
  nanosecondUnits: boolean,
  little: boolean,
): number {
  const { count, bytes, start, length, originalLength, seconds, nanoseconds, flags } = batch;
  const { view } = output;
  let encoded = 0;
  for (let row = 0; row < count; row++) {
    if (keep !== null && keep[row] === 0) continue;
    const captured = length[row];
    const padding = -captured & 3;
    let high: number;
    let low: number;
    if (flags[row] & TIME_EXACT) {
      ({ high, low } = ticksOf(batch.exactTimes.get(row) ?? 0n, nanosecondUnits ? 9 : 6, 0n));
    } else if (nanosecondUnits) {
      // 64-bit seconds * 10^9 in two exact doubles: the upper and the lower 16 bits of the seconds.
      const upper = (seconds[row] >>> 16) * 1_000_000_000;
      const lower = (upper % 65536) * 65536 + (seconds[row] & 0xffff) * 1_000_000_000 + nanoseconds[row];
      high = Math.floor(upper / 65536) + Math.floor(lower / 4294967296);
      low = lower % 4294967296;
    } else {
      const ticks = seconds[row] * 1_000_000 + ((nanoseconds[row] / 1000) >>> 0);
      high = Math.floor(ticks / 4294967296);
      low = ticks % 4294967296;
    }
    const at = output.reserve(28);
    view.setUint32(at, BlockType.enhancedPacket, little);
    view.setUint32(at + 4, PACKET_BLOCK_FIXED + captured + padding, little);
    view.setUint32(at + 8, id, little);
    view.setUint32(at + 12, high, little);
    view.setUint32(at + 16, low, little);
    view.setUint32(at + 20, captured, little);
    view.setUint32(at + 24, originalLength[row], little);
    output.put(bytes, start[row], start[row] + captured);
    const end = output.reserve(4 + padding);
    if (padding > 0) output.bytes.fill(0, end, end + padding);
    view.setUint32(end + padding, PACKET_BLOCK_FIXED + captured + padding, little);
    encoded++;
  }
  return encoded;
}

/** What renumbering packets of a pcapng needs to know. */
export interface Renumbering {
  output: ChunkedOutput;
  source: SinkSource;
  /** Id of the source's interface 0 in the output; the others follow it. */
  firstInterface: number;
  /** Byte order of the output. */
  little: boolean;
  tally: LossTally;
}

/** Writes kept packets of a pcapng under their new interface ids, in the output's byte order. Returns how many. */
export function renumberPackets(to: Renumbering, batch: PacketBatch, keep: Keep): number {
  const { output, source, firstInterface, little, tally } = to;
  const { interfaces, sections } = source.description;
  let written = 0;
  for (let row = 0; row < batch.count; row++) {
    if (keep !== null && keep[row] === 0) continue;
    written++;
    const id = firstInterface + batch.interface[row];
    const { byteOrder } = sections[interfaces[batch.interface[row]].section];
    const sourceLittle = byteOrder === 'little';
    let { bytes } = batch;
    let start = batch.recordStart[row];
    let end = start + batch.recordLength[row];
    const type = bytes[start + (sourceLittle ? 0 : 3)];
    if (type === BlockType.simplePacket && id !== 0) {
      encodeUntimed(to, batch, row, id);
      continue;
    }
    const options = start + PACKET_BLOCK_FIXED - 4 + ((batch.length[row] + 3) & ~3);
    if (holdsNotCopied(bytes, options, end - 4, sourceLittle)) {
      bytes = copyableBlock(bytes.subarray(start, end), type, byteOrder, tally);
      start = 0;
      end = bytes.length;
    }
    if (sourceLittle !== little) {
      bytes = swapBlock(bytes.subarray(start, end), type, byteOrder, tally)!;
      start = 0;
      end = bytes.length;
    }
    if (type === BlockType.simplePacket) {
      output.put(bytes, start, end);
      continue;
    }
    output.put(bytes, start, start + 8);
    putInterface(output, id, type, little);
    output.put(bytes, start + (type === BlockType.packet ? 10 : 12), end);
  }
  return written;
}

/** The interface id of a packet block: 32 bits, 16 in the obsolete one. */
function putInterface(output: ChunkedOutput, id: number, type: number, little: boolean): void {
  if (type === BlockType.enhancedPacket) {
    output.view.setUint32(output.reserve(4), id, little);
    return;
  }
  if (id > 0xffff) {
    throw new PcapshError(
      'write.interfaces',
      `an obsolete packet block cannot name interface ${id}, 65535 is the last`,
    );
  }
  output.view.setUint16(output.reserve(2), id, little);
}

/** A simple packet block belongs to interface 0; renumbered, it becomes an enhanced one with time 0. */
function encodeUntimed({ output, little, tally }: Renumbering, batch: PacketBatch, row: number, id: number): void {
  const captured = batch.length[row];
  const padding = -captured & 3;
  const total = PACKET_BLOCK_FIXED + captured + padding;
  const at = output.reserve(28);
  const words = [BlockType.enhancedPacket, total, id, 0, 0, captured, batch.originalLength[row]];
  words.forEach((word, index) => {
    output.view.setUint32(at + 4 * index, word, little);
  });
  output.put(batch.bytes, batch.start[row], batch.start[row] + captured);
  const end = output.reserve(4 + padding);
  output.bytes.fill(0, end, end + padding);
  output.view.setUint32(end + padding, total, little);
  tally.countTold(...UNTIMED);
}
