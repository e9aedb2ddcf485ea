import { PcapshError, throwIfCancelled } from '../errors.js';
import { allocateBatch, type PacketBatch } from './batch.js';
import { createDamageLog, type DamageLog } from './damage-log.js';
import { DETECTION_LENGTH, detectCapture } from './detect.js';
import type { CaptureDescription, Damage } from './model.js';
import { createPcapScanner } from './pcap/scanner.js';
import { type BlockReferences, createBlockReferences } from './pcapng/block-references.js';
import { createPcapngScanner } from './pcapng/scanner.js';
import type { ByteSource } from './source.js';
import { createWindow, makeRoom, type Scanner, type Window } from './window.js';

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

const DEFAULT_ROWS = 16_384;
const DEFAULT_WINDOW = 1024 * 1024;
/** Plausible records that must follow each other where reading begins in the middle of a file. */
const SEAM_CHAIN = 24;

interface Reading {
  source: ByteSource;
  options: ReaderOptions;
  rows: number;
  window: Window;
  batch: PacketBatch;
  description: CaptureDescription;
  damage: DamageLog;
  references: BlockReferences;
  scanner: Scanner;
  chunks: AsyncIterator<Uint8Array> | null;
  /** What has arrived of a chunk and found no room yet. */
  pending: Uint8Array;
  packets: number;
  firstOffset: number | null;
  growing: boolean;
  finished: boolean;
}

/** Opens a reader on any source. Throws what `detectCapture` throws. */
export async function openReader(source: ByteSource, options: ReaderOptions = {}): Promise<CaptureReader> {
  if (source.seekable) return openReaderSync(source, options);
  const window = createWindow(options.windowBytes ?? DEFAULT_WINDOW, 0, null);
  const chunks = source.stream(options.signal)[Symbol.asyncIterator]();
  const reading = { window, chunks, pending: new Uint8Array(0) };
  while (window.end < DETECTION_LENGTH && !window.final) await fillFromStream(reading, options.signal);
  return startReading(source, options, window, chunks, reading.pending);
}

/** Opens a reader on a source that can seek. Throws what `detectCapture` throws. */
export function openReaderSync(source: ByteSource, options: ReaderOptions = {}): CaptureReader {
  requireSeekable(source);
  const window = createWindow(windowSize(source, options), 0, probeOf(source));
  while (window.end < DETECTION_LENGTH && !window.final) fillFromFile(window, source);
  return startReading(source, options, window, null, new Uint8Array(0));
}

/**
 * Opens a reader in the middle of a file that is known already: it looks for the first record at or behind byte `from` (a chain of 24 plausible ones;
 * none needed at the very beginning of the records) and reads the records that begin before `until`. Numbers count from 1. `description` is
 * copied; sections and interfaces that are met are added to the copy.
 */
export function openReaderAt(
  source: ByteSource,
  description: CaptureDescription,
  from: number,
  until: number,
  options: ReaderOptions = {},
): CaptureReader {
  requireSeekable(source);
  const window = createWindow(windowSize(source, options), from, probeOf(source));
  const copy = { ...description, sections: [...description.sections], interfaces: [...description.interfaces] };
  return createReader(source, { ...options, until }, window, copy, SEAM_CHAIN, null, new Uint8Array(0));
}

/** A small file needs no large window. */
function windowSize(source: ByteSource, options: ReaderOptions): number {
  return Math.min(options.windowBytes ?? DEFAULT_WINDOW, Math.max(4096, (source.size ?? 0) + 64));
}

function requireSeekable(source: ByteSource): void {
  if (!source.seekable) {
    throw new PcapshError(
      'source.not-seekable',
      `${source.name} cannot seek, it can only be read once from the beginning`,
    );
  }
}

function probeOf(source: ByteSource): (offset: number) => Uint8Array | null {
  return (offset) => {
    const bytes = new Uint8Array(4);
    return source.readSync(bytes, offset) === 4 ? bytes : null;
  };
}

function startReading(
  source: ByteSource,
  options: ReaderOptions,
  window: Window,
  chunks: AsyncIterator<Uint8Array> | null,
  pending: Uint8Array,
): CaptureReader {
  const detected = detectCapture(source.name, window.bytes.subarray(0, Math.min(window.end, DETECTION_LENGTH)));
  window.start = detected.headerLength;
  const description = { ...detected.description, compression: source.compression };
  return createReader(source, options, window, description, 0, chunks, pending);
}

