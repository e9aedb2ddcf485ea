import { u16, u32 } from '../../bytes/big-endian.js';
import { type Application, Likeness } from '../application.js';

/**
 * OpenVPN: "OpenVPN Wire Protocol" (draft-openvpn-wire-protocol, sections 3 and 4). A byte of operation code and key id; in control messages the sender's
 * session id, optionally a signature with packet id and time, then the acknowledgments and the message's number. Over TCP two bytes of length come first.
 */

const Code = {
  softReset: 3,
  control: 4,
  acknowledgment: 5,
  dataV1: 6,
  resetClient: 7,
  resetServer: 8,
  dataV2: 9,
  resetClientV3: 10,
  controlWithKey: 11,
} as const;

/** Code and session id. */
const SESSION_END = 9;
/** What may stand between session id and acknowledgments: nothing, or an HMAC of MD5, SHA-1, SHA-224 to SHA-512 with packet id and time. */
const SIGNATURES = [0, 24, 28, 36, 40, 56, 72];
/** With tls-crypt: packet id, time, a tag of 32 bytes; what follows is encrypted. */
const WRAPPED = 49;
const MOST_ACKNOWLEDGED = 8;

/** Acknowledgments at `at`: how many, their numbers, and the session that they belong to. Answers where they end, -1 when they are none. */
function acknowledgmentsEnd(bytes: Uint8Array, at: number, end: number): number {
  if (at >= end || bytes[at] > MOST_ACKNOWLEDGED) return -1;
  const count = bytes[at];
  const next = at + 1 + (count === 0 ? 0 : 4 * count + 8);
  if (next > end) return -1;
  // Messages of one session are few: their numbers are small.
  for (let i = 0; i < count; i++) if (u16(bytes, at + 1 + 4 * i) !== 0) return -1;
  return next;
}

function isNumbered(bytes: Uint8Array, at: number, end: number): boolean {
  return end - at >= 4 && u16(bytes, at) === 0 && bytes[at + 2] === 0;
}

/** A control message at `start`: what its code asks for must follow one of the signatures. */
function judgeControl(bytes: Uint8Array, start: number, end: number, messageEnd: number, code: number): Likeness {
  const isReset = code === Code.resetClient || code === Code.resetServer;
  for (const signature of SIGNATURES) {
    const at = start + SESSION_END + signature;
    const next = acknowledgmentsEnd(bytes, at, end);
    if (next < 0) continue;
    if (code === Code.acknowledgment) {
      if (bytes[at] > 0 && next === messageEnd) return signature === 0 ? Likeness.sure : Likeness.perhaps;
      continue;
    }
    if (!isNumbered(bytes, next, end)) continue;
    if (isReset) {
      // The first message of its session: number 0, nothing behind it; a server's acknowledges the client's.
      const isFirst = bytes[next + 3] === 0 && next + 4 === messageEnd;
      if (isFirst && (bytes[at] === 0) === (code === Code.resetClient)) return Likeness.sure;
    } else if (next + 7 <= end && bytes[next + 4] >= 20 && bytes[next + 4] <= 23 && bytes[next + 5] === 3) {
      // Control messages carry TLS records.
      return Likeness.sure;
    }
  }
  // With tls-crypt the packet id counts from 1, and the time is one of these decades: 2001 to 2033.
  if (messageEnd - start < WRAPPED || end - start < SESSION_END + 8 || !isNumbered(bytes, start + SESSION_END, end))
    return Likeness.no;
  const time = u32(bytes, start + SESSION_END + 4);
  const isTime = time >= 0x3a4fc880 && time < 0x77359400;
  return isTime && bytes[start + SESSION_END + 3] !== 0 ? Likeness.perhaps : Likeness.no;
}

function judge(bytes: Uint8Array, start: number, end: number, messageEnd: number): Likeness {
  if (end - start < SESSION_END) return Likeness.no;
  const code = bytes[start] >>> 3;
  if (code === Code.dataV2) {
    // Peer and packet are counted from 0 and 1; what follows is a tag and encrypted.
    const isCounted = bytes[start + 1] === 0 && bytes[start + 4] === 0;
    return isCounted && messageEnd - start >= 24 && u32(bytes, start + 4) !== 0 ? Likeness.perhaps : Likeness.no;
  }
  const isControl =
    code === Code.control ||
    code === Code.acknowledgment ||
    code === Code.softReset ||
    (code >= Code.resetClient && code <= Code.controlWithKey);
  const hasSession = u32(bytes, start + 1) !== 0 && u32(bytes, start + 5) !== 0;
  return isControl && hasSession ? judgeControl(bytes, start, end, messageEnd, code) : Likeness.no;
}

function recognizeStream(bytes: Uint8Array, start: number, end: number, wireLength: number): Likeness {
  if (end - start < 3) return Likeness.no;
  const length = u16(bytes, start);
  if (length > wireLength - 2) return Likeness.no;
  return judge(bytes, start + 2, Math.min(end, start + 2 + length), start + 2 + length);
}

export const openvpn: Application = {
  name: 'openvpn',
  title: 'OpenVPN',
  specification: 'OpenVPN Wire Protocol (draft)',
  udp: {
    ports: [1194],
    // Opcodes 1 to 11, each with eight keys.
    leads: Array.from({ length: 88 }, (_, i) => 8 + i),
    recognize: (bytes, start, end, wireLength) => judge(bytes, start, end, start + wireLength),
  },
  tcp: { ports: [1194], recognize: recognizeStream },
};
