import { PcapshError } from '../errors.js';
import { daysFromDate, daysInMonth, SECONDS_PER_DAY } from './calendar.js';
import { parseDuration } from './duration.js';
import { NANOS_PER_SECOND, type Nanos } from './nanos.js';
import { LONGEST_TEXT, shownText } from './text.js';
import { checkZone } from './zone.js';

/**
 * A point in time as typed, not yet resolved: what it means may hang on a zone and on the packets. `text` is what was typed, for messages.
 * `absolute`: nanoseconds since 1970. `civil`: a date and clock time, as nanoseconds since 1970 of the local calendar, with its zone (null: the
 * session's). `clock`: nanoseconds since local midnight. `relative`: after the first packet (offset > 0 or 0) or before the last one (offset < 0).
 */
export type TimePoint =
  | { kind: 'absolute'; text: string; time: Nanos }
  | { kind: 'civil'; text: string; local: Nanos; zone: string | null }
  | { kind: 'clock'; text: string; ofDay: Nanos; zone: string | null }
  | { kind: 'relative'; text: string; from: 'first' | 'last'; offset: Nanos };

/** A window; both ends belong to it, null is open. */
export interface TimeWindow {
  start: TimePoint | null;
  end: TimePoint | null;
  /** Where the end stands in the text, for what is wrong with it. */
  endAt?: number;
}

const CLOCK = String.raw`(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?`;
const ZONE = String.raw`(?:(Z|[+-]\d{2}:\d{2})|\[([^\]]*)\]| +([A-Za-z][A-Za-z0-9_+/-]*))?`;
const CLOCK_TIME = new RegExp(`^${CLOCK}${ZONE}$`, 'i');
const DATE_TIME = new RegExp(String.raw`^(\d{4})-(\d{2})-(\d{2})(?:t| +)${CLOCK}${ZONE}$`, 'i');
const HINT = 'write 2024-01-31T14:30:00Z, 14:30, +30s, -2m or milliseconds since 1970';

/**
 * A point in time: RFC 3339 (seconds and offset may be missing, a blank may stand for T), the same with a named zone (`2024-01-31T14:30[Europe/Vienna]`
 * as in RFC 9557, or behind a blank), a clock time, `+30s` (from the first packet) or `-2m` (from the last one), milliseconds since 1970 (an integer),
 * or seconds since 1970 with 9 digits as `formatTimestamp` prints them. Hours go to 23, seconds to 59: leap seconds have no time of their own.
 *
 * @throws PcapshError `time.syntax`, `time.range`, `time.zone`, `duration.…` (input), the span within `text`
 */
export function parseTimePoint(text: string): TimePoint {
  if (text.length > LONGEST_TEXT) throw wrong('syntax', `"${shownText(text)}" is not a time`, 0, text.length);
  if (/^\d+$/.test(text)) return { kind: 'absolute', text, time: BigInt(text) * 1_000_000n };
  if (/^-?\d+\.\d{9}$/.test(text)) return { kind: 'absolute', text, time: BigInt(text.replace('.', '')) };
  if (/^[+-]/.test(text)) return parseRelative(text);
  const clock = CLOCK_TIME.exec(text);
  if (clock !== null) {
    return { kind: 'clock', text, ofDay: clockOf(text, clock.slice(1)), zone: zoneOf(text, clock.slice(5)) };
  }
  const match = DATE_TIME.exec(text);
  if (match === null) {
    const hint = /^\d{4}-\d{2}-\d{2}$/.test(text) ? `add a clock time: ${text}T00:00` : HINT;
    throw wrong(
      'syntax',
      text === '' ? 'a time is missing' : `"${shownText(text)}" is not a time`,
      0,
      text.length,
      hint,
    );
  }
  const [year, month, day] = match.slice(1, 4).map(Number);
  checkRange(text, 'month', month, 1, 12, 5);
  checkRange(text, 'day', day, 1, daysInMonth(year, month), 8);
  const midnight = BigInt(daysFromDate(year, month, day) * SECONDS_PER_DAY) * NANOS_PER_SECOND;
  return { kind: 'civil', text, local: midnight + clockOf(text, match.slice(4)), zone: zoneOf(text, match.slice(8)) };
}

/**
 * A window `START..END`; either may be missing, then it is open on that side. A zone that is named at one end holds for both.
 *
 * @throws PcapshError as `parseTimePoint`, the span within `text`
 */
