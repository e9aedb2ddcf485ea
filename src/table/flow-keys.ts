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
    const ports = (o.sourcePort << 16) | o.destinationPort;
    if (o.areIpv4 === 1) this.setIpv4(i, o.addresses[3], o.addresses[7], ports, o.protocol);
    else {
      this.addresses.set(o.addresses, 8 * i);
      this.setIpv6(i, ports, o.protocol);
    }
    this.words[i * Key.words + Key.icmp] = o.icmp;
  }

  /** Addresses unsigned; `ports` is source << 16 | destination. Without a branch, since which end is the higher one cannot be predicted. */
  setIpv4(i: number, source: number, destination: number, ports: number, protocol: number): void {
    let direction = isLess(destination, source);
    if (source === destination) direction = ports >>> 16 > (ports & 0xffff) ? 1 : 0;
    const difference = (source ^ destination) & -direction;
    const low = source ^ difference;
    const high = destination ^ difference;
    const ordered = inOrder(ports, direction);
    const q = this.words;
    const at = i * Key.words;
    q[at] = mix(Math.imul(low, TIMES_LOW) ^ Math.imul(high ^ 0x7f4a7c15, TIMES_HIGH), ordered, protocol);
    q[at + Key.low] = low;
    q[at + Key.high] = high;
    q[at + Key.ports] = ordered;
    q[at + Key.protocol] = protocol;
    q[at + Key.direction] = direction;
  }

  /** The addresses of key `i` stand in `addresses`. */
  setIpv6(i: number, ports: number, protocol: number): void {
    const a = this.addresses;
    const at = i * Key.words;
    const direction = directionOf(a, 8 * i, ports);
    const low = fold(a, 8 * i + (direction << 2));
    const high = fold(a, 8 * i + ((direction ^ 1) << 2));
    const ordered = inOrder(ports, direction);
    const q = this.words;
    const family = protocol | Key.ipv6;
    q[at] = mix(Math.imul(low, TIMES_LOW) ^ Math.imul(high ^ 0x7f4a7c15, TIMES_HIGH), ordered, family);
    q[at + Key.ports] = ordered;
    q[at + Key.protocol] = family;
    q[at + Key.direction] = direction;
  }
}

/** 1 when a < b, both 32 bits without a sign, else 0: the borrow of a - b. */
function isLess(a: number, b: number): number {
  return ((~a & b) | ((~a | b) & (a - b))) >>> 31;
}

/** `ports` with its halves exchanged when `direction` is 1. */
function inOrder(ports: number, direction: number): number {
  return ports ^ ((ports ^ ((ports << 16) | (ports >>> 16))) & -direction);
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

/** 1 when the source at a[at] is the high endpoint. Equal addresses are ordered by port. */
function directionOf(a: Uint32Array, at: number, ports: number): number {
  for (let i = at; i < at + 4; i++) if (a[i] !== a[i + 4]) return a[i] > a[i + 4] ? 1 : 0;
  return ports >>> 16 > (ports & 0xffff) ? 1 : 0;
}
