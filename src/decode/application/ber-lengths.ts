/** Identifier and length octets (ITU-T X.690 section 8.1) as recognizers look at them; ber.ts reads values. */

export const LONG_FORM = 0x80;
export const LONGEST_LENGTH = 4;

/** Where the contents of the value at `at` begin: -1 unless it has this identifier octet and a length. For the index pass: allocates nothing. */
export function berContent(bytes: Uint8Array, at: number, end: number, identifier: number): number {
  if (at + 2 > end || bytes[at] !== identifier) return -1;
  const first = bytes[at + 1];
  if (first < LONG_FORM) return at + 2;
  const size = first - LONG_FORM;
  return size === 0 || size > LONGEST_LENGTH || at + 2 + size > end ? -1 : at + 2 + size;
}

/** Where the contents of the value at `at` end by their length, given where `berContent` found them to begin. */
export function berEnd(bytes: Uint8Array, at: number, content: number): number {
  if (bytes[at + 1] < LONG_FORM) return content + bytes[at + 1];
  let length = 0;
  for (let i = at + 2; i < content; i++) length = length * 256 + bytes[i];
  return content + length;
}
