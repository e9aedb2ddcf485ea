import { isSet } from '../table/bitmap.js';
import { RowFlag } from '../table/columns.js';
import { type PacketTable, segmentRows } from '../table/packet-table.js';
import { segmentTimes } from '../table/segment-times.js';
import { splitNanos } from '../time.js';
import { countSelected, type Selection } from './selection.js';
import type { PlacedRow } from './selection-order.js';

/** Of each finished table: whether its times never go back. */
const sorted = new WeakMap<PacketTable, boolean>();

/** A run of the times of a table in the order of its file. An untimed row keeps its predecessor's time; before any time it has the earliest there is. */
interface Clock {
  seconds: number;
  nanoseconds: number;
  /** Sets it to the time of a row. Every row of a segment has to be shown to it. */
  read(row: number): void;
}

function clockOf(table: PacketTable): (segment: number) => Clock {
  const clock = { seconds: Number.NEGATIVE_INFINITY, nanoseconds: 0, read: (_row: number): void => undefined };
  return (ordinal) => {
    const { seconds, nanoseconds, flags, exactTimes } = table.segments[ordinal];
    clock.read = (row) => {
      if ((flags[row] & RowFlag.timeExact) === 0) {
        clock.seconds = seconds[row];
        clock.nanoseconds = nanoseconds[row];
        return;
      }
      const exact = exactTimes.get(row) ?? null;
      if (exact === null) return;
      const parts = splitNanos(exact);
      clock.seconds = Number(parts.seconds);
      clock.nanoseconds = parts.nanoseconds;
    };
    return clock;
  };
}

/** Whether the merge of the files is the order by time already: no file's times ever go back. */
export function isSortedAsRead(selection: Selection): boolean {
  return selection.every(({ table }) => {
    const known = sorted.get(table);
    if (known !== undefined) return known;
    const found = neverGoesBack(table);
    if (table.done) sorted.set(table, found);
    return found;
  });
}

function neverGoesBack(table: PacketTable): boolean {
  const enter = clockOf(table);
  let seconds = Number.NEGATIVE_INFINITY;
  let nanoseconds = 0;
  for (const [ordinal, segment] of table.segments.entries()) {
    const rows = segmentRows(segment);
    const clock = enter(ordinal);
    // Of a segment that is sorted by itself its ends tell enough.
    const inside = segmentTimes(segment, rows).sorted;
    for (let row = 0; row < rows; row = inside && row < rows - 1 ? rows - 1 : row + 1) {
      clock.read(row);
      if (clock.seconds < seconds || (clock.seconds === seconds && clock.nanoseconds < nanoseconds)) return false;
      seconds = clock.seconds;
      nanoseconds = clock.nanoseconds;
    }
  }
  return true;
}

/** Selected rows sorted by time, then source, then number: where each stands in the files. */
export interface TimeOrder {
  count: number;
  /** Index in the selection, segment ordinal and row of each, in the files' order; `order` tells which comes when. */
  source: Uint32Array;
  segment: Uint32Array;
  row: Uint32Array;
  order: readonly number[];
}

/** Sorts a selection. A sort of runs: nearly sorted captures take little more than one look at each row. */
export function orderByTime(selection: Selection): TimeOrder {
  const count = countSelected(selection);
  const [source, segment, row] = [new Uint32Array(count), new Uint32Array(count), new Uint32Array(count)];
  const seconds = new Float64Array(count);
  const nanoseconds = new Uint32Array(count);
  let at = 0;
  selection.forEach(({ table, bitmaps }, s) => {
    const enter = clockOf(table);
    table.segments.forEach((one, i) => {
      const clock = enter(i);
      const bitmap = bitmaps[i];
      const rows = segmentRows(one);
      for (let r = 0; r < rows; r++) {
        clock.read(r);
        if (bitmap !== null && !isSet(bitmap, r)) continue;
        source[at] = s;
        segment[at] = i;
        row[at] = r;
        seconds[at] = clock.seconds;
        nanoseconds[at++] = clock.nanoseconds;
      }
    });
  });
  const order = Array.from({ length: count }, (_, i) => i);
  // Stable: equal times stay in the order of sources and numbers.
  order.sort((a, b) => compare(seconds[a], seconds[b]) || nanoseconds[a] - nanoseconds[b]);
  return { count, source, segment, row, order };
}

/** Infinities have no difference. */
function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const orders = new WeakMap<Selection, TimeOrder>();

/** Rows at positions `first` to `last` (1-based) of a selection that is sorted by time. */
export function* rowsByTime(selection: Selection, first: number, last: number): Generator<PlacedRow> {
  const sortedRows = orders.get(selection) ?? orderByTime(selection);
  orders.set(selection, sortedRows);
  const { count, source, segment, row, order } = sortedRows;
  for (let position = Math.max(first, 1); position <= Math.min(last, count); position++) {
    const i = order[position - 1];
    yield { source: source[i], segment: segment[i], row: row[i] };
  }
}
