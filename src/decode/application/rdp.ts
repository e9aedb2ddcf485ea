import { u16 } from '../../bytes/big-endian.js';
import { type Application, Likeness } from '../application.js';

/**
 * What carries the Remote Desktop Protocol: TPKT (RFC 1006 section 6: version 3, a zero, the length of the whole) around X.224 (ITU-T X.224 section 13: length of
 * the header, code). MS-RDPBCGR section 2.2.1 says what is inside: a cookie or a negotiation at first, T.125 afterwards.
 */
export const Tpkt = { version: 0, reserved: 1, packetLength: 2, headerLength: 4, code: 5, length: 4 } as const;

const Code = {
  connectionRequest: 0xe0,
  connectionConfirm: 0xd0,
  disconnectRequest: 0x80,
  data: 0xf0,
  error: 0x70,
} as const;

/** Header of a connection request or confirm without its variable part. */
const CONNECTION_HEADER = 11;
const DATA_HEADER = 7;

/** The X.224 code inside a TPKT whose lengths agree; 0 when it is none. */
function codeOf(bytes: Uint8Array, start: number, end: number, wireLength: number): number {
  if (end - start < DATA_HEADER || bytes[start] !== 3 || bytes[start + Tpkt.reserved] !== 0) return 0;
  const length = u16(bytes, start + Tpkt.packetLength);
  const header = bytes[start + Tpkt.headerLength];
  const code = bytes[start + Tpkt.code];
  if (length < DATA_HEADER || header > length - 5 || length > Math.max(wireLength, 1024)) return 0;
  // A connection's header fills its packet; of data it has but a number.
  if (code === Code.data) return header === 2 && bytes[start + 6] >= 0x80 ? code : 0;
  if (code === Code.error || code === Code.disconnectRequest) return header >= 4 ? code : 0;
  if (code !== Code.connectionRequest && code !== Code.connectionConfirm) return 0;
  return length >= CONNECTION_HEADER && header === length - 5 && length === wireLength ? code : 0;
}

/** "Cook" of "Cookie: mstshash=" or "Cookie: msts=". */
const COOKIE = [0x43, 0x6f, 0x6f, 0x6b];

/** A negotiation's structure (MS-RDPBCGR section 2.2.1.1.1): type, flags, its length of 8 in little endian. */
function isNegotiation(bytes: Uint8Array, at: number, end: number): boolean {
  return end - at >= 8 && bytes[at] >= 1 && bytes[at] <= 3 && bytes[at + 2] === 8 && bytes[at + 3] === 0;
}

function beginsWithCookie(bytes: Uint8Array, at: number, end: number): boolean {
  for (let i = 0; i < COOKIE.length; i++) if (at + i >= end || bytes[at + i] !== COOKIE[i]) return false;
  return true;
}

/** T.125: connect initial and response, erect domain, attach user, join channel, send data. */
function isT125(bytes: Uint8Array, at: number, end: number): boolean {
  if (at + 1 >= end) return false;
  if (bytes[at] === 0x7f) return bytes[at + 1] === 0x65 || bytes[at + 1] === 0x66;
  const choice = bytes[at] >>> 2;
  return (
    choice === 1 ||
    choice === 8 ||
    choice === 10 ||
    choice === 11 ||
    choice === 14 ||
    choice === 15 ||
    choice === 25 ||
    choice === 26
  );
}

function recognizeRdp(bytes: Uint8Array, start: number, end: number, wireLength: number): Likeness {
  const code = codeOf(bytes, start, end, wireLength);
  if (code === 0) return Likeness.no;
  if (code === Code.data) {
    if (!isT125(bytes, start + DATA_HEADER, end)) return Likeness.no;
    return bytes[start + DATA_HEADER] === 0x7f ? Likeness.sure : Likeness.perhaps;
  }
  const content = start + CONNECTION_HEADER;
  if (code === Code.connectionRequest && beginsWithCookie(bytes, content, end)) return Likeness.sure;
  const isConnection = code === Code.connectionRequest || code === Code.connectionConfirm;
  if (isConnection && isNegotiation(bytes, content, end)) return Likeness.sure;
  return isConnection ? Likeness.perhaps : Likeness.no;
}

function recognizeTpkt(bytes: Uint8Array, start: number, end: number, wireLength: number): Likeness {
  return codeOf(bytes, start, end, wireLength) === 0 ? Likeness.no : Likeness.perhaps;
}

export const rdp: Application = {
  name: 'rdp',
  title: 'RDP',
  specification: 'MS-RDPBCGR',
  tcp: { ports: [3389], leads: [3], recognize: recognizeRdp },
};

/** Others that are carried so: ISO transport, H.323, Siemens S7. */
export const tpkt: Application = {
  name: 'tpkt',
  title: 'TPKT',
  specification: 'RFC 1006',
  tcp: { ports: [102, 1720], leads: [3], recognize: recognizeTpkt },
};
