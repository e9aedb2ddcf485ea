import type { Outline } from '../decode/outline.js';
import { randomMultipliers } from './hash-salt.js';

const [LOW, HIGH, PORTS, WORD_0, WORD_1, WORD_2] = randomMultipliers(6);

/** Set in `protocol` of a key whose addresses are not both IPv4. */
export const FAMILY_IPV6 = 0x100;

/** Keys of packets that wait to be looked up in a flow table, as columns: the endpoints in order (address words, then port), and their hash. */
export class FlowKeys {
  count = 0;
  readonly hash: Int32Array;
  /** The addresses themselves where both are IPv4. */
  readonly low: Uint32Array;
  readonly high: Uint32Array;
  /** Eight words a key, source first; only of keys that are not IPv4. */
  readonly addresses: Uint32Array;
  /** low << 16 | high. */
  readonly ports: Uint32Array;
  /** IP protocol, and the family. */
  readonly protocol: Uint16Array;
  /** 1: the source is the high endpoint. */
  readonly direction: Uint8Array;
  readonly icmp: Uint16Array;
  /** What is to be counted: the packet's row, original length and time. */
  readonly row: Uint32Array;
  readonly length: Uint32Array;
  readonly seconds: Uint32Array;
  readonly nanoseconds: Uint32Array;

  constructor(capacity: number) {
    this.hash = new Int32Array(capacity);
    this.low = new Uint32Array(capacity);
    this.high = new Uint32Array(capacity);
    this.addresses = new Uint32Array(8 * capacity);
    this.ports = new Uint32Array(capacity);
    this.protocol = new Uint16Array(capacity);
    this.direction = new Uint8Array(capacity);
    this.icmp = new Uint16Array(capacity);
    this.row = new Uint32Array(capacity);
    this.length = new Uint32Array(capacity);
    this.seconds = new Uint32Array(capacity);
    this.nanoseconds = new Uint32Array(capacity);
  }

  /** Makes key `i` that of a packet whose outline has addresses. */
  set(o: Outline, i: number): void {
    const a = o.addresses;
    const { sourcePort, destinationPort, protocol } = o;
    this.icmp[i] = o.icmp;
    if (a[2] === 0xffff && a[6] === 0xffff && a[0] === 0 && a[1] === 0 && a[4] === 0 && a[5] === 0) {
      const source = a[3];
      const destination = a[7];
      const direction = source > destination || (source === destination && sourcePort > destinationPort) ? 1 : 0;
      const low = direction === 0 ? source : destination;
      const high = direction === 0 ? destination : source;
      const ports = direction === 0 ? (sourcePort << 16) | destinationPort : (destinationPort << 16) | sourcePort;
      this.low[i] = low;
      this.high[i] = high;
      this.ports[i] = ports;
      this.protocol[i] = protocol;
      this.direction[i] = direction;
      this.hash[i] = mix(Math.imul(low, LOW) ^ Math.imul(high + 0x7f4a7c15, HIGH), ports, protocol);
    } else this.setIpv6(o, i);
  }

  private setIpv6(o: Outline, i: number): void {
    const a = o.addresses;
    const direction = directionOf(o);
    const ports = direction === 0 ? (o.sourcePort << 16) | o.destinationPort : (o.destinationPort << 16) | o.sourcePort;
    const protocol = o.protocol | FAMILY_IPV6;
    this.addresses.set(a, 8 * i);
    this.ports[i] = ports;
    this.protocol[i] = protocol;
    this.direction[i] = direction;
    const low = fold(a, direction << 2);
    const high = fold(a, (direction ^ 1) << 2);
    this.hash[i] = mix(Math.imul(low, LOW) ^ Math.imul(high + 0x7f4a7c15, HIGH), ports, protocol);
  }
}

function mix(addresses: number, ports: number, protocol: number): number {
  let h = addresses ^ Math.imul(ports, PORTS) ^ protocol;
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
