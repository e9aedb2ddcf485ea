import type { Nanos } from '../time.js';

/** Rows of a segment. Fixed: a reader can keep one typed array per column and V8 keeps its loops fast. */
export const SEGMENT_ROWS = 262_144;

/** `flow` of a packet that belongs to none (no IP header, or one cut before its addresses). */
export const NO_FLOW = 0xffffffff;
/** `interface` or `encapsulation` that does not fit its column: read the bytes. */
export const OVERFLOW = 0xffff;

/** Bits of the `flags` column. Those of an outline (see OutlineFlag) keep their values, and the first is that of a batch (TIME_EXACT). */
export enum RowFlag {
  /** The exact time (or none) is in `exactTimes`; seconds and nanoseconds are 0. */
  timeExact = 1,
  /** Captured length is less than original length. */
  truncated = 2,
  /** A header contradicts itself (a length field below its minimum, a version that is wrong). */
  malformed = 4,
  /** First fragment of an IP packet (offset 0, more to come). */
  firstFragment = 8,
  /** Later fragment: it has no transport header. */
  laterFragment = 16,
  /** Headers are cut, malformed or unusual: a filter judges this packet by its bytes. */
  bytes = 32,
  /** The captured bytes end inside the link, network or transport header. */
  cut = 64,
}

/**
 * The columns of one segment, all in one SharedArrayBuffer. 42 bytes a row.
 * A published row never changes. One writer; a reader looks at rows below `Atomics.load(count, 0)` only.
 */
export interface Segment {
  readonly buffer: SharedArrayBuffer;
  readonly capacity: number;
  /** One element: rows published. */
  readonly count: Int32Array;
  readonly offset: Float64Array;
  readonly seconds: Uint32Array;
  readonly nanoseconds: Uint32Array;
  readonly length: Uint32Array;
  readonly originalLength: Uint32Array;
  /** Flow ordinal * 2 + direction (0: from the low endpoint to the high one), or NO_FLOW. */
  readonly flow: Uint32Array;
  /** Bytes of transport payload by the headers' own lengths, limited by what was captured. */
  readonly payloadLength: Uint32Array;
  readonly interface: Uint16Array;
  /** Ordinal in the encapsulation dictionary. */
  readonly encapsulation: Uint16Array;
  /** Where the transport payload begins in the packet, bytes. */
  readonly payloadOffset: Uint16Array;
  readonly flags: Uint16Array;
  /** IP protocol of the outermost IP header behind its extension headers; 255 where there is none. */
  readonly protocol: Uint8Array;
  readonly tcpFlags: Uint8Array;
  /** Exceptional times by row in the segment; null: the packet has no time. */
  exactTimes: Map<number, Nanos | null>;
}

const BYTES = { f64: 1, u32: 6, u16: 4, u8: 2 };
/** Bytes of all columns of a row. */
export const ROW_BYTES = BYTES.f64 * 8 + BYTES.u32 * 4 + BYTES.u16 * 2 + BYTES.u8;
const HEADER_BYTES = 8;

/** Lays the columns of a segment over `buffer` (made by `allocateSegment`, here or in another thread). */
export function viewSegment(
  buffer: SharedArrayBuffer,
  capacity: number,
  exactTimes: Map<number, Nanos | null>,
): Segment {
  let at = HEADER_BYTES;
  const take = (bytes: number): number => {
    const place = at;
    at += bytes * capacity;
    return place;
  };
  return {
    buffer,
    capacity,
    count: new Int32Array(buffer, 0, 1),
    offset: new Float64Array(buffer, take(8), capacity),
    seconds: new Uint32Array(buffer, take(4), capacity),
    nanoseconds: new Uint32Array(buffer, take(4), capacity),
    length: new Uint32Array(buffer, take(4), capacity),
    originalLength: new Uint32Array(buffer, take(4), capacity),
    flow: new Uint32Array(buffer, take(4), capacity),
    payloadLength: new Uint32Array(buffer, take(4), capacity),
    interface: new Uint16Array(buffer, take(2), capacity),
    encapsulation: new Uint16Array(buffer, take(2), capacity),
    payloadOffset: new Uint16Array(buffer, take(2), capacity),
    flags: new Uint16Array(buffer, take(2), capacity),
    protocol: new Uint8Array(buffer, take(1), capacity),
    tcpFlags: new Uint8Array(buffer, take(1), capacity),
    exactTimes,
  };
}

/** An empty segment. `capacity` is a multiple of 8, SEGMENT_ROWS unless the file cannot hold so many packets. */
export function allocateSegment(capacity: number = SEGMENT_ROWS): Segment {
  const rows = Math.max(8, Math.ceil(capacity / 8) * 8);
  return viewSegment(new SharedArrayBuffer(HEADER_BYTES + rows * ROW_BYTES), rows, new Map());
}
