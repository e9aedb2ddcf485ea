import type { Outline } from '../decode/outline.js';
import type { Nanos } from '../time.js';
import { AddressDictionary } from './address-dictionary.js';
import type { AddressColumns, ExactFlowTimes, FlowColumns } from './flow-columns.js';

const FIRST_CAPACITY = 1024;

/**
 * The flow table while it is built: a row per bidirectional 5-tuple, found by one hash probe a packet. The two endpoints are put in order (address words,
 * then port), so a row is the same whichever side spoke first. Open addressing, linear probing, load at most 1/2.
 */
export class FlowTable {
  readonly addresses = new AddressDictionary();
  private columns: FlowColumns = allocateFlows(FIRST_CAPACITY);
  private hashes = new Uint32Array(FIRST_CAPACITY);
  private slots = new Uint32Array(FIRST_CAPACITY * 2);
  private mask = FIRST_CAPACITY * 2 - 1;

  get count(): number {
    return this.columns.count;
  }

  /** Flow * 2 + direction of a packet whose outline has addresses. Direction 1: its source is the high endpoint. */
  find(o: Outline): number {
    const a = o.addresses;
    let direction = 0;
    // Order the endpoints. Most pairs differ in the last word or earlier; equal addresses are ordered by port.
    if (a[0] !== a[4]) direction = a[0] > a[4] ? 1 : 0;
    else if (a[1] !== a[5]) direction = a[1] > a[5] ? 1 : 0;
    else if (a[2] !== a[6]) direction = a[2] > a[6] ? 1 : 0;
    else if (a[3] !== a[7]) direction = a[3] > a[7] ? 1 : 0;
    else if (o.sourcePort > o.destinationPort) direction = 1;
    const low = direction * 4;
    const high = 4 - low;
    const lowPort = direction === 0 ? o.sourcePort : o.destinationPort;
    const highPort = direction === 0 ? o.destinationPort : o.sourcePort;
    const protocol = o.protocol;
    let h = Math.imul(a[low + 3], 0x9e3779b1) ^ Math.imul(a[high + 3] + 0x7f4a7c15, 0x85ebca6b);
    h ^= Math.imul(a[low + 2] ^ Math.imul(a[low + 1], 31) ^ Math.imul(a[low], 0x27d4eb2f), 0xc2b2ae35);
    h ^= Math.imul(a[high + 2] ^ Math.imul(a[high + 1], 37) ^ Math.imul(a[high], 0x165667b1), 0x27d4eb2f);
    h = Math.imul(h ^ (h >>> 15), 0x85ebca77) ^ Math.imul((lowPort << 16) | highPort, 0xc2b2ae3d) ^ protocol;
    h ^= h >>> 13;
    h = Math.imul(h, 0x9e3779b1);
    h = (h ^ (h >>> 16)) >>> 0;
    let slot = h & this.mask;
    const { slots, hashes, mask } = this;
    const c = this.columns;
    const words = this.addresses.words;
    for (;;) {
      const entry = slots[slot];
      if (entry === 0) return this.insert(slot, h, o, low, high, lowPort, highPort) * 2 + direction;
      const flow = entry - 1;
      if (
        hashes[flow] === h &&
        c.lowPort[flow] === lowPort &&
        c.highPort[flow] === highPort &&
        c.protocol[flow] === protocol
      ) {
        const l = c.low[flow] * 4;
        const g = c.high[flow] * 4;
        if (
          words[l + 3] === a[low + 3] &&
          words[g + 3] === a[high + 3] &&
          words[l + 2] === a[low + 2] &&
          words[g + 2] === a[high + 2] &&
          words[l + 1] === a[low + 1] &&
          words[g + 1] === a[high + 1] &&
          words[l] === a[low] &&
          words[g] === a[high]
        ) {
          return flow * 2 + direction;
        }
      }
      slot = (slot + 1) & mask;
    }
  }

