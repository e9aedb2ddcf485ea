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
import { gatherRows } from './selected-rows.js';
import { createSizeHistogram, DENSE_SIZES, mergeSizeHistogram, type SizeHistogram } from './sizes.js';

/** What a summary has counted so far, flows apart. Plain data that `postMessage` can carry. */
export interface SummaryState {
  packets: number;
  capturedBytes: number;
  originalBytes: number;
  /** Earliest and latest timed packet. */
  first: Nanos | null;
  last: Nanos | null;
  sizes: SizeHistogram;
  protocols: ProtocolHistogram;
}

/** Counts packets segment by segment. Merging is exact and associative, so segments, workers and files combine in any grouping. */
export interface SummaryAccumulator {
  /**
   * Adds the selected rows of a segment: columns only. `selection`: bit `row & 31` of word `row >>> 5`; null takes all `rows`. `encapsulations`:
   * the dictionary of the segment's table.
   */
  addSegment(
    segment: Segment,
    rows: number,
    selection: Uint32Array | null,
    encapsulations: readonly Encapsulation[],
  ): void;
  merge(other: SummaryAccumulator): void;
  /** The live state, not a copy: structured clone copies it. */
  toState(): SummaryState;
}

export function createSummary(): SummaryAccumulator {
  return summaryFromState({
    packets: 0,
    capturedBytes: 0,
    originalBytes: 0,
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
      const picked = selection === null ? null : gatherRows(selection, rows);
      const count = picked === null ? rows : picked.length;
      state.packets += count;
      translateClasses(state.protocols, translation, encapsulations);
      addLengths(state, segment, picked, count);
      addProtocols(state.protocols, translation, segment, picked, count);
      addTimes(state, segment, picked, count);
    },
    merge(other) {
      const from = other.toState();
      state.packets += from.packets;
      state.capturedBytes += from.capturedBytes;
      state.originalBytes += from.originalBytes;
      addTime(state, from.first);
      addTime(state, from.last);
      mergeSizeHistogram(state.sizes, from.sizes);
      mergeProtocolHistogram(state.protocols, from.protocols);
    },
    toState: () => state,
  };
}

function addLengths(state: SummaryState, segment: Segment, picked: Uint32Array | null, count: number): void {
  const { length, originalLength } = segment;
  const { dense, beyond } = state.sizes;
  let captured = 0;
  let original = 0;
  for (let i = 0; i < count; i++) {
    const row = picked === null ? i : picked[i];
    const size = originalLength[row];
    captured += length[row];
    original += size;
    if (size < DENSE_SIZES) dense[size]++;
    else beyond.set(size, (beyond.get(size) ?? 0) + 1);
  }
  state.capturedBytes += captured;
  state.originalBytes += original;
}

function addProtocols(
  histogram: ProtocolHistogram,
  translation: ClassTranslation,
  segment: Segment,
  picked: Uint32Array | null,
  count: number,
): void {
  const { encapsulation, protocol, flags } = segment;
  const { classOf } = translation;
  const { counts } = histogram;
  for (let i = 0; i < count; i++) {
    const row = picked === null ? i : picked[i];
    const later = (flags[row] & RowFlag.laterFragment) !== 0 ? 1 : 0;
    counts[(classOf[encapsulation[row]] << 9) + (protocol[row] << 1) + later]++;
  }
}

function addTimes(state: SummaryState, segment: Segment, picked: Uint32Array | null, count: number): void {
  const { seconds, nanoseconds, flags, exactTimes } = segment;
  let firstSecond = 0xffffffff;
  let firstNanosecond = 0xffffffff;
  let lastSecond = -1;
  let lastNanosecond = 0;
  for (let i = 0; i < count; i++) {
    const row = picked === null ? i : picked[i];
    if ((flags[row] & RowFlag.timeExact) !== 0) {
      addTime(state, exactTimes.get(row) ?? null);
      continue;
    }
    const second = seconds[row];
    const nanosecond = nanoseconds[row];
    if (second < firstSecond || (second === firstSecond && nanosecond < firstNanosecond)) {
      firstSecond = second;
      firstNanosecond = nanosecond;
    }
    if (second > lastSecond || (second === lastSecond && nanosecond > lastNanosecond)) {
      lastSecond = second;
      lastNanosecond = nanosecond;
    }
  }
  if (lastSecond < 0) return;
  addTime(state, nanosFromParts(firstSecond, firstNanosecond));
  addTime(state, nanosFromParts(lastSecond, lastNanosecond));
}

function addTime(state: SummaryState, time: Nanos | null): void {
  if (time === null) return;
  if (state.first === null || time < state.first) state.first = time;
  if (state.last === null || time > state.last) state.last = time;
}
