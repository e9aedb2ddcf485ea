import { PcapshError, throwIfCancelled } from '../errors.js';
import { allocateBatch, type PacketBatch } from './batch.js';
import { createDamageLog, type DamageLog, logDamage } from './damage-log.js';
import { DETECTION_LENGTH, detectCapture } from './detect.js';
import { type Feed, fillFromFile, fillFromStream, openFileFeed, openStreamFeed } from './feed.js';
import type { CaptureDescription, Damage } from './model.js';
import { createPcapScanner } from './pcap/scanner.js';
import { type BlockReferences, createBlockReferences } from './pcapng/block-references.js';
import { createPcapngScanner } from './pcapng/scanner.js';
import { type ByteSource, notSeekable } from './source.js';
import type { Scanner } from './window.js';

export interface ReaderOptions {
  /** Collect non-packet blocks into `batch.blocks` (writers need them). */
  blocks?: boolean;
  /** At most so many packets a batch. Default 16,384. */
  rows?: number;
  /** Size of the window that is read at once, bytes. Default 1 MiB. It grows where one record is longer. */
  windowBytes?: number;
  /** Records that begin at or behind this byte offset are not read. Default: no limit. */
  until?: number;
  signal?: AbortSignal;
}

/**
 * Reads a capture in order, batch by batch. The batch is reused: it holds until the next is asked for. With `blocks` a batch may hold blocks and no
 * packet.
 */
export interface CaptureReader {
  /** Grows while reading: sections and interfaces appear as they are met. */
  readonly description: CaptureDescription;
  /** The first 1,000 damages; `damageCount` counts all. */
  readonly damage: Damage[];
  readonly damageCount: number;
  /** Where the non-packet blocks of pcapng stand; empty for pcap. */
  readonly blockReferences: BlockReferences;
  /** Bytes of the (uncompressed) source that have been used. */
  readonly position: number;
  /** Packets in the batches so far. */
  readonly packets: number;
  /** Offset of the first record, null until it has been read. */
  readonly firstOffset: number | null;
  /** At the end: offset of the first record at or behind `until`, else the end of the data; null when that could not be told because of damage there. */
  readonly nextOffset: number | null;
  /** The file has grown since it was opened: what had arrived was read. */
  readonly growing: boolean;
  /** The next batch, or null at the end. Works on every source. */
  next(): Promise<PacketBatch | null>;
  /** The same without waiting; seekable sources only. */
  nextSync(): PacketBatch | null;
  /** Lets go of the reader; the source stays open. */
  close(): void;
}

/** Packets of a reader's first batch; each next one may be twice as large. The engine has then seen a batch end often before it compiles the loops. */
const FIRST_ROWS = 64;
const DEFAULT_ROWS = 16_384;
const DEFAULT_WINDOW = 1024 * 1024;
/** Plausible records that must follow each other where reading begins in the middle of a file. */
const SEAM_CHAIN = 24;

interface Reading {
  readonly feed: Feed;
  readonly options: ReaderOptions;
  readonly rows: number;
  readonly batch: PacketBatch;
  readonly description: CaptureDescription;
  readonly damage: DamageLog;
  readonly references: BlockReferences;
  readonly scanner: Scanner;
  packets: number;
  firstOffset: number | null;
  growing: boolean;
  finished: boolean;
}

/** Opens a reader on any source. Throws what `detectCapture` throws. */
export async function openReader(source: ByteSource, options: ReaderOptions = {}): Promise<CaptureReader> {
  if (source.seekable) return openReaderSync(source, options);
  const feed = openStreamFeed(source, options.windowBytes ?? DEFAULT_WINDOW, options.signal);
  while (feed.window.end < DETECTION_LENGTH && !feed.window.final) await fillFromStream(feed, options.signal);
  return startReading(feed, options);
}

/** Opens a reader on a source that can seek. Throws what `detectCapture` throws. */
export function openReaderSync(source: ByteSource, options: ReaderOptions = {}): CaptureReader {
  requireSeekable(source);
  const feed = openFileFeed(source, options.windowBytes ?? DEFAULT_WINDOW, 0);
  while (feed.window.end < DETECTION_LENGTH && !feed.window.final) fillFromFile(feed);
  return startReading(feed, options);
}

/**
 * Opens a reader in the middle of a file that is known already: it looks for the first record at or behind byte `from`, a chain of 24 plausible ones
 * (or fewer up to the end), and reads the records that begin before `until`. Numbers count from 1. `description` is copied; sections and interfaces
 * that are met are added to the copy. With `known`, `from` is where a record begins, and nothing is looked for.
 */
export function openReaderAt(
  source: ByteSource,
  description: CaptureDescription,
  from: number,
  until: number,
  options: ReaderOptions & { known?: boolean } = {},
): CaptureReader {
  requireSeekable(source);
  const feed = openFileFeed(source, options.windowBytes ?? DEFAULT_WINDOW, from);
  const copy = { ...description, sections: [...description.sections], interfaces: [...description.interfaces] };
  return createReader(feed, { ...options, until }, copy, options.known === true ? 0 : SEAM_CHAIN);
}

