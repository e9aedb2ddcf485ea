import { concatenate } from '../../src/bytes/concatenate.js';
import { TIME_EXACT } from '../../src/formats/batch.js';
import type { ByteOrder, PcapHeader, RawOption } from '../../src/formats/model.js';
import { encodePcapHeader, MAGIC_MICROSECONDS, MAGIC_MODIFIED } from '../../src/formats/pcap/header.js';
import { encodeRecordHeader, recordLayout } from '../../src/formats/pcap/record.js';
import { encodeEnhancedPacket } from '../../src/formats/pcapng/enhanced-packet.js';
import { encodeInterfaceDescription } from '../../src/formats/pcapng/interface-description.js';
import { encodeSectionHeader } from '../../src/formats/pcapng/section-header.js';
import { ticksOf } from '../../src/formats/pcapng/timestamp.js';
import type { CaptureReader } from '../../src/formats/reader.js';
import { nanosFromParts } from '../../src/time.js';

/** A packet to be put into a capture. */
export interface Sample {
  seconds: number;
  /** Microseconds, or nanoseconds with that magic number. */
  fraction: number;
  data: Uint8Array;
  originalLength?: number;
}

/** `count` packets, a millisecond apart, of varying length and content. */
export function samples(count: number, seed = 1): Sample[] {
  let state = seed;
  const random = (limit: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  return Array.from({ length: count }, (_, index) => {
    const data = new Uint8Array(20 + random(200));
    for (let i = 0; i < data.length; i++) data[i] = i % 7 === 0 ? 0 : random(256);
    return { seconds: 1_700_000_000 + Math.floor(index / 1000), fraction: (index % 1000) * 1000, data };
  });
}

export function pcapHeader(changes: Partial<PcapHeader> = {}): PcapHeader {
  const magic = changes.magic ?? MAGIC_MICROSECONDS;
  const recordHeaderLength = magic === MAGIC_MODIFIED ? 24 : 16;
  const plain = { versionMajor: 2, versionMinor: 4, zone: 0, accuracy: 0, snapLength: 65_535, linkWord: 1 };
  return { ...plain, ...changes, magic, recordHeaderLength };
}

export function buildPcap(
  packets: Sample[],
  changes: Partial<PcapHeader> = {},
  byteOrder: ByteOrder = 'little',
): Uint8Array {
  const header = pcapHeader(changes);
  const layout = recordLayout(header, byteOrder);
  const parts = [encodePcapHeader(header, byteOrder)];
  for (const { seconds, fraction, data, originalLength } of packets) {
    const lengths = { capturedLength: data.length, originalLength: originalLength ?? data.length };
    parts.push(
      encodeRecordHeader({ seconds, fraction, ...lengths, interfaceIndex: 0, protocol: 0, packetType: 0 }, layout),
      data,
    );
  }
  return concatenate(parts);
}

export function section(byteOrder: ByteOrder = 'little', versionMinor = 0): Uint8Array {
  return encodeSectionHeader({ versionMajor: 1, versionMinor, sectionLength: null, options: [] }, byteOrder);
}

export function interfaceBlock(
  byteOrder: ByteOrder = 'little',
  options: RawOption[] = [],
  snapLength = 0,
  linkType = 1,
): Uint8Array {
  return encodeInterfaceDescription({ linkType, snapLength, options }, byteOrder);
}

/** An enhanced packet at a time in nanoseconds, on an interface with that resolution. */
export function packetBlock(
  data: Uint8Array,
  time: bigint,
  byteOrder: ByteOrder = 'little',
  interfaceId = 0,
  resolution = 6,
  options: RawOption[] = [],
): Uint8Array {
  const { high, low } = ticksOf(time, resolution, 0n);
  const block = { interfaceId, timestampHigh: high, timestampLow: low, originalLength: data.length, data, options };
  return encodeEnhancedPacket(block, byteOrder);
}

export function buildPcapng(packets: Sample[], byteOrder: ByteOrder = 'little'): Uint8Array {
  const blocks = packets.map(({ seconds, fraction, data }) =>
    packetBlock(data, nanosFromParts(seconds, fraction * 1000), byteOrder),
  );
  return concatenate([section(byteOrder), interfaceBlock(byteOrder), ...blocks]);
}

/** A packet as it was read. */
export interface ReadPacket {
  number: number;
  offset: number;
  time: bigint | null;
  interface: number;
  originalLength: number;
  data: Uint8Array;
}

export function readAllSync(reader: CaptureReader): ReadPacket[] {
  const packets: ReadPacket[] = [];
  for (let batch = reader.nextSync(); batch !== null; batch = reader.nextSync()) collect(batch, packets);
  return packets;
}

export async function readAll(reader: CaptureReader): Promise<ReadPacket[]> {
  const packets: ReadPacket[] = [];
  for (let batch = await reader.next(); batch !== null; batch = await reader.next()) collect(batch, packets);
  return packets;
}

type Batch = NonNullable<ReturnType<CaptureReader['nextSync']>>;

export function collect(batch: Batch, packets: ReadPacket[]): void {
  for (let row = 0; row < batch.count; row++) {
    const exact = (batch.flags[row] & TIME_EXACT) !== 0;
    packets.push({
      number: batch.number[row],
      offset: batch.position + batch.recordStart[row],
      time: exact ? (batch.exactTimes.get(row) ?? null) : nanosFromParts(batch.seconds[row], batch.nanoseconds[row]),
      interface: batch.interface[row],
      originalLength: batch.originalLength[row],
      data: batch.bytes.slice(batch.start[row], batch.start[row] + batch.length[row]),
    });
  }
}
