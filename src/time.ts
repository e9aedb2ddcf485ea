/** Nanoseconds since 1970-01-01T00:00:00Z. Integers everywhere: no float time. In per-packet loops times are (seconds, nanoseconds) pairs instead. */
export type Nanos = bigint;

const BILLION = 1_000_000_000n;

export function nanosFromParts(seconds: number, nanoseconds: number): Nanos {
  return BigInt(seconds) * BILLION + BigInt(nanoseconds);
}
