import { throwIfCancelled } from '../errors.js';
import { type PacketBatch, TIME_EXACT } from '../formats/batch.js';
import { type CaptureReader, openReader } from '../formats/reader.js';
import type { RunOptions } from '../progress.js';
import { splitNanos } from '../time.js';
import { sliceBatch } from './batch-slice.js';
import type { SourceFile } from './source-file.js';
import { requireNotShrunk } from './sources-unchanged.js';
import type { StreamStage } from './stages.js';

/** So often a long run lets other work of its thread go on, milliseconds. */
const SLICE_MILLISECONDS = 15;

/** Some packets of one source, and which of them the stages kept. Holds until the next is asked for. */
export interface StreamedBatch {
  batch: PacketBatch;
  /** keep[i] is 1 or 0; null: every packet is kept. */
  keep: Uint8Array | null;
  source: SourceFile;
  /** 0-based place of the source among those that were loaded together. */
  ordinal: number;
}

export interface StreamOptions extends RunOptions {
  /** Deliver non-packet blocks. A batch is then delivered even when nothing in it is kept. */
  blocks?: boolean;
}

/** Reads the sources in one pass, in the order of one timeline, and lets the stages judge. Ends early when no later packet can get through. */
export async function* streamBatches(
  sources: readonly SourceFile[],
  stages: readonly StreamStage[],
  options: StreamOptions = {},
): AsyncGenerator<StreamedBatch> {
  const batches = sources.length === 1 ? readOne(sources[0], options) : readMerged(sources, options);
  let keep = new Uint8Array(0);
  for await (const { batch, source, ordinal } of batches) {
    if (stages.length === 0) {
      yield { batch, keep: null, source, ordinal };
      continue;
    }
    if (keep.length < batch.count) keep = new Uint8Array(Math.max(batch.count, 16_384));
    keep.fill(1, 0, batch.count);
    for (const stage of stages) stage.apply(batch, keep, source, ordinal);
    yield { batch, keep, source, ordinal };
    if (options.blocks !== true && stages.some((stage) => stage.isDone())) return;
  }
}

type SourceBatch = Omit<StreamedBatch, 'keep'>;

interface OpenSource {
  source: SourceFile;
  ordinal: number;
  reader: CaptureReader;
  next(): Promise<PacketBatch | null>;
}

/** Small, so that a look at the first packets costs little; no slower than larger ones. */
const WINDOW_BYTES = 512 * 1024;

/** Opens a reader whose description and damage show up in the source while it reads, unless a table knows all of that already. */
async function open(source: SourceFile, ordinal: number, options: StreamOptions): Promise<OpenSource> {
  const { blocks, signal } = options;
  const reader = await openReader(source.bytes, { blocks, signal, windowBytes: WINDOW_BYTES });
  if (source.table?.done !== true) {
    source.description = reader.description;
    source.damage = reader.damage;
    source.damageCount = () => reader.damageCount;
  }
  const sync = source.bytes.seekable;
  return { source, ordinal, reader, next: async () => (sync ? reader.nextSync() : reader.next()) };
}

/** Lets timers, signals and the prompt have the thread now and then, reports progress and stops a cancelled run. */
function createPacer(options: StreamOptions, done: () => number, total: number | null): () => Promise<void> | null {
  let sliceEnd = performance.now() + SLICE_MILLISECONDS;
  const rest = async (): Promise<void> => {
    options.onProgress?.({ done: done(), total, unit: 'bytes' });
    await new Promise((resolve) => setImmediate(resolve));
    throwIfCancelled(options.signal);
    sliceEnd = performance.now() + SLICE_MILLISECONDS;
  };
  return () => (performance.now() < sliceEnd ? null : rest());
}

/** Bytes of all sources on disk, for progress; null when one of them is not known. */
export function totalSize(sources: readonly SourceFile[]): number | null {
  return sources.reduce<number | null>(
    (sum, { bytes }) => (sum === null || bytes.rawSize === null ? null : sum + bytes.rawSize),
    0,
  );
}

function positionOf({ source, reader }: OpenSource): number {
  return source.bytes.seekable ? reader.position : source.bytes.rawPosition;
}