function requireSeekable(source: ByteSource): void {
  if (!source.seekable) throw notSeekable(source.name);
}

function startReading(feed: Feed, options: ReaderOptions): CaptureReader {
  const { source, window } = feed;
  const head = window.bytes.subarray(0, Math.min(window.end, DETECTION_LENGTH));
  // Nothing could be decompressed: the damage says more than "empty" would.
  const problem = feed.problem ?? source.problem ?? null;
  if (head.length === 0 && problem !== null) throw new PcapshError('format.compression', `${source.name}: ${problem}`);
  const detected = detectCapture(source.name, head);
  window.start = detected.headerLength;
  return createReader(feed, options, { ...detected.description, compression: source.compression }, 0);
}

function createReader(
  feed: Feed,
  options: ReaderOptions,
  description: CaptureDescription,
  chain: number,
): CaptureReader {
  const rows = options.rows ?? DEFAULT_ROWS;
  const batch = allocateBatch(rows);
  const damage = createDamageLog();
  const references = createBlockReferences();
  const until = options.until ?? Number.POSITIVE_INFINITY;
  const collect = options.blocks ?? false;
  const header = description.pcap;
  const scanner =
    header !== null
      ? createPcapScanner({ header, byteOrder: description.sections[0].byteOrder, batch, damage, until, chain })
      : createPcapngScanner({ description, batch, damage, references, collect, until, chain });
  const state = { packets: 0, firstOffset: null, growing: false, finished: false };
  return readerOf({ feed, options, rows, batch, description, damage, references, scanner, ...state });
}

function readerOf(reading: Reading): CaptureReader {
  const { feed } = reading;
  return {
    description: reading.description,
    damage: reading.damage.list,
    blockReferences: reading.references,
    get damageCount() {
      return reading.damage.total;
    },
    get position() {
      return feed.window.position + feed.window.start;
    },
    get packets() {
      return reading.packets;
    },
    get firstOffset() {
      return reading.firstOffset;
    },
    get nextOffset() {
      return reading.scanner.nextOffset;
    },
    get growing() {
      return reading.growing;
    },
    next: () => (feed.chunks === null ? nextFromFile(reading) : nextFromStream(reading)),
    nextSync: () => {
      requireSeekable(feed.source);
      return nextSync(reading);
    },
    close: () => {
      reading.finished = true;
      void feed.chunks?.return?.();
    },
  };
}

/** One turn of the scanner: a batch, null at the end, or -1 when it needs more bytes. */
function advance(reading: Reading): PacketBatch | null | -1 {
  const { batch, scanner } = reading;
  const { window } = reading.feed;
  if (reading.finished) return null;
  const need = scanner.finished ? 0 : scanner.scan(window, Math.min(reading.rows, FIRST_ROWS + reading.packets));
  batch.bytes = window.bytes;
  batch.position = window.position;
  if (batch.count > 0 || batch.blocks.length > 0) {
    if (batch.count > 0) reading.firstOffset ??= window.position + batch.recordStart[0];
    reading.packets += batch.count;
    return batch;
  }
  if (need > 0 && !scanner.finished && !window.final) return -1;
  end(reading);
  return null;
}

/** Notes what is only known at the end. */
function end(reading: Reading): void {
  const { source, window } = reading.feed;
  const toTheEnd = reading.options.until === undefined || reading.options.until === Number.POSITIVE_INFINITY;
  const problem = reading.feed.problem ?? (toTheEnd ? source.problem : null) ?? null;
  reading.finished = true;
  if (problem !== null) {
    logDamage(reading.damage, reading.packets + 1, window.position + window.end, 0, () => problem);
  }
  if (!source.seekable || source.size === null) return;
  const size = source.currentSize();
  reading.growing = size !== null && size > source.size;
}

function clear(batch: PacketBatch): void {
  batch.count = 0;
  if (batch.exactTimes.size > 0) batch.exactTimes.clear();
  if (batch.blocks.length > 0) batch.blocks = [];
}

function nextSync(reading: Reading): PacketBatch | null {
  clear(reading.batch);
  for (;;) {
    throwIfCancelled(reading.options.signal);
    const answer = advance(reading);
    if (answer !== -1) return answer;
    fillFromFile(reading.feed);
  }
}

/** Lets other work of the thread happen between two batches, a signal among it. */
async function nextFromFile(reading: Reading): Promise<PacketBatch | null> {
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
  return nextSync(reading);
}

async function nextFromStream(reading: Reading): Promise<PacketBatch | null> {
  clear(reading.batch);
  for (;;) {
    throwIfCancelled(reading.options.signal);
    const answer = advance(reading);
    if (answer !== -1) return answer;
    await fillFromStream(reading.feed, reading.options.signal);
  }
}
