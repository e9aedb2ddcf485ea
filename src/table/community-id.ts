import { hash } from 'node:crypto';
import { writeAddress } from './address-bytes.js';
import { compareAddresses } from './compare-addresses.js';

const ICMP = 1;
const TCP = 6;
const UDP = 17;
const ICMPV6 = 58;
const SCTP = 132;
const SEED = 0;

/** Types that are answered by another type: the pair stands in for the ports, so that both directions give one ID. */
const ICMP_ANSWERS = new Map([
  [0, 8],
  [8, 0],
  [9, 10],
  [10, 9],
  [13, 14],
  [14, 13],
  [15, 16],
  [16, 15],
  [17, 18],
  [18, 17],
]);
const ICMPV6_ANSWERS = new Map([
  [128, 129],
  [129, 128],
  [130, 131],
  [131, 130],
  [133, 134],
  [134, 133],
  [135, 136],
  [136, 135],
  [139, 140],
  [140, 139],
  [144, 145],
  [145, 144],
]);

/** seed, two addresses, protocol and padding, two ports */
const message = new Uint8Array(2 + 16 + 16 + 2 + 4);

/**
 * Community ID version 1, seed 0: "1:" and the base64 of SHA-1 over seed, smaller endpoint's address, larger one's, protocol, a zero byte,
 * and the ports in the same order (github.com/corelight/community-id-spec). ICMP and ICMPv6: type and the type that answers it stand in
 * for the ports; a type that is not answered goes with its code, and the endpoints then stay in the packet's order. Protocols other
 * than TCP, UDP, SCTP, ICMP and ICMPv6 have no ports in the hash.
 *
 * @param words addresses, four words each (see AddressColumns); `source` and `destination` are ordinals in it
 * @param icmp type * 256 + code of the flow's first packet, whose sender must then be `source`; ignored for other protocols
 */
export function communityId(
  words: Uint32Array,
  source: number,
  sourcePort: number,
  destination: number,
  destinationPort: number,
  protocol: number,
  icmp: number,
): string {
  let low = sourcePort;
  let high = destinationPort;
  let oneWay = false;
  if (protocol === ICMP || protocol === ICMPV6) {
    low = icmp >>> 8;
    const answer = (protocol === ICMP ? ICMP_ANSWERS : ICMPV6_ANSWERS).get(low);
    oneWay = answer === undefined;
    high = answer ?? icmp & 255;
  }
  const inOrder = oneWay || compareEndpoints(words, source, low, destination, high) <= 0;
  message[0] = SEED >>> 8;
  message[1] = SEED;
  let at = 2;
  at += writeAddress(words, inOrder ? source : destination, message, at);
  at += writeAddress(words, inOrder ? destination : source, message, at);
  message[at++] = protocol;
  message[at++] = 0;
  if (hasPorts(protocol)) {
    at = writePort(inOrder ? low : high, at);
    at = writePort(inOrder ? high : low, at);
  }
  return `1:${hash('sha1', message.subarray(0, at), 'base64')}`;
}

function hasPorts(protocol: number): boolean {
  return protocol === TCP || protocol === UDP || protocol === SCTP || protocol === ICMP || protocol === ICMPV6;
}

function writePort(port: number, at: number): number {
  message[at] = port >>> 8;
  message[at + 1] = port;
  return at + 2;
}

/** By address, then by port. */
function compareEndpoints(words: Uint32Array, a: number, aPort: number, b: number, bPort: number): number {
  return compareAddresses(words, a, b) || aPort - bPort;
}
