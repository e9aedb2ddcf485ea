import { u16 } from '../../bytes/big-endian.js';
import { type Application, Likeness, type Recognizer } from '../application.js';
import { isNetbiosName } from './dns-recognize.js';

/** NetBIOS over TCP/UDP: RFC 1001 and RFC 1002, names only. A name of 16 bytes stands as 32 letters from A to P, which nothing else does. */

const NAME_HEADER = 12;
const ENCODED_NAME = 34;

/** RFC 1002 section 4.2.1: a message in the form of DNS, its first name one of NetBIOS. */
const recognizeNames: Recognizer = (bytes, start, end, wireLength) => {
  if (wireLength < NAME_HEADER || end - start < NAME_HEADER) return Likeness.no;
  const questions = u16(bytes, start + 4);
  const records = u16(bytes, start + 6) + u16(bytes, start + 8) + u16(bytes, start + 10);
  if (questions > 1 || records > 16 || questions + records === 0) return Likeness.no;
  if (isNetbiosName(bytes, start + NAME_HEADER, end)) return Likeness.sure;
  return Likeness.no;
};

const FIRST_DATAGRAM = 0x10;
const LAST_DATAGRAM = 0x16;
const DATAGRAM_ERROR = 0x13;
const FIRST_QUERY = 0x14;
const DATAGRAM_HEADER = 10;

/** RFC 1002 section 4.4: the source name behind 14 bytes, of queries the destination name behind 10. */
const recognizeDatagram: Recognizer = (bytes, start, end, wireLength) => {
  const type = bytes[start];
  if (wireLength <= DATAGRAM_HEADER || end - start <= DATAGRAM_HEADER || bytes[start + 1] > 0x0f) return Likeness.no;
  if (type === DATAGRAM_ERROR) {
    const code = bytes[start + DATAGRAM_HEADER];
    return wireLength === DATAGRAM_HEADER + 1 && code >= 0x82 && code <= 0x84 ? Likeness.perhaps : Likeness.no;
  }
  const name = start + DATAGRAM_HEADER + (type >= FIRST_QUERY ? 0 : 4);
  return isNetbiosName(bytes, name, end) ? Likeness.sure : Likeness.no;
};

const SESSION_REQUEST = 0x81;
const POSITIVE = 0x82;
const NEGATIVE = 0x83;
const RETARGET = 0x84;
const KEEPALIVE = 0x85;

/** RFC 1002 section 4.3. Messages of an open session (type 0) are those of what it carries. */
const recognizeSession: Recognizer = (bytes, start, end, wireLength) => {
  if (end - start < 4 || bytes[start + 1] > 1) return Likeness.no;
  const length = u16(bytes, start + 2);
  switch (bytes[start]) {
    case SESSION_REQUEST:
      return length >= 2 * ENCODED_NAME && isNetbiosName(bytes, start + 4, end) ? Likeness.sure : Likeness.no;
    case POSITIVE:
    case KEEPALIVE:
      return length === 0 && wireLength === 4 ? Likeness.perhaps : Likeness.no;
    case NEGATIVE:
      return length === 1 && wireLength === 5 && (bytes[end - 1] & 0x80) !== 0 ? Likeness.perhaps : Likeness.no;
    case RETARGET:
      return length === 6 && wireLength === 10 ? Likeness.perhaps : Likeness.no;
    default:
      return Likeness.no;
  }
};

/** Numbers from `first` to `last`. */
function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

export const nbns: Application = {
  name: 'nbns',
  title: 'NBNS',
  specification: 'RFC 1002',
  udp: { ports: [137], recognize: recognizeNames },
};

export const nbdgm: Application = {
  name: 'nbdgm',
  title: 'NBDGM',
  specification: 'RFC 1002',
  udp: { ports: [138], leads: range(FIRST_DATAGRAM, LAST_DATAGRAM), recognize: recognizeDatagram },
};

export const nbss: Application = {
  name: 'nbss',
  title: 'NBSS',
  specification: 'RFC 1002',
  tcp: { ports: [139, 445], leads: range(SESSION_REQUEST, KEEPALIVE), recognize: recognizeSession },
};
