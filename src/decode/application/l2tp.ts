import { u16, u32 } from '../../bytes/big-endian.js';
import { type Application, Likeness } from '../application.js';

/**
 * Layer Two Tunneling Protocol: version 2 RFC 2661 section 3.1, version 3 RFC 3931 sections 3.2 and 4.1. Version and flags come first; which fields follow
 * they say. Over IP (protocol 115) version 3 has its session ID alone before data, and 0 there before control messages.
 */
export const L2tp = { flagsAndVersion: 0, length: 2 } as const;

export const L2tpFlag = {
  type: 0x8000,
  length: 0x4000,
  sequence: 0x0800,
  offset: 0x0200,
  priority: 0x0100,
  version: 0x000f,
} as const;
/** Bits that section 3.1 reserves. */
const RESERVED = 0x34f0;

export function isControl(flags: number): boolean {
  return (flags & L2tpFlag.type) !== 0;
}

export function isThird(flags: number): boolean {
  return (flags & L2tpFlag.version) === 3;
}

/** Bytes of the header that the flags announce, offset padding not counted. */
export function announcedLength(flags: number): number {
  if (isThird(flags) && !isControl(flags)) return 8;
  let length = 6;
  if (flags & L2tpFlag.length) length += 2;
  if (flags & L2tpFlag.sequence) length += 4;
  if (flags & L2tpFlag.offset && !isThird(flags)) length += 2;
  return length;
}

/** Is this how a PPP frame begins: address and control, or an IP, LCP, CHAP or IPCP packet with its protocol? */
function looksLikePpp(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at < 4) return false;
  const protocol = bytes[at] === 0xff && bytes[at + 1] === 0x03 ? u16(bytes, at + 2) : u16(bytes, at);
  switch (protocol) {
    case 0x0021:
    case 0x0057:
    case 0x8021:
    case 0x8057:
    case 0x80fd:
    case 0xc021:
    case 0xc023:
    case 0xc223:
    case 0xc227:
      return true;
    default:
      return bytes[at] === 0x21 || bytes[at] === 0x57;
  }
}

/** Control messages have flags and a length that hardly anything else has, and begin with their type; data messages only look likely. */
function recognizeL2tp(bytes: Uint8Array, start: number, end: number, wireLength: number): Likeness {
  if (end - start < 6) return Likeness.no;
  const flags = u16(bytes, start);
  const version = flags & L2tpFlag.version;
  if ((flags & RESERVED) !== 0 || (version !== 2 && version !== 3)) return Likeness.no;
  if (end - start < announcedLength(flags)) return Likeness.no;
  if (isControl(flags)) {
    if ((flags & ~L2tpFlag.version) !== 0xc800 || u16(bytes, start + L2tp.length) !== wireLength) return Likeness.no;
    // A header alone acknowledges; else the first AVP is the message's type: 8 bytes, vendor and attribute 0 (section 4.4.1).
    if (wireLength === 12) return Likeness.sure;
    if (end - start < 18) return Likeness.perhaps;
    return (u16(bytes, start + 12) & 0x3ff) === 8 && u32(bytes, start + 14) === 0 ? Likeness.sure : Likeness.no;
  }
  if (version === 3) return flags === 3 && u16(bytes, start + 2) === 0 ? Likeness.perhaps : Likeness.no;
  if (flags & L2tpFlag.length && u16(bytes, start + L2tp.length) !== wireLength) return Likeness.no;
  const size = flags & L2tpFlag.offset ? u16(bytes, start + announcedLength(flags) - 2) : 0;
  return looksLikePpp(bytes, start + announcedLength(flags) + size, end) ? Likeness.perhaps : Likeness.no;
}

/** Control messages, and data with any of L, S, O and P. */
const LEADS = [0xc8, ...Array.from({ length: 256 }, (_, lead) => lead).filter((lead) => (lead & 0xb4) === 0)];

export const l2tp: Application = {
  name: 'l2tp',
  title: 'L2TP',
  specification: 'RFC 2661, RFC 3931',
  udp: { ports: [1701], leads: LEADS, recognize: recognizeL2tp },
};
