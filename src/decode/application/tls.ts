import { u16 } from '../../bytes/big-endian.js';
import { type Application, Likeness } from '../application.js';

/** How TLS is known: by the header of the first record (RFC 8446 section 5.1) and the first bytes of its fragment. */

/**
 * The Client Hello in the form of SSL 2.0, by which old clients greet servers of any version: RFC 5246 appendix E.2. Offsets in bytes; the length, of 15 bits,
 * counts from `type` on.
 */
export const Ssl2Hello = {
  length: 0,
  type: 2,
  version: 3,
  cipherSpecLength: 5,
  sessionIdLength: 7,
  challengeLength: 9,
  cipherSpecs: 11,
} as const;

const LENGTH_BYTES = 2;
/** Versions that such a hello may offer: 2.0, and from SSL 3.0 to TLS 1.3. */
const SSL2 = 0x0002;
const FIRST_VERSION = 0x0300;
const LAST_VERSION = 0x0304;

/** Do its lengths agree? At least the fixed part must be there. */
export function isSsl2Hello(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at < Ssl2Hello.cipherSpecs || bytes[at] < 0x80 || bytes[at + Ssl2Hello.type] !== 1) return false;
  const version = u16(bytes, at + Ssl2Hello.version);
  if (version !== SSL2 && (version < FIRST_VERSION || version > LAST_VERSION)) return false;
  const specs = u16(bytes, at + Ssl2Hello.cipherSpecLength);
  const session = u16(bytes, at + Ssl2Hello.sessionIdLength);
  const challenge = u16(bytes, at + Ssl2Hello.challengeLength);
  if (specs === 0 || specs % 3 !== 0 || (session !== 0 && session !== 16) || challenge < 16 || challenge > 32)
    return false;
  return (u16(bytes, at) & 0x7fff) === Ssl2Hello.cipherSpecs - LENGTH_BYTES + specs + session + challenge;
}

/** RFC 8446 section 5.1. */
export const ContentType = {
  changeCipherSpec: 20,
  alert: 21,
  handshake: 22,
  applicationData: 23,
  heartbeat: 24,
  connectionId: 25,
} as const;

/** RFC 8446 section 4, RFC 5246 section 7.4. */
export const HandshakeType = {
  helloRequest: 0,
  clientHello: 1,
  serverHello: 2,
  helloVerifyRequest: 3,
  newSessionTicket: 4,
  encryptedExtensions: 8,
  certificate: 11,
  serverKeyExchange: 12,
  certificateRequest: 13,
  serverHelloDone: 14,
  certificateVerify: 15,
  clientKeyExchange: 16,
  finished: 20,
  certificateStatus: 22,
} as const;

const HEADER = 5;
const LONGEST = 16384 + 2048;
/** Encrypted, a record is never shorter than this: an authentication tag, or a hash and a block. */
const SHORTEST_ENCRYPTED = 16;

/** Types of messages that come first in a record of their own accord; the bits of a number below 32. */
const CLEAR_FIRST =
  (1 << HandshakeType.helloRequest) |
  (1 << HandshakeType.clientHello) |
  (1 << HandshakeType.serverHello) |
  (1 << HandshakeType.newSessionTicket) |
  (1 << HandshakeType.certificate) |
  (1 << HandshakeType.serverKeyExchange) |
  (1 << HandshakeType.certificateRequest) |
  (1 << HandshakeType.serverHelloDone) |
  (1 << HandshakeType.certificateVerify) |
  (1 << HandshakeType.clientKeyExchange) |
  (1 << HandshakeType.certificateStatus);

/** Is bytes[at, end) the beginning of a record header? What is cut off is taken for right. */
function isHeader(bytes: Uint8Array, at: number, end: number): boolean {
  if (at >= end) return true;
  if (bytes[at] < ContentType.changeCipherSpec || bytes[at] > ContentType.heartbeat) return false;
  if (at + 1 < end && bytes[at + 1] !== 3) return false;
  return at + 2 >= end || bytes[at + 2] <= 4;
}

/** What a record's type, length and first bytes say; `there`: how many bytes of the fragment are captured. */
function judgeFragment(bytes: Uint8Array, at: number, there: number, type: number, length: number): Likeness {
  if (type === ContentType.changeCipherSpec) {
    if (length !== 1) return Likeness.no;
    if (there < 1) return Likeness.perhaps;
    return bytes[at] === 1 ? Likeness.sure : Likeness.no;
  }
  if (type === ContentType.alert) {
    if (length !== 2) return length >= SHORTEST_ENCRYPTED && length <= 256 ? Likeness.sure : Likeness.no;
    if (there < 2) return Likeness.perhaps;
    return (bytes[at] === 1 || bytes[at] === 2) && bytes[at + 1] <= 121 ? Likeness.sure : Likeness.no;
  }
  if (type === ContentType.handshake) {
    if (there < 4) return length >= 4 ? Likeness.perhaps : Likeness.no;
    const first = bytes[at];
    const message = bytes[at + 1] * 65536 + bytes[at + 2] * 256 + bytes[at + 3];
    // Behind a message in the clear stands another, or the record's end, or the message goes on.
    if (first < 32 && (CLEAR_FIRST & (1 << first)) !== 0 && message < 1 << 18) return Likeness.sure;
    return length >= SHORTEST_ENCRYPTED && length <= 256 ? Likeness.sure : Likeness.perhaps;
  }
  if (length < SHORTEST_ENCRYPTED)
    return type === ContentType.heartbeat && length >= 3 ? Likeness.perhaps : Likeness.no;
  return type === ContentType.heartbeat ? Likeness.perhaps : Likeness.sure;
}

export function recognizeTls(bytes: Uint8Array, start: number, end: number): Likeness {
  if (bytes[start] >= 0x80) return isSsl2Hello(bytes, start, end) ? Likeness.sure : Likeness.no;
  if (end - start < HEADER) return end - start >= 3 && isHeader(bytes, start, end) ? Likeness.perhaps : Likeness.no;
  if (!isHeader(bytes, start, end)) return Likeness.no;
  const length = bytes[start + 3] * 256 + bytes[start + 4];
  if (length === 0 || length > LONGEST) return Likeness.no;
  const fragment = start + HEADER;
  const first = bytes[fragment];
  const isHello = bytes[start] === ContentType.handshake && fragment < end && (first === 1 || first === 2);
  if (!isHello && !isHeader(bytes, fragment + length, end)) return Likeness.no;
  const likeness = judgeFragment(bytes, fragment, end - fragment, bytes[start], length);
  // SSL 3.0 by its number, and a version that no record has: less sure.
  return likeness === Likeness.sure && bytes[start + 2] === 4 ? Likeness.perhaps : likeness;
}

/** IANA registry of ports: HTTPS and the other services that begin with TLS; 8443 and 4433 by custom. */
const PORTS = [
  443, 261, 448, 465, 563, 614, 636, 684, 695, 832, 853, 989, 990, 992, 993, 994, 995, 2083, 2252, 3269, 3389,
];
const MORE_PORTS = [4433, 5061, 5223, 5671, 5986, 6514, 6697, 8443, 8883, 9443];

export const tls: Application = {
  name: 'tls',
  title: 'TLS',
  specification: 'RFC 8446, RFC 5246',
  tcp: {
    ports: [...PORTS, ...MORE_PORTS],
    leads: [20, 21, 22, 23, 24, 0x80, 0x81],
    recognize: recognizeTls,
  },
};
