/** Frames for tests, built byte by byte apart from the code under test. Hex may hold spaces. */
export function fromHex(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replace(/\s+/g, ''), 'hex'));
}

export function join(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

const MACS = '020000000002 020000000001';

export function ethernet(type: number, payload: Uint8Array): Uint8Array {
  return join(fromHex(MACS + type.toString(16).padStart(4, '0')), payload);
}

export interface Ipv4Parts {
  protocol: number;
  payload: Uint8Array;
  /** Hex of options, a multiple of 4 bytes. */
  options?: string;
  flagsAndOffset?: number;
  totalLength?: number;
  checksum?: number;
}

/** 10.0.0.1 to 10.0.0.2, ttl 64, id 7; the checksum is right unless given. */
export function ipv4(parts: Ipv4Parts): Uint8Array {
  const options = fromHex(parts.options ?? '');
  const header = Buffer.alloc(20 + options.length);
  header[0] = 0x40 | (header.length / 4);
  header.writeUInt16BE(parts.totalLength ?? header.length + parts.payload.length, 2);
  header.writeUInt16BE(7, 4);
  header.writeUInt16BE(parts.flagsAndOffset ?? 0, 6);
  header[8] = 64;
  header[9] = parts.protocol;
  header.set([10, 0, 0, 1, 10, 0, 0, 2], 12);
  header.set(options, 20);
  header.writeUInt16BE(parts.checksum ?? onesComplement(header), 10);
  return join(header, parts.payload);
}

/** 2001:db8::1 to 2001:db8::2, hop limit 64. */
export function ipv6(nextHeader: number, payload: Uint8Array): Uint8Array {
  const header = Buffer.alloc(40);
  header[0] = 0x60;
  header.writeUInt16BE(payload.length, 4);
  header[6] = nextHeader;
  header[7] = 64;
  header.set(fromHex('20010db8000000000000000000000001 20010db8000000000000000000000002'), 8);
  return join(header, payload);
}

/** 40000 to 40001, checksum 0 unless given. */
export function udp(payload: Uint8Array, checksum = 0): Uint8Array {
  const header = Buffer.alloc(8);
  header.writeUInt16BE(40000, 0);
  header.writeUInt16BE(40001, 2);
  header.writeUInt16BE(8 + payload.length, 4);
  header.writeUInt16BE(checksum, 6);
  return join(header, payload);
}

function onesComplement(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += bytes.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
