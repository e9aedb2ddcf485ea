import type { PacketBatch } from '../formats/batch.js';
import type { CaptureDescription } from '../formats/model.js';

/** Which packets of a batch go on: `keep[i]` is 1 or 0; null keeps all. */
export type Keep = Uint8Array | null;

/** What a sink is told of the source that a batch came from. */
export interface SinkSource {
  /** 0-based ordinal of the source file in the capture. */
  ordinal: number;
  description: CaptureDescription;
}

export interface SinkReport {
  packets: number;
  bytes: number;
}

/** A target that packets are written to. `abort` leaves nothing behind. */
export interface Sink {
  write(batch: PacketBatch, keep: Keep, source: SinkSource): void | Promise<void>;
  close(): Promise<SinkReport>;
  abort(): Promise<void>;
}
