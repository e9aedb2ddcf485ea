import { type Application, Likeness, type Recognizer } from '../application.js';
import { berContent, berEnd } from './ber-lengths.js';

/** Lightweight Directory Access Protocol: RFC 4511 section 4.1.1 and 4.2 on (tags); over UDP RFC 3352. Name only. */

const SEQUENCE = 0x30;
const INTEGER = 0x02;
/** APPLICATION tags of operations, primitive or constructed as each is. */
const OPERATIONS = new Uint8Array(256);
for (const tag of [0, 1, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 19, 23, 24, 25]) OPERATIONS[0x60 | tag] = 1;
for (const tag of [2, 10, 16]) OPERATIONS[0x40 | tag] = 1;

/** A sequence of a message's number and an operation that fits into it. */
const recognize: Recognizer = (bytes, start, end) => {
  const content = berContent(bytes, start, end, SEQUENCE);
  if (content < 0) return Likeness.no;
  const messageEnd = berEnd(bytes, start, content);
  const id = berContent(bytes, content, end, INTEGER);
  if (id < 0 || bytes[content + 1] === 0 || bytes[content + 1] > 4) return Likeness.no;
  const operation = id + bytes[content + 1];
  if (operation >= end || OPERATIONS[bytes[operation]] === 0 || bytes[id] >= 0x80) return Likeness.no;
  const body = berContent(bytes, operation, end, bytes[operation]);
  if (body < 0) return Likeness.no;
  const bodyEnd = berEnd(bytes, operation, body);
  // Controls may stand between the operation and the end.
  if (bodyEnd > messageEnd) return Likeness.no;
  return bodyEnd === messageEnd || bodyEnd >= end || bytes[bodyEnd] === 0xa0 ? Likeness.sure : Likeness.no;
};

export const ldap: Application = {
  name: 'ldap',
  title: 'LDAP',
  specification: 'RFC 4511',
  tcp: { ports: [389, 3268], leads: [SEQUENCE], recognize },
  udp: { ports: [389], leads: [SEQUENCE], recognize },
};
