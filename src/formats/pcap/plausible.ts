import type { Window } from '../window.js';
import { capturedLength, originalLength, type RecordLayout } from './record.js';

/** A record this far from its predecessor in time is looked at twice. */
export const NEAR_SECONDS = 86_400;

/** Records that must follow each other before a chain is believed: near the last good time, or near each other only. */
const NEAR_CHAIN = 3;
const FAR_CHAIN = 8;
/** A chain this long is believed wherever it leads. */
const LONG_CHAIN = 24;
/** Records without captured bytes prove nothing: a payload of zeros looks like them. So many in a row do. */
const EMPTY_CHAIN = 4096;
/** So many records with captured bytes that are all odd decide against a chain: read four bytes off its place, a file may look like one. */
const UNDECIDED_CHAIN = 256;
/** Original lengths beyond this are not believed while searching. */
const ORIGINAL_LIMIT = 1 << 24;

/** What looking at a chain of records came to. `more`: the window ends before it could be decided. */
export type Verdict = 'yes' | 'no' | 'more';

function isNear(seconds: number, reference: number): boolean {
  return Math.abs(seconds - reference) <= NEAR_SECONDS;
}

/**
 * Whether the unusual record at `at` (odd time, captured length above the original one) is one after all: following the lengths leads
 * to ordinary records or exactly to the end of the data. `end` of the answer: the place in the window up to which records are proven.
 */
export function followsOn(
  layout: RecordLayout,
  window: Window,
  at: number,
  last: number | null,
): { verdict: Verdict; end: number } {
  const { view, end } = window;
  let place = at;
  let near = 0;
  let steady = 0;
  let filled = 0;
  let previous = -1;
  for (let i = 0; i < EMPTY_CHAIN && filled < UNDECIDED_CHAIN; i++) {
    if (end - place < layout.headerLength) {
      if (!window.final) return { verdict: 'more', end: place };
      return { verdict: place === end ? 'yes' : 'no', end: place };
    }
    const captured = capturedLength(layout, view, place);
    const original = originalLength(layout, view, place);
    if (captured > layout.limit) return { verdict: 'no', end: place };
    if (captured > 0) filled++;
    if (captured > 0 && captured <= original && original <= ORIGINAL_LIMIT) {
      const seconds = view.getUint32(place, layout.little);
      if (view.getUint32(place + 4, layout.little) < layout.fractionUnits) {
        if (last === null || isNear(seconds, last)) near++;
        if (previous >= 0 && isNear(seconds, previous)) steady++;
      }
      previous = seconds;
    }
    place += layout.headerLength + captured;
    if (place > end) return { verdict: window.final ? 'no' : 'more', end: place };
    // A run of zeros leads anywhere, to a true record as well.
    if (filled > i && (near >= NEAR_CHAIN || steady >= LONG_CHAIN)) return { verdict: 'yes', end: place };
  }
  return { verdict: filled === 0 ? 'yes' : 'no', end: place };
}

export interface Search {
  layout: RecordLayout;
  /** Whole seconds of the last good record, null when there is none. */
  last: number | null;
  /** The file has shown captured lengths above original ones. */
  allowLonger: boolean;
  /** Records that a chain must have at least; 0: as many as its times call for. */
  chain: number;
}

/** Whether records begin at `at`: a chain of plausible ones that also leads past `crossing`, or exactly to the end of the data. */
export function beginsAt(search: Search, window: Window, at: number, crossing: number): Verdict {
  const { layout, last } = search;
  const { view, end } = window;
  const limit = Math.min(layout.limit, ORIGINAL_LIMIT);
  const first = view.getUint32(at, layout.little);
  let near = last !== null;
  let place = at;
  for (let count = 0; ; count++) {
    const wanted = search.chain > 0 ? search.chain : near ? NEAR_CHAIN : FAR_CHAIN;
    if (count >= wanted && (place >= crossing || count >= LONG_CHAIN)) return 'yes';
    if (end - place < layout.headerLength) {
      if (!window.final) return 'more';
      return count >= (place === end ? 1 : near ? 2 : NEAR_CHAIN) ? 'yes' : 'no';
    }
    const captured = capturedLength(layout, view, place);
    const original = originalLength(layout, view, place);
    const seconds = view.getUint32(place, layout.little);
    if (captured === 0 || captured > limit || original > ORIGINAL_LIMIT) return 'no';
    if (captured > original && !search.allowLonger) return 'no';
    if (view.getUint32(place + 4, layout.little) >= layout.fractionUnits || !isNear(seconds, first)) return 'no';
    if (last !== null && !isNear(seconds, last)) near = false;
    place += layout.headerLength + captured;
    if (place > end) {
      if (!window.final) return 'more';
      return count >= (near ? 2 : NEAR_CHAIN) ? 'yes' : 'no';
    }
  }
}

/**
 * Looks for the first place from `from` on, before `until`, at which records begin. `at` is that place; with `more` the place that could not be
 * decided within the window, with `no` the place from which a later search goes on.
 */
export function searchRecords(
  search: Search,
  window: Window,
  from: number,
  until: number,
  crossing: number,
): { verdict: Verdict; at: number } {
  const { layout } = search;
  const { view, end } = window;
  const little = layout.little;
  const capturedAt = layout.maybeSwapped ? layout.originalAt : layout.capturedAt;
  const ceiling = layout.maybeSwapped ? ORIGINAL_LIMIT : layout.limit;
  const stop = Math.min(until, end - layout.headerLength + 1);
  for (let at = from; at < stop; at++) {
    // Most places fail here; the rest of the header is looked at only where the length could be one.
    if (view.getUint32(at + capturedAt, little) > ceiling) continue;
    if (view.getUint32(at + 4, little) >= layout.fractionUnits) continue;
    const verdict = beginsAt(search, window, at, crossing);
    if (verdict !== 'no') return { verdict, at };
  }
  if (until > stop && !window.final) return { verdict: 'more', at: Math.max(from, stop) };
  return { verdict: 'no', at: Math.max(from, Math.min(until, end)) };
}
