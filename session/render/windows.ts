import type { Result, ToldWindow } from '../../commands/result.js';
import { escapeText } from '../../src/bytes/escape.js';
import { formatTimestamp, type Nanos } from '../../src/time.js';
import { INDENT, type View } from './view.js';
import { widthOf } from './width.js';

/** A time in three parts: "2026-11-21", "14:30:00.25", "+01:00". Nothing is rounded. */
function partsOf(time: Nanos, zone: string): { date: string; clock: string; offset: string } {
  const text = formatTimestamp(time, zone);
  const match = /^(.{10})T(.{8})\.(\d{9})(.*)$/.exec(text);
  // Outside the years 0000 to 9999: seconds since 1970.
  if (match === null) return { date: '', clock: text, offset: '' };
  const fraction = match[3].replace(/0+$/, '');
  return { date: match[1], clock: fraction === '' ? match[2] : `${match[2]}.${fraction}`, offset: match[4] };
}

/** "2026-11-21 14:30:00 → 14:35:00 Europe/Berlin (+01:00)". */
function rangeText(start: Nanos | null, end: Nanos | null, zone: string): string {
  const from = start === null ? null : partsOf(start, zone);
  const to = end === null ? null : partsOf(end, zone);
  const offsets = new Set([from?.offset, to?.offset].filter((offset) => offset !== undefined && offset !== ''));
  const each = offsets.size > 1; // clocks changed between the ends
  const text = ({ date, clock, offset }: NonNullable<typeof from>, withDate: boolean): string =>
    `${withDate && date !== '' ? `${date} ` : ''}${clock}${each ? ` (${offset})` : ''}`;
  const first = from === null ? 'the beginning' : text(from, true);
  const last = to === null ? 'the end' : text(to, to.date !== from?.date);
  const [offset] = offsets;
  const told = each || offset === undefined || offset === 'Z' || offset === zone ? '' : ` (${offset})`;
  return `${first} → ${last} ${zone}${told}`;
}

function windowLines({ text, zone, resolved }: ToldWindow, { paint, width }: View): string[] {
  const what = escapeText(text);
  const meaning =
    resolved === null
      ? `counts from packets, clock times in ${zone}: told at the first look`
      : resolved.nowhere
        ? `nowhere (${zone}): no packet that comes in has a time`
        : rangeText(resolved.start, resolved.end, resolved.zone);
  const notes = (resolved?.notes ?? []).map((note) => `${INDENT}${paint.dim(escapeText(note))}`);
  if (widthOf(what) + widthOf(meaning) + 2 * INDENT.length <= width)
    return [`${INDENT}${paint.dim(what)}${INDENT}${meaning}`, ...notes];
  return [`${INDENT}${paint.dim(what)}`, `${INDENT}${INDENT}${meaning}`, ...notes];
}

/** What each window of time is. */
export function windowsLines(result: Result & { kind: 'windows' }, view: View): string[] {
  return result.windows.flatMap((window) => windowLines(window, view));
}
