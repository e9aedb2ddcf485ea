import { u16 } from '../../bytes/big-endian.js';
import { type Application, Likeness, type Recognizer } from '../application.js';
import { Dns, DnsLikeness, dnsLikeness } from './dns-recognize.js';

const PORTS = [53];

const recognize: Recognizer = (bytes, start, end, wireLength) => {
  const likeness = dnsLikeness(bytes, start, end, wireLength);
  if (likeness === DnsLikeness.none) return Likeness.no;
  // What looks more like a sister of DNS is DNS on its own port only.
  return likeness === DnsLikeness.message ? Likeness.sure : Likeness.perhaps;
};

/** A message behind its length, which may go on in the next segment. */
export function behindLength(judge: Recognizer): Recognizer {
  return function recognizeBehindLength(bytes, start, end) {
    if (end - start < 2 + Dns.length) return Likeness.no;
    const length = u16(bytes, start);
    if (length < Dns.length) return Likeness.no;
    return judge(bytes, start + 2, Math.min(end, start + 2 + length), length);
  };
}

/** The Domain Name System over UDP and TCP. */
export const dns: Application = {
  name: 'dns',
  title: 'DNS',
  specification: 'RFC 1035, RFC 6891',
  udp: { ports: PORTS, recognize },
  tcp: { ports: PORTS, recognize: behindLength(recognize) },
};
