import { PcapshError } from '../errors.js';

/** Identity of a file on disk, compared at the end of a run: a source that changed while it was read fails the run. */
export interface FileIdentity {
  device: number;
  inode: number;
  size: number;
  modifiedNanoseconds: bigint;
}

/**
 * Where bytes come from: a file, memory, or something that cannot seek (standard input, a pipe, a compressed file). Everything that
 * reads a capture reads it through this, so that a test can count what is read.
 */
export interface ByteSource {
  /** As the user gave it, for messages. */
  readonly name: string;
  /** Absolute path, null for standard input and memory. */
  readonly path: string | null;
  readonly seekable: boolean;
  /** Bytes; null when unknown. For a compressed file: null, see `rawSize`. */
  readonly size: number | null;
  /** Size on disk for progress of compressed files, else the same as `size`. */
  readonly rawSize: number | null;
  readonly compression: 'gzip' | 'zstd' | null;
  readonly identity: FileIdentity | null;
  /** What is wrong behind its last byte: the copy of damaged compressed data ends where these broke. Absent when it ends as it should. */
  readonly problem?: string | null;
  /** Reads up to `target.length` bytes at `position`; returns how many were read, 0 at the end. Seekable sources only. */
  readSync(target: Uint8Array, position: number): number;
  /** The (uncompressed) bytes in order, once. `rawPosition` tells how far on disk, for progress. */
  stream(signal?: AbortSignal): AsyncIterable<Uint8Array>;
  readonly rawPosition: number;
  /** Present size on disk (a file still being written grows). */
  currentSize(): number | null;
  close(): void;
}

/** What `readSync` of a source that cannot seek throws: `source.not-seekable`. */
export function notSeekable(name: string): PcapshError {
  return new PcapshError('source.not-seekable', `${name} cannot seek, it can only be read once from the beginning`);
}
