import type { Outline } from '../decode/outline.js';
import { randomMultipliers } from './hash-salt.js';

const [TIMES_LOW, TIMES_HIGH, TIMES_PORTS, WORD_0, WORD_1, WORD_2] = randomMultipliers(6);

/** Set in `protocol` of a key whose addresses are not both IPv4. */
export const FAMILY_IPV6 = 0x100;

/** Words of a key in `FlowKeys.words`, and where each stands. */
export const KEY_WORDS = 12;
/** The addresses themselves where both are IPv4; not used otherwise. */
export const LOW = 1;
export const HIGH = 2;
/** low << 16 | high. */
export const PORTS = 3;
/** IP protocol, and the family. */
export const PROTOCOL = 4;
/** 1: the source is the high endpoint. */
export const DIRECTION = 5;
export const ICMP = 6;
/** What is to be counted: the packet's row, original length and time. */
export const ROW = 7;
export const LENGTH = 8;
export const SECONDS = 9;
export const NANOSECONDS = 10;

/**
 * Keys of packets that wait to be looked up in a flow table: the endpoints in order (address words, then port), and, as word 0, their hash. All in one
 * array of integers, since each array that a hot loop touches costs it a load and a check of its own; signed, since the halves of their range would
 * otherwise become floating-point numbers.
 */
export class FlowKeys {
  count = 0;
  readonly words: Int32Array;
  /** Eight words a key, source first; only of keys that are not IPv4. */
  readonly addresses: Uint32Array;

  constructor(capacity: number) {
    this.words = new Int32Array(KEY_WORDS * capacity);
    this.addresses = new Uint32Array(8 * capacity);
  }

  /** Makes key `i` that of a packet whose outline has addresses. */
  set(o: Outline, i: number): void {
    const { sourcePort, destinationPort, protocol } = o;
    const q = this.words;
    const at = i * KEY_WORDS;
    q[at + ICMP] = o.icmp;
    if (o.areIpv4 === 1) {
      const source = o.addresses[3];
      const destination = o.addresses[7];
      const direction = source > destination || (source === destination && sourcePort > destinationPort) ? 1 : 0;
      const low = (direction === 0 ? source : destination) | 0;
      const high = (direction === 0 ? destination : source) | 0;
      const ports = direction === 0 ? (sourcePort << 16) | destinationPort : (destinationPort << 16) | sourcePort;
      q[at] = mix(Math.imul(low, TIMES_LOW) ^ Math.imul(high ^ 0x7f4a7c15, TIMES_HIGH), ports, protocol);
      q[at + LOW] = low;
      q[at + HIGH] = high;
      q[at + PORTS] = ports;
      q[at + PROTOCOL] = protocol;
      q[at + DIRECTION] = direction;
    } else this.setIpv6(o, i);
  }

  private setIpv6(o: Outline, i: number): void {
    const a = o.addresses;
    const direction = directionOf(o);
    const ports = direction === 0 ? (o.sourcePort << 16) | o.destinationPort : (o.destinationPort << 16) | o.sourcePort;
    const protocol = o.protocol | FAMILY_IPV6;
    const low = fold(a, direction << 2);
    const high = fold(a, (direction ^ 1) << 2);
    const q = this.words;
    const at = i * KEY_WORDS;
    q[at] = mix(Math.imul(low, TIMES_LOW) ^ Math.imul(high ^ 0x7f4a7c15, TIMES_HIGH), ports, protocol);
    q[at + PORTS] = ports;
    q[at + PROTOCOL] = protocol;
    q[at + DIRECTION] = direction;
    this.addresses.set(a, 8 * i);
  }
}

function mix(addresses: number, ports: number, protocol: number): number {
  let h = addresses ^ Math.imul(ports, TIMES_PORTS) ^ protocol;
  h = Math.imul(h ^ (h >>> 15), 0x85ebca77);
  h = Math.imul(h ^ (h >>> 13), 0x9e3779b1);
  return h ^ (h >>> 16);
}

function fold(a: Uint32Array, at: number): number {
  return a[at + 3] ^ Math.imul(a[at + 2], WORD_2) ^ Math.imul(a[at + 1], WORD_1) ^ Math.imul(a[at], WORD_0);
}

/** 1 when the source is the high endpoint. Equal addresses are ordered by port. */
function directionOf(o: Outline): number {
  const a = o.addresses;
  for (let i = 0; i < 4; i++) if (a[i] !== a[4 + i]) return a[i] > a[4 + i] ? 1 : 0;
  return o.sourcePort > o.destinationPort ? 1 : 0;
}
