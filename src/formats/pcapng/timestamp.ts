import { NANOS_PER_SECOND, type Nanos } from '../../time.js';

/** How the timestamps of an interface are turned into seconds and nanoseconds. */
export const TimeUnit = { microseconds: 0, nanoseconds: 1, other: 2 } as const;

/** The fast way where there is one: microseconds or nanoseconds without an offset. */
export function timeUnit(resolution: number, offset: bigint): number {
  if (offset !== 0n) return TimeUnit.other;
  if (resolution === 6) return TimeUnit.microseconds;
  return resolution === 9 ? TimeUnit.nanoseconds : TimeUnit.other;
}

/** Units in a second: 2^n when the most significant bit of if_tsresol is set, else 10^n (section 4.2). */
export function unitsPerSecond(resolution: number): bigint {
  return resolution >= 128 ? 1n << BigInt(resolution & 127) : 10n ** BigInt(resolution);
}

/** Time of any timestamp, exact to the nanosecond; finer digits are dropped. `offset` is in seconds. */
export function exactTime(high: number, low: number, resolution: number, offset: bigint): Nanos {
  const ticks = (BigInt(high) << 32n) | BigInt(low);
  return (ticks * NANOS_PER_SECOND) / unitsPerSecond(resolution) + offset * NANOS_PER_SECOND;
}

/** The timestamp of a time, and its two halves, as an interface counts. Finer digits are dropped. Throws a RangeError when it does not fit 64 bits. */
export function ticksOf(time: Nanos, resolution: number, offset: bigint): { high: number; low: number } {
  const ticks = ((time - offset * NANOS_PER_SECOND) * unitsPerSecond(resolution)) / NANOS_PER_SECOND;
  if (ticks < 0n || ticks >> 64n !== 0n)
    throw new RangeError(`time ${time} ns does not fit a timestamp of resolution ${resolution}`);
  return { high: Number(ticks >> 32n), low: Number(ticks & 0xffffffffn) };
}
