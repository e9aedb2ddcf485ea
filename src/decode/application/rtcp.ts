import { u16 } from '../../bytes/big-endian.js';
import { type Application, Likeness, type Recognizer } from '../application.js';

/** RTP Control Protocol: RFC 3550 section 6, packets one behind the other; feedback by RFC 4585, extended reports by RFC 3611. Offsets in bytes. */
export const Rtcp = { first: 0, packetType: 1, packetLength: 2, length: 4 } as const;

const PACKETS_LOOKED_AT = 16;

/** Least words that a packet of that type has behind its header; Infinity for no type of RTCP. */
function leastWords(type: number, count: number): number {
  if (type === PacketType.sr) return 6 + 6 * count;
  if (type === PacketType.rr) return 1 + 6 * count;
  if (type === PacketType.sdes) return count;
  if (type === PacketType.bye) return count;
  if (type === PacketType.app || type === PacketType.rtpfb || type === PacketType.psfb) return 2;
  return type === PacketType.xr ? 1 : Infinity;
}

/**
 * Packets whose types, counts and lengths agree and fill the datagram exactly, or a first report or feedback that is right for itself (secure RTCP has more behind).
 */
const recognize: Recognizer = (bytes, start, end, wireLength) => {
  const wireEnd = start + wireLength;
  let place = start;
  for (let i = 0; i < PACKETS_LOOKED_AT; i++) {
    if (end - place < Rtcp.length || bytes[place] >>> 6 !== 2) break;
    const type = bytes[place + 1];
    const words = u16(bytes, place + 2);
    const least = leastWords(type, bytes[place] & 31);
    if (words < least || (type === PacketType.rr && words > least + 64)) {
      if (i > 0) break;
      return Likeness.no;
    }
    place += 4 + 4 * words;
    if (place > wireEnd) return i > 0 ? Likeness.perhaps : Likeness.no;
    if (place === wireEnd) return i > 0 || words > 0 ? Likeness.sure : Likeness.no;
  }
  const type = bytes[start + 1];
  return place > start && (type === PacketType.sr || type === PacketType.rr) ? Likeness.perhaps : Likeness.no;
};

export const rtcp: Application = {
  name: 'rtcp',
  title: 'RTCP',
  specification: 'RFC 3550',
  udp: { ports: [5005], leads: Array.from({ length: 64 }, (_, i) => 0x80 + i), recognize },
};

/** What stands behind the common header of each type of RTCP packet: RFC 3550 sections 6.4 to 6.7, RFC 4585 section 6. */

export const PacketType = { sr: 200, rr: 201, sdes: 202, bye: 203, app: 204, rtpfb: 205, psfb: 206, xr: 207 } as const;
