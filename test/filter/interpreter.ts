import type { Base, Condition, Value } from '../../src/filter/bpf/condition.js';

/**
 * The meaning of a condition on Ethernet, as slowly and plainly as it can be said: what the generated functions are held against.
 * A load beyond the captured bytes, or a division by zero, ends the program and rejects the packet.
 */
class Rejected extends Error {}

interface Packet {
  bytes: Uint8Array;
  original: number;
}

/** Where the headers are at a leaf: tags to its left have moved them. Behind Geneve their place is told when the packet is seen. */
interface Offsets {
  type: number;
  link: number;
  payload: number;
  /** Counted from the payload: behind labels. */
  network: number;
  labels: number;
  /** Which Geneve header they are counted from, and whether PPP stands where Ethernet would. */
  geneve: Geneve | null;
  ppp: boolean;
}

interface Geneve {
  link: number;
  type: number;
  payload: number;
}

type Tag = Extract<Condition, { kind: 'tag' }>;
type Branch = Extract<Condition, { operands: unknown } | { operand: unknown }>;
type Leaf = Exclude<Condition, Branch>;

const isBranch = (condition: Condition): condition is Branch => 'operands' in condition || 'operand' in condition;

const START: Offsets = { type: 12, link: 0, payload: 14, network: 0, labels: 0, geneve: null, ppp: false };

function behind({ tag }: Tag, before: Offsets): Offsets {
  switch (tag) {
    case 'vlan':
      return { ...before, type: before.type + 4, payload: before.payload + 4 };
    case 'mpls':
      return { ...before, network: before.network + 4, labels: before.labels + 1 };
    case 'pppoes': {
      const at = before.payload + before.network + 6;
      // Its type and payload are counted from the payload of Geneve, if there is one around it.
      return { ...before, link: at, type: at, payload: at + 2, network: 0, ppp: true };
    }
    case 'geneve':
      return {
        type: 0,
        link: 0,
        payload: 0,
        network: 0,
        labels: before.labels,
        geneve: { link: 0, type: 0, payload: 0 },
        ppp: false,
      };
    case 'lane':
      throw new Error('not on Ethernet');
  }
}

/** Gives every leaf the offsets that hold there: those behind all tags to its left, whatever stands around them. */
function placeLeaves(condition: Condition): Map<Leaf, [Offsets, Offsets]> {
  const places = new Map<Leaf, [Offsets, Offsets]>();
  let now = START;
  const visit = (node: Condition): void => {
    if (isBranch(node)) ('operands' in node ? node.operands : [node.operand]).forEach(visit);
    else {
      const next = node.kind === 'tag' ? behind(node, now) : now;
      // A leaf may stand in several places of the tree: a copy of its own for each is what the walk below meets.
      places.set(node, [now, next]);
      now = next;
    }
  };
  visit(condition);
  return places;
}

function offsetOf(base: Base, o: Offsets, packet: Packet): number {
  const inner = o.geneve ?? { link: 0, type: 0, payload: 0 };
  const network = inner.payload + o.payload + o.network;
  switch (base) {
    case 'packet':
      return 0;
    case 'link':
      return (o.ppp ? inner.payload : inner.link) + o.link;
    case 'type':
      return (o.ppp ? inner.payload : inner.type) + o.type;
    case 'payload':
      return inner.payload + o.payload;
    case 'osi':
      return network + (o.ppp ? 0 : 3);
    case 'ip-payload':
      return network + 4 * (read(packet, network, 1) % 16);
    case 'ip6-payload':
      return network + 40;
    default:
      return network;
  }
}

function read(packet: Packet, at: number, size: number): number {
  if (at + size > packet.bytes.length) throw new Rejected();
  let value = 0;
  for (let i = 0; i < size; i++) value = value * 256 + packet.bytes[at + i];
  return value;
}

function evaluate(packet: Packet, value: Value, o: Offsets): number {
  switch (value.kind) {
    case 'constant':
      return value.value;
    case 'length':
      return packet.original;
    case 'load': {
      const at = offsetOf(value.base, o, packet);
      return read(packet, at + value.offset + (value.index ? evaluate(packet, value.index, o) : 0), value.size);
    }
    case 'negation':
      return Number(BigInt.asUintN(32, -BigInt(evaluate(packet, value.operand, o))));
    case 'operation': {
      const left = BigInt(evaluate(packet, value.left, o));
      const right = BigInt(evaluate(packet, value.right, o));
      return Number(BigInt.asUintN(32, operate(value.operator, left, right)));
    }
  }
}

