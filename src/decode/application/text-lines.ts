import { Likeness, type Recognizer } from '../application.js';

/** How recognizers look at text: bytes of kinds, words, and lines, as places in the packet. */

export const LF = 10;
export const CR = 13;
const SPACE = 32;
const TAB = 9;

/** ASCII letters of both cases. */
export const LETTERS: readonly number[] = Array.from({ length: 52 }, (_, i) => (i < 26 ? 0x41 + i : 0x61 + i - 26));
/** ASCII digits. */
export const DIGITS: readonly number[] = Array.from({ length: 10 }, (_, i) => 0x30 + i);

export function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB;
}

/** Printable ASCII, tabs, or bytes of UTF-8 beyond ASCII. */
export function isText(byte: number): boolean {
  return (byte >= SPACE && byte !== 0x7f) || byte === TAB;
}

export function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

export function isUpper(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x5a;
}

/** Whether `word`, of ASCII capitals, digits and signs, stands at `at` in letters of either case. For recognizers: allocates nothing. */
export function startsWith(bytes: Uint8Array, at: number, end: number, word: string): boolean {
  if (end - at < word.length) return false;
  for (let i = 0; i < word.length; i++) {
    const byte = bytes[at + i];
    const upper = byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte;
    if (upper !== word.charCodeAt(i)) return false;
  }
  return true;
}

/** Whether `word` stands anywhere in bytes[at, end), as `startsWith` compares. */
export function holds(bytes: Uint8Array, at: number, end: number, word: string): boolean {
  for (let i = at; i + word.length <= end; i++) if (startsWith(bytes, i, end, word)) return true;
  return false;
}

/** Whether one of `words` stands at `at` as a whole word: a space or the line's ending follows, or the bytes stop. */
export function startsWithWord(bytes: Uint8Array, at: number, end: number, words: readonly string[]): boolean {
  for (let i = 0; i < words.length; i++) {
    if (!startsWith(bytes, at, end, words[i])) continue;
    const next = at + words[i].length;
    if (next === end || bytes[next] === SPACE || bytes[next] === CR || bytes[next] === LF) return true;
  }
  return false;
}

const LOOKED_AT = 512;

/**
 * Where the text of the line at `at` ends when it is text throughout and ends with a line ending; -1 when it is not text. A line longer than what is looked
 * at, or cut, ends where looking ended.
 */
export function textEnd(bytes: Uint8Array, at: number, end: number): number {
  const limit = Math.min(end, at + LOOKED_AT);
  for (let i = at; i < limit; i++) {
    const byte = bytes[i];
    if (byte === LF) return i > at && bytes[i - 1] === CR ? i - 1 : i;
    if (byte === CR ? i + 1 < limit && bytes[i + 1] !== LF && bytes[i + 1] !== CR : !isText(byte)) return -1;
  }
  return limit;
}

/**
 * Judges whole lines by `judge`. A first line that is no text, but begins as one of the protocol and ends, is perhaps its: whoever attacks a server or the
 * readers of its log writes what nobody else would.
 */
export function ofWholeLines(judge: Recognizer): Recognizer {
  return function recognizeLines(bytes, start, end, wireLength) {
    if (isWholeLines(bytes, start, end)) return judge(bytes, start, end, wireLength);
    const isEnded = end - start >= 2 && bytes[end - 1] === LF && textEnd(bytes, start, end) < 0;
    return isEnded && judge(bytes, start, end, wireLength) !== Likeness.no ? Likeness.perhaps : Likeness.no;
  };
}

/** Whether bytes[start, end) are lines of text of which the last one is ended: what a whole command or reply looks like. */
export function isWholeLines(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start >= 2 && bytes[end - 1] === LF && textEnd(bytes, start, end) >= 0;
}
