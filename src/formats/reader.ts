import type { PacketBatch } from './batch.js';
import type { CaptureDescription, Damage } from './model.js';

export interface ReaderOptions {
  /** Collect non-packet blocks into `batch.blocks` (writers need them). */
  blocks?: boolean;
  /** At most so many packets a batch. Default 16,384. */
  rows?: number;
  /** Size of the window that is read at once, bytes. Default 1 MiB. */
  windowBytes?: number;
  signal?: AbortSignal;
}

/** Reads a capture in order, batch by batch. The batch is reused: it holds until the next is asked for. */
export interface CaptureReader {
  /** Grows while reading: sections and interfaces appear as they are met. */
  readonly description: CaptureDescription;
  readonly damage: Damage[];
  /** Non-packet blocks met so far that were not collected into a batch are counted here by type. */
  readonly position: number;
  /** The next batch, or null at the end. Works on every source. */
  next(): Promise<PacketBatch | null>;
  /** The same without waiting; seekable sources only. */
  nextSync(): PacketBatch | null;
  close(): void;
}
