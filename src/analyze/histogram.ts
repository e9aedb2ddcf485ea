import type { Bitmap } from '../table/bitmap.js';
import { NO_FLOW, RowFlag, type Segment } from '../table/columns.js';
import { type Nanos, nanosFromParts, splitNanos } from '../time.js';

/** Earliest and latest time; both belong to it. */
export interface TimeRange {
  first: Nanos;
  last: Nanos;
}

/** Packets by time: bucket i counts those from `first + i * width` to less than `width` later. Packets without a time are in none. */
export interface Histogram extends TimeRange {
  /** Nanoseconds, at least 1. */
  width: Nanos;
  counts: number[];
}

/** Buckets unless told: what a line of a narrow terminal can show. */
export const BUCKETS = 48;

/** No packet counted yet: `buckets` of one width that cover the range. */
export function emptyHistogram(range: TimeRange, buckets = BUCKETS): Histogram {
  const { first, last } = range;
  return { first, last, width: (last - first) / BigInt(buckets) + 1n, counts: new Array<number>(buckets).fill(0) };
}

/** What is known at a glance of packets in one walk over their columns. */
export interface Glance {
  packets: number;
  /** Original bytes. */
  bytes: number;
  /** Not 0 for each flow that has a packet, by ordinal. */
  seenFlows: Uint8Array;
  /** null where no packet of the range has a time. */
  histogram: Histogram | null;
}

/** Integers up to here are exact as numbers, and so is a quotient of two of them rounded down. */
const EXACT = 2 ** 52;

/** Rows that are looked at in one go: a millisecond or two. */
export const GLANCE_ROWS = 65_536;

/**
 * Adds rows of a segment that has `rows`: of those from `from` on (a multiple of 32) at most GLANCE_ROWS, and of these the selected ones (null: all). Their
 * times lie in the range of the histogram.
 */
export function glanceAt(glance: Glance, segment: Segment, from: number, rows: number, selection: Bitmap | null): void {
  const { seconds, nanoseconds, originalLength, flow, flags } = segment;
  const { seenFlows, histogram } = glance;
  const counts = histogram?.counts ?? [];
  const width = Number(histogram?.width ?? 1n);
  const start = splitNanos(histogram?.first ?? 0n);
  const firstSecond = Number(start.seconds);
  const firstNanosecond = start.nanoseconds;
  // So near to the end of a bucket a quotient may be rounded into the wrong one.
  const range = histogram === null ? 0 : Number(histogram.last - histogram.first);
  const unsure = range < EXACT ? -1 : (4 * range) / EXACT;
  const noFlow = NO_FLOW;
  const { timeExact } = RowFlag;
  const words = (Math.min(rows, from + GLANCE_ROWS) + 31) >>> 5;
  let packets = 0;
  let bytes = 0;
  for (let w = from >>> 5; w < words; w++) {
    let word = selection === null ? wholeWord(rows, w) : selection[w];
    while (word !== 0) {
      const row = (w << 5) + 31 - Math.clz32(word & -word);
      word &= word - 1;
      packets++;
      bytes += originalLength[row];
      const key = flow[row];
      if (key !== noFlow) seenFlows[key >>> 1] = 1;
      if (histogram === null) continue;
      if ((flags[row] & timeExact) !== 0) {
        const time = segment.exactTimes.get(row) ?? null;
        if (time !== null) counts[bucketOf(histogram, time)]++;
        continue;
      }
      const offset = (seconds[row] - firstSecond) * 1e9 + (nanoseconds[row] - firstNanosecond);
      const bucket = Math.floor(offset / width);
      const within = offset - bucket * width;
      if (within > unsure && width - within > unsure) counts[bucket]++;
      else counts[bucketOf(histogram, nanosFromParts(seconds[row], nanoseconds[row]))]++;
    }
  }
  glance.packets += packets;
  glance.bytes += bytes;
}

function wholeWord(rows: number, word: number): number {
  const left = rows - (word << 5);
  return left >= 32 ? -1 : (1 << left) - 1;
}

function bucketOf({ first, width }: Histogram, time: Nanos): number {
  return Number((time - first) / width);
}