async function* readOne(source: SourceFile, options: StreamOptions): AsyncGenerator<SourceBatch> {
  throwIfCancelled(options.signal);
  const opened = await open(source, 0, options);
  const pace = createPacer(options, () => positionOf(opened), totalSize([source]));
  try {
    for (;;) {
      const batch = await opened.next();
      if (batch === null) break;
      yield { batch, source, ordinal: 0 };
      await pace();
    }
    requireNotShrunk(source.bytes);
  } finally {
    opened.reader.close();
  }
}

/** Where a source stands in the merge: its batch, the next packet in it, and that packet's time as it counts for the order. */
interface Cursor {
  opened: OpenSource;
  batch: PacketBatch;
  at: number;
  seconds: number;
  nanoseconds: number;
}

/**
 * One timeline: always the source whose next packet is earliest; equal times in the order of the files. An untimed packet keeps its predecessor's place. Runs
 * of packets of one source are passed on together.
 */
async function* readMerged(sources: readonly SourceFile[], options: StreamOptions): AsyncGenerator<SourceBatch> {
  throwIfCancelled(options.signal);
  const opened: OpenSource[] = [];
  try {
    for (const [ordinal, source] of sources.entries()) opened.push(await open(source, ordinal, options));
    const done = (): number => opened.reduce((sum, one) => sum + positionOf(one), 0);
    const pace = createPacer(options, done, totalSize(sources));
    const cursors: Cursor[] = [];
    for (const one of opened) {
      const cursor: Cursor = { opened: one, batch: EMPTY, at: 0, seconds: Number.NEGATIVE_INFINITY, nanoseconds: 0 };
      const first = await one.next();
      if (first === null) continue;
      cursor.batch = first;
      readTime(cursor);
      cursors.push(cursor);
    }
    for (let earliest = earliestOf(cursors); earliest !== null; earliest = earliestOf(cursors)) {
      const limit = earliestOf(cursors.filter((cursor) => cursor !== earliest));
      const { batch, opened: from } = earliest;
      const start = earliest.at;
      while (earliest.at < batch.count && (limit === null || precedes(earliest, limit))) {
        earliest.at++;
        if (earliest.at < batch.count) readTime(earliest);
      }
      yield { batch: sliceBatch(batch, start, earliest.at), source: from.source, ordinal: from.ordinal };
      await pace();
      if (earliest.at < batch.count) continue;
      const next = await from.next();
      if (next === null) cursors.splice(cursors.indexOf(earliest), 1);
      else {
        earliest.batch = next;
        earliest.at = 0;
        readTime(earliest);
      }
    }
    for (const { source } of opened) requireNotShrunk(source.bytes);
  } finally {
    for (const { reader } of opened) reader.close();
  }
}

const EMPTY = { count: 0 } as PacketBatch;

function earliestOf(cursors: readonly Cursor[]): Cursor | null {
  let earliest: Cursor | null = null;
  for (const cursor of cursors) if (earliest === null || isBefore(cursor, earliest)) earliest = cursor;
  return earliest;
}

function isBefore(a: Cursor, b: Cursor): boolean {
  return a.seconds < b.seconds || (a.seconds === b.seconds && a.nanoseconds < b.nanoseconds);
}

/** a's next packet goes before b's: earlier, or at the same time in a file that was named earlier. */
function precedes(a: Cursor, b: Cursor): boolean {
  if (isBefore(a, b)) return true;
  return !isBefore(b, a) && a.opened.ordinal < b.opened.ordinal;
}

function readTime(cursor: Cursor): void {
  const { batch, at } = cursor;
  if (at >= batch.count) return;
  if ((batch.flags[at] & TIME_EXACT) === 0) {
    cursor.seconds = batch.seconds[at];
    cursor.nanoseconds = batch.nanoseconds[at];
    return;
  }
  const exact = batch.exactTimes.get(at) ?? null;
  if (exact === null) return;
  const { seconds, nanoseconds } = splitNanos(exact);
  cursor.seconds = Number(seconds);
  cursor.nanoseconds = nanoseconds;
}
