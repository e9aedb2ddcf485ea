import { u16 } from '../../bytes/big-endian.js';
import { type Application, Likeness, type Recognizer } from '../application.js';
import { behindLength } from './dns.js';
import { Dns, DnsFlag, DnsLikeness, dnsLikeness } from './dns-recognize.js';

const PORTS = [5355];

const recognize: Recognizer = (bytes, start, end, wireLength) => {
  const likeness = dnsLikeness(bytes, start, end, wireLength);
  if (likeness === DnsLikeness.linkLocal) return Likeness.sure;
  if (likeness === DnsLikeness.none || likeness === DnsLikeness.multicast) return Likeness.no;
  // Reserved bits are ignored, as RFC 4795 section 2.1.1 asks.
  if ((u16(bytes, start + Dns.flags) & DnsFlag.opcode) !== 0 || u16(bytes, start + Dns.qdcount) !== 1)
    return Likeness.no;
  // DNS, which comes first in the list, is as sure of whole messages: the port decides, and where neither's is used, DNS has it.
  return likeness === DnsLikeness.message ? Likeness.sure : Likeness.perhaps;
};

/** Link-Local Multicast Name Resolution: the messages of DNS, with other flags. */
export const llmnr: Application = {
  name: 'llmnr',
  title: 'LLMNR',
  specification: 'RFC 4795',
  udp: { ports: PORTS, recognize },
  tcp: { ports: PORTS, recognize: behindLength(recognize) },
};