  private insert(
    slot: number,
    hash: number,
    o: Outline,
    low: number,
    high: number,
    lowPort: number,
    highPort: number,
  ): number {
    const flow = this.columns.count;
    if (flow === this.hashes.length) this.grow();
    const c = this.columns;
    c.low[flow] = this.addresses.ordinalOf(o.addresses, low);
    c.high[flow] = this.addresses.ordinalOf(o.addresses, high);
    c.lowPort[flow] = lowPort;
    c.highPort[flow] = highPort;
    c.protocol[flow] = o.protocol;
    c.icmp[flow] = o.icmp;
    c.firstSeconds[flow] = 0xffffffff;
    c.firstNanoseconds[flow] = 0xffffffff;
    c.firstDirection[flow] = low === 0 ? 0 : 1;
    this.hashes[flow] = hash;
    this.slots[slot] = flow + 1;
    c.count = flow + 1;
    if (c.count * 2 > this.slots.length) this.rehash();
    return flow;
  }

  private grow(): void {
    const capacity = this.hashes.length * 2;
    const grown = allocateFlows(capacity);
    copyFlows(this.columns, grown);
    const hashes = new Uint32Array(capacity);
    hashes.set(this.hashes);
    this.columns = grown;
    this.hashes = hashes;
  }

  private rehash(): void {
    const slots = new Uint32Array(this.slots.length * 2);
    const mask = slots.length - 1;
    const count = this.columns.count;
    for (let flow = 0; flow < count; flow++) {
      let slot = this.hashes[flow] & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = flow + 1;
    }
    this.slots = slots;
    this.mask = mask;
  }

  /** Counts a packet into its flow. `key` as `find` gave it. */
  add(key: number, originalLength: number, seconds: number, nanoseconds: number): void {
    const c = this.columns;
    const flow = key >>> 1;
    c.packets[key]++;
    c.bytes[key] += originalLength;
    const last = c.lastSeconds[flow];
    if (seconds > last || (seconds === last && nanoseconds >= c.lastNanoseconds[flow])) {
      c.lastSeconds[flow] = seconds;
      c.lastNanoseconds[flow] = nanoseconds;
    }
    const first = c.firstSeconds[flow];
    if (seconds < first || (seconds === first && nanoseconds < c.firstNanoseconds[flow])) {
      c.firstSeconds[flow] = seconds;
      c.firstNanoseconds[flow] = nanoseconds;
      c.firstDirection[flow] = key & 1;
    }
  }

  /** The same for a packet whose time does not fit the columns, or (null) that has none. */
  addExact(key: number, originalLength: number, time: Nanos | null): void {
    const c = this.columns;
    c.packets[key]++;
    c.bytes[key] += originalLength;
    if (time !== null) mergeExact(c.exactTimes, key >>> 1, { first: time, last: time, firstDirection: key & 1 });
  }

  /**
   * Takes another table's flows in, counters added; its packets come after this table's in the file. Returns its flow ordinals translated to this
   * table's. Endpoints are ordered, so directions stay.
   */
  absorb(flows: FlowColumns, addresses: AddressColumns, scratch: Outline): Uint32Array {
    const translated = new Uint32Array(flows.count);
    for (let i = 0; i < flows.count; i++) {
      const low = flows.low[i] * 4;
      const high = flows.high[i] * 4;
      for (let w = 0; w < 4; w++) {
        scratch.addresses[w] = addresses.words[low + w];
        scratch.addresses[4 + w] = addresses.words[high + w];
      }
      scratch.sourcePort = flows.lowPort[i];
      scratch.destinationPort = flows.highPort[i];
      scratch.protocol = flows.protocol[i];
      scratch.icmp = flows.icmp[i];
      const known = this.columns.count;
      const flow = this.find(scratch) >>> 1;
      translated[i] = flow;
      const c = this.columns;
      for (let direction = 0; direction < 2; direction++) {
        c.packets[2 * flow + direction] += flows.packets[2 * i + direction];
        c.bytes[2 * flow + direction] += flows.bytes[2 * i + direction];
      }
      mergeTimes(c, flow, flows, i);
      const exact = flows.exactTimes.get(i);
      if (exact !== undefined) mergeExact(c.exactTimes, flow, exact);
      if (flow === known) c.firstDirection[flow] = flows.firstDirection[i];
      if (c.application[flow] === 0) c.application[flow] = flows.application[i];
    }
    return translated;
  }

  /** A copy of exactly what is in use, shared between threads. */
  toColumns(): FlowColumns {
    const exact = allocateFlows(this.columns.count);
    copyFlows(this.columns, exact);
    return exact;
  }
}