export function parseTimeWindow(text: string): TimeWindow {
  const middle = text.indexOf('..');
  if (middle < 0 || text.trim().length === 2) {
    throw wrong(
      'syntax',
      `"${shownText(text)}" is not a window of time`,
      0,
      text.length,
      'write 14:30..14:35, +30s.. or ..-2m',
    );
  }
  const start = pointAt(text, 0, middle);
  const end = pointAt(text, middle + 2, text.length);
  const endAt = middle + 2 + /^\s*/.exec(text.slice(middle + 2))![0].length;
  return { start: inZoneOf(start, end), end: inZoneOf(end, start), endAt };
}

/** A point between two places of a text, blanks around it apart; null where there is none. */
function pointAt(text: string, from: number, to: number): TimePoint | null {
  const part = text.slice(from, to);
  const lead = part.length - part.trimStart().length;
  return part.trim() === '' ? null : placed(from + lead, () => parseTimePoint(part.trim()));
}

/** A zone that is named at one end of a window holds for both; an offset, which belongs to a moment, does not. */
function inZoneOf(point: TimePoint | null, other: TimePoint | null): TimePoint | null {
  if (point === null || other === null || !('zone' in point) || !('zone' in other)) return point;
  if (point.zone !== null || other.zone === null || !/[A-Za-z]{2}\]?$/.test(other.text)) return point;
  return { ...point, zone: other.zone };
}

function parseRelative(text: string): TimePoint {
  const offset = placed(1, () => parseDuration(text.slice(1)));
  return text[0] === '+'
    ? { kind: 'relative', text, from: 'first', offset }
    : { kind: 'relative', text, from: 'last', offset: -offset };
}

/** Nanoseconds since midnight of the groups of CLOCK. */
function clockOf(text: string, groups: readonly string[]): Nanos {
  const [hours, minutes, seconds = '0', fraction = ''] = groups;
  const at = text.indexOf(':') - hours.length;
  checkRange(text, 'hour', Number(hours), 0, 23, at);
  checkRange(text, 'minute', Number(minutes), 0, 59, at + hours.length + 1);
  checkRange(text, 'second', Number(seconds), 0, 59, at + hours.length + 4);
  if (fraction.length > 9) {
    const start = text.indexOf('.') + 1;
    const message = `the fraction of "${text}" has ${fraction.length} digits, nanoseconds have 9`;
    throw wrong('range', message, start, start + fraction.length, 'leave the digits behind the ninth out');
  }
  const whole = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return BigInt(whole) * NANOS_PER_SECOND + BigInt(fraction.padEnd(9, '0'));
}

/** The zone of the groups of ZONE, null when none is given. RFC 3339 section 4.3: "-00:00" is UTC too. */
function zoneOf(text: string, groups: readonly (string | undefined)[]): string | null {
  const [offset, bracketed, spaced] = groups;
  if (offset !== undefined) {
    if (offset.toUpperCase() === 'Z') return 'UTC';
    const start = text.length - offset.length;
    checkRange(text, 'offset hour', Number(offset.slice(1, 3)), 0, 23, start + 1);
    checkRange(text, 'offset minute', Number(offset.slice(4)), 0, 59, start + 4);
    return offset;
  }
  const name = bracketed ?? spaced;
  if (name === undefined) return null;
  const start = text.length - name.length - (bracketed === undefined ? 0 : 1);
  return placed(start, () => checkZone(name));
}

function checkRange(text: string, what: string, value: number, low: number, high: number, at: number): void {
  if (value >= low && value <= high) return;
  const length = /^\d+/.exec(text.slice(at))?.[0].length ?? 0;
  throw wrong('range', `${what} ${value} of "${text}" is not ${low} to ${high}`, at, at + length);
}

/** Runs something on a part of a text that begins at `start`; its errors are placed in the whole text. */
export function placed<T>(start: number, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof PcapshError) || error.span === null) throw error;
    const { code, message, kind, hint, span } = error;
    throw new PcapshError(code, message, { kind, hint: hint ?? undefined, span: [span[0] + start, span[1] + start] });
  }
}

function wrong(code: string, message: string, start: number, end: number, hint = HINT): PcapshError {
  return new PcapshError(`time.${code}`, message, { kind: 'input', span: [start, end], hint });
}
