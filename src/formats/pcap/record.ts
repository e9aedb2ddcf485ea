import { packetLimit } from '../limits.js';
import type { ByteOrder, PcapHeader } from '../model.js';
import { linkTypeOf, MAGIC_NANOSECONDS } from './header.js';

/** How the records of one pcap file are laid out (draft-ietf-opsawg-pcap, section 5). All offsets are from the record's start. */
export interface RecordLayout {
  little: boolean;
  headerLength: number;
  capturedAt: number;
  originalAt: number;
  /** Version 2.3: some writers swapped the two lengths; the smaller one is the captured length. */
  maybeSwapped: boolean;
  /** Units of the fraction in a second, and nanoseconds in such a unit. */
  fractionUnits: number;
  nanosecondsPerUnit: number;
  /** Largest captured length that is believed. */
  limit: number;
}

/** The layout of a file's records. Versions before 2.3 have original and captured length the other way round, as libpcap reads them. */
export function recordLayout(header: PcapHeader, byteOrder: ByteOrder): RecordLayout {
  const swapped = header.versionMajor === 2 && header.versionMinor < 3;
  const nano = header.magic === MAGIC_NANOSECONDS;
  return {
    little: byteOrder === 'little',
    headerLength: header.recordHeaderLength,
    capturedAt: swapped ? 12 : 8,
    originalAt: swapped ? 8 : 12,
    maybeSwapped: header.versionMajor === 2 && header.versionMinor === 3,
    fractionUnits: nano ? 1_000_000_000 : 1_000_000,
    nanosecondsPerUnit: nano ? 1 : 1000,
    limit: packetLimit(linkTypeOf(header.linkWord), header.snapLength),
  };
}

/** Captured length of the record whose header begins at `at`. */
export function capturedLength(layout: RecordLayout, view: DataView, at: number): number {
  const captured = view.getUint32(at + layout.capturedAt, layout.little);
  return layout.maybeSwapped ? Math.min(captured, view.getUint32(at + layout.originalAt, layout.little)) : captured;
}

/** Original length of the record whose header begins at `at`. */
export function originalLength(layout: RecordLayout, view: DataView, at: number): number {
  const original = view.getUint32(at + layout.originalAt, layout.little);
  return layout.maybeSwapped ? Math.max(original, view.getUint32(at + layout.capturedAt, layout.little)) : original;
}

/** The fields of a record header. `fraction` counts microseconds or nanoseconds, as the file's magic number says. */
export interface RecordHeader {
  seconds: number;
  fraction: number;
  capturedLength: number;
  originalLength: number;
  /** Modified format only. */
  interfaceIndex: number;
  protocol: number;
  packetType: number;
}

/** Encodes a record header of 16 bytes, or of 24 for the modified format (`layout.headerLength`). */
export function encodeRecordHeader(record: RecordHeader, layout: RecordLayout): Uint8Array {
  const bytes = new Uint8Array(layout.headerLength);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, record.seconds, layout.little);
  view.setUint32(4, record.fraction, layout.little);
  view.setUint32(layout.capturedAt, record.capturedLength, layout.little);
  view.setUint32(layout.originalAt, record.originalLength, layout.little);
  if (layout.headerLength === 24) {
    view.setUint32(16, record.interfaceIndex, layout.little);
    view.setUint16(20, record.protocol, layout.little);
    view.setUint8(22, record.packetType);
  }
  return bytes;
}

/** Decodes the record header at `at`; the caller has checked that `layout.headerLength` bytes are there. */
export function decodeRecordHeader(view: DataView, at: number, layout: RecordLayout): RecordHeader {
  const modified = layout.headerLength === 24;
  return {
    seconds: view.getUint32(at, layout.little),
    fraction: view.getUint32(at + 4, layout.little),
    capturedLength: capturedLength(layout, view, at),
    originalLength: originalLength(layout, view, at),
    interfaceIndex: modified ? view.getUint32(at + 16, layout.little) : 0,
    protocol: modified ? view.getUint16(at + 20, layout.little) : 0,
    packetType: modified ? view.getUint8(at + 22) : 0,
  };
}
