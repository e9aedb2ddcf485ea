/**
 * Builders of capture files for tests: bytes straight from the specifications (draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng), written apart
 * from the codecs of src so that a mistake there is not repeated here. Everything is little-endian unless told otherwise.
 */
export interface PcapRecord {
  seconds: number;
  /** Microseconds or nanoseconds, as the magic number says. */
  fraction: number;
  data: Uint8Array;
  /** Default: the length of `data`. */
  originalLength?: number;
}

export interface PcapFile {
  big?: boolean;
  /** Default 0xa1b2c3d4; 0xa1b23c4d: nanoseconds, 0xa1b2cd34: modified. */
  magic?: number;
  zone?: number;
  accuracy?: number;
  snapLength?: number;
  linkWord?: number;
  records: readonly PcapRecord[];
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function words(big: boolean, ...values: number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => {
    view.setUint32(index * 4, value >>> 0, !big);
  });
  return bytes;
}

function halves(big: boolean, ...values: number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 2);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => {
    view.setUint16(index * 2, value, !big);
  });
  return bytes;
}

/** A pcap file. */
export function buildPcap(file: PcapFile): Uint8Array {
  const big = file.big ?? false;
  const magic = file.magic ?? 0xa1b2c3d4;
  const parts = [
    words(big, magic),
    halves(big, 2, 4),
    words(big, file.zone ?? 0, file.accuracy ?? 0, file.snapLength ?? 262_144, file.linkWord ?? 1),
  ];
  for (const { seconds, fraction, data, originalLength } of file.records) {
    parts.push(words(big, seconds, fraction, data.length, originalLength ?? data.length));
    if (magic === 0xa1b2cd34) parts.push(words(big, 1), halves(big, 0x0800), Uint8Array.of(0, 0));
    parts.push(data);
  }
  return concatBytes(parts);
}

/** An option: code and value. Text is UTF-8. */
export type OptionPair = readonly [code: number, value: Uint8Array | string];

function padded(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array((bytes.length + 3) & ~3);
  whole.set(bytes);
  return whole;
}

function options(big: boolean, pairs: readonly OptionPair[]): Uint8Array {
  if (pairs.length === 0) return new Uint8Array(0);
  const parts: Uint8Array[] = [];
  for (const [code, value] of pairs) {
    const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
    parts.push(halves(big, code, bytes.length), padded(bytes));
  }
  parts.push(halves(big, 0, 0));
  return concatBytes(parts);
}

/** Any pcapng block: `body` is padded to 32 bits. */
export function block(type: number, body: Uint8Array, big = false): Uint8Array {
  const inner = padded(body);
  const total = inner.length + 12;
  return concatBytes([words(big, type, total), inner, words(big, total)]);
}

export function sectionHeader(opts: readonly OptionPair[] = [], big = false, length: number | null = null): Uint8Array {
  const size = length === null ? [0xffffffff, 0xffffffff] : big ? [0, length] : [length, 0];
  const body = concatBytes([words(big, 0x1a2b3c4d), halves(big, 1, 0), words(big, ...size), options(big, opts)]);
  return block(0x0a0d0d0a, body, big);
}

export function interfaceBlock(
  linkType = 1,
  snapLength = 262_144,
  opts: readonly OptionPair[] = [],
  big = false,
): Uint8Array {
  return block(1, concatBytes([halves(big, linkType, 0), words(big, snapLength), options(big, opts)]), big);
}

/** An Enhanced Packet Block; `units` is the 64-bit time in units of its interface. */
export function enhancedPacket(
  data: Uint8Array,
  units: bigint,
  { interfaceId = 0, originalLength = data.length, opts = [] as readonly OptionPair[], big = false } = {},
): Uint8Array {
  const head = words(big, interfaceId, Number(units >> 32n), Number(units & 0xffffffffn), data.length, originalLength);
  return block(6, concatBytes([head, padded(data), options(big, opts)]), big);
}

export function simplePacket(data: Uint8Array, originalLength = data.length, big = false): Uint8Array {
  return block(3, concatBytes([words(big, originalLength), padded(data)]), big);
}

/** The obsolete Packet Block. */
export function obsoletePacket(data: Uint8Array, units: bigint, interfaceId = 0, drops = 0, big = false): Uint8Array {
  const head = concatBytes([
    halves(big, interfaceId, drops),
    words(big, Number(units >> 32n), Number(units & 0xffffffffn), data.length, data.length),
  ]);
  return block(2, concatBytes([head, padded(data)]), big);
}

/** A Name Resolution Block with one IPv4 record. */
export function nameResolution(address: readonly number[], name: string, big = false): Uint8Array {
  const value = concatBytes([Uint8Array.from(address), new TextEncoder().encode(name), Uint8Array.of(0)]);
  return block(4, concatBytes([halves(big, 1, value.length), padded(value), halves(big, 0, 0)]), big);
}

export function interfaceStatistics(
  interfaceId: number,
  units: bigint,
  opts: readonly OptionPair[] = [],
  big = false,
): Uint8Array {
  const head = words(big, interfaceId, Number(units >> 32n), Number(units & 0xffffffffn));
  return block(5, concatBytes([head, options(big, opts)]), big);
}

/** A Decryption Secrets Block; the default type is that of a TLS key log. */
export function decryptionSecrets(secret: string, type = 0x544c534b, big = false): Uint8Array {
  const value = new TextEncoder().encode(secret);
  return block(10, concatBytes([words(big, type, value.length), padded(value)]), big);
}

export function journalExport(entry: string): Uint8Array {
  return block(9, new TextEncoder().encode(entry));
}

/** A Custom Block under private enterprise number 32473, that of documentation; 0x0bad may be copied, 0x40000bad not. */
export function customBlock(copyable: boolean, data: Uint8Array, big = false): Uint8Array {
  return block(copyable ? 0x0bad : 0x40000bad, concatBytes([words(big, 32473), padded(data)]), big);
}

/** Value of a custom option (2988, 2989, 19372, 19373): private enterprise number 32473 and data. */
export function customOption(code: number, data: string): OptionPair {
  return [code, concatBytes([words(false, 32473), new TextEncoder().encode(data)])];
}

/** An Ethernet frame with an IPv4 packet and a UDP datagram or TCP segment of `payload` bytes, checksums 0. */
export function frame({
  protocol = 17,
  sourcePort = 1000,
  destinationPort = 53,
  payload = 20,
  host = 1,
} = {}): Uint8Array {
  const transport = protocol === 6 ? 20 : 8;
  const bytes = new Uint8Array(14 + 20 + transport + payload);
  const view = new DataView(bytes.buffer);
  bytes.set([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0]);
  bytes.set([0x45, 0], 14);
  view.setUint16(16, 20 + transport + payload);
  bytes.set([64, protocol], 22);
  bytes.set([10, 0, 0, host, 10, 0, 1, 1], 26);
  view.setUint16(34, sourcePort);
  view.setUint16(36, destinationPort);
  if (protocol === 6) bytes[46] = 0x50;
  else view.setUint16(38, 8 + payload);
  for (let at = 34 + transport; at < bytes.length; at++) bytes[at] = at & 0xff;
  return bytes;
}