function mergeTimes(c: FlowColumns, flow: number, from: FlowColumns, i: number): void {
  const seconds = from.firstSeconds[i];
  const nanoseconds = from.firstNanoseconds[i];
  if (seconds < c.firstSeconds[flow] || (seconds === c.firstSeconds[flow] && nanoseconds < c.firstNanoseconds[flow])) {
    c.firstSeconds[flow] = seconds;
    c.firstNanoseconds[flow] = nanoseconds;
    c.firstDirection[flow] = from.firstDirection[i];
  }
  const last = from.lastSeconds[i];
  if (
    last > c.lastSeconds[flow] ||
    (last === c.lastSeconds[flow] && from.lastNanoseconds[i] > c.lastNanoseconds[flow])
  ) {
    c.lastSeconds[flow] = last;
    c.lastNanoseconds[flow] = from.lastNanoseconds[i];
  }
}

function mergeExact(all: Map<number, ExactFlowTimes>, flow: number, times: ExactFlowTimes): void {
  const known = all.get(flow);
  if (known === undefined) {
    all.set(flow, { ...times });
    return;
  }
  if (times.first < known.first) {
    known.first = times.first;
    known.firstDirection = times.firstDirection;
  }
  if (times.last > known.last) known.last = times.last;
}

/** Bytes a flow takes in its columns. */
export const FLOW_BYTES = 8 + 4 + 1 + 8 + 16 + 16 + 1 + 2 + 1;

/** Columns for `capacity` flows in one SharedArrayBuffer; count 0. */
export function allocateFlows(capacity: number): FlowColumns {
  return viewFlows(new SharedArrayBuffer(capacity * FLOW_BYTES + 8), capacity, 0);
}

/** Lays flow columns over a buffer that `allocateFlows` made, here or in another thread. */
export function viewFlows(buffer: SharedArrayBuffer | ArrayBuffer, capacity: number, count: number): FlowColumns {
  let at = 0;
  const take = (bytes: number): number => {
    const place = at;
    at += bytes * capacity;
    return place;
  };
  return {
    count,
    exactTimes: new Map(),
    bytes: new Float64Array(buffer, take(16), capacity * 2),
    packets: new Uint32Array(buffer, take(8), capacity * 2),
    low: new Uint32Array(buffer, take(4), capacity),
    high: new Uint32Array(buffer, take(4), capacity),
    firstSeconds: new Uint32Array(buffer, take(4), capacity),
    firstNanoseconds: new Uint32Array(buffer, take(4), capacity),
    lastSeconds: new Uint32Array(buffer, take(4), capacity),
    lastNanoseconds: new Uint32Array(buffer, take(4), capacity),
    lowPort: new Uint16Array(buffer, take(2), capacity),
    highPort: new Uint16Array(buffer, take(2), capacity),
    icmp: new Uint16Array(buffer, take(2), capacity),
    protocol: new Uint8Array(buffer, take(1), capacity),
    firstDirection: new Uint8Array(buffer, take(1), capacity),
    application: new Uint8Array(buffer, take(1), capacity),
  };
}

function copyFlows(from: FlowColumns, to: FlowColumns): void {
  const count = from.count;
  to.count = count;
  to.exactTimes = from.exactTimes;
  to.bytes.set(from.bytes.subarray(0, 2 * count));
  to.packets.set(from.packets.subarray(0, 2 * count));
  to.low.set(from.low.subarray(0, count));
  to.high.set(from.high.subarray(0, count));
  to.firstSeconds.set(from.firstSeconds.subarray(0, count));
  to.firstNanoseconds.set(from.firstNanoseconds.subarray(0, count));
  to.lastSeconds.set(from.lastSeconds.subarray(0, count));
  to.lastNanoseconds.set(from.lastNanoseconds.subarray(0, count));
  to.lowPort.set(from.lowPort.subarray(0, count));
  to.highPort.set(from.highPort.subarray(0, count));
  to.icmp.set(from.icmp.subarray(0, count));
  to.protocol.set(from.protocol.subarray(0, count));
  to.firstDirection.set(from.firstDirection.subarray(0, count));
  to.application.set(from.application.subarray(0, count));
}
