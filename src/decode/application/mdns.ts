import { type Application, Likeness, type Recognizer } from '../application.js';
import { DnsLikeness, dnsLikeness } from './dns-recognize.js';

const recognize: Recognizer = (bytes, start, end, wireLength) => {
  switch (dnsLikeness(bytes, start, end, wireLength)) {
    case DnsLikeness.multicast:
      return Likeness.sure;
    case DnsLikeness.message:
      // DNS, which comes first in the list, is as sure of these: the port decides, and where neither's is used, DNS has it.
      return Likeness.sure;
    case DnsLikeness.none:
      return Likeness.no;
    default:
      return Likeness.perhaps;
  }
};

/** Multicast DNS: the messages of DNS, with a bit above the class. */
export const mdns: Application = {
  name: 'mdns',
  title: 'mDNS',
  specification: 'RFC 6762',
  udp: { ports: [5353], recognize },
};
