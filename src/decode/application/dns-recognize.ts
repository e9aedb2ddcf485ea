import { u16 } from '../../bytes/big-endian.js';

export const DnsType = { soa: 6, opt: 41, any: 255 } as const;

/** The numbers that dns-numbers.ts has names for, as ranges: the index pass does without the names. */
export function isDnsType(type: number): boolean {
  if (type <= 53) return type !== 0 && type !== 31 && type !== 32 && type !== 34 && type !== 40;
  if (type <= 65) return type === 55 || type >= 59;
  if (type <= 109) return type === 99 || type >= 104;
  return (type >= 249 && type <= 258) || type === 260 || type === 32768 || type === 32769;
}

export function isDnsClass(value: number): boolean {
  return value === 1 || value === 3 || value === 4 || value === 254 || value === 255;
}

export function isDnsOpcode(opcode: number): boolean {
  return opcode <= 6 && opcode !== 3;
}

/** RFC 1035 section 2.3.4, lengths and root included. */
export const LONGEST_NAME = 255;

/** Behind the name at `at` as it stands, no pointer followed; -1 when it does not end by `end` or is longer than a name may be. */
export function skipDnsName(bytes: Uint8Array, at: number, end: number): number {
  let place = at;
  while (place < end && place - at < LONGEST_NAME) {
    const size = bytes[place];
    if (size === 0) return place + 1;
    if (size >= 0xc0) return place + 2 <= end ? place + 2 : -1;
    if (size > 63) return -1;
    place += 1 + size;
  }
  return -1;
}

/** DNS messages: RFC 1035 section 4.1; AD and CD by RFC 4035 section 3. Offsets in bytes. */
export const Dns = {
  id: 0,
  flags: 2,
  qdcount: 4,
  ancount: 6,
  nscount: 8,
  arcount: 10,
  /** Of the header. */
  length: 12,
} as const;

export const DnsFlag = {
  response: 0x8000,
  opcode: 0x7800,
  authoritative: 0x0400,
  truncated: 0x0200,
  recursionDesired: 0x0100,
  recursionAvailable: 0x0080,
  reserved: 0x0040,
  authentic: 0x0020,
  checkingDisabled: 0x0010,
  rcode: 0x000f,
} as const;

/** What a payload looks like to the three protocols that share the message of RFC 1035. */
export enum DnsLikeness {
  none = 0,
  /** A header with little behind it to judge. */
  weak = 1,
  /** A message as any of the three sends them. */
  message = 2,
  /** As multicast DNS sends them: ID 0 with a name below .local, a class with its top bit set, or no flag (RFC 6762 sections 3, 10.2, 18). */
  multicast = 3,
  /** As LLMNR sends them: for one name of a single label, and no flag that says recursion (RFC 4795 section 2.1.1). */
  linkLocal = 4,
}

const TOP_BIT = 0x8000;
const INTERNET = 1;
/** RFC 2136 section 2.3: its one question names a zone, by the type SOA. */
const UPDATE = 5;
/** QR and AA (RFC 6762 section 18.4): an announcement or an answer, without its question. */
const MULTICAST_ANSWER = 0x8400;
const NETBIOS_LABEL = 32;
const LOCAL = [5, 0x6c, 0x6f, 0x63, 0x61, 0x6c, 0];

/** NetBIOS names stand in a message of the same form (RFC 1002 section 4.2): a first label of 32 letters from A to P. */
export function isNetbiosName(bytes: Uint8Array, at: number, end: number): boolean {
  if (at + 1 + NETBIOS_LABEL > end || bytes[at] !== NETBIOS_LABEL) return false;
  for (let i = at + 1; i <= at + NETBIOS_LABEL; i++) if (bytes[i] < 0x41 || bytes[i] > 0x50) return false;
  return true;
}

/** The name that ends before `after` is below .local. */
function isLocal(bytes: Uint8Array, at: number, after: number): boolean {
  const start = after - LOCAL.length;
  if (start < at) return false;
  for (let i = 0; i < LOCAL.length; i++) {
    const byte = bytes[start + i];
    if ((i > 0 && i < 6 ? byte | 0x20 : byte) !== LOCAL[i]) return false;
  }
  return true;
}

