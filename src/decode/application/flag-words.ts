import { hexNumber } from '../../bytes/big-endian.js';

/** "0x05 END_STREAM, END_HEADERS": the number in `digits` hex digits, then the names of the bits that are set. */
export function flagWords(names: readonly (readonly [number, string])[], flags: number, digits: number): string {
  const words = names.filter(([bit]) => flags & bit).map(([, word]) => word);
  return [hexNumber(flags, digits), words.join(', ')].join(' ').trim();
}
