import { u16 } from '../../bytes/big-endian.js';
import { type Application, Likeness, type Recognizer } from '../application.js';
import { Dns, DnsFlag, DnsLikeness, dnsLikeness } from './dns-recognize.js';

const PORTS = [53];

const recognize: Recognizer = (bytes, start, end, wireLength) => {
  const likeness = dnsLikeness(bytes, start, end, wireLength);
  if (likeness === DnsLikeness.none) return Likeness.no;
  // What looks more like a sister of DNS is DNS on its own port only.
  return likeness === DnsLikeness.message ? Likeness.sure : Likeness.perhaps;
};

/** A message behind its length, which may go on in the next segment: then it is sure only of what is so long, an answer to one question or a part of a zone. */
export function behindLength(judge: Recognizer): Recognizer {
  return function recognizeBehindLength(bytes, start, end, wireLength) {
    if (end - start < 2 + Dns.length) return Likeness.no;
    const length = u16(bytes, start);
    if (length < Dns.length) return Likeness.no;
    const likeness = judge(bytes, start + 2, Math.min(end, start + 2 + length), length);
    return likeness === Likeness.sure && start + 2 + length > start + wireLength && !isLong(bytes, start + 2)
      ? Likeness.perhaps
      : likeness;
  };
}

function isLong(bytes: Uint8Array, start: number): boolean {
  const flags = u16(bytes, start + Dns.flags);
  const isAnswer = (flags & DnsFlag.response) !== 0 && (flags & DnsFlag.opcode) === 0;
  return isAnswer && u16(bytes, start + Dns.qdcount) <= 1 && u16(bytes, start + Dns.ancount) > 0;
}

/** The Domain Name System over UDP and TCP. */
export const dns: Application = {
  name: 'dns',
  title: 'DNS',
  specification: 'RFC 1035, RFC 6891',
  udp: { ports: PORTS, recognize },
  tcp: { ports: PORTS, recognize: behindLength(recognize) },
};
