import { RowFlag, type Segment } from './columns.js';

/** What is known of the times of a segment's rows. */
export interface SegmentTimes {
  /** Rows that were looked at. */
  readonly rows: number;
  /** Every row has a time that fits the columns, and none is earlier than the row before it. */
  readonly sorted: boolean;
}

const known = new WeakMap<Segment, SegmentTimes>();

/** Found in one scan of the segment's first `rows` rows, and remembered: published rows never change. */
export function segmentTimes(segment: Segment, rows: number): SegmentTimes {
  const before = known.get(segment);
  if (before?.rows === rows) return before;
  const found = { rows, sorted: isSorted(segment, rows) };
  known.set(segment, found);
  return found;
}

function isSorted({ seconds, nanoseconds, flags }: Segment, rows: number): boolean {
  for (let row = 0; row < rows; row++) {
    if ((flags[row] & RowFlag.timeExact) !== 0) return false;
    if (row === 0) continue;
    if (seconds[row] < seconds[row - 1]) return false;
    if (seconds[row] === seconds[row - 1] && nanoseconds[row] < nanoseconds[row - 1]) return false;
  }
  return true;
}
