import { counted } from '../bytes/size.js';
import { PcapshError } from '../errors.js';
import { timeTest } from '../filter/time.js';
import { emptyBitmap } from '../table/bitmap.js';
import { RowFlag } from '../table/columns.js';
import { findRow, segmentRows, tableRows } from '../table/packet-table.js';
import {
  clockNotes,
  type Moment,
  type Nanos,
  nanosFromParts,
  needsPackets,
  parseDuration,
  parseMoment,
  parseTimeWindow,
  resolveTimePoint,
  resolveTimeWindow,
  type TimeContext,
  type TimePoint,
  type TimeRange,
  type TimeWindow,
  windowNeedsPackets,
} from '../time.js';
import { inputTimes } from './rule-input.js';
import type { Selection } from './selection.js';
import type { StreamStage } from './stages.js';
import type { TimeStep, WindowText } from './steps.js';

/** What a window of time turned out to be. Both ends belong to it; null is open. */
export interface ResolvedWindow extends TimeRange {
  /** As it was typed. */
  text: string;
  /** The zone in which it was typed. */
  zone: string;
  /** It counts from packets, and none that came in has a time: nothing is in it. */
  nowhere: boolean;
  /** What is to be told of clocks that were put forward or back, a sentence each. */
  notes: readonly string[];
}

type ParsedWindow = { kind: 'window'; window: TimeWindow } | { kind: 'around'; moment: Moment; within: Nanos };

function parseWindow(window: WindowText): ParsedWindow {
  if (typeof window === 'string') return { kind: 'window', window: parseTimeWindow(window) };
  return { kind: 'around', moment: parseMoment(window.around), within: parseDuration(window.within) };
}

/**
 * Says what is wrong with a window before anything is read. Throws what the parsers of `src/time` throw, the span within the text. `zone` null: it is not
 * known yet.
 */
export function checkWindow(window: WindowText, zone: string | null): void {
  const parsed = parseWindow(window);
  if (hangsOnInput(parsed) || (zone === null && pointsOf(parsed).some(lacksZone))) return;
  resolveParsed(parsed, { zone: zone ?? 'UTC', first: null, last: null });
}

function lacksZone(point: TimePoint): boolean {
  return 'zone' in point && point.zone === null;
}

function pointsOf(parsed: ParsedWindow): TimePoint[] {
  if (parsed.kind === 'around') return parsed.moment.kind === 'time' ? [parsed.moment.point] : [];
  const { start, end } = parsed.window;
  return [start, end].filter((point) => point !== null);
}

export function windowText(window: WindowText): string {
  return typeof window === 'string' ? window : `${window.within} around ${window.around}`;
}

function hangsOnInput(parsed: ParsedWindow): boolean {
  if (parsed.kind === 'window') return windowNeedsPackets(parsed.window);
  return parsed.moment.kind === 'packet' || needsPackets(parsed.moment.point);
}

/** The window counts from packets: from the first or last of the stage's input, from a clock time near them, or from one by its number. */
export function timeNeedsInput({ window }: TimeStep): boolean {
  return hangsOnInput(parseWindow(window));
}

function resolveParsed(parsed: Exclude<ParsedWindow, { moment: { kind: 'packet' } }>, context: TimeContext): TimeRange {
  if (parsed.kind === 'window') return resolveTimeWindow(parsed.window, context);
  if (parsed.moment.kind === 'packet') throw new TypeError('the time of a packet is not known here');
  return around(resolveTimePoint(parsed.moment.point, context), parsed.within);
}

function around(time: Nanos, within: Nanos): TimeRange {
  return { start: time - within, end: time + within };
}

/** What the window of a step is, by the packets that come into it; null where they are not needed. */
export function resolveWindow(step: TimeStep, input: Selection | null): ResolvedWindow {
  const parsed = parseWindow(step.window);
  const told = { text: windowText(step.window), zone: zoneOf(parsed) ?? step.zone, nowhere: false, notes: [] };
  if (!hangsOnInput(parsed) || input === null) {
    return { ...told, ...resolveParsed(parsed, { zone: step.zone, first: null, last: null }) };
  }
  if (parsed.kind === 'around' && parsed.moment.kind === 'packet') {
    return { ...told, ...around(timeOfPacket(input, parsed.moment), parsed.within) };
  }
  const context: TimeContext = { zone: step.zone, ...inputTimes(input) };
  if (context.first === null) return { ...told, start: null, end: null, nowhere: true };
  const range = resolveParsed(parsed, context);
  const notes = parsed.kind === 'window' ? clockNotes(parsed.window, range, context) : [];
  return { ...told, ...range, notes };
}

/** A zone that the window names itself. */
function zoneOf(parsed: ParsedWindow): string | null {
  for (const point of pointsOf(parsed)) {
    if ('zone' in point && point.zone !== null && /[A-Za-z]/.test(point.zone)) return point.zone;
  }
  return null;
}

/** The time of a packet of the files below, also where the stages between have dropped it. */
function timeOfPacket(input: Selection, { text, file, number }: Moment & { kind: 'packet' }): Nanos {
  if (file === null && input.length > 1) {
    throw new PcapshError('time.which-file', `${input.length} files are loaded: "${text}" is a packet of which?`, {
      kind: 'input',
      hint: `frame 1:${number} is packet ${number} of ${input[0].source.path}`,
    });
  }
  const selected = input[(file ?? 1) - 1];
  if (selected === undefined) {
    const held = input.length === 1 ? 'there is one file' : `there are ${input.length} files`;
    throw new PcapshError('time.no-packet', `there is no file ${file}: ${held}`);
  }
  const { source, table } = selected;
  const found = findRow(table, number - 1);
  if (found === null) {
    throw new PcapshError(
      'time.no-packet',
      `there is no packet ${number}: ${source.path} has ${counted(tableRows(table), 'packet')}`,
    );
  }
  const { segment, at } = found;
  if ((segment.flags[at] & RowFlag.timeExact) === 0)
    return nanosFromParts(segment.seconds[at], segment.nanoseconds[at]);
  const exact = segment.exactTimes.get(at) ?? null;
  if (exact !== null) return exact;
  throw new PcapshError('time.untimed', `packet ${number} has no time`, { hint: 'name another packet, or a time' });
}

/** A window that does not hang on the input, as a stage over a stream. */
export function streamTime(step: TimeStep): StreamStage {
  const { judge } = timeTest(resolveWindow(step, null));
  return {
    apply(batch, keep) {
      for (let i = 0; i < batch.count; i++) if (keep[i] !== 0 && !judge(batch, i)) keep[i] = 0;
    },
    isDone: () => false,
  };
}

/** The packets of a selection that lie in the window of a step. */
export function selectTime(selection: Selection, step: TimeStep): Selection {
  const resolved = resolveWindow(step, selection);
  const test = timeTest(resolved);
  return selection.map(({ source, table, bitmaps }) => ({
    source,
    table,
    bitmaps: table.segments.map((segment, i) => {
      const rows = segmentRows(segment);
      const bitmap = emptyBitmap(rows);
      const before = bitmaps[i];
      if (!resolved.nowhere) test.select(segment, rows, bitmap);
      if (before !== null) for (let w = 0; w < bitmap.length; w++) bitmap[w] &= before[w];
      return bitmap;
    }),
  }));
}
