import { type Application, Likeness, type Recognizer } from '../application.js';
import { isDigit, isUpper, startsWith, textEnd } from './text-lines.js';

/** How SIP is known: RFC 3261 section 7, by the start line. */

const LONGEST_METHOD = 16;

/** "SIP/2.0" and a code, or a method in capitals and a line that ends with "SIP/2.0". */
const recognize: Recognizer = (bytes, start, end) => {
  if (startsWith(bytes, start, end, 'SIP/2.0 ')) {
    return end - start >= 11 && isDigit(bytes[start + 8]) ? Likeness.sure : Likeness.no;
  }
  const limit = Math.min(end, start + LONGEST_METHOD);
  let at = start;
  while (at < limit && isUpper(bytes[at])) at++;
  if (at - start < 3 || at >= limit || bytes[at] !== 32) return Likeness.no;
  const lineEnd = textEnd(bytes, at, end);
  // No text, and yet a request for an address of SIP.
  if (lineEnd < 0 && startsWith(bytes, at, end, ' SIP')) return Likeness.perhaps;
  if (lineEnd < at + 9) return Likeness.no;
  return startsWith(bytes, lineEnd - 8, lineEnd, ' SIP/2.0') ? Likeness.sure : Likeness.no;
};

const PORTS = [5060];
const LEADS = Array.from({ length: 26 }, (_, i) => 0x41 + i);

export const sip: Application = {
  name: 'sip',
  title: 'SIP',
  specification: 'RFC 3261',
  tcp: { ports: PORTS, leads: LEADS, recognize },
  udp: { ports: PORTS, leads: LEADS, recognize },
};
