import { type Application, Likeness, type Recognizer } from '../application.js';
import { berContent, berEnd } from './ber-lengths.js';

/** How SNMP is known: RFC 3416, RFC 3412 section 6, by the BER of a message with its version. */

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const OCTETS = 0x04;
const FIRST_PDU = 0xa0;

const recognize: Recognizer = (bytes, start, end, wireLength) => {
  const content = berContent(bytes, start, end, SEQUENCE);
  if (content < 0) return Likeness.no;
  const exact = berEnd(bytes, start, content) === start + wireLength;
  const version = berContent(bytes, content, end, INTEGER);
  if (version < 0 || bytes[content + 1] !== 1 || version >= end || bytes[version] > 3) return Likeness.no;
  const next = version + 1;
  const rough = exact ? Likeness.perhaps : Likeness.no;
  if (bytes[version] === 3) {
    const global = berContent(bytes, next, end, SEQUENCE);
    const id = global < 0 ? -1 : berContent(bytes, global, end, INTEGER);
    if (id < 0) return rough;
    return exact ? Likeness.sure : Likeness.perhaps;
  }
  const community = berContent(bytes, next, end, OCTETS);
  if (community < 0) return rough;
  const pdu = berEnd(bytes, next, community);
  if (pdu >= end) return rough;
  if (bytes[pdu] < FIRST_PDU || bytes[pdu] > FIRST_PDU + LAST_PDU) return Likeness.no;
  return exact ? Likeness.sure : Likeness.perhaps;
};

const carriage = { ports: [161, 162], leads: [SEQUENCE], recognize };

export const LAST_PDU = 8;

/** The Simple Network Management Protocol, versions 1, 2c and 3. */
export const snmp: Application = {
  name: 'snmp',
  title: 'SNMP',
  specification: 'RFC 3416, RFC 3412',
  udp: carriage,
  tcp: carriage,
};
