import type { Outline } from '../decode/outline.js';
import { randomMultipliers } from './hash-salt.js';

const [TIMES_LOW, TIMES_HIGH, TIMES_PORTS, WORD_0, WORD_1, WORD_2] = randomMultipliers(6);

/**
 * Where the parts of a key stand in `FlowKeys.words`, behind the hash. An enumeration, because the bundler puts its values where they are used; a constant
 * would be a variable of the bundle, read anew in every turn of a hot loop.
 */
export enum Key {
  /** Words of a key. */
  words = 12,
  /** The addresses themselves where both are IPv4; not used otherwise. */
  low = 1,
  high = 2,
  /** low << 16 | high. */
  ports = 3,
  /** IP protocol, and the family. */
  protocol = 4,
  /** 1: the source is the high endpoint. */
  direction = 5,
  icmp = 6,
  /** What is to be counted: the packet's row, original length and time. */
  row = 7,
  length = 8,
  seconds = 9,
  nanoseconds = 10,
  /** Set in `protocol` of a key whose addresses are not both IPv4. */
  ipv6 = 0x100,
}

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
    this.words = new Int32Array(Key.words * capacity);
    this.addresses = new Uint32Array(8 * capacity);
  }

  /** Makes key `i` that of a packet whose outline has addresses. */
  set(o: Outline, i: number): void {
    const { sourcePort, destinationPort, protocol } = o;
    const q = this.words;
    const at = i * Key.words;
    q[at + Key.icmp] = o.icmp;
    if (o.areIpv4 === 1) {
      const source = o.addresses[3];
      const destination = o.addresses[7];
      const direction = source > destination || (source === destination && sourcePort > destinationPort) ? 1 : 0;
      const low = (direction === 0 ? source : destination) | 0;
      const high = (direction === 0 ? destination : source) | 0;
      const ports = direction === 0 ? (sourcePort << 16) | destinationPort : (destinationPort << 16) | sourcePort;
      q[at] = mix(Math.imul(low, TIMES_LOW) ^ Math.imul(high ^ 0x7f4a7c15, TIMES_HIGH), ports, protocol);
      q[at + Key.low] = low;
      q[at + Key.high] = high;
      q[at + Key.ports] = ports;
      q[at + Key.protocol] = protocol;
      q[at + Key.direction] = direction;
    } else this.setIpv6(o, i);
  }

  private setIpv6(o: Outline, i: number): void {
    const a = o.addresses;
    const direction = directionOf(o);
    const ports = direction === 0 ? (o.sourcePort << 16) | o.destinationPort : (o.destinationPort << 16) | o.sourcePort;
    const protocol = o.protocol | Key.ipv6;
    const low = fold(a, direction << 2);
    const high = fold(a, (direction ^ 1) << 2);
    const q = this.words;
    const at = i * Key.words;
    q[at] = mix(Math.imul(low, TIMES_LOW) ^ Math.imul(high ^ 0x7f4a7c15, TIMES_HIGH), ports, protocol);
    q[at + Key.ports] = ports;
    q[at + Key.protocol] = protocol;
    q[at + Key.direction] = direction;
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
