import { Likeness } from '../application.js';
import { ContentType, HandshakeType } from './tls-names.js';
import { isSsl2Hello } from './tls-ssl2.js';

/** Is it TLS? Judged by the first record's header and the first bytes of its fragment. */

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
