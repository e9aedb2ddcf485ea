import type { Nanos } from '../time.js';

/** `flags` of a packet in a batch and of a row in the table share their low bits. */
export const TIME_EXACT = 1;

/** A pcapng block that is no packet, at its place between the packets of a batch. */
export interface BetweenBlock {
  /** It stands before packet `before` of the batch (count = behind the last). */
  before: number;
  /** Block type, e.g. 0x0a0d0d0a. */
  type: number;
  /** Ordinal of its section. */
  section: number;
  /** Byte offset in the file. */
  offset: number;
  /** The whole block, header and trailer included: a view that lives as long as the batch. */
  bytes: Uint8Array;
}

/**
 * Some packets that stand in one buffer. Typed arrays, no object a packet. A batch is reused by its reader: it holds until the
 * next one is asked for. Only the first `count` elements mean something.
 */
export interface PacketBatch {
  count: number;
  /** The buffer in which all packets of the batch lie. */
  bytes: Uint8Array;
  /** Byte offset of `bytes[0]` in the (uncompressed) source. */
  position: number;
  /** Where the captured bytes of a packet begin in `bytes`. */
  start: Uint32Array;
  /** Captured length in bytes. */
  length: Uint32Array;
  originalLength: Uint32Array;
  /** Where the packet's whole record or block begins in `bytes`, and how long it is, header, options and padding included. */
  recordStart: Uint32Array;
  recordLength: Uint32Array;
  /** Time since 1970: whole seconds and nanoseconds. With TIME_EXACT in `flags`: both 0, the time is in `exactTimes`. */
  seconds: Uint32Array;
  nanoseconds: Uint32Array;
  /** Interface id over the whole file. */
  interface: Uint32Array;
  /** 1-based number over the packets of the source. */
  number: Uint32Array;
  flags: Uint8Array;
  /** Index in the batch to exact time; null: the packet has none. Only for rows flagged TIME_EXACT. */
  exactTimes: Map<number, Nanos | null>;
  /** Non-packet blocks of pcapng, in order; empty for pcap and unless the reader was asked for them. */
  blocks: BetweenBlock[];
}

/** A batch with room for `rows` packets. `bytes` is set by whoever fills it. */
export function allocateBatch(rows: number): PacketBatch {
  return {
    count: 0,
    bytes: new Uint8Array(0),
    position: 0,
    start: new Uint32Array(rows),
    length: new Uint32Array(rows),
    originalLength: new Uint32Array(rows),
    recordStart: new Uint32Array(rows),
    recordLength: new Uint32Array(rows),
    seconds: new Uint32Array(rows),
    nanoseconds: new Uint32Array(rows),
    interface: new Uint32Array(rows),
    number: new Uint32Array(rows),
    flags: new Uint8Array(rows),
    exactTimes: new Map(),
    blocks: [],
  };
}

/** Gives a row a time that does not fit seconds and nanoseconds, or none (null). */
export function setExactTime(batch: PacketBatch, row: number, time: Nanos | null): void {
  batch.seconds[row] = 0;
  batch.nanoseconds[row] = 0;
  batch.flags[row] = TIME_EXACT;
  batch.exactTimes.set(row, time);
}
