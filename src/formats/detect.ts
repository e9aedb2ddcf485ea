import { PcapshError } from '../errors.js';
import type { ByteOrder, CaptureDescription } from './model.js';
import { decodePcapHeader, PCAP_HEADER_LENGTH, pcapByteOrder, pcapInterface } from './pcap/header.js';
import { BlockType, viewOf } from './pcapng/block.js';
import { isReadableVersion, sectionByteOrder } from './pcapng/section-header.js';

/** Bytes of a file's beginning that are enough to tell its format: a pcapng section header without options. */
export const DETECTION_LENGTH = 28;

/** Compression that the first bytes tell, null when it is none that is known. */
export function detectCompression(bytes: Uint8Array): 'gzip' | 'zstd' | null {
  if (bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b) return 'gzip';
  if (bytes.length < 4) return null;
  const magic = viewOf(bytes).getUint32(0, true);
  // A zstd frame, or one that is to be skipped (RFC 8878, section 3.1).
  return magic === 0xfd2fb528 || (magic & 0xfffffff0) >>> 0 === 0x184d2a50 ? 'zstd' : null;
}

/** What the first bytes told. */
export interface Detected {
  description: CaptureDescription;
  byteOrder: ByteOrder;
  /** Bytes of the file header that records do not include: 24 for pcap, 0 for pcapng. */
  headerLength: number;
}

/**
 * Tells a capture by its first bytes (uncompressed; DETECTION_LENGTH of them, or the whole file if it is shorter).
 * Throws `format.empty`, `format.short`, `format.version`, `format.link-type` or `format.unknown`, one sentence each.
 */
export function detectCapture(name: string, bytes: Uint8Array): Detected {
  if (bytes.length === 0) throw new PcapshError('format.empty', `${name} is empty: 0 bytes`);
  const order = pcapByteOrder(bytes);
  if (order !== null) return detectPcap(name, bytes, order);
  if (bytes.length >= 4 && viewOf(bytes).getUint32(0) === BlockType.sectionHeader) return detectPcapng(name, bytes);
  if (bytes.length < 4) {
    throw new PcapshError('format.short', `${name} is too short for a capture: ${bytes.length} bytes, 24 required`);
  }
  throw new PcapshError('format.unknown', `${name} is no pcap or pcapng capture: ${describeBytes(bytes)}`, {
    hint: 'pcap, pcapng and both compressed by gzip or zstd can be read',
  });
}

function detectPcap(name: string, bytes: Uint8Array, byteOrder: ByteOrder): Detected {
  if (bytes.length < PCAP_HEADER_LENGTH) {
    throw new PcapshError('format.short', `${name}: a pcap file header needs 24 bytes, ${bytes.length} are there`);
  }
  const header = decodePcapHeader(bytes, byteOrder);
  const section = { byteOrder, offset: 0, firstInterface: 0, length: null, options: [] };
  const description: CaptureDescription = {
    format: 'pcap',
    pcap: header,
    sections: [section],
    interfaces: [pcapInterface(header)],
    names: [],
    compression: null,
  };
  return { description, byteOrder, headerLength: PCAP_HEADER_LENGTH };
}

function detectPcapng(name: string, bytes: Uint8Array): Detected {
  if (bytes.length < DETECTION_LENGTH) {
    throw new PcapshError('format.short', `${name}: a pcapng section header needs 28 bytes, ${bytes.length} are there`);
  }
  const view = viewOf(bytes);
  const byteOrder = sectionByteOrder(view, 0);
  if (byteOrder === null) {
    throw new PcapshError('format.unknown', `${name} begins like pcapng, but bytes 8 to 11 are no byte-order magic`);
  }
  const little = byteOrder === 'little';
  const major = view.getUint16(12, little);
  const minor = view.getUint16(14, little);
  if (!isReadableVersion(major, minor)) {
    throw new PcapshError(
      'format.version',
      `${name}: pcapng version ${major}.${minor} is not supported, 1.0 is required`,
    );
  }
  const description: CaptureDescription = {
    format: 'pcapng',
    pcap: null,
    sections: [],
    interfaces: [],
    names: [],
    compression: null,
  };
  return { description, byteOrder, headerLength: 0 };
}

/** Beginnings of files that people take for captures. */
const BEGINNINGS: readonly [hex: string, what: string][] = [
  ['504b0304', 'a zip archive'],
  ['425a68', 'bzip2'],
  ['fd377a585a00', 'xz'],
  ['04224d18', 'lz4'],
  ['377abcaf271c', 'a 7z archive'],
  ['736e6f6f70000000', 'a snoop capture'],
  ['474d4255', 'a Microsoft Network Monitor 2 capture'],
  ['52545353', 'a Microsoft Network Monitor 1 capture'],
  ['7f454c46', 'an ELF program'],
  ['25504446', 'a PDF document'],
  ['89504e47', 'a PNG image'],
  ['50415231', 'a Parquet file'],
  ['4f626a01', 'an Avro file'],
  ['53514c69746520666f726d6174203300', 'an SQLite database'],
  ['0a0d0d0a', 'pcapng'],
];

/** What the first bytes look like, in words, without repeating them raw. */
function describeBytes(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.subarray(0, 16)).toString('hex');
  for (const [hex, what] of BEGINNINGS) {
    if (head.startsWith(hex)) return `it begins like ${what}`;
  }
  if (bytes.every((byte) => (byte >= 0x20 && byte < 0x7f) || byte === 9 || byte === 10 || byte === 13)) {
    return 'it begins like text';
  }
  if (looksLikeErf(bytes)) return 'it begins like an ERF record';
  return `its first bytes are ${head.slice(0, 8)}`;
}

/** An ERF record: a type below 48 at byte 8, and a record length that is at least its header of 16 bytes. */
function looksLikeErf(bytes: Uint8Array): boolean {
  if (bytes.length < 16) return false;
  const view = viewOf(bytes);
  const type = view.getUint8(8) & 0x7f;
  return (
    type >= 1 && type < 48 && view.getUint16(10) >= 16 && view.getUint16(14) > 0 && view.getUint32(4, true) > 0x20000000
  );
}
