import { type Bitmap, rowsOf } from '../table/bitmap.js';
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
  /** Adds the rows from `from` to `to` of a segment. */
  addRows(segment: Segment, from: number, to: number, encapsulations: readonly Encapsulation[]): void;
  merge(other: SummaryAccumulator): void;
  /** The live state, not a copy: structured clone copies it. */
  toState(): SummaryState;
}

/** Rows that are counted in one go. */
const PIECE = 4096;

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
  const add = (columns: CountedColumns, from: number, to: number, encapsulations: readonly Encapsulation[]): void => {
    state.packets += to - from;
    translateClasses(state.protocols, translation, encapsulations);
    // In pieces, so that what is counted thrice is still in the cache; and a long loop that ends would be compiled anew each time.
    for (let at = from; at < to; at += PIECE) {
      const end = Math.min(at + PIECE, to);
      addLengths(state, columns, at, end);
      addProtocols(state.protocols, translation, columns, at, end);
      addTimes(state, columns, at, end);
    }
  };
  return {
    addSegment(segment, rows, selection, encapsulations) {
      const picked = selection === null ? null : rowsOf(selection, rows);
      if (picked === null) add(segment, 0, rows, encapsulations);
      else add(pickColumns(segment, picked), 0, picked.length, encapsulations);
    },
    addRows: add,
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

function addLengths(state: SummaryState, columns: CountedColumns, from: number, to: number): void {
  const { length, originalLength } = columns;
  const { dense, beyond } = state.sizes;
  const denseSizes = DENSE_SIZES;
  let captured = 0;
  for (let i = from; i < to; i++) {
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
  from: number,
  to: number,
): void {
  const { encapsulation, protocol, flags } = columns;
  const { classOf } = translation;
  const { counts } = histogram;
  const { laterFragment } = RowFlag;
  for (let i = from; i < to; i++) {
    const later = (flags[i] & laterFragment) === 0 ? 0 : 1;
    counts[(classOf[encapsulation[i]] << 9) | (protocol[i] << 1) | later]++;
  }
}

function addTimes(state: SummaryState, columns: CountedColumns, from: number, to: number): void {
  const { seconds, nanoseconds, flags } = columns;
  const { timeExact } = RowFlag;
  let first = -1;
  let last = -1;
  let firstSecond = 0xffffffff;
  let lastSecond = 0;
  for (let i = from; i < to; i++) {
    if ((flags[i] & timeExact) !== 0) {
      addTime(state, columns.exactTimes.get(i) ?? null);
      continue;
    }
    const second = seconds[i];
    if (second <= firstSecond && (first < 0 || second < firstSecond || nanoseconds[i] < nanoseconds[first])) {
      first = i;
      firstSecond = second;
    }
    if (second >= lastSecond && (last < 0 || second > lastSecond || nanoseconds[i] > nanoseconds[last])) {
      last = i;
      lastSecond = second;
    }
  }
  if (first < 0) return;
  addTime(state, nanosFromParts(firstSecond, nanoseconds[first]));
  addTime(state, nanosFromParts(lastSecond, nanoseconds[last]));
}

function addTime(state: SummaryState, time: Nanos | null): void {
  if (time === null) return;
  if (state.first === null || time < state.first) state.first = time;
  if (state.last === null || time > state.last) state.last = time;
}
