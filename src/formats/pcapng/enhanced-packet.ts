import { concatenate } from '../../bytes/concatenate.js';
import type { ByteOrder, RawOption } from '../model.js';
import { BlockType, bodyOf, encodeBlock, padded, viewOf } from './block.js';
import { decodeOptions, encodeOptions } from './options.js';

/** Options of an enhanced packet (section 4.3). */
export const PacketOption = {
  flags: 2,
  hash: 3,
  dropCount: 4,
  packetId: 5,
  queue: 6,
  verdict: 7,
  processThread: 8,
} as const;

/** Enhanced Packet Block. */
export interface EnhancedPacket {
  /** Within its section. */
  interfaceId: number;
  /** The timestamp's two halves, in units of the interface. */
  timestampHigh: number;
  timestampLow: number;
  originalLength: number;
  data: Uint8Array;
  options: RawOption[];
  problem: string | null;
}

const FIXED = 20;

/** Decodes a whole block; `data` is a view. Throws a RangeError when it is no enhanced packet or its lengths contradict each other. */
export function decodeEnhancedPacket(bytes: Uint8Array, byteOrder: ByteOrder): EnhancedPacket {
  const body = bodyOf(bytes, byteOrder, BlockType.enhancedPacket, FIXED, 'enhanced packet');
  const view = viewOf(body);
  const little = byteOrder === 'little';
  const length = view.getUint32(12, little);
  if (length > body.length - FIXED) {
    throw new RangeError(`enhanced packet: captured length ${length}, ${body.length - FIXED} bytes available`);
  }
  return {
    interfaceId: view.getUint32(0, little),
    timestampHigh: view.getUint32(4, little),
    timestampLow: view.getUint32(8, little),
    originalLength: view.getUint32(16, little),
    data: body.subarray(FIXED, FIXED + length),
    ...decodeOptions(body.subarray(FIXED + padded(length)), byteOrder),
  };
}

/** Encodes a whole block. */
export function encodeEnhancedPacket(packet: Omit<EnhancedPacket, 'problem'>, byteOrder: ByteOrder): Uint8Array {
  const { data } = packet;
  const fixed = new Uint8Array(FIXED + padded(data.length));
  const view = viewOf(fixed);
  const little = byteOrder === 'little';
  view.setUint32(0, packet.interfaceId, little);
  view.setUint32(4, packet.timestampHigh, little);
  view.setUint32(8, packet.timestampLow, little);
  view.setUint32(12, data.length, little);
  view.setUint32(16, packet.originalLength, little);
  fixed.set(data, FIXED);
  return encodeBlock(
    BlockType.enhancedPacket,
    concatenate([fixed, encodeOptions(packet.options, byteOrder)]),
    byteOrder,
  );
}
