import { latin1Text } from './latin1.js';

/** The server name of a ClientHello (RFC 6066 section 3), read straight from the bytes as far as they were captured. Offsets in bytes. */

const RECORD = 5;
const DATAGRAM_RECORD = 13;
const HANDSHAKE = 4;
const DATAGRAM_HANDSHAKE = 12;
const CLIENT_HELLO = 1;
/** Version and random. */
const FIXED = 34;
const SERVER_NAME = 0;
const HOST_NAME = 0;
const LONGEST_NAME = 255;

/** The name that the hello of the record at `start` asks for; null when there is no hello or no name in it. */
export function serverNameOf(bytes: Uint8Array, start: number, end: number, datagram: boolean): string | null {
  const message = start + (datagram ? DATAGRAM_RECORD : RECORD);
  const body = message + (datagram ? DATAGRAM_HANDSHAKE : HANDSHAKE);
  if (body + FIXED >= end || bytes[message] !== CLIENT_HELLO || bytes[start + 1] !== (datagram ? 0xfe : 3)) return null;
  let at = body + FIXED;
  at += 1 + bytes[at]; // session id
  if (datagram && at < end) at += 1 + bytes[at]; // cookie
  if (at + 2 > end) return null;
  at += 2 + (bytes[at] << 8) + bytes[at + 1]; // cipher suites
  if (at >= end) return null;
  at += 1 + bytes[at] + 2; // compression methods, length of the extensions
  while (at + 4 <= end) {
    const type = (bytes[at] << 8) | bytes[at + 1];
    const length = (bytes[at + 2] << 8) | bytes[at + 3];
    at += 4;
    if (type === SERVER_NAME) return hostName(bytes, at, Math.min(end, at + length));
    at += length;
  }
  return null;
}

/** The first host name of a list; null when it is not there whole. */
function hostName(bytes: Uint8Array, list: number, end: number): string | null {
  for (let at = list + 2; at + 3 <= end; ) {
    const length = (bytes[at + 1] << 8) | bytes[at + 2];
    const from = at + 3;
    if (from + length > end) return null;
    if (bytes[at] === HOST_NAME) return length > LONGEST_NAME ? null : latin1Text(bytes, from, from + length);
    at = from + length;
  }
  return null;
}
