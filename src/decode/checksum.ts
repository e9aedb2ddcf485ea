import { hexNumber, u16 } from '../bytes/big-endian.js';
import type { NetworkScope } from './dissector.js';
import { field } from './dissector.js';
import type { Field } from './layer.js';

/** Internet checksum (RFC 1071), the pseudo-headers of RFC 9293 section 3.1 and RFC 8200 section 8.1, and CRC-32C (RFC 9260 appendix A). */

/** Adds the 16-bit words from `at` to `end` (an odd last byte padded by zero) to `sum`, not folded. Exact up to 2^37 bytes. */
export function addWords(bytes: Uint8Array, at: number, end: number, sum = 0): number {
  let total = sum;
  const even = end - ((end - at) & 1);
  for (let i = at; i < even; i += 2) total += (bytes[i] << 8) | bytes[i + 1];
  return even < end ? total + (bytes[even] << 8) : total;
}

/** One's complement sum of 16 bits. */
export function fold(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded % 0x10000) + Math.floor(folded / 0x10000);
  return folded;
}

/** The checksum of the bytes from `at` to `end` on top of `sum`. */
export function internetChecksum(bytes: Uint8Array, at: number, end: number, sum = 0): number {
  return ~fold(addWords(bytes, at, end, sum)) & 0xffff;
}

/** What the pseudo-header adds for a transport header and payload of `length` bytes. */
export function pseudoHeaderSum(bytes: Uint8Array, network: NetworkScope, protocol: number, length: number): number {
  const size = network.family === 4 ? 4 : 16;
  const addresses = addWords(
    bytes,
    network.destination,
    network.destination + size,
    addWords(bytes, network.source, network.source + size),
  );
  return addresses + protocol + (length & 0xffff) + Math.floor(length / 0x10000);
}

export type ChecksumState = 'ok' | 'wrong' | 'offload' | 'none' | 'unverified';

export interface Verdict {
  state: ChecksumState;
  stored: number;
  /** What it should be; null where it was not computed. */
  correct: number | null;
  /** Why it was not judged, or what is wrong with having none, in words. */
  reason?: string;
}

/**
 * Judges the checksum at `place` over the bytes from `at` to `end` on top of `pseudo`. A sender that leaves the work to its network card stores `left`: the
 * sum of the pseudo-header alone, 0 in an IPv4 header. Such a value is `offload`, for a capture cannot tell it from a wrong one. Cards compute no checksum of
 * other headers without a pseudo-header (ICMP, IGMP, OSPF, PIM, GRE).
 */
export function judgeChecksum(
  bytes: Uint8Array,
  at: number,
  end: number,
  place: number,
  pseudo = 0,
  left: number | null = pseudo > 0 ? fold(pseudo) : null,
): Verdict {
  const stored = u16(bytes, place);
  const without = addWords(bytes, place + 2, end, addWords(bytes, at, place, pseudo));
  const correct = ~fold(without) & 0xffff;
  if (fold(without + stored) === 0xffff) return { state: 'ok', stored, correct: stored };
  return { state: stored === left ? 'offload' : 'wrong', stored, correct };
}

export function unverified(bytes: Uint8Array, place: number, reason: string): Verdict {
  return { state: 'unverified', stored: u16(bytes, place), correct: null, reason };
}

/** "ok", "wrong, should be 0x1c46", "wrong (offload?), should be 0x1c46", "none", "not verified: fragment". */
export function verdictText(verdict: Verdict, digits = 4): string {
  switch (verdict.state) {
    case 'ok':
      return 'ok';
    case 'none':
      return verdict.reason === undefined ? 'none' : `none, ${verdict.reason}`;
    case 'unverified':
      return `not verified: ${verdict.reason}`;
    default: {
      const suspicion = verdict.state === 'offload' ? ' (offload?)' : '';
      return `wrong${suspicion}, should be ${hexNumber(verdict.correct ?? 0, digits)}`;
    }
  }
}

/** For a summary: " checksum ok", or nothing where it was not judged. */
export function verdictSummary(verdict: Verdict): string {
  return verdict.state === 'unverified' || verdict.state === 'none' ? '' : `  checksum ${verdictText(verdict)}`;
}

/** The checksum field of `length` bytes with its verdict in the text. */
export function checksumField(name: string, place: number, verdict: Verdict, length = 2): Field {
  const digits = length * 2;
  return field(
    name,
    place,
    length,
    verdict.stored,
    `${hexNumber(verdict.stored, digits)} ${verdictText(verdict, digits)}`,
  );
}

let crcTable: Uint32Array | null = null;

/** Reflected table of polynomial 0x1edc6f41. */
function makeCrcTable(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
    return crc;
  });
}

function addCrc(crc: number, table: Uint32Array, bytes: Uint8Array, at: number, end: number): number {
  let value = crc;
  for (let i = at; i < end; i++) value = table[(value ^ bytes[i]) & 255] ^ (value >>> 8);
  return value;
}

/** CRC-32C of the bytes from `at` to `end`, the four at `hole` (the checksum itself) counted as zero; as SCTP stores it, read big-endian. */
export function crc32c(bytes: Uint8Array, at: number, end: number, hole = -1): number {
  crcTable ??= makeCrcTable();
  let crc = 0xffffffff;
  if (hole < 0) crc = addCrc(crc, crcTable, bytes, at, end);
  else {
    crc = addCrc(crc, crcTable, bytes, at, hole);
    crc = addCrc(crc, crcTable, new Uint8Array(4), 0, 4);
    crc = addCrc(crc, crcTable, bytes, hole + 4, end);
  }
  const value = ~crc >>> 0;
  // SCTP transmits it least significant byte first.
  return (((value & 0xff) << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24)) >>> 0;
}
