import type { ByteOrder } from '../model.js';

/** Block types (draft-ietf-opsawg-pcapng, section 4). */
export const BlockType = {
  interfaceDescription: 1,
  packet: 2,
  simplePacket: 3,
  nameResolution: 4,
  interfaceStatistics: 5,
  enhancedPacket: 6,
  systemdJournal: 9,
  decryptionSecrets: 10,
  custom: 0x0bad,
  customNotCopied: 0x40000bad,
  sectionHeader: 0x0a0d0d0a,
} as const;

/** Bytes around the body of a block: type, length, and length again. */
export const BLOCK_OVERHEAD = 12;

/** `length` filled up to a multiple of four. */
export function padded(length: number): number {
  return (length + 3) & ~3;
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

export interface RawBlock {
  type: number;
  /** What stands between the two lengths, padding included. */
  body: Uint8Array;
}

/** Takes a whole block apart. Throws a RangeError unless its two lengths are the number of bytes given. */
export function decodeBlock(bytes: Uint8Array, byteOrder: ByteOrder): RawBlock {
  const view = viewOf(bytes);
  const little = byteOrder === 'little';
  const length = bytes.length < BLOCK_OVERHEAD ? 0 : view.getUint32(4, little);
  if (length !== bytes.length || view.getUint32(length - 4, little) !== length) {
    throw new RangeError(`block of ${bytes.length} bytes: its length fields do not say so`);
  }
  return { type: view.getUint32(0, little), body: bytes.subarray(8, length - 4) };
}

/** Wraps `body` (filled up with zeros to a multiple of four) into a block. */
export function encodeBlock(type: number, body: Uint8Array, byteOrder: ByteOrder): Uint8Array {
  const length = padded(body.length) + BLOCK_OVERHEAD;
  const bytes = new Uint8Array(length);
  const view = viewOf(bytes);
  const little = byteOrder === 'little';
  view.setUint32(0, type, little);
  view.setUint32(4, length, little);
  bytes.set(body, 8);
  view.setUint32(length - 4, length, little);
  return bytes;
}

/** The body of a block that must be of `type` and at least `minimum` bytes long; a RangeError says which is wrong. */
export function bodyOf(
  bytes: Uint8Array,
  byteOrder: ByteOrder,
  type: number,
  minimum: number,
  name: string,
): Uint8Array {
  const block = decodeBlock(bytes, byteOrder);
  if (block.type !== type) throw new RangeError(`${name}: block type ${type} required, ${block.type} found`);
  if (block.body.length < minimum) {
    throw new RangeError(`${name}: ${minimum} bytes required, ${block.body.length} available`);
  }
  return block.body;
}
