import type { ByteOrder } from '../model.js';
import { BlockType, bodyOf, encodeBlock } from './block.js';

/** systemd Journal Export Block (section 4.8). */
export interface SystemdJournal {
  /** Entries in the journal export format, without padding. */
  entry: Uint8Array;
}

/** Decodes a whole block; `entry` is a view. The zeros that pad it are no part of it. Throws a RangeError when it is no journal block. */
export function decodeSystemdJournal(bytes: Uint8Array, byteOrder: ByteOrder): SystemdJournal {
  const body = bodyOf(bytes, byteOrder, BlockType.systemdJournal, 0, 'systemd journal');
  let end = body.length;
  while (end > 0 && end > body.length - 3 && body[end - 1] === 0) end--;
  return { entry: body.subarray(0, end) };
}

/** Encodes a whole block. */
export function encodeSystemdJournal(block: SystemdJournal, byteOrder: ByteOrder): Uint8Array {
  return encodeBlock(BlockType.systemdJournal, block.entry, byteOrder);
}
