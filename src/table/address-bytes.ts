import { setU32 } from '../bytes/big-endian.js';

const IPV4_MAPPED = 0xffff;

/**
 * Writes an address of the dictionary (four words, see AddressColumns) as 16 big-endian bytes at `at`, or as 4 if it is IPv4 or an IPv6 address that
 * stands for IPv4 (RFC 4291 section 2.5.5.2). Returns how many.
 */
export function writeAddress(words: Uint32Array, ordinal: number, target: Uint8Array, at: number): number {
  const first = 4 * ordinal;
  if (words[first] === 0 && words[first + 1] === 0 && words[first + 2] === IPV4_MAPPED) {
    setU32(target, at, words[first + 3]);
    return 4;
  }
  for (let i = 0; i < 4; i++) setU32(target, at + 4 * i, words[first + i]);
  return 16;
}
