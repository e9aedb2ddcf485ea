import { u32 } from '../../bytes/big-endian.js';
import { type Application, Likeness, type Recognizer } from '../application.js';

/** Dynamic Host Configuration Protocol: RFC 2131 section 2, in the message of BOOTP (RFC 951). Offsets in bytes. */
export const Dhcp = {
  op: 0,
  htype: 1,
  hlen: 2,
  hops: 3,
  xid: 4,
  secs: 8,
  flags: 10,
  ciaddr: 12,
  yiaddr: 16,
  siaddr: 20,
  giaddr: 24,
  chaddr: 28,
  sname: 44,
  file: 108,
  options: 236,
  /** Up to the options. */
  length: 236,
} as const;

/** What stands before options (RFC 2131 section 3): 99.130.83.99. */
export const COOKIE = 0x63825363;
export const ETHERNET = 1;

const recognize: Recognizer = (bytes, start, end, wireLength) => {
  const available = end - start;
  if (wireLength < Dhcp.length || available < Dhcp.sname) return Likeness.no;
  if (bytes[start] !== 1 && bytes[start] !== 2) return Likeness.no;
  if (bytes[start + Dhcp.hlen] > 16 || bytes[start + Dhcp.hops] > 16) return Likeness.no;
  if (available >= Dhcp.options + 4 && u32(bytes, start + Dhcp.options) === COOKIE) return Likeness.sure;
  if (available < wireLength && available < Dhcp.options + 4 && bytes[start + Dhcp.htype] === ETHERNET)
    return Likeness.perhaps;
  // BOOTP of before RFC 1048: nothing but the unused end of an Ethernet address tells it.
  if (bytes[start + Dhcp.htype] !== ETHERNET || bytes[start + Dhcp.hlen] !== 6) return Likeness.no;
  return u32(bytes, start + 36) === 0 && u32(bytes, start + 40) === 0 ? Likeness.perhaps : Likeness.no;
};

/** The Dynamic Host Configuration Protocol, and BOOTP. */
export const dhcp: Application = {
  name: 'dhcp',
  title: 'DHCP',
  specification: 'RFC 2131, RFC 2132',
  udp: { ports: [67, 68, 4011], leads: [1, 2], recognize },
};
