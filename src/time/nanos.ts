/** Nanoseconds since 1970-01-01T00:00:00Z. Integers everywhere: no float time. In per-packet loops times are (seconds, nanoseconds) pairs instead. */
export type Nanos = bigint;

export const NANOS_PER_SECOND = 1_000_000_000n;

export function nanosFromParts(seconds: number, nanoseconds: number): Nanos {
  return BigInt(seconds) * NANOS_PER_SECOND + BigInt(nanoseconds);
}

/** Whole seconds (rounded down, also before 1970) and the nanoseconds above them, 0 to 999,999,999. */
export function splitNanos(time: Nanos): { seconds: bigint; nanoseconds: number } {
  const remainder = time % NANOS_PER_SECOND;
  const nanoseconds = remainder < 0n ? remainder + NANOS_PER_SECOND : remainder;
  return { seconds: (time - nanoseconds) / NANOS_PER_SECOND, nanoseconds: Number(nanoseconds) };
}