/** The message at `start`, `length` bytes long when sent, of which those before `end` were captured. */
export function dnsLikeness(bytes: Uint8Array, start: number, end: number, length: number): DnsLikeness {
  if (length < Dns.length || end - start < 6) return DnsLikeness.none;
  const flags = u16(bytes, start + Dns.flags);
  const questions = u16(bytes, start + Dns.qdcount);
  const response = (flags & DnsFlag.response) !== 0;
  const opcode = (flags & DnsFlag.opcode) >>> 11;
  if (!isDnsOpcode(opcode) || (flags & DnsFlag.rcode) > 11) return DnsLikeness.none;
  if (!response && (flags & DnsFlag.rcode) !== 0) return DnsLikeness.none;
  if (end - start < Dns.length) return end - start < length && questions === 1 ? DnsLikeness.weak : DnsLikeness.none;
  const answers = u16(bytes, start + Dns.ancount);
  const others = u16(bytes, start + Dns.nscount) + u16(bytes, start + Dns.arcount);
  // The shortest question is a root, a type and a class; the shortest record has a TTL and a length besides.
  if (Dns.length + 5 * questions + 11 * (answers + others) > length) return DnsLikeness.none;
  if (questions + answers + others === 0) {
    const bare = response ? (flags & DnsFlag.rcode) !== 0 && length === Dns.length : opcode === 6;
    return bare ? DnsLikeness.weak : DnsLikeness.none;
  }
  const at = start + Dns.length;
  if (isNetbiosName(bytes, at, end)) return DnsLikeness.none;
  // Counts that fit and one question are a header that chance makes once in 2^20, whatever damage or a capture's end did to the rest.
  const otherwise = questions === 1 && (flags & DnsFlag.reserved) === 0 ? DnsLikeness.weak : DnsLikeness.none;
  // A first name has nothing to point back to but itself.
  if (questions > 0 && end > at && bytes[at] >= 0xc0) return otherwise;
  const after = skipDnsName(bytes, at, end);
  if (after < 0 || after + 4 > end) return otherwise;
  const type = u16(bytes, after);
  const rawClass = u16(bytes, after + 2);
  const flush = rawClass >= TOP_BIT;
  const known = isDnsClass(flush ? rawClass - TOP_BIT : rawClass);
  const isOption = questions === 0 && type === DnsType.opt;
  if (!known && !isOption) return otherwise;
  if (questions === 0 && after + 10 <= end && after + 10 + u16(bytes, after + 8) > start + length)
    return DnsLikeness.none;
  const zero = u16(bytes, start + Dns.id) === 0;
  if (flush && !isOption) return zero && opcode === 0 ? DnsLikeness.multicast : DnsLikeness.weak;
  if (!isDnsType(type) || (flags & DnsFlag.reserved) !== 0) return DnsLikeness.weak;
  if (opcode !== 0 && questions > 1) return DnsLikeness.weak;
  if (opcode === UPDATE && questions === 1 && type !== DnsType.soa) return DnsLikeness.weak;
  if (isLinkLocal(bytes, at, after) && isLinkLocalHeader(flags, questions, answers, others))
    return DnsLikeness.linkLocal;
  // Resolvers of unicast DNS ask for recursion, or for a name under a number that is hard to guess.
  const plain = flags === 0 || (flags === MULTICAST_ANSWER && questions === 0);
  if (zero && opcode === 0 && (plain || isLocal(bytes, at, after))) return DnsLikeness.multicast;
  return DnsLikeness.message;
}

function isLinkLocalHeader(flags: number, questions: number, answers: number, others: number): boolean {
  if (questions !== 1 || others !== 0) return false;
  return flags === 0 ? answers === 0 : flags === DnsFlag.response && answers > 0;
}

/** A single label, asked for its addresses or for anything. */
function isLinkLocal(bytes: Uint8Array, at: number, after: number): boolean {
  if (bytes[at] === 0 || at + bytes[at] + 2 !== after || u16(bytes, after + 2) !== INTERNET) return false;
  const type = u16(bytes, after);
  return type === 1 || type === 28 || type === DnsType.any;
}
