import { PcapshError, throwIfCancelled } from '../errors.js';
import { COMPRESSION_DAMAGED } from './compression.js';
import type { ByteSource } from './source.js';
import { createWindow, makeRoom, type Window } from './window.js';

/** What is read first, bytes; each time after that at most twice what has been read: little is lost where little is wanted, and loops have ended often when they are compiled. */
const FIRST_READ = 16384;

/** Brings the bytes of a source into a window. */
export interface Feed {
  readonly source: ByteSource;
  readonly window: Window;
  /** Null: the source can seek. */
  readonly chunks: AsyncIterator<Uint8Array> | null;
  /** What has arrived of a chunk and found no room yet. */
  pending: Uint8Array;
  /** What is wrong with compressed data: they end there. */
  problem: string | null;
  /** Bytes read so far by `fillFromFile`. */
  read: number;
}

/** A feed from byte `position` of a source that can seek. A small file gets a small window. */
export function openFileFeed(source: ByteSource, windowBytes: number, position: number): Feed {
  const size = Math.min(windowBytes, Math.max(4096, (source.size ?? 0) + 64));
  const probe = (offset: number): Uint8Array | null => {
    const bytes = new Uint8Array(4);
    return source.readSync(bytes, offset) === 4 ? bytes : null;
  };
  return {
    source,
    window: createWindow(size, position, probe),
    chunks: null,
    pending: new Uint8Array(0),
    problem: null,
    read: 0,
  };
}

/** A feed from the beginning of any source. */
export function openStreamFeed(source: ByteSource, windowBytes: number, signal: AbortSignal | undefined): Feed {
  const chunks = source.stream(signal)[Symbol.asyncIterator]();
  return {
    source,
    window: createWindow(windowBytes, 0, null),
    chunks,
    pending: new Uint8Array(0),
    problem: null,
    read: 0,
  };
}

/** Reads as much as the window has room for; `window.final` when nothing came. */
export function fillFromFile(feed: Feed): void {
  const { source, window } = feed;
  const room = makeRoom(window);
  window.position += window.skip;
  window.skip = 0;
  const wanted = window.end + Math.min(room, FIRST_READ + feed.read);
  const count =
    room === 0 ? 0 : source.readSync(window.bytes.subarray(window.end, wanted), window.position + window.end);
  window.end += count;
  feed.read += count;
  window.final = count === 0;
}

/** The same for a source that cannot seek: waits for the next bytes. */
export async function fillFromStream(feed: Feed, signal: AbortSignal | undefined): Promise<void> {
  const { window } = feed;
  for (;;) {
    const passed = Math.min(window.skip, feed.pending.length);
    window.skip -= passed;
    window.position += passed;
    feed.pending = feed.pending.subarray(passed);
    if (feed.pending.length > 0) break;
    const chunk = await nextChunk(feed);
    throwIfCancelled(signal);
    if (chunk === null) {
      window.final = true;
      return;
    }
    feed.pending = chunk;
  }
  const room = makeRoom(window);
  const part = feed.pending.subarray(0, room);
  window.bytes.set(part, window.end);
  window.end += part.length;
  feed.pending = feed.pending.subarray(part.length);
  window.final = part.length === 0;
}

/** The next bytes, null at the end. Damage in compressed data ends them like a cut. */
async function nextChunk(feed: Feed): Promise<Uint8Array | null> {
  try {
    const next = await feed.chunks?.next();
    return next === undefined || next.done ? null : next.value;
  } catch (error) {
    if (!(error instanceof PcapshError) || error.code !== COMPRESSION_DAMAGED) throw error;
    feed.problem = error.message;
    return null;
  }
}
