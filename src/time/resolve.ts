import { PcapshError } from '../errors.js';
import { END_SECOND, FIRST_SECOND, SECONDS_PER_DAY } from './calendar.js';
import { formatTimestamp } from './format.js';
import { NANOS_PER_SECOND, type Nanos, splitNanos } from './nanos.js';
import { placed, type TimePoint, type TimeWindow } from './parse.js';
import { instantsOfLocal, zoneOffset } from './zone.js';

/** What a typed time is understood by. */
export interface TimeContext {
  /** For times without one; UTC without it. */
  zone?: string;
  /** Earliest and latest timed packet of the stage's input, null if none. */
  first: Nanos | null;
  last: Nanos | null;
}

/** Both ends belong to it; null is open. */
export interface TimeRange {
  start: Nanos | null;
  end: Nanos | null;
}

/** Whether what a point means hangs on the packets: it counts from the first or the last one, or has no date. */
export function needsPackets(point: TimePoint | null): boolean {
  return point !== null && (point.kind === 'relative' || point.kind === 'clock');
}

/** Whether what a window means hangs on the packets: a clock time at one end takes its day from the other, where that has one. */
export function windowNeedsPackets({ start, end }: TimeWindow): boolean {
  if (start?.kind === 'relative' || end?.kind === 'relative') return true;
  const isClock = (point: TimePoint | null): boolean => point?.kind === 'clock';
  return (isClock(start) && (end === null || isClock(end))) || (isClock(end) && start === null);
}

type ClockPoint = Extract<TimePoint, { kind: 'clock' }>;

/**
 * The instant of a typed time. A clock time without a date is the first such one at or after the earliest packet.
 *
 * @throws PcapshError `time.no-packets` (failure): it counts from a packet, and no packet has a time; `time.no-date` (failure): that packet's time is in
 * no year that has dates; `time.skipped`, `time.twice` (input): a local time that the zone's clocks leave out or show twice
 */
export function resolveTimePoint(point: TimePoint, context: TimeContext): Nanos {
  switch (point.kind) {
    case 'absolute':
      return point.time;
    case 'civil':
      return resolveCivil(point.text, point.local, point.zone ?? context.zone ?? 'UTC');
    case 'relative':
      return anchor(point, point.from === 'first' ? context.first : context.last) + point.offset;
    case 'clock':
      return clockAfter(point, anchor(point, context.first), context);
  }
}

/**
 * The instants of a window. Clock times in it belong together: an end without a date is the first such clock time at or after a start that has one, else
 * at or after the earliest packet; a start without a date is the last such clock time at or before the end. So `14:30..14:35` holds the packets of
 * a capture that begins at 14:32, and `23:50..00:10` spans midnight; where the first clock times at or after the earliest packet make a window, it is this one.
 *
 * @throws PcapshError as `resolveTimePoint`; `time.order` (input) when the end lies before the start
 */
export function resolveTimeWindow(window: TimeWindow, context: TimeContext): TimeRange {
  const { start, end, endAt = 0 } = window;
  if (end === null) return { start: start === null ? null : resolveTimePoint(start, context), end: null };
  const resolveEnd = (): Nanos => placed(endAt, () => resolveTimePoint(end, context));
  if (start === null) return { start: null, end: resolveEnd() };
  let from: Nanos;
  let to: Nanos;
  if (start.kind === 'clock') {
    to = resolveEnd();
    from = clockBefore(start, to, context);
  } else {
    from = resolveTimePoint(start, context);
    to = end.kind === 'clock' ? clockAfter(end, from, context) : resolveEnd();
  }
  if (to < from) {
    const message = `the window ends at ${formatTimestamp(to)}, before its start at ${formatTimestamp(from)}`;
    const span = [0, Math.max(endAt, start.text.length + 2) + end.text.length] as const;
    throw new PcapshError('time.order', message, { kind: 'input', span, hint: 'put the earlier time first' });
  }
  return { start: from, end: to };
}

function anchor(point: TimePoint, packet: Nanos | null): Nanos {
  if (packet !== null) return packet;
  const message = `"${point.text}" counts from a packet's time, and no packet here has one`;
  throw new PcapshError('time.no-packets', message, { hint: 'give a time with a date' });
}