function operate(operator: string, left: bigint, right: bigint): bigint {
  if ((operator === '/' || operator === '%') && right === 0n) throw new Rejected();
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
    case '&':
      return left & right;
    case '|':
      return left | right;
    case '^':
      return left ^ right;
    case '<<':
      return right > 31n ? 0n : left << right;
    default:
      return right > 31n ? 0n : left >> right;
  }
}

/** PPP protocols for the EtherTypes that tests ask for. */
const PPP: Record<number, number> = {
  2048: 0x21,
  34525: 0x57,
  254: 0x23,
  66: 0x31,
  224: 0x2b,
  24579: 0x27,
  32923: 0x29,
};
const SNAP: Record<number, string> = { 224: 'aaaa030000008137', 32923: 'aaaa03080007809b', 33011: 'aaaa0300000080f3' };

function hex(packet: Packet, at: number, size: number): string {
  if (at + size > packet.bytes.length) throw new Rejected();
  return Buffer.from(packet.bytes.subarray(at, at + size)).toString('hex');
}

/** libpcap compares the second half of a SNAP header first: cut between the halves, it is no match or none at all. */
function hasSnap(packet: Packet, at: number, wanted: string): boolean {
  return hex(packet, at + 4, 4) === wanted.slice(8) && hex(packet, at, 4) === wanted.slice(0, 8);
}

function carries(packet: Packet, protocol: number, o: Offsets): boolean {
  if (o.labels > 0) {
    const network = offsetOf('ip', o, packet);
    // A constant part below 0 is beyond the end, whatever is added to it.
    if (o.payload + o.network < 2) throw new Rejected();
    const version = protocol === 0x0800 ? 4 : 6;
    return read(packet, network - 2, 1) % 2 === 1 && read(packet, network, 1) >> 4 === version;
  }
  const type = read(packet, offsetOf('type', o, packet), 2);
  if (o.ppp) return type === (PPP[protocol] ?? protocol);
  const llc = offsetOf('payload', o, packet);
  if (protocol === 0xe0 && type === 0x8137) return true;
  if (protocol > 1500 && type === protocol) return true;
  if (protocol > 1500 && SNAP[protocol] === undefined) return false;
  if (type > 1500) return false;
  if (SNAP[protocol] !== undefined && hasSnap(packet, llc, SNAP[protocol])) return true;
  if (protocol > 1500) return false;
  if (protocol === 0xe0) return read(packet, llc, 1) === 0xe0 || read(packet, llc, 2) === 0xffff;
  if ([0xfe, 0x06, 0xf0].includes(protocol)) return read(packet, llc, 2) === protocol * 257;
  return read(packet, llc, 1) === protocol;
}

function innerEthernet(o: Offsets): boolean {
  return o.geneve === null || o.geneve.link !== o.geneve.payload;
}

function hasGeneve(packet: Packet, number: number | null, o: Offsets, found: Geneve): boolean {
  const network = offsetOf('ip', o, packet);
  for (const version of [4, 6]) {
    if (!carries(packet, version === 4 ? 0x0800 : 0x86dd, o)) continue;
    if (read(packet, network + (version === 4 ? 9 : 6), 1) !== 17) continue;
    if (version === 4 && read(packet, network + 6, 2) % 8192 !== 0) continue;
    const udp = version === 4 ? offsetOf('ip-payload', o, packet) : network + 40;
    if (read(packet, udp + 2, 2) !== 6081 || read(packet, udp + 8, 1) >> 6 !== 0) continue;
    if (number !== null && Math.floor(read(packet, udp + 12, 4) / 256) !== number) continue;
    const header = udp + 8;
    const link = header + 8 + 4 * (read(packet, header, 1) % 64);
    const ethernet = read(packet, header + 2, 2) === 0x6558;
    Object.assign(found, { link, type: ethernet ? link + 12 : header + 2, payload: ethernet ? link + 14 : link });
    return true;
  }
  return false;
}

function hasTag(packet: Packet, { tag, number }: Tag, o: Offsets, next: Offsets): boolean {
  const network = offsetOf('ip', o, packet);
  switch (tag) {
    case 'vlan':
      if (![0x8100, 0x88a8, 0x9100].some((type) => carries(packet, type, o))) return false;
      return number === null || read(packet, network, 2) % 4096 === number;
    case 'mpls': {
      if (o.labels > 0 && o.payload + o.network < 2) throw new Rejected();
      const labelled =
        o.labels > 0 ? read(packet, network - 2, 1) % 2 === 0 : carries(packet, o.ppp ? 0x0281 : 0x8847, o);
      return labelled && (number === null || Math.floor(read(packet, network, 4) / 4096) === number);
    }
    case 'pppoes':
      return carries(packet, 0x8864, o) && (number === null || read(packet, network, 4) % 65536 === number);
    case 'geneve':
      return hasGeneve(packet, number, o, next.geneve as Geneve);
    case 'lane':
      throw new Error('not on Ethernet');
  }
}

