import { type PacketBatch, TIME_EXACT } from '../formats/batch.js';
import { type Bitmap, setRow, setRows } from '../table/bitmap.js';
import { RowFlag, type Segment } from '../table/columns.js';
import { segmentTimes } from '../table/segment-times.js';
import type { TimeRange } from '../time.js';
import { isExactWithin, isWithin, type TimeBounds, timeBounds } from './rule-tests.js';

/** A test whether packets lie in a window of time. A packet without a time lies in none, not even in one that is open on both sides. */
export interface TimeTest {
  /** Packet `i` of a batch. */
  judge(batch: PacketBatch, i: number): boolean;
  /** Sets the bits of the rows below `rows` that lie in the window. */
  select(segment: Segment, rows: number, bitmap: Bitmap): void;
}

/** The test of a window that has been resolved; both ends belong to it, null is open. */
export function timeTest(range: TimeRange): TimeTest {
  const bounds = timeBounds(range);
  return {
    judge: (batch, i) =>
      (batch.flags[i] & TIME_EXACT) === 0
        ? isWithin(bounds, batch.seconds[i], batch.nanoseconds[i])
        : isExactWithin(bounds, batch.exactTimes.get(i) ?? null),
    select(segment, rows, bitmap) {
      if (segmentTimes(segment, rows).sorted) selectSorted(bounds, segment, rows, bitmap);
      else selectEach(bounds, segment, rows, bitmap);
    },
  };
}

/** The rows of a window in a sorted segment are neighbours. */
function selectSorted(bounds: TimeBounds, { seconds, nanoseconds }: Segment, rows: number, bitmap: Bitmap): void {
  const { startSeconds, startNanoseconds, endSeconds, endNanoseconds } = bounds;
  const from = firstRow(rows, (row) => !isBefore(seconds[row], nanoseconds[row], startSeconds, startNanoseconds));
  const to = firstRow(rows, (row) => isBefore(endSeconds, endNanoseconds, seconds[row], nanoseconds[row]));
  setRows(bitmap, from, to);
}

function selectEach(bounds: TimeBounds, segment: Segment, rows: number, bitmap: Bitmap): void {
  const { seconds, nanoseconds, flags, exactTimes } = segment;
  for (let row = 0; row < rows; row++) {
    if ((flags[row] & RowFlag.timeExact) === 0 && isWithin(bounds, seconds[row], nanoseconds[row])) setRow(bitmap, row);
  }
  for (const [row, time] of exactTimes) if (row < rows && isExactWithin(bounds, time)) setRow(bitmap, row);
}

function isBefore(second: number, nanosecond: number, thanSecond: number, thanNanosecond: number): boolean {
  return second < thanSecond || (second === thanSecond && nanosecond < thanNanosecond);
}

/** The first row for which `holds`: once it holds it holds for all behind. `rows` where it holds for none. */
function firstRow(rows: number, holds: (row: number) => boolean): number {
  let low = 0;
  let high = rows;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
