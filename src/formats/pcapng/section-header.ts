import { concatenate } from '../../bytes/concatenate.js';
import type { ByteOrder, RawOption } from '../model.js';
import { BlockType, bodyOf, encodeBlock, viewOf } from './block.js';
import { decodeOptions, encodeOptions } from './options.js';

export const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

/** Options of a section header (section 4.1). */
export const SectionOption = { hardware: 2, os: 3, application: 4 } as const;

/** Section Header Block. */
export interface SectionHeader {
  versionMajor: number;
  versionMinor: number;
  /** Bytes of the section behind this block; null when it is not told (-1). */
  sectionLength: bigint | null;
  options: RawOption[];
  problem: string | null;
}

const FIXED = 16;
const UNKNOWN_LENGTH = 0xffffffffffffffffn;

/** Byte order told by the byte-order magic at `at + 8` of a block that begins at `at`; null when it is none. */
export function sectionByteOrder(view: DataView, at: number): ByteOrder | null {
  if (view.getUint32(at + 8, true) === BYTE_ORDER_MAGIC) return 'little';
  return view.getUint32(at + 8, false) === BYTE_ORDER_MAGIC ? 'big' : null;
}

/** Versions that can be read: 1.0, and 1.2, which some writers put for the same format. */
export function isReadableVersion(major: number, minor: number): boolean {
  return major === 1 && (minor === 0 || minor === 2);
}

/** Decodes a whole block. Throws a RangeError when it is no section header or too short for one. */
export function decodeSectionHeader(bytes: Uint8Array, byteOrder: ByteOrder): SectionHeader {
  const body = bodyOf(bytes, byteOrder, BlockType.sectionHeader, FIXED, 'section header');
  const view = viewOf(body);
  const little = byteOrder === 'little';
  const length = view.getBigUint64(8, little);
  return {
    versionMajor: view.getUint16(4, little),
    versionMinor: view.getUint16(6, little),
    sectionLength: length === UNKNOWN_LENGTH ? null : length,
    ...decodeOptions(body.subarray(FIXED), byteOrder),
  };
}

/** Encodes a whole block. */
export function encodeSectionHeader(section: Omit<SectionHeader, 'problem'>, byteOrder: ByteOrder): Uint8Array {
  const fixed = new Uint8Array(FIXED);
  const view = viewOf(fixed);
  const little = byteOrder === 'little';
  view.setUint32(0, BYTE_ORDER_MAGIC, little);
  view.setUint16(4, section.versionMajor, little);
  view.setUint16(6, section.versionMinor, little);
  view.setBigUint64(8, section.sectionLength ?? UNKNOWN_LENGTH, little);
  return encodeBlock(
    BlockType.sectionHeader,
    concatenate([fixed, encodeOptions(section.options, byteOrder)]),
    byteOrder,
  );
}
