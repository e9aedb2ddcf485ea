import { PcapshError } from '../errors.js';
import { daysFromDate, END_SECOND, FIRST_SECOND, SECONDS_PER_DAY } from './calendar.js';

/**
 * A zone is "UTC", a fixed offset ("+02:00") or a name of the IANA time zone database ("Europe/Vienna"). Offsets are seconds east of UTC, exact to the
 * second (local mean times before standard time have odd ones), as the runtime's copy of the database has them.
 */
interface Zone {
  formatter: Intl.DateTimeFormat;
  /** Offset by hour since 1970, for hours in which it does not change. */
  hours: Map<number, number>;
}

const SECONDS_PER_HOUR = 3600;
const MOST_HOURS = 8192;
const FIXED = /^([+-])([01]\d|2[0-3]):([0-5]\d)$/;

const zones = new Map<string, Zone>();

/**
 * Returns `name` if it is a zone.
 *
 * @throws PcapshError `time.zone` (input) with the whole name as span
 */
export function checkZone(name: string): string {
  if (name !== 'UTC' && !FIXED.test(name)) namedZone(name);
  return name;
}

/** Seconds east of UTC at an instant (whole seconds since 1970). Beyond the years 0000 to 9999 that of their end. */
export function zoneOffset(name: string, second: number): number {
  if (name === 'UTC') return 0;
  const fixed = FIXED.exec(name);
  if (fixed !== null) return (fixed[1] === '-' ? -1 : 1) * (Number(fixed[2]) * 3600 + Number(fixed[3]) * 60);
  const zone = namedZone(name);
  const within = Math.min(Math.max(second, FIRST_SECOND + SECONDS_PER_DAY), END_SECOND - SECONDS_PER_DAY);
  const hour = Math.floor(within / SECONDS_PER_HOUR);
  const known = zone.hours.get(hour);
  if (known !== undefined) return known;
  const start = computeOffset(zone, hour * SECONDS_PER_HOUR);
  if (start !== computeOffset(zone, (hour + 1) * SECONDS_PER_HOUR - 1)) return computeOffset(zone, within);
  if (zone.hours.size >= MOST_HOURS) zone.hours.clear();
  zone.hours.set(hour, start);
  return start;
}

/**
 * The instants at which clocks of the zone show a local time (seconds since 1970-01-01T00:00:00 of the local calendar), earliest first: one; none when
 * clocks are put forward over it; two when they are put back.
 */
export function instantsOfLocal(name: string, local: number): number[] {
  const offsets = new Set([
    zoneOffset(name, local - SECONDS_PER_DAY),
    zoneOffset(name, local),
    zoneOffset(name, local + SECONDS_PER_DAY),
  ]);
  return [...offsets]
    .map((offset) => local - offset)
    .filter((second) => second + zoneOffset(name, second) === local)
    .sort((a, b) => a - b);
}

function namedZone(name: string): Zone {
  const known = zones.get(name);
  if (known !== undefined) return known;
  const zone = { formatter: createFormatter(name), hours: new Map<number, number>() };
  zones.set(name, zone);
  return zone;
}

function createFormatter(name: string): Intl.DateTimeFormat {
  const numeric = 'numeric';
  try {
    return new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', {
      timeZone: name,
      hourCycle: 'h23',
      era: 'narrow',
      year: numeric,
      month: numeric,
      day: numeric,
      hour: numeric,
      minute: numeric,
      second: numeric,
    });
  } catch (cause) {
    throw new PcapshError('time.zone', `unknown time zone "${name}"`, {
      kind: 'input',
      span: [0, name.length],
      hint: 'name it as the IANA database does: Europe/Vienna, America/New_York, UTC',
      cause,
    });
  }
}

function computeOffset(zone: Zone, second: number): number {
  const shown: Record<string, string> = {};
  for (const { type, value } of zone.formatter.formatToParts(second * 1000)) shown[type] = value;
  const year = shown.era === 'B' ? 1 - Number(shown.year) : Number(shown.year);
  const days = daysFromDate(year, Number(shown.month), Number(shown.day));
  const clock = Number(shown.hour) * 3600 + Number(shown.minute) * 60 + Number(shown.second);
  return days * SECONDS_PER_DAY + clock - second;
}