/** The chain as libpcap walks it, with its slip behind authentication headers. */
function chainHas(packet: Packet, base: 'ip' | 'ip6', protocol: number, o: Offsets): boolean {
  const network = offsetOf(base, o, packet);
  let next = read(packet, network + (base === 'ip' ? 9 : 6), 1);
  let at = base === 'ip' ? 4 * (read(packet, network, 1) % 16) : 40;
  for (let steps = 0; next !== protocol && next !== 59; steps++) {
    if (steps > 10_000) return false;
    const isExtension = base === 'ip6' && [0, 43, 44, 60].includes(next);
    if (!isExtension && next !== 51) break;
    next = read(packet, network + at, 1);
    const length = read(packet, network + at + 1, 1);
    at = isExtension ? at + 8 * (length + 1) : 4 * (length + 2);
  }
  return next === protocol;
}

class Interpreter {
  private readonly packet: Packet;
  private readonly places: Map<Leaf, [Offsets, Offsets]>;
  constructor(packet: Packet, condition: Condition) {
    this.packet = packet;
    this.places = placeLeaves(condition);
  }

  holds(condition: Condition): boolean {
    const { packet } = this;
    switch (condition.kind) {
      case 'and':
        return condition.operands.every((operand) => this.holds(operand));
      case 'or':
        return condition.operands.some((operand) => this.holds(operand));
      case 'not':
        return !this.holds(condition.operand);
      case 'unlabelled':
        return this.labelsAt(condition.operand) === 0 && this.holds(condition.operand);
      default: {
        const [o, next] = this.places.get(condition) as [Offsets, Offsets];
        return leafHolds(packet, condition, o, next);
      }
    }
  }

  private labelsAt(condition: Condition): number {
    if (isBranch(condition)) return this.labelsAt('operands' in condition ? condition.operands[0] : condition.operand);
    return this.places.get(condition)?.[0].labels ?? 0;
  }
}

function leafHolds(packet: Packet, leaf: Leaf, o: Offsets, next: Offsets): boolean {
  switch (leaf.kind) {
    case 'always':
      return true;
    case 'never':
      return false;
    case 'link-protocol':
      return carries(packet, leaf.protocol, o);
    case 'link-address': {
      if (!innerEthernet(o)) return false;
      const at = offsetOf('link', o, packet) + (leaf.end === 'source' ? 6 : 0);
      return read(packet, at + 2, 4) === leaf.low && read(packet, at, 2) === leaf.high;
    }
    case 'link-cast': {
      if (!innerEthernet(o)) return false;
      const at = offsetOf('link', o, packet);
      if (leaf.cast === 'multicast') return read(packet, at, 1) % 2 === 1;
      return read(packet, at + 2, 4) === 0xffffffff && read(packet, at, 2) === 0xffff;
    }
    case 'tag':
      return hasTag(packet, leaf, o, next);
    case 'llc': {
      if (read(packet, offsetOf('type', o, packet), 2) > 1500) return false;
      const at = offsetOf('payload', o, packet);
      if (read(packet, at, 2) === 0xffff) return false;
      return leaf.control === null || (read(packet, at + 2, 1) & leaf.control.mask) === leaf.control.value;
    }
    case 'osi-protocol':
      return carries(packet, 0xfe, o) && read(packet, offsetOf('osi', o, packet), 1) === leaf.protocol;
    case 'protocol-chain':
      return chainHas(packet, leaf.base, leaf.protocol, o);
    case 'test': {
      const left = evaluate(packet, leaf.left, o);
      const right = evaluate(packet, leaf.right, o);
      if (leaf.relation === '=') return left === right;
      if (leaf.relation === '>') return left > right;
      return leaf.relation === '>=' ? left >= right : (left & right) !== 0;
    }
    default:
      throw new Error(`${leaf.kind}: not on Ethernet`);
  }
}

export function interpret(condition: Condition, bytes: Uint8Array, original: number): boolean {
  try {
    const packet = { bytes, original };
    return new Interpreter(packet, condition).holds(condition);
  } catch (error) {
    if (error instanceof Rejected) return false;
    throw error;
  }
}
