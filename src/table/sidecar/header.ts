import type { Checksum } from './checksum.js';

export const HEADER_BYTES = 4096;
/** Raised with every change of the layout or of what the columns mean: another version is rebuilt. */
const VERSION = 2;
const MAGIC = new TextEncoder().encode('pcapshIX');
const BYTE_ORDER_MARK = 0x01020304;
const CHECKSUM_AT = HEADER_BYTES - 8;

/** A part of the sidecar: its place, bytes, checksum. */
export interface Part {
  at: number;
  bytes: number;
  checksum: bigint;
}

export interface Header {
  /** Of the sidecar as a whole, bytes. */
  totalBytes: number;
  /** Of the capture, as it was indexed. */
  size: number;
  modifiedNanoseconds: bigint;
  fingerprint: bigint;
  rows: number;
  segments: number;
  flows: number;
  addresses: number;
  encapsulations: number;
  /** Which recognizers gave its flows their applications: `recognizersFingerprint` of then. */
  recognizers: number;
  details: Part;
  addressWords: Part;
  flowColumns: Part;
  directory: Part;
}

const COUNTS = ['totalBytes', 'size', 'rows', 'segments', 'flows', 'addresses', 'encapsulations'] as const;
const PARTS = ['details', 'addressWords', 'flowColumns', 'directory'] as const;

/** Places in the header, bytes: magic 0, version 8, byte order mark 12, then 64-bit numbers. */
const COUNTS_AT = 16;
const HASHES_AT = COUNTS_AT + 8 * COUNTS.length;
const PARTS_AT = HASHES_AT + 16;
/** An index from before there was such a number has 0 here. */
const RECOGNIZERS_AT = PARTS_AT + 24 * PARTS.length;

export function encodeHeader(header: Header, checksum: Checksum): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES);
  const { doubles, integers, words } = views(bytes);
  bytes.set(MAGIC);
  words[2] = VERSION;
  words[3] = BYTE_ORDER_MARK;
  COUNTS.forEach((name, i) => {
    doubles[COUNTS_AT / 8 + i] = header[name];
  });
  integers[HASHES_AT / 8] = BigInt.asUintN(64, header.modifiedNanoseconds);
  integers[HASHES_AT / 8 + 1] = header.fingerprint;
  PARTS.forEach((name, i) => {
    const at = PARTS_AT / 8 + 3 * i;
    doubles[at] = header[name].at;
    doubles[at + 1] = header[name].bytes;
    integers[at + 2] = header[name].checksum;
  });
  doubles[RECOGNIZERS_AT / 8] = header.recognizers;
  integers[CHECKSUM_AT / 8] = checksum(bytes.subarray(0, CHECKSUM_AT));
  return bytes;
}

/** The header of a sidecar, or why it is none that can be used: the end of a sentence that begins with "the index". */
export function decodeHeader(bytes: Uint8Array, checksum: Checksum): Header | string {
  const { doubles, integers, words } = views(bytes);
  if (MAGIC.some((byte, i) => bytes[i] !== byte)) return 'does not begin as an index does';
  if (words[3] !== BYTE_ORDER_MARK) return 'was written on a machine of another byte order';
  if (words[2] !== VERSION) return `has version ${words[2]}, ${VERSION} is read`;
  if (checksum(bytes.subarray(0, CHECKSUM_AT)) !== integers[CHECKSUM_AT / 8]) return 'is damaged in its header';
  const counts = COUNTS.map((_, i) => doubles[COUNTS_AT / 8 + i]);
  const parts = PARTS.map((_, i): Part => {
    const at = PARTS_AT / 8 + 3 * i;
    return { at: doubles[at], bytes: doubles[at + 1], checksum: integers[at + 2] };
  });
  if (![...counts, ...parts.flatMap((part) => [part.at, part.bytes])].every(isSize)) return 'contradicts itself';
  const [totalBytes, size, rows, segments, flows, addresses, encapsulations] = counts;
  const [details, addressWords, flowColumns, directory] = parts;
  return {
    ...{ totalBytes, size, rows, segments, flows, addresses, encapsulations },
    modifiedNanoseconds: BigInt.asIntN(64, integers[HASHES_AT / 8]),
    fingerprint: integers[HASHES_AT / 8 + 1],
    recognizers: doubles[RECOGNIZERS_AT / 8],
    ...{ details, addressWords, flowColumns, directory },
  };
}

function isSize(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function views({ buffer }: Uint8Array): { doubles: Float64Array; integers: BigUint64Array; words: Uint32Array } {
  return {
    doubles: new Float64Array(buffer, 0, HEADER_BYTES / 8),
    integers: new BigUint64Array(buffer, 0, HEADER_BYTES / 8),
    words: new Uint32Array(buffer, 0, 4),
  };
}
