import { concatenate } from '../../bytes/concatenate.js';
import type { ByteOrder, RawOption } from '../model.js';
import { BlockType, bodyOf, encodeBlock, padded, viewOf } from './block.js';
import { decodeOptions, encodeOptions } from './options.js';

/** The obsolete Packet Block (appendix A), which the enhanced packet replaced. Its options are opt_comment, pack_flags (2) and pack_hash (3). */
export interface ObsoletePacket {
  interfaceId: number;
  /** Packets lost since the one before; 0xffff: not known. */
  dropsCount: number;
  timestampHigh: number;
  timestampLow: number;
  originalLength: number;
  data: Uint8Array;
  options: RawOption[];
  problem: string | null;
}

const FIXED = 20;

/** Decodes a whole block; `data` is a view. Throws a RangeError when it is no packet block or its lengths contradict each other. */
export function decodeObsoletePacket(bytes: Uint8Array, byteOrder: ByteOrder): ObsoletePacket {
  const body = bodyOf(bytes, byteOrder, BlockType.packet, FIXED, 'packet block');
  const view = viewOf(body);
  const little = byteOrder === 'little';
  const length = view.getUint32(12, little);
  if (length > body.length - FIXED) {
    throw new RangeError(`packet block: captured length ${length}, ${body.length - FIXED} bytes available`);
  }
  return {
    interfaceId: view.getUint16(0, little),
    dropsCount: view.getUint16(2, little),
    timestampHigh: view.getUint32(4, little),
    timestampLow: view.getUint32(8, little),
    originalLength: view.getUint32(16, little),
    data: body.subarray(FIXED, FIXED + length),
    ...decodeOptions(body.subarray(FIXED + padded(length)), byteOrder),
  };
}

/** Encodes a whole block. */
export function encodeObsoletePacket(packet: Omit<ObsoletePacket, 'problem'>, byteOrder: ByteOrder): Uint8Array {
  const { data } = packet;
  const fixed = new Uint8Array(FIXED + padded(data.length));
  const view = viewOf(fixed);
  const little = byteOrder === 'little';
  view.setUint16(0, packet.interfaceId, little);
  view.setUint16(2, packet.dropsCount, little);
  view.setUint32(4, packet.timestampHigh, little);
  view.setUint32(8, packet.timestampLow, little);
  view.setUint32(12, data.length, little);
  view.setUint32(16, packet.originalLength, little);
  fixed.set(data, FIXED);
  return encodeBlock(BlockType.packet, concatenate([fixed, encodeOptions(packet.options, byteOrder)]), byteOrder);
}
