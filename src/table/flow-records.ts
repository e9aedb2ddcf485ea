/**
 * A flow while it is built is one record of 64 bytes, a cache line: its key, so that a probe that hits touches one slot and one record, and its counters.
 * As 32-bit words: 0 low and 1 high address (the address itself for IPv4, its ordinal for IPv6), 2 ports (low << 16 | high), 3 protocol and family,
 * 4 and 5 packets by direction, 6 and 7 latest time, 8 to 11 bytes by direction (two 64-bit floats), 12 and 13 earliest time,
 * 14 direction of the earliest packet | attempts to recognize the application << 1 | application << 8 | Key.icmp type and code << 16,
 * 15 packets with payload.
 */
export enum Flow {
  words = 16,
  doubles = 8,
  last = 6,
  /** In doubles. */
  bytes = 4,
  first = 12,
  misc = 14,
  payloads = 15,
  /** Bits of `misc` that stay when an earlier packet turns up. */
  kept = 0xff1e,
  /** Bits of `misc`: an application is known, or all attempts are used up. */
  settled = 0xff08,
}

/** Memory of this size begins 16 bytes behind a page, where the allocator keeps its notes: from here on records lie in one cache line each. */
const ALIGNMENT = 48;

/** Room for `capacity` flows. */
export function allocateRecords(capacity: number): Int32Array {
  const bytes = capacity * Flow.words * 4;
  return new Int32Array(new ArrayBuffer(ALIGNMENT + bytes), ALIGNMENT, capacity * Flow.words);
}

/** The same memory as 64-bit floats. */
export function doublesOf(words: Int32Array): Float64Array {
  return new Float64Array(words.buffer, words.byteOffset, words.length / 2);
}
