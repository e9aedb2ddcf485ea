import { RowFlag, SEGMENT_ROWS, type Segment } from '../columns.js';
import { segmentRows } from '../packet-table.js';
import { align, columnPlaces, SEGMENT_COLUMNS } from './layout.js';
import { MOST_STRUCTURED_BYTES } from './structured.js';

/** What the directory of a sidecar says of a segment. */
export interface SegmentEntry {
  rows: number;
  /** Byte offsets of its first and its last record in the capture. */
  firstOffset: number;
  lastOffset: number;
  /** Earliest and latest time of its rows, those flagged timeExact apart; firstSeconds > lastSeconds when there is none. */
  firstSeconds: number;
  firstNanoseconds: number;
  lastSeconds: number;
  lastNanoseconds: number;
  /** No row is earlier than the one before it, and none is flagged timeExact. */
  sorted: boolean;
  /** Place of its columns in the sidecar, and their checksums in the order of SEGMENT_COLUMNS. Padding is not covered. */
  at: number;
  checksums: bigint[];
  /** Its exceptional times: bytes behind the columns (0: none), and their checksum. */
  timeBytes: number;
  timeChecksum: bigint;
}

const NUMBERS = [
  'rows',
  'firstOffset',
  'lastOffset',
  'firstSeconds',
  'firstNanoseconds',
  'lastSeconds',
  'lastNanoseconds',
  'at',
  'timeBytes',
] as const;
const WORDS = NUMBERS.length + 1 + SEGMENT_COLUMNS.length + 1;
export const ENTRY_BYTES = 8 * WORDS;

/** What the columns of a segment that is done say of it; places and checksums are still to be filled in. */
export function surveySegment(segment: Segment): SegmentEntry {
  const rows = segmentRows(segment);
  const { seconds, nanoseconds, flags, offset } = segment;
  const { timeExact } = RowFlag;
  let sorted = true;
  let first = -1;
  let last = -1;
  let before = -1;
  for (let row = 0; row < rows; row++) {
    if ((flags[row] & timeExact) !== 0) {
      sorted = false;
      continue;
    }
    if (before >= 0 && isEarlier(row, before)) sorted = false;
    if (first < 0 || isEarlier(row, first)) first = row;
    if (last < 0 || isEarlier(last, row)) last = row;
    before = row;
  }
  function isEarlier(a: number, b: number): boolean {
    return seconds[a] < seconds[b] || (seconds[a] === seconds[b] && nanoseconds[a] < nanoseconds[b]);
  }
  return {
    rows,
    firstOffset: offset[0],
    lastOffset: offset[rows - 1],
    firstSeconds: first < 0 ? 0xffffffff : seconds[first],
    firstNanoseconds: first < 0 ? 0 : nanoseconds[first],
    lastSeconds: last < 0 ? 0 : seconds[last],
    lastNanoseconds: last < 0 ? 0 : nanoseconds[last],
    sorted,
    at: 0,
    checksums: SEGMENT_COLUMNS.map(() => 0n),
    timeBytes: 0,
    timeChecksum: 0n,
  };
}

/** Where the segment behind `entry` begins. */
export function endOfSegment({ at, rows, timeBytes }: Pick<SegmentEntry, 'at' | 'rows' | 'timeBytes'>): number {
  return at + columnPlaces(rows).bytes + align(timeBytes);
}

export function encodeDirectory(entries: readonly SegmentEntry[]): Uint8Array {
  const doubles = new Float64Array(entries.length * WORDS);
  const integers = new BigUint64Array(doubles.buffer);
  entries.forEach((entry, i) => {
    const base = i * WORDS;
    NUMBERS.forEach((name, j) => {
      doubles[base + j] = entry[name];
    });
    doubles[base + NUMBERS.length] = entry.sorted ? 1 : 0;
    integers.set([...entry.checksums, entry.timeChecksum], base + NUMBERS.length + 1);
  });
  return new Uint8Array(doubles.buffer);
}

/**
 * The entries of a directory (a whole number of them, at a multiple of 8 in its buffer) whose segments fill the sidecar from `from` to `totalBytes`; null
 * when they do not.
 */
export function decodeDirectory(bytes: Uint8Array, from: number, totalBytes: number): SegmentEntry[] | null {
  const doubles = new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8);
  const integers = new BigUint64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8);
  const entries: SegmentEntry[] = [];
  let place = from;
  for (let base = 0; base < doubles.length; base += WORDS) {
    const [rows, firstOffset, lastOffset, firstSeconds, firstNanoseconds, lastSeconds, lastNanoseconds, at, timeBytes] =
      doubles.subarray(base, base + NUMBERS.length);
    const hashes = base + NUMBERS.length + 1;
    if (!Number.isInteger(rows) || rows < 1 || rows > SEGMENT_ROWS || at !== place) return null;
    if (!Number.isInteger(timeBytes) || timeBytes < 0 || timeBytes > MOST_STRUCTURED_BYTES) return null;
    const entry: SegmentEntry = {
      ...{ rows, firstOffset, lastOffset, firstSeconds, firstNanoseconds, lastSeconds, lastNanoseconds },
      sorted: doubles[base + NUMBERS.length] === 1,
      at,
      checksums: [...integers.subarray(hashes, hashes + SEGMENT_COLUMNS.length)],
      timeBytes,
      timeChecksum: integers[hashes + SEGMENT_COLUMNS.length],
    };
    place = endOfSegment(entry);
    if (place > totalBytes) return null;
    entries.push(entry);
  }
  return place === totalBytes ? entries : null;
}
