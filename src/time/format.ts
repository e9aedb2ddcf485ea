import { dateFromDays, END_SECOND, FIRST_SECOND, SECONDS_PER_DAY } from './calendar.js';
import { NANOS_PER_SECOND, type Nanos, splitNanos } from './nanos.js';
import { zoneOffset } from './zone.js';

/**
 * RFC 3339 with 9 digits: "2024-01-01T14:30:00.000000000Z", or with the zone's offset. Outside the years 0000 to 9999: seconds since 1970 with 9
 * digits. Where a zone's offset is no whole minute (local mean time, before about 1930), or its calendar is in another year than 0000 to 9999: in UTC.
 */
export function formatTimestamp(time: Nanos, zone = 'UTC'): string {
  const { seconds, nanoseconds } = splitNanos(time);
  const second = Number(seconds);
  if (second < FIRST_SECOND || second >= END_SECOND) return formatSeconds(time, 9);
  const offset = zoneOffset(zone, second);
  const local = second + offset;
  if (zone === 'UTC' || offset % 60 !== 0 || local < FIRST_SECOND || local >= END_SECOND) {
    return formatTimestampParts(second, nanoseconds);
  }
  return `${dateAndClock(local)}.${pad(nanoseconds, 9)}${offsetText(offset)}`;
}

/** The same in UTC from whole seconds (any in the years 0000 to 9999) and nanoseconds: for loops over many packets, without BigInt. */
export function formatTimestampParts(seconds: number, nanoseconds: number): string {
  return `${dateAndClock(seconds)}.${pad(nanoseconds, 9)}Z`;
}

/** Clock time for views: "14:30:00.000412", cut (not rounded) to microseconds. Outside the years 0000 to 9999: seconds since 1970 with 6 digits. */
export function formatClock(time: Nanos, zone = 'UTC'): string {
  const { seconds, nanoseconds } = splitNanos(time);
  const second = Number(seconds);
  if (second < FIRST_SECOND || second >= END_SECOND) return formatSeconds(time, 6);
  return `${clockText(second + zoneOffset(zone, second))}.${pad(Math.floor(nanoseconds / 1000), 6)}`;
}

/** Date for views: "2024-01-01"; null outside the years 0000 to 9999. */
export function formatDate(time: Nanos, zone = 'UTC'): string | null {
  const second = Number(splitNanos(time).seconds);
  if (second < FIRST_SECOND || second >= END_SECOND) return null;
  return dateText(Math.floor((second + zoneOffset(zone, second)) / SECONDS_PER_DAY));
}

/** Seconds as an exact decimal number without trailing zeros, a valid JSON number: "198.946007", "0", "-0.5". */
export function formatSecondsExact(nanos: Nanos): string {
  return formatSeconds(nanos, 9).replace(/\.?0+$/, '');
}

/** Seconds since something else: "+0.000412", "-12.500000"; cut to microseconds. */
export function formatDelta(nanos: Nanos): string {
  return nanos < 0n ? formatSeconds(nanos, 6) : `+${formatSeconds(nanos, 6)}`;
}

/** A length of time for people: "412 ns", "1.23 ms", "18.9 s", "3 min 18.9 s", "2 h 5 min", "3 d 4 h"; cut to the digits that are shown. */
export function formatDuration(nanos: Nanos): string {
  if (nanos < 0n) return `-${formatDuration(-nanos)}`;
  if (nanos < 1_000n) return `${nanos} ns`;
  if (nanos < 1_000_000n) return `${threeDigits(nanos, 1_000n)} µs`;
  if (nanos < NANOS_PER_SECOND) return `${threeDigits(nanos, 1_000_000n)} ms`;
  const seconds = nanos / NANOS_PER_SECOND;
  if (seconds < 60n) return `${threeDigits(nanos, NANOS_PER_SECOND)} s`;
  if (seconds < 3600n) {
    const tenths = (nanos / 100_000_000n) % 600n;
    return `${seconds / 60n} min ${tenths / 10n}.${tenths % 10n} s`;
  }
  if (seconds < 86_400n) return `${seconds / 3600n} h ${(seconds / 60n) % 60n} min`;
  return `${seconds / 86_400n} d ${(seconds / 3600n) % 24n} h`;
}

/** Three significant digits of nanos / unit, which is 1 to 999. */
function threeDigits(nanos: bigint, unit: bigint): string {
  const whole = nanos / unit;
  if (whole >= 100n) return String(whole);
  const digits = whole >= 10n ? 1 : 2;
  const fraction = ((nanos % unit) * 10n ** BigInt(digits)) / unit;
  return `${whole}.${String(fraction).padStart(digits, '0')}`;
}

function formatSeconds(nanos: Nanos, digits: number): string {
  const magnitude = nanos < 0n ? -nanos : nanos;
  const fraction = String(magnitude % NANOS_PER_SECOND).padStart(9, '0');
  return `${nanos < 0n ? '-' : ''}${magnitude / NANOS_PER_SECOND}.${fraction.slice(0, digits)}`;
}

function dateAndClock(second: number): string {
  return `${dateText(Math.floor(second / SECONDS_PER_DAY))}T${clockText(second)}`;
}

/** Packets of one capture mostly share a day: the last one's text is kept. */
let lastDay = Number.NaN;
let lastDayText = '';

function dateText(days: number): string {
  if (days !== lastDay) {
    const { year, month, day } = dateFromDays(days);
    lastDayText = `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
    lastDay = days;
  }
  return lastDayText;
}

function clockText(second: number): string {
  const ofDay = second - Math.floor(second / SECONDS_PER_DAY) * SECONDS_PER_DAY;
  const minutes = Math.floor(ofDay / 60);
  return `${pad(Math.floor(minutes / 60), 2)}:${pad(minutes % 60, 2)}:${pad(ofDay % 60, 2)}`;
}

function offsetText(offset: number): string {
  const minutes = Math.abs(offset) / 60;
  return `${offset < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60), 2)}:${pad(minutes % 60, 2)}`;
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}