function createReader(
  source: ByteSource,
  options: ReaderOptions,
  window: Window,
  description: CaptureDescription,
  chain: number,
  chunks: AsyncIterator<Uint8Array> | null,
  pending: Uint8Array,
): CaptureReader {
  const rows = options.rows ?? DEFAULT_ROWS;
  const batch = allocateBatch(rows);
  const damage = createDamageLog();
  const references = createBlockReferences();
  const until = options.until ?? Number.POSITIVE_INFINITY;
  const collect = options.blocks ?? false;
  const scanner =
    description.pcap !== null
      ? createPcapScanner({
          header: description.pcap,
          byteOrder: description.sections[0].byteOrder,
          batch,
          damage,
          until,
          chain,
        })
      : createPcapngScanner({ description, batch, damage, references, collect, until, chain });
  const reading: Reading = {
    source,
    options,
    rows,
    window,
    batch,
    description,
    damage,
    references,
    scanner,
    chunks,
    pending,
    packets: 0,
    firstOffset: null,
    growing: false,
    finished: false,
  };
  return readerOf(reading);
}

function readerOf(reading: Reading): CaptureReader {
  return {
    description: reading.description,
    damage: reading.damage.list,
    blockReferences: reading.references,
    get damageCount() {
      return reading.damage.total;
    },
    get position() {
      return reading.window.position + reading.window.start;
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
    next: () => (reading.chunks === null ? nextFromFile(reading) : nextFromStream(reading)),
    nextSync: () => {
      requireSeekable(reading.source);
      return nextSync(reading);
    },
    close: () => {
      reading.finished = true;
      void reading.chunks?.return?.();
    },
  };
}

/** One turn of the scanner: a batch, null at the end, or how many bytes it needs. */
function advance(reading: Reading): PacketBatch | null | number {
  const { batch, window, scanner } = reading;
  for (;;) {
    if (reading.finished) return null;
    const need = scanner.finished ? 0 : scanner.scan(window, reading.rows);
    batch.bytes = window.bytes;
    batch.position = window.position;
    if (batch.count > 0 || batch.blocks.length > 0) {
      if (batch.count > 0) reading.firstOffset ??= window.position + batch.recordStart[0];
      reading.packets += batch.count;
      return batch;
    }
    if (scanner.finished || (need > 0 && window.final)) {
      noteGrowth(reading);
      reading.finished = true;
      return null;
    }
    if (need > 0) return need;
  }
}

function clear(batch: PacketBatch): void {
  batch.count = 0;
  if (batch.exactTimes.size > 0) batch.exactTimes.clear();
  if (batch.blocks.length > 0) batch.blocks = [];
}

function noteGrowth(reading: Reading): void {
  const { source } = reading;
  if (!source.seekable || source.size === null) return;
  const size = source.currentSize();
  reading.growing = size !== null && size > source.size;
}

function nextSync(reading: Reading): PacketBatch | null {
  clear(reading.batch);
  for (;;) {
    throwIfCancelled(reading.options.signal);
    const answer = advance(reading);
    if (typeof answer !== 'number') return answer;
    fillFromFile(reading.window, reading.source);
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
    if (typeof answer !== 'number') return answer;
    await fillFromStream(reading, reading.options.signal);
  }
}

function fillFromFile(window: Window, source: ByteSource): void {
  const room = makeRoom(window);
  if (window.skip > 0) {
    window.position += window.skip;
    window.skip = 0;
  }
  const count = room === 0 ? 0 : source.readSync(window.bytes.subarray(window.end), window.position + window.end);
  window.end += count;
  window.final = count === 0;
}

interface StreamReading {
  window: Window;
  chunks: AsyncIterator<Uint8Array> | null;
  pending: Uint8Array;
}

async function fillFromStream(reading: StreamReading, signal: AbortSignal | undefined): Promise<void> {
  const { window } = reading;
  for (;;) {
    const passed = Math.min(window.skip, reading.pending.length);
    window.skip -= passed;
    window.position += passed;
    reading.pending = reading.pending.subarray(passed);
    if (reading.pending.length > 0) break;
    const next = await reading.chunks?.next();
    throwIfCancelled(signal);
    if (next === undefined || next.done) {
      window.final = true;
      return;
    }
    reading.pending = next.value;
  }
  const room = makeRoom(window);
  const count = Math.min(room, reading.pending.length);
  window.bytes.set(reading.pending.subarray(0, count), window.end);
  window.end += count;
  reading.pending = reading.pending.subarray(count);
  if (count === 0) window.final = true;
}
