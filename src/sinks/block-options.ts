import { concatenate } from '../bytes/concatenate.js';
import type { BetweenBlock } from '../formats/batch.js';
import type { ByteOrder, RawOption } from '../formats/model.js';
import { BLOCK_OVERHEAD, BlockType, encodeBlock, padded, viewOf } from '../formats/pcapng/block.js';
import { isCopyable } from '../formats/pcapng/custom.js';
import { decodeOptions, encodeOptions, OptionCode } from '../formats/pcapng/options.js';
import type { LossTally } from './losses.js';

/** A block taken apart: what stands before its options, and the options. */
export interface SplitBlock {
  /** Of the body, padding included. */
  fixed: Uint8Array;
  options: RawOption[];
}

/**
 * Splits a whole block. null when it has no options, when they are malformed (such a block is copied as it is), or when its type does not tell where
 * they begin (custom and unknown blocks).
 */
export function splitBlock(block: Uint8Array, type: number, byteOrder: ByteOrder): SplitBlock | null {
  const body = block.subarray(8, block.length - 4);
  const at = optionsOffset(body, type, byteOrder === 'little');
  if (at === null || at >= body.length) return null;
  const { options, problem } = decodeOptions(body.subarray(at), byteOrder);
  return problem === null ? { fixed: body.subarray(0, at), options } : null;
}

function optionsOffset(body: Uint8Array, type: number, little: boolean): number | null {
  const view = viewOf(body);
  switch (type) {
    case BlockType.sectionHeader:
      return 16;
    case BlockType.interfaceDescription:
      return 8;
    case BlockType.interfaceStatistics:
      return 12;
    case BlockType.enhancedPacket:
    case BlockType.packet:
      return body.length < 20 ? null : 20 + padded(view.getUint32(12, little));
    case BlockType.decryptionSecrets:
      return body.length < 8 ? null : 8 + padded(view.getUint32(4, little));
    case BlockType.nameResolution:
      return nameRecordsEnd(view, little);
    default:
      return null;
  }
}

/** Offset behind nrb_record_end (section 4.5), null when the records do not end. */
function nameRecordsEnd(view: DataView, little: boolean): number | null {
  let at = 0;
  while (at + 4 <= view.byteLength) {
    const type = view.getUint16(at, little);
    at += 4 + padded(view.getUint16(at + 2, little));
    if (type === 0) return at;
  }
  return null;
}

/** The whole block of such parts. */
export function joinBlock(type: number, { fixed, options }: SplitBlock, byteOrder: ByteOrder): Uint8Array {
  return encodeBlock(type, concatenate([fixed, encodeOptions(options, byteOrder)]), byteOrder);
}

/** Whether the options in `bytes[at, end)` hold one that must not be copied: a look at their codes alone, for hot loops. */
export function holdsNotCopied(bytes: Uint8Array, at: number, end: number, little: boolean): boolean {
  let next = at;
  while (next + 4 <= end) {
    const code = little ? bytes[next] | (bytes[next + 1] << 8) : (bytes[next] << 8) | bytes[next + 1];
    if (code === OptionCode.endOfOptions) return false;
    if (code === OptionCode.customTextNotCopied || code === OptionCode.customBytesNotCopied) return true;
    const length = little ? bytes[next + 2] | (bytes[next + 3] << 8) : (bytes[next + 2] << 8) | bytes[next + 3];
    next += 4 + padded(length);
  }
  return false;
}

const NOT_COPIED_OPTION = [
  'custom option that its maker forbids to copy',
  'custom options that their makers forbid to copy',
] as const;
const NOT_COPIED_BLOCK = [
  'custom block that its maker forbids to copy',
  'custom blocks that their makers forbid to copy',
] as const;

/** A block without the custom options that may not be copied; the same bytes when it has none. Counts what it drops. */
export function copyableBlock(block: Uint8Array, type: number, byteOrder: ByteOrder, tally: LossTally): Uint8Array {
  const split = splitBlock(block, type, byteOrder);
  if (split === null) return block;
  const options = split.options.filter(isCopyable);
  const dropped = split.options.length - options.length;
  if (dropped === 0) return block;
  tally.countTold(...NOT_COPIED_OPTION, dropped);
  return joinBlock(type, { fixed: split.fixed, options }, byteOrder);
}

/** Whether a block may be copied into a changed file; counts one that may not. */
export function mayBeCopied(block: BetweenBlock, tally: LossTally): boolean {
  if (block.type !== BlockType.customNotCopied) return true;
  tally.countTold(...NOT_COPIED_BLOCK);
  return false;
}

/** Bytes of a packet block (enhanced or obsolete) around its data and options. */
export const PACKET_BLOCK_FIXED = 20 + BLOCK_OVERHEAD;