function resolveCivil(text: string, local: Nanos, zone: string): Nanos {
  const { seconds, nanoseconds } = splitNanos(local);
  const instants = instantsOfLocal(zone, Number(seconds));
  if (instants.length === 1) return BigInt(instants[0]) * NANOS_PER_SECOND + BigInt(nanoseconds);
  const input = { kind: 'input', span: [0, text.length] } as const;
  if (instants.length === 0) {
    const message = `clocks in ${zone} were put forward over "${text}"`;
    throw new PcapshError('time.skipped', message, { ...input, hint: 'give the time with its offset from UTC' });
  }
  const [first, second] = instants.map((instant) => formatTimestamp(BigInt(instant) * NANOS_PER_SECOND));
  const message = `"${text}" occurs twice in ${zone}: ${first} and ${second}`;
  throw new PcapshError('time.twice', message, { ...input, hint: 'write one of the two' });
}

/**
 * What has to be told of clock times whose day was chosen: that clocks show one twice on that day, or that they were put forward over it on a day between.
 * `range` is what the window was resolved to.
 */
export function clockNotes({ start, end }: TimeWindow, range: TimeRange, context: TimeContext): string[] {
  return [
    ...notesOf(start, range.start, range.end ?? context.first, context),
    ...notesOf(end, range.end, range.start ?? context.first, context),
  ];
}

function notesOf(point: TimePoint | null, instant: Nanos | null, from: Nanos | null, context: TimeContext): string[] {
  if (point?.kind !== 'clock' || instant === null) return [];
  const zone = point.zone ?? context.zone ?? 'UTC';
  const second = Number(splitNanos(instant).seconds);
  const local = second + zoneOffset(zone, second);
  const notes: string[] = [];
  const other = instantsOfLocal(zone, local).find((each) => each !== second);
  if (other !== undefined) {
    const [taken, left] = [second, other].map((each) => formatTimestamp(BigInt(each) * NANOS_PER_SECOND, zone));
    notes.push(`"${point.text}" occurs twice in ${zone}: ${taken} is taken, not ${left}`);
  }
  const step = from === null || from <= instant ? -SECONDS_PER_DAY : SECONDS_PER_DAY;
  const beside = local + step;
  const passed = BigInt(beside - zoneOffset(zone, second)) * NANOS_PER_SECOND;
  const between = from !== null && (step < 0 ? passed >= from - HOUR : passed <= from + HOUR);
  if (between && instantsOfLocal(zone, beside).length === 0) {
    const there = step < 0 ? 'the day before' : 'the day after';
    notes.push(
      `clocks in ${zone} were put forward over "${point.text}" ${there} ${formatTimestamp(instant, zone)}, which is taken`,
    );
  }
  return notes;
}

/** Clocks are put forward by as much, rarely by less. */
const HOUR = 3_600n * NANOS_PER_SECOND;

/** The first instant at or after `time` at which clocks show the clock time. */
function clockAfter(point: ClockPoint, time: Nanos, context: TimeContext): Nanos {
  // Clocks may leave it out on one day, so the day after the next is looked at too.
  return clockInstants(point, time, [-1, 0, 1, 2], context).find((instant) => instant >= time)!;
}

/** The last instant at or before `time` at which clocks show the clock time. */
function clockBefore(point: ClockPoint, time: Nanos, context: TimeContext): Nanos {
  return clockInstants(point, time, [-2, -1, 0, 1], context).findLast((instant) => instant <= time)!;
}

/** When clocks show the clock time on the days around `time`, in order. */
function clockInstants(point: ClockPoint, time: Nanos, days: readonly number[], context: TimeContext): Nanos[] {
  const zone = point.zone ?? context.zone ?? 'UTC';
  const second = Number(splitNanos(time).seconds);
  if (second < FIRST_SECOND || second >= END_SECOND) {
    const message = `"${point.text}" is near no date: ${formatTimestamp(time)} is outside the years 0000 to 9999`;
    throw new PcapshError('time.no-date', message, { hint: 'give seconds since 1970 with 9 digits' });
  }
  const today = Math.floor((second + zoneOffset(zone, second)) / SECONDS_PER_DAY);
  const { seconds, nanoseconds } = splitNanos(point.ofDay);
  return days
    .flatMap((day) => instantsOfLocal(zone, (today + day) * SECONDS_PER_DAY + Number(seconds)))
    .map((instant) => BigInt(instant) * NANOS_PER_SECOND + BigInt(nanoseconds));
}
