import { countBits, isSet, rowsOf } from '../table/bitmap.js';
import { RowFlag } from '../table/columns.js';
import { segmentRows } from '../table/packet-table.js';
import { splitNanos } from '../time.js';
import type { Selection, SourceSelection } from './selection.js';
import type { PlanOrder } from './steps.js';
import { isSortedAsRead, rowsByTime } from './time-order.js';

/** A selected row in the order of the timeline. */
export interface PlacedRow {
  /** Index in the selection. */
  source: number;
  /** Segment ordinal, and row in it. */
  segment: number;
  row: number;
}

/** Rows `first` to `last` (1-based positions, both included) of a selection, in the order that its plan has. */
export function* rowsInOrder(
  selection: Selection,
  order: PlanOrder,
  first = 1,
  last = Number.POSITIVE_INFINITY,
): Generator<PlacedRow> {
  if (last < first) return;
  if (order === 'time' && !isSortedAsRead(selection)) {
    yield* rowsByTime(selection, first, last);
    return;
  }
  if (selection.length === 1) {
    yield* rowsOfOne(selection[0], 0, first, last);
    return;
  }
  let position = 0;
  for (const placed of mergeRows(selection)) {
    position++;
    if (position > last) return;
    if (position >= first) yield placed;
  }
}

/** Segments that lie before `first` are passed over by their count alone. */
function* rowsOfOne(
  { table, bitmaps }: SourceSelection,
  source: number,
  first: number,
  last: number,
): Generator<PlacedRow> {
  let before = 0;
  for (let segment = 0; segment < bitmaps.length && before < last; segment++) {
    const bitmap = bitmaps[segment];
    const rows = segmentRows(table.segments[segment]);
    const count = bitmap === null ? rows : countBits(bitmap);
    if (before + count >= first) {
      const selected = bitmap === null ? null : rowsOf(bitmap, rows);
      const from = Math.max(first - before - 1, 0);
      const to = Math.min(last - before, count);
      for (let i = from; i < to; i++) yield { source, segment, row: selected === null ? i : selected[i] };
    }
    before += count;
  }
}

interface RowCursor {
  rows: Generator<PlacedRow>;
  head: PlacedRow;
  seconds: number;
  nanoseconds: number;
}

/**
 * The k-way merge of stream.ts over rows: earliest first, equal times in the order of the files, untimed packets behind their predecessor. All rows take part,
 * selected or not, so that what a filter drops does not change the order of the rest.
 */
function* mergeRows(selection: Selection): Generator<PlacedRow> {
  const cursors: RowCursor[] = [];
  selection.forEach(({ source: file, table }, source) => {
    const rows = rowsOfOne(
      { source: file, table, bitmaps: table.segments.map(() => null) },
      source,
      1,
      Number.POSITIVE_INFINITY,
    );
    const next = rows.next();
    if (next.done === true) return;
    const cursor: RowCursor = { rows, head: next.value, seconds: Number.NEGATIVE_INFINITY, nanoseconds: 0 };
    setTime(cursor, selection);
    cursors.push(cursor);
  });
  while (cursors.length > 0) {
    let earliest = cursors[0];
    for (const cursor of cursors) {
      if (
        cursor.seconds < earliest.seconds ||
        (cursor.seconds === earliest.seconds && cursor.nanoseconds < earliest.nanoseconds)
      )
        earliest = cursor;
    }
    const { source, segment, row } = earliest.head;
    const bitmap = selection[source].bitmaps[segment];
    if (bitmap === null || isSet(bitmap, row)) yield earliest.head;
    const next = earliest.rows.next();
    if (next.done === true) cursors.splice(cursors.indexOf(earliest), 1);
    else {
      earliest.head = next.value;
      setTime(earliest, selection);
    }
  }
}

function setTime(cursor: RowCursor, selection: Selection): void {
  const { source, segment: ordinal, row } = cursor.head;
  const segment = selection[source].table.segments[ordinal];
  if ((segment.flags[row] & RowFlag.timeExact) === 0) {
    cursor.seconds = segment.seconds[row];
    cursor.nanoseconds = segment.nanoseconds[row];
    return;
  }
  const exact = segment.exactTimes.get(row) ?? null;
  if (exact === null) return;
  const { seconds, nanoseconds } = splitNanos(exact);
  cursor.seconds = Number(seconds);
  cursor.nanoseconds = nanoseconds;
}
