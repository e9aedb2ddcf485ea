import { setU32, u32 } from '../../bytes/big-endian.js';
import { concatenate } from '../../bytes/concatenate.js';
import { QuicBit, QuicHeader } from './quic.js';
import { readVarint } from './quic-frames.js';
import { type LongType, longTypeOf, QuicVersion } from './quic-versions.js';

/** Long and short headers of QUIC as data; specification and offsets stand in quic.ts. */

export const RETRY_TAG = 16;

export interface QuicLongView {
  firstByte: number;
  version: number;
  /** null: version negotiation. */
  type: LongType | null;
  destination: Uint8Array;
  source: Uint8Array;
  /** Of Initial packets, and of Retry all that stands before the tag. */
  token: Uint8Array | null;
  /** Bytes of the token's length as stored; 0 without. */
  tokenLengthWidth: number;
  /** Of packet number and payload; null in Retry and version negotiation. */
  length: number | null;
  lengthWidth: number;
  /** Versions of a negotiation. */
  versions: number[];
  /** Of a Retry packet. */
  tag: Uint8Array | null;
  /** Bytes of the header up to the packet number. */
  headerLength: number;
}

/** A connection id behind its length at `at`; null when it does not end by `end`. */
function viewId(bytes: Uint8Array, at: number, end: number): Uint8Array | null {
  if (at >= end || end - at - 1 < bytes[at]) return null;
  return bytes.subarray(at + 1, at + 1 + bytes[at]);
}

/** The long header at `at`, or null when it does not end by `end`. */
export function viewQuicLong(bytes: Uint8Array, at: number, end: number): QuicLongView | null {
  if (end - at <= QuicHeader.destinationLength || bytes[at] < QuicBit.long) return null;
  const version = u32(bytes, at + QuicHeader.version);
  const destination = viewId(bytes, at + QuicHeader.destinationLength, end);
  if (destination === null) return null;
  let place = at + QuicHeader.destination + destination.length;
  const source = viewId(bytes, place, end);
  if (source === null) return null;
  place += 1 + source.length;
  const type = version === QuicVersion.negotiation ? null : longTypeOf(version, (bytes[at] & QuicBit.longType) >>> 4);
  const view: QuicLongView = {
    firstByte: bytes[at],
    version,
    type,
    destination,
    source,
    token: null,
    tokenLengthWidth: 0,
    length: null,
    lengthWidth: 0,
    versions: [],
    tag: null,
    headerLength: 0,
  };
  if (type === null) {
    for (; end - place >= 4; place += 4) view.versions.push(u32(bytes, place));
    return place === end ? { ...view, headerLength: place - at } : null;
  }
  if (type === 'Retry') {
    if (end - place < RETRY_TAG) return null;
    return {
      ...view,
      token: bytes.subarray(place, end - RETRY_TAG),
      tag: bytes.subarray(end - RETRY_TAG, end),
      headerLength: end - at,
    };
  }
  if (type === 'Initial') {
    const length = readVarint(bytes, place, end);
    if (length === null || end - place - length.width < length.value) return null;
    place += length.width;
    view.token = bytes.subarray(place, place + length.value);
    view.tokenLengthWidth = length.width;
    place += length.value;
  }
  const length = readVarint(bytes, place, end);
  if (length === null) return null;
  return { ...view, length: length.value, lengthWidth: length.width, headerLength: place + length.width - at };
}

/** A variable-length integer of `width` bytes: 1, 2, 4 or 8. */
export function emitVarint(value: number, width: number): Uint8Array {
  const bytes = new Uint8Array(width);
  let rest = value;
  for (let i = width - 1; i >= 0; i--) {
    bytes[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  bytes[0] |= Math.log2(width) << 6;
  return bytes;
}

/** The header's bytes; `length` computes nothing but replaces the Length by that of what will follow, in the stored width. */
export function emitQuicLong(view: QuicLongView, compute: { length?: number } = {}): Uint8Array {
  const start = new Uint8Array(QuicHeader.destinationLength);
  start[0] = view.firstByte;
  setU32(start, QuicHeader.version, view.version);
  const parts = [
    start,
    Uint8Array.of(view.destination.length),
    view.destination,
    Uint8Array.of(view.source.length),
    view.source,
  ];
  for (const version of view.versions) {
    const bytes = new Uint8Array(4);
    setU32(bytes, 0, version);
    parts.push(bytes);
  }
  if (view.tokenLengthWidth > 0) parts.push(emitVarint(view.token?.length ?? 0, view.tokenLengthWidth));
  if (view.token !== null) parts.push(view.token);
  if (view.length !== null) parts.push(emitVarint(compute.length ?? view.length, view.lengthWidth));
  if (view.tag !== null) parts.push(view.tag);
  return concatenate(parts);
}

export interface QuicShortView {
  firstByte: number;
  destination: Uint8Array;
}

/** The short header at `at`, whose connection id the handshake gave `idLength` bytes; null when it does not end by `end`. */
export function viewQuicShort(bytes: Uint8Array, at: number, end: number, idLength: number): QuicShortView | null {
  if (end - at < 1 + idLength || bytes[at] >= QuicBit.long) return null;
  return { firstByte: bytes[at], destination: bytes.subarray(at + 1, at + 1 + idLength) };
}

export function emitQuicShort(view: QuicShortView): Uint8Array {
  return concatenate([Uint8Array.of(view.firstByte), view.destination]);
}
