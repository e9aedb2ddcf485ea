import type { ByteOrder, RawOption } from '../model.js';
import { padded, viewOf } from './block.js';

/** Options that every block may carry (draft-ietf-opsawg-pcapng, section 3.5). */
export const OptionCode = {
  endOfOptions: 0,
  comment: 1,
  customText: 2988,
  customBytes: 2989,
  customTextNotCopied: 19372,
  customBytesNotCopied: 19373,
} as const;

/** More options in one block are not read: they would cost far more memory than their bytes. */
const MOST_OPTIONS = 65_536;

export interface OptionList {
  options: RawOption[];
  /** What is wrong with the list, null when nothing is. The options before that place are given. */
  problem: string | null;
}

/** Decodes the options in `bytes`, up to opt_endofopt or the end. Values are views, without padding. */
export function decodeOptions(bytes: Uint8Array, byteOrder: ByteOrder): OptionList {
  const view = viewOf(bytes);
  const little = byteOrder === 'little';
  const options: RawOption[] = [];
  let at = 0;
  while (bytes.length - at >= 4) {
    const code = view.getUint16(at, little);
    const length = view.getUint16(at + 2, little);
    at += 4;
    if (code === OptionCode.endOfOptions) return { options, problem: null };
    if (length > bytes.length - at) {
      return { options, problem: `option ${code}: ${length} bytes required, ${bytes.length - at} available` };
    }
    if (options.length >= MOST_OPTIONS) return { options, problem: `options: more than ${MOST_OPTIONS}` };
    options.push({ code, value: bytes.subarray(at, at + length) });
    at += padded(length);
  }
  const left = bytes.length - at;
  return { options, problem: left > 0 ? `options: 4 bytes required, ${left} available` : null };
}

/** Encodes options and opt_endofopt behind them; nothing at all when there are none. Throws a RangeError for a value above 65,535 bytes. */
export function encodeOptions(options: readonly RawOption[], byteOrder: ByteOrder): Uint8Array {
  if (options.length === 0) return new Uint8Array(0);
  let size = 4;
  for (const { code, value } of options) {
    if (value.length > 0xffff)
      throw new RangeError(`option ${code}: at most 65535 bytes possible, ${value.length} given`);
    size += 4 + padded(value.length);
  }
  const bytes = new Uint8Array(size);
  const view = viewOf(bytes);
  const little = byteOrder === 'little';
  let at = 0;
  for (const { code, value } of options) {
    view.setUint16(at, code, little);
    view.setUint16(at + 2, value.length, little);
    bytes.set(value, at + 4);
    at += 4 + padded(value.length);
  }
  return bytes;
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** UTF-8 text of a value, up to a NUL if there is one; what is no UTF-8 becomes U+FFFD. */
export function optionText(value: Uint8Array): string {
  const end = value.indexOf(0);
  return decoder.decode(end < 0 ? value : value.subarray(0, end));
}

export function textOption(code: number, text: string): RawOption {
  return { code, value: encoder.encode(text) };
}

/** The first option of that code, or null. */
export function findOption(options: readonly RawOption[], code: number): Uint8Array | null {
  return options.find((option) => option.code === code)?.value ?? null;
}

/** Text of the first option of that code, or null. */
export function findText(options: readonly RawOption[], code: number): string | null {
  const value = findOption(options, code);
  return value === null ? null : optionText(value);
}

/** All opt_comment texts, in order. */
export function commentsOf(options: readonly RawOption[]): string[] {
  return options.filter((option) => option.code === OptionCode.comment).map((option) => optionText(option.value));
}

/** The first option of that code as an unsigned number of exactly `size` bytes (1, 2 or 4); null when it is absent or of another size. */
export function findUint(
  options: readonly RawOption[],
  code: number,
  size: 1 | 2 | 4,
  byteOrder: ByteOrder,
): number | null {
  const value = findOption(options, code);
  if (value === null || value.length !== size) return null;
  const little = byteOrder === 'little';
  const view = viewOf(value);
  if (size === 1) return view.getUint8(0);
  return size === 2 ? view.getUint16(0, little) : view.getUint32(0, little);
}

/** The same for 64 bits. */
export function findUint64(options: readonly RawOption[], code: number, byteOrder: ByteOrder): bigint | null {
  const value = findOption(options, code);
  if (value === null || value.length !== 8) return null;
  return viewOf(value).getBigUint64(0, byteOrder === 'little');
}

export function uintOption(code: number, size: 1 | 2 | 4, number: number, byteOrder: ByteOrder): RawOption {
  const value = new Uint8Array(size);
  const little = byteOrder === 'little';
  const view = viewOf(value);
  if (size === 1) view.setUint8(0, number);
  else if (size === 2) view.setUint16(0, number, little);
  else view.setUint32(0, number, little);
  return { code, value };
}

export function uint64Option(code: number, number: bigint, byteOrder: ByteOrder): RawOption {
  const value = new Uint8Array(8);
  viewOf(value).setBigUint64(0, number, byteOrder === 'little');
  return { code, value };
}
