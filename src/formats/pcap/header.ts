import { PcapshError } from '../../errors.js';
import type { ByteOrder, CaptureInterface, PcapHeader } from '../model.js';

/** Bytes of the file header (draft-ietf-opsawg-pcap, section 4). */
export const PCAP_HEADER_LENGTH = 24;
export const MAGIC_MICROSECONDS = 0xa1b2c3d4;
export const MAGIC_NANOSECONDS = 0xa1b23c4d;
/** Alexey Kuznetzov's modification: record headers carry interface index, protocol and packet type, 24 bytes in all. */
export const MAGIC_MODIFIED = 0xa1b2cd34;

/** Bits 16 to 25 of the link-type word must be zero. */
const RESERVED_BITS = 0x03ff0000;
const FCS_PRESENT = 0x04000000;

/** The byte order that makes the first four bytes a pcap magic number; null when neither does. */
export function pcapByteOrder(bytes: Uint8Array): ByteOrder | null {
  if (bytes.length < 4) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, 4);
  if (isMagic(view.getUint32(0, true))) return 'little';
  if (isMagic(view.getUint32(0, false))) return 'big';
  return null;
}

function isMagic(value: number): boolean {
  return value === MAGIC_MICROSECONDS || value === MAGIC_NANOSECONDS || value === MAGIC_MODIFIED;
}

/**
 * Decodes the 24 bytes of a file header whose magic number has been recognised.
 * Throws `format.version` for major version 0 or 1 and `format.link-type` for reserved bits that are set, as libpcap does. Minor and later
 * major versions are read as 2.4, as capinfos reads them.
 */
export function decodePcapHeader(bytes: Uint8Array, byteOrder: ByteOrder): PcapHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, PCAP_HEADER_LENGTH);
  const little = byteOrder === 'little';
  const magic = view.getUint32(0, little);
  const header: PcapHeader = {
    magic,
    versionMajor: view.getUint16(4, little),
    versionMinor: view.getUint16(6, little),
    zone: view.getInt32(8, little),
    accuracy: view.getUint32(12, little),
    snapLength: view.getUint32(16, little),
    linkWord: view.getUint32(20, little),
    recordHeaderLength: magic === MAGIC_MODIFIED ? 24 : 16,
  };
  if (header.versionMajor < 2) {
    throw new PcapshError(
      'format.version',
      `pcap version ${header.versionMajor}.${header.versionMinor} is not supported, 2.0 or later is required`,
    );
  }
  if ((header.linkWord & RESERVED_BITS) !== 0) {
    throw new PcapshError(
      'format.link-type',
      `pcap link-type word 0x${header.linkWord.toString(16)} at byte 20 has reserved bits set, 0x03ff0000 must be zero`,
    );
  }
  return header;
}

export function encodePcapHeader(header: PcapHeader, byteOrder: ByteOrder): Uint8Array {
  const bytes = new Uint8Array(PCAP_HEADER_LENGTH);
  const view = new DataView(bytes.buffer);
  const little = byteOrder === 'little';
  view.setUint32(0, header.magic, little);
  view.setUint16(4, header.versionMajor, little);
  view.setUint16(6, header.versionMinor, little);
  view.setInt32(8, header.zone, little);
  view.setUint32(12, header.accuracy, little);
  view.setUint32(16, header.snapLength, little);
  view.setUint32(20, header.linkWord, little);
  return bytes;
}

/** LINKTYPE_ number of a link-type word. */
export function linkTypeOf(linkWord: number): number {
  return linkWord & 0xffff;
}

/** Bytes of frame check sequence that a link-type word tells (it counts 16-bit words); null when it tells nothing. */
function fcsLengthOf(linkWord: number): number | null {
  return (linkWord & FCS_PRESENT) === 0 ? null : (linkWord >>> 28) * 2;
}

/** The link-type word of a link type and the length of its frame check sequence, an even number up to 30 or null. */
export function linkWordOf(linkType: number, fcsLength: number | null): number {
  return fcsLength === null ? linkType : (linkType | FCS_PRESENT | ((fcsLength / 2) << 28)) >>> 0;
}

/** The one interface of a pcap file. */
export function pcapInterface(header: PcapHeader): CaptureInterface {
  return {
    id: 0,
    section: 0,
    linkType: linkTypeOf(header.linkWord),
    snapLength: header.snapLength,
    name: null,
    description: null,
    filter: null,
    os: null,
    timestampResolution: header.magic === MAGIC_NANOSECONDS ? 9 : 6,
    timestampOffset: 0n,
    fcsLength: fcsLengthOf(header.linkWord),
    options: [],
  };
}
