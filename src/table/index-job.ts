import type { CaptureDescription, Damage } from '../formats/model.js';
import { type CaptureReader, openReader, openReaderAt, openReaderSync } from '../formats/reader.js';
import type { ByteSource } from '../formats/source.js';
import type { Segment } from './columns.js';
import type { Encapsulation } from './encapsulation.js';
import type { AddressColumns, FlowColumns } from './flow-columns.js';
import { IndexPass } from './index-pass.js';

/** Smallest record of both formats on disk, bytes. */
const SMALLEST_RECORD = 16;
/** So often a pass lets other work of its thread run and looks whether it is cancelled, milliseconds. */
const SLICE_MILLISECONDS = 15;

/** Small enough that a window and its batch stay in the second-level cache beside the flow table: measured a fifth faster than 1 MiB and 16,384 rows. */
export const INDEX_READING = { windowBytes: 512 * 1024, rows: 4096 };

/** No more packets than this can stand in so many bytes of a capture. */
export function mostRowsIn(bytes: number): number {
  return bytes / SMALLEST_RECORD + 8;
}

/** Which part of a file a job reads. */
export interface IndexRange {
  /** First byte; 0 is the beginning of the file. Elsewhere the reader resynchronises. */
  from: number;
  /** Records that begin before this byte are read; null: to the end. */
  until: number | null;
  /** What is known of the file when the job doesn't begin at its beginning. */
  description: CaptureDescription | null;
  /** A record begins at `from`: the reader need not resynchronise. Default false. */
  known?: boolean;
}

export interface IndexJobOptions {
  range: IndexRange;
  /** false: one segment is used over and over; only what `onRows` counted, flows and totals remain. */
  retain: boolean;
  onSegment?: (segment: Segment) => void;
  onRows?: (segment: Segment, from: number, to: number, encapsulations: readonly Encapsulation[]) => void;
  /** Bytes of the source read, and rows indexed. */
  onProgress?: (bytes: number, rows: number) => void;
  /** Asked every few milliseconds. */
  isCancelled: () => boolean;
}

/** What a finished job knows, apart from its segments. Everything in it can be posted to another thread. */
export interface IndexOutcome {
  rows: number;
  flows: FlowColumns;
  addresses: AddressColumns;
  encapsulations: Encapsulation[];
  description: CaptureDescription;
  /** The first thousand places of each part; `damageCount` counts all. */
  damage: Damage[];
  damageCount: number;
  /** Offset of the first record read, and of the first one at or beyond `until`; null without one. */
  firstOffset: number | null;
  nextOffset: number | null;
}

/** What a running job knows: enough to judge the first `rows` rows by their columns. */
export interface IndexSnapshot {
  rows: number;
  flows: FlowColumns;
  addresses: AddressColumns;
  encapsulations: Encapsulation[];
  description: CaptureDescription;
}

/** One run of the index pass over a part of a file, in whatever thread calls it. */
export interface IndexJob {
  run(): Promise<void>;
  /** Adds the outcome of the job that read the rest of the file; its segments' flow and encapsulation columns are translated in place. */
  absorb(rest: IndexOutcome, segments: readonly Segment[]): void;
  outcome(): IndexOutcome;
  snapshot(): IndexSnapshot;
}

/** A job that has not run yet. Throws what opening and detecting the source throws. */
export async function openIndexJob(source: ByteSource, options: IndexJobOptions): Promise<IndexJob> {
  const { range } = options;
  const reader = await openRange(source, range);
  const size = source.size;
  const pass = new IndexPass({
    mostRows: size === null ? Number.POSITIVE_INFINITY : mostRowsIn(Math.min(range.until ?? size, size) - range.from),
    retain: options.retain,
    onSegment: options.onSegment,
    onRows: (segment, from, to) => options.onRows?.(segment, from, to, pass.encapsulations.entries),
  });
  let rest: IndexOutcome | null = null;
  return {
    run: () => runPass(reader, source, pass, options),
    absorb(outcome, segments) {
      const flowOf = pass.flows.absorb(outcome.flows, outcome.addresses);
      const encapsulationOf = pass.encapsulations.absorb(outcome.encapsulations);
      for (const segment of segments) translate(segment, flowOf, encapsulationOf);
      rest = outcome;
    },
    outcome: () => join(reader, pass, rest),
    snapshot: () => ({
      rows: pass.rows,
      ...pass.flows.snapshot(),
      encapsulations: [...pass.encapsulations.entries],
      description: reader.description,
    }),
  };
}

function openRange(source: ByteSource, range: IndexRange): Promise<CaptureReader> | CaptureReader {
  const until = range.until ?? Number.POSITIVE_INFINITY;
  const options = { until, ...INDEX_READING };
  if (range.description !== null)
    return openReaderAt(source, range.description, range.from, until, { ...INDEX_READING, known: range.known });
  return source.seekable ? openReaderSync(source, options) : openReader(source, options);
}

async function runPass(
  reader: CaptureReader,
  source: ByteSource,
  pass: IndexPass,
  options: IndexJobOptions,
): Promise<void> {
  let sliceEnd = performance.now() + SLICE_MILLISECONDS;
  try {
    for (;;) {
      const batch = source.seekable ? reader.nextSync() : await reader.next();
      if (batch === null) break;
      pass.add(batch, reader.description);
      if (performance.now() < sliceEnd) continue;
      options.onProgress?.(source.seekable ? reader.position - options.range.from : source.rawPosition, pass.rows);
      await new Promise((resolve) => setImmediate(resolve));
      if (options.isCancelled()) return;
      sliceEnd = performance.now() + SLICE_MILLISECONDS;
    }
    pass.finish();
  } finally {
    reader.close();
  }
}

function translate(segment: Segment, flowOf: Uint32Array, encapsulationOf: Uint16Array): void {
  const rows = Atomics.load(segment.count, 0);
  const { flow, encapsulation } = segment;
  for (let row = 0; row < rows; row++) {
    const ordinal = flow[row] >>> 1;
    if (ordinal < flowOf.length) flow[row] = flowOf[ordinal] * 2 + (flow[row] & 1);
    if (encapsulation[row] < encapsulationOf.length) encapsulation[row] = encapsulationOf[encapsulation[row]];
  }
}

function join(reader: CaptureReader, pass: IndexPass, rest: IndexOutcome | null): IndexOutcome {
  const { flows, addresses } = pass.flows.toColumns();
  const shift = pass.rows;
  return {
    rows: shift + (rest?.rows ?? 0),
    flows,
    addresses,
    encapsulations: pass.encapsulations.entries,
    description: rest?.description ?? reader.description,
    damage: [...reader.damage, ...(rest?.damage ?? []).map((place) => ({ ...place, packet: place.packet + shift }))],
    damageCount: reader.damageCount + (rest?.damageCount ?? 0),
    firstOffset: reader.firstOffset,
    nextOffset: rest === null ? reader.nextOffset : rest.nextOffset,
  };
}
