import { u16, u32 } from '../../bytes/big-endian.js';
import { type Application, Likeness } from '../application.js';

/** Session Traversal Utilities for NAT, and TURN: RFC 8489 section 5; without the cookie RFC 3489 section 11.1. Offsets in bytes. */
export const Stun = { type: 0, messageLength: 2, magicCookie: 4, transactionId: 8, length: 20 } as const;

const MAGIC_COOKIE = 0x2112a442;
/** Over TCP several messages may follow one another, and one may go on in the next segment. */
const LONGEST = 4096;

function recognize(bytes: Uint8Array, start: number, end: number, wireLength: number, datagram: boolean): Likeness {
  if (end - start < Stun.magicCookie || bytes[start] > 0x3f) return Likeness.no;
  const length = Stun.length + u16(bytes, start + Stun.messageLength);
  if (length % 4 !== 0 || length > LONGEST || (datagram && length !== wireLength)) return Likeness.no;
  if (end - start >= Stun.transactionId && u32(bytes, start + Stun.magicCookie) === MAGIC_COOKIE) return Likeness.sure;
  if (!datagram) return Likeness.no;
  // Before the cookie: binding and shared secret, as request, response or error.
  const type = u16(bytes, start + Stun.type);
  const isClassic = (type & 0xfeef) === 1 || (type & 0xfeef) === 2;
  return isClassic && end - start >= Stun.length ? Likeness.perhaps : Likeness.no;
}

const PORTS = [3478, 3479, 5349, 19302, 19305];

export const stun: Application = {
  name: 'stun',
  title: 'STUN',
  specification: 'RFC 8489',
  udp: {
    ports: PORTS,
    leads: Array.from({ length: 0x40 }, (_, i) => i),
    recognize: (bytes, start, end, wireLength) => recognize(bytes, start, end, wireLength, true),
  },
  tcp: {
    ports: PORTS,
    leads: [0, 1],
    recognize: (bytes, start, end, wireLength) => recognize(bytes, start, end, wireLength, false),
  },
};
