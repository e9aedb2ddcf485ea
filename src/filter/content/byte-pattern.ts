import { PcapshError } from '../../errors.js';

/** Bytes to look for, some of which may be open: a byte b fits at i where (b & mask[i]) === bytes[i]. */
export interface BytePattern {
  bytes: Uint8Array;
  /** null: every bit counts. */
  mask: Uint8Array | null;
}

/** Longer ones are no indicator that somebody wrote. */
export const LONGEST_PATTERN = 4096;

/** The bytes of a text in UTF-8. Characters written as `\xHH` in double quotes are below U+0100 and have been made text before: they count as that text. */
export function textPattern(text: string): BytePattern {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length === 0) throw wrong('empty', 'the text to look for is empty', 0, 0);
  if (bytes.length > LONGEST_PATTERN) throw tooLong(bytes.length, text.length);
  return { bytes, mask: null };
}

/** `de ad ?? ef`, `dead??ef`, `0xde 0xad`, `d? ?d`: hex digits in pairs, `?` for one that may be any. White space, `:` and `,` separate pairs. */
export function hexPattern(text: string): BytePattern {
  const digits: string[] = [];
  const places: number[] = [];
  for (const token of text.matchAll(/[^\s:,]+/g)) {
    const lead = /^0x/i.test(token[0]) ? 2 : 0;
    const pairs = token[0].slice(lead);
    const odd = /[^0-9a-f?]/i.exec(pairs);
    if (odd !== null) {
      const at = token.index + lead + odd.index;
      throw wrong('hex', `"${odd[0]}" is no hex digit and no ?`, at, at + odd[0].length, 'write de ad ?? ef');
    }
    if (pairs.length % 2 !== 0)
      throw wrong(
        'hex',
        `"${token[0]}" has ${pairs.length} ${pairs.length === 1 ? 'digit' : 'digits'}: a byte is two`,
        token.index,
        token.index + token[0].length,
      );
    for (let i = 0; i < pairs.length; i++) {
      digits.push(pairs[i]);
      places.push(token.index + lead + i);
    }
  }
  const length = digits.length / 2;
  if (length === 0) throw wrong('empty', 'the bytes to look for are missing', 0, text.length, 'write de ad ?? ef');
  if (length > LONGEST_PATTERN) throw tooLong(length, text.length);
  const bytes = new Uint8Array(length);
  const mask = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    for (const [digit, shift] of [
      [digits[2 * i], 4],
      [digits[2 * i + 1], 0],
    ] as const) {
      if (digit === '?') continue;
      bytes[i] |= Number.parseInt(digit, 16) << shift;
      mask[i] |= 15 << shift;
    }
  }
  if (!mask.includes(0xff))
    throw wrong(
      'open',
      'a pattern needs one byte at least that is known whole',
      places[0],
      places[places.length - 1] + 1,
    );
  return mask.every((bits) => bits === 0xff) ? { bytes, mask: null } : { bytes, mask };
}

/** The longest run of bytes that are known whole: `[from, to)`. */
export function anchorOf({ bytes, mask }: BytePattern): [number, number] {
  if (mask === null) return [0, bytes.length];
  let best: [number, number] = [0, 0];
  let from = 0;
  for (let i = 0; i <= mask.length; i++) {
    if (i < mask.length && mask[i] === 0xff) continue;
    if (i - from > best[1] - best[0]) best = [from, i];
    from = i + 1;
  }
  return best;
}

/** Whether the pattern stands at `at`, which must leave room for it. */
export function fitsAt({ bytes, mask }: BytePattern, data: Uint8Array, at: number): boolean {
  for (let i = 0; i < bytes.length; i++) {
    const byte = mask === null ? data[at + i] : data[at + i] & mask[i];
    if (byte !== bytes[i]) return false;
  }
  return true;
}

function tooLong(length: number, end: number): PcapshError {
  return wrong('long', `${length} bytes to look for are more than ${LONGEST_PATTERN}`, 0, end);
}

function wrong(code: string, message: string, from: number, to: number, hint?: string): PcapshError {
  return new PcapshError(`match.${code}`, message, { kind: 'input', span: [from, to], hint });
}
