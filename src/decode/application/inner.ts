import { u16 } from '../../bytes/big-endian.js';
import { EtherType } from '../numbers.js';

/** Whether the content of a tunnel looks like what its header announces; for recognizers, so without allocation. */

const ADDRESSES = 12;

/** Types of the frames that tunnels carry. */
function isCommonType(type: number): boolean {
  switch (type) {
    case EtherType.ipv4:
    case EtherType.ipv6:
    case EtherType.arp:
    case EtherType.vlan:
    case EtherType.serviceVlan:
    case EtherType.mpls:
    case EtherType.pppoeDiscovery:
    case EtherType.pppoeSession:
      return true;
    default:
      return false;
  }
}

/** An Ethernet frame of a common EtherType, or of IEEE 802.2 with the group address that spanning trees send to. */
export function looksLikeEthernet(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at < ADDRESSES + 2) return false;
  // A source address is nobody's group.
  if ((bytes[at + 6] & 1) !== 0) return false;
  const type = u16(bytes, at + ADDRESSES);
  if (isCommonType(type)) return true;
  return type <= 1500 && bytes[at] === 0x01 && bytes[at + 1] === 0x80 && bytes[at + 2] === 0xc2;
}

/** An IPv4 header whose total length fits in `wireLength` bytes, or an IPv6 one whose payload length does. */
export function looksLikeIp(bytes: Uint8Array, at: number, end: number, wireLength: number): boolean {
  if (end - at < 20) return false;
  if (bytes[at] >>> 4 === 6) return u16(bytes, at + 4) + 40 === wireLength;
  return bytes[at] >>> 4 === 4 && (bytes[at] & 15) >= 5 && u16(bytes, at + 2) === wireLength;
}
