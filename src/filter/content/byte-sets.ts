/** Sets of bytes, and those that regular expressions have names for (RE2's, of ASCII alone). */

/** A set of bytes: element b is 1 where byte b belongs to it. */
export function byteSet(...ranges: (readonly [number, number])[]): Uint8Array {
  const bytes = new Uint8Array(256);
  for (const [first, last] of ranges) bytes.fill(1, first, last + 1);
  return bytes;
}

const DIGITS = byteSet([48, 57]);
const WORDS = byteSet([48, 57], [65, 90], [95, 95], [97, 122]);
const SPACES = byteSet([9, 10], [12, 13], [32, 32]);

export const CLASSES: Readonly<Record<string, Uint8Array>> = {
  d: DIGITS,
  w: WORDS,
  s: SPACES,
  D: inverse(DIGITS),
  W: inverse(WORDS),
  S: inverse(SPACES),
};

export const NAMED_CLASSES: Readonly<Record<string, Uint8Array>> = {
  alnum: byteSet([48, 57], [65, 90], [97, 122]),
  alpha: byteSet([65, 90], [97, 122]),
  ascii: byteSet([0, 127]),
  blank: byteSet([9, 9], [32, 32]),
  cntrl: byteSet([0, 31], [127, 127]),
  digit: DIGITS,
  graph: byteSet([33, 126]),
  lower: byteSet([97, 122]),
  print: byteSet([32, 126]),
  punct: byteSet([33, 47], [58, 64], [91, 96], [123, 126]),
  space: byteSet([9, 13], [32, 32]),
  upper: byteSet([65, 90]),
  word: WORDS,
  xdigit: byteSet([48, 57], [65, 70], [97, 102]),
};

export const CONTROLS: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, v: 11, a: 7 };

export function inverse(bytes: Uint8Array): Uint8Array {
  return bytes.map((one) => 1 - one);
}

/** Adds the bytes of another set. */
export function addBytes(bytes: Uint8Array, more: Uint8Array): void {
  for (let i = 0; i < 256; i++) bytes[i] |= more[i];
}

/** The one byte of a set; -1 where it has several. */
export function single(bytes: Uint8Array): number {
  const first = bytes.indexOf(1);
  return first >= 0 && bytes.indexOf(1, first + 1) < 0 ? first : -1;
}

const LETTER_BIT = 32;

/** Letters of ASCII in both cases where one of them belongs to the set. */
export function eitherCase(bytes: Uint8Array): Uint8Array {
  const both = bytes.slice();
  for (let letter = 97; letter <= 122; letter++) {
    const either = bytes[letter] | bytes[letter - LETTER_BIT];
    both[letter] = either;
    both[letter - LETTER_BIT] = either;
  }
  return both;
}
