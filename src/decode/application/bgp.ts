import { u16 } from '../../bytes/big-endian.js';
import { type Application, Likeness, type Recognizer } from '../application.js';

/** Border Gateway Protocol 4: RFC 4271 section 4, the message header, OPEN and NOTIFICATION; routes and capabilities as bytes. Offsets in bytes. */
export const Bgp = { marker: 0, messageLength: 16, type: 18, length: 19 } as const;

/** A marker of ones (RFC 4271 has no other), a length in bounds and a known type. */
const recognize: Recognizer = (bytes, start, end, wireLength) => {
  const limit = Math.min(end, start + Bgp.messageLength);
  for (let i = start; i < limit; i++) if (bytes[i] !== 0xff) return Likeness.no;
  // Noise begins with three bytes of ones once in 2^24.
  if (end - start < Bgp.length) {
    const isCut = end - start < wireLength && wireLength >= Bgp.length;
    return end - start >= (isCut ? 4 : Bgp.messageLength) ? Likeness.perhaps : Likeness.no;
  }
  const type = bytes[start + Bgp.type];
  const length = u16(bytes, start + Bgp.messageLength);
  if (length >= 0xff00 || type < 1 || type > 6) return Likeness.no;
  return length >= Bgp.length ? Likeness.sure : Likeness.perhaps;
};

export const bgp: Application = {
  name: 'bgp',
  title: 'BGP',
  specification: 'RFC 4271',
  tcp: { ports: [179], leads: [0xff], recognize },
};
