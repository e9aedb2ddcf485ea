import type { ByteOrder } from '../model.js';
import { BlockType, bodyOf, encodeBlock, viewOf } from './block.js';

/** Simple Packet Block (section 4.4): a packet of the section's interface 0, without a time and without options. */
export interface SimplePacket {
  originalLength: number;
  data: Uint8Array;
}

const FIXED = 4;

/**
 * Decodes a whole block; `data` is a view. Its length is the smallest of the original length and `snapLength` (of interface 0; 0: no limit).
 * Throws a RangeError when it is no simple packet or shorter than that.
 */
export function decodeSimplePacket(bytes: Uint8Array, byteOrder: ByteOrder, snapLength: number): SimplePacket {
  const body = bodyOf(bytes, byteOrder, BlockType.simplePacket, FIXED, 'simple packet');
  const originalLength = viewOf(body).getUint32(0, byteOrder === 'little');
  const length = snapLength > 0 ? Math.min(originalLength, snapLength) : originalLength;
  if (length > body.length - FIXED) {
    throw new RangeError(`simple packet: ${length} bytes required, ${body.length - FIXED} available`);
  }
  return { originalLength, data: body.subarray(FIXED, FIXED + length) };
}

/** Encodes a whole block. */
export function encodeSimplePacket(packet: SimplePacket, byteOrder: ByteOrder): Uint8Array {
  const body = new Uint8Array(FIXED + packet.data.length);
  viewOf(body).setUint32(0, packet.originalLength, byteOrder === 'little');
  body.set(packet.data, FIXED);
  return encodeBlock(BlockType.simplePacket, body, byteOrder);
}
