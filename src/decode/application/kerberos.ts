import { u32 } from '../../bytes/big-endian.js';
import { type Application, Likeness, type Recognizer } from '../application.js';
import { berContent, berEnd } from './ber-lengths.js';

/** Kerberos version 5: RFC 4120 section 5.10 (tags) and 7.2.2 (length before messages over TCP). Name only. */

/** APPLICATION tags of messages: AS, TGS and AP requests and replies, SAFE, PRIV, CRED, ERROR. */
const TAGS = [10, 11, 12, 13, 14, 15, 20, 21, 22, 30].map((tag) => 0x60 | tag);
const SEQUENCE = 0x30;
const INTEGER = 0x02;
const VERSION = 5;
const PREFIX = 4;

/** In a message a sequence, whose first member (tag 0, of requests to the KDC tag 1) is the protocol's version. */
const recognize: Recognizer = (bytes, start, end, wireLength) => {
  if (!TAGS.includes(bytes[start])) return Likeness.no;
  const content = berContent(bytes, start, end, bytes[start]);
  if (content < 0 || berEnd(bytes, start, content) > start + wireLength) return Likeness.no;
  const sequence = berContent(bytes, content, end, SEQUENCE);
  if (sequence < 0 || sequence >= end) return Likeness.no;
  const member = bytes[sequence] === 0xa0 || bytes[sequence] === 0xa1 ? bytes[sequence] : 0xa0;
  const inner = berContent(bytes, sequence, end, member);
  const version = inner < 0 ? -1 : berContent(bytes, inner, end, INTEGER);
  return version >= 0 && version < end && bytes[inner + 1] === 1 && bytes[version] === VERSION
    ? Likeness.sure
    : Likeness.no;
};

/** The message may go on in the next segment. */
const recognizeStream: Recognizer = (bytes, start, end) => {
  if (end - start <= PREFIX) return Likeness.no;
  const length = u32(bytes, start);
  if (length === 0 || length > 0xffffff) return Likeness.no;
  return recognize(bytes, start + PREFIX, Math.min(end, start + PREFIX + length), length);
};

export const kerberos: Application = {
  name: 'kerberos',
  title: 'Kerberos',
  specification: 'RFC 4120',
  udp: { ports: [88, 464], leads: TAGS, recognize },
  tcp: { ports: [88, 464], leads: [0], recognize: recognizeStream },
};
