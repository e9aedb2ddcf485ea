import { type Bitmap, isSet, rowsOf } from '../table/bitmap.js';
import { RowFlag, type Segment } from '../table/columns.js';
import type { Encapsulation } from '../table/encapsulation.js';
import { type Nanos, nanosFromParts } from '../time.js';
import {
  type ClassTranslation,
  createClassTranslation,
  createProtocolHistogram,
  mergeProtocolHistogram,
  type ProtocolHistogram,
  translateClasses,
} from './protocols.js';
import { type CountedColumns, pickColumns } from './selected-rows.js';
import { createSizeHistogram, DENSE_SIZES, mergeSizeHistogram, type SizeHistogram } from './sizes.js';

/** What a summary has counted so far, flows apart. Plain data that `postMessage` can carry. */
export interface SummaryState {
  packets: number;
  capturedBytes: number;
  /** Earliest and latest timed packet. */
  first: Nanos | null;
  last: Nanos | null;
  sizes: SizeHistogram;
  protocols: ProtocolHistogram;
}

/** Counts packets segment by segment. Merging is exact and associative, so segments, workers and files combine in any grouping. */
export interface SummaryAccumulator {
  /**
   * Adds the selected rows of a segment: columns only; without a selection all `rows`. `encapsulations`:
   * the dictionary of the segment's table.
   */
  addSegment(segment: Segment, rows: number, selection: Bitmap | null, encapsulations: readonly Encapsulation[]): void;
  merge(other: SummaryAccumulator): void;
  /** The live state, not a copy: structured clone copies it. */
  toState(): SummaryState;
}

export function createSummary(): SummaryAccumulator {
  return summaryFromState({
    packets: 0,
    capturedBytes: 0,
    first: null,
    last: null,
    sizes: createSizeHistogram(),
    protocols: createProtocolHistogram(),
  });
}

/** Goes on from a state that another thread sent; takes it over. */
export function summaryFromState(state: SummaryState): SummaryAccumulator {
  const translation = createClassTranslation();
  return {
    addSegment(segment, rows, selection, encapsulations) {
      const picked = selection === null ? null : rowsOf(selection, rows);
      const columns = picked === null ? segment : pickColumns(segment, picked);
      const count = picked === null ? rows : picked.length;
      state.packets += count;
      translateClasses(state.protocols, translation, encapsulations);
      addLengths(state, columns, count);
      addProtocols(state.protocols, translation, columns, count);
      addTimes(state, columns, count);
      for (const [row, time] of segment.exactTimes) {
        if (row < rows && (selection === null || isSet(selection, row))) addTime(state, time);
      }
    },
    merge(other) {
      const from = other.toState();
      state.packets += from.packets;
      state.capturedBytes += from.capturedBytes;
      addTime(state, from.first);
      addTime(state, from.last);
      mergeSizeHistogram(state.sizes, from.sizes);
      mergeProtocolHistogram(state.protocols, from.protocols);
    },
    toState: () => state,
  };
}

// Each loop reads few columns: one loop over all of them is no faster. Constants are local, because a bundle's are variables to the compiler.

function addLengths(state: SummaryState, columns: CountedColumns, count: number): void {
  const { length, originalLength } = columns;
  const { dense, beyond } = state.sizes;
  const denseSizes = DENSE_SIZES;
  let captured = 0;
  for (let i = 0; i < count; i++) {
    const size = originalLength[i];
    captured += length[i];
    if (size < denseSizes) dense[size]++;
    else beyond.set(size, (beyond.get(size) ?? 0) + 1);
  }
  state.capturedBytes += captured;
}

function addProtocols(
  histogram: ProtocolHistogram,
  translation: ClassTranslation,
  columns: CountedColumns,
  count: number,
): void {
  const { encapsulation, protocol, flags } = columns;
  const { classOf } = translation;
  const { counts } = histogram;
  const { laterFragment } = RowFlag;
  for (let i = 0; i < count; i++) {
    const later = (flags[i] & laterFragment) === 0 ? 0 : 1;
    counts[(classOf[encapsulation[i]] << 9) | (protocol[i] << 1) | later]++;
  }
}

/** Rows flagged timeExact are passed over: their times are not in the columns. */
function addTimes(state: SummaryState, columns: CountedColumns, count: number): void {
  const { seconds, nanoseconds, flags } = columns;
  const { timeExact } = RowFlag;
  let first = 0;
  while (first < count && (flags[first] & timeExact) !== 0) first++;
  if (first === count) return;
  let last = first;
  let firstSecond = seconds[first];
  let lastSecond = firstSecond;
  for (let i = first; i < count; i++) {
    if ((flags[i] & timeExact) !== 0) continue;
    const second = seconds[i];
    if (second <= firstSecond && (second < firstSecond || nanoseconds[i] < nanoseconds[first])) {
      first = i;
      firstSecond = second;
    }
    if (second >= lastSecond && (second > lastSecond || nanoseconds[i] > nanoseconds[last])) {
      last = i;
      lastSecond = second;
    }
  }
  addTime(state, nanosFromParts(firstSecond, nanoseconds[first]));
  addTime(state, nanosFromParts(lastSecond, nanoseconds[last]));
}

function addTime(state: SummaryState, time: Nanos | null): void {
  if (time === null) return;
  if (state.first === null || time < state.first) state.first = time;
  if (state.last === null || time > state.last) state.last = time;
}
