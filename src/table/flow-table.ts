import { createOutline, type Outline, setAddresses } from '../decode/outline.js';
import type { Nanos } from '../time.js';
import { AddressDictionary } from './address-dictionary.js';
import type { Segment } from './columns.js';
import { sameAddress } from './compare-addresses.js';
import {
  type AddressColumns,
  allocateFlows,
  type ExactFlowTimes,
  type FlowColumns,
  mergeExact,
} from './flow-columns.js';
import { FlowKeys, Key } from './flow-keys.js';
import { allocateRecords, doublesOf, Flow } from './flow-records.js';

const FIRST_CAPACITY = 1024;

/** So many payloads of a flow are looked at. */
export const ATTEMPTS = 4;
/** The columns of a segment that flows are counted with. */
export type FlowRows = Pick<Segment, 'flow' | 'payloadLength'>;

/** Packets that are looked up together. */
export const QUEUE = 64;

/**
 * The flow table while it is built: a row per bidirectional 5-tuple, found by one hash probe a packet. The two endpoints are put in order (address words,
 * then port), so a row is the same whichever side spoke first. Open addressing, linear probing, load at most 5/8; a slot holds (hash, flow + 1).
 */
export class FlowTable {
  count = 0;
  private readonly addresses = new AddressDictionary();
  private capacity = FIRST_CAPACITY;
  private words = allocateRecords(FIRST_CAPACITY);
  private doubles = doublesOf(this.words);
  private slots = new Int32Array(FIRST_CAPACITY * 4);
  private mask = FIRST_CAPACITY * 2 - 1;
  private readonly exactTimes = new Map<number, ExactFlowTimes>();
  private readonly key = new FlowKeys(1);
  /** Packets that wait for the next `flush`. */
  readonly queue = new FlowKeys(QUEUE);
  /** Places in the queue of packets whose payload is to be looked at. */
  private readonly pending = new Int32Array(QUEUE + 1);
  /** The latest time of all packets flushed so far. */
  private latestSeconds = 0;
  private latestNanoseconds = 0;
  /** What `fetch` read: kept so that its loads are not optimised away. */
  fetched = 0;

  /**
   * Flow * 2 + direction of a packet whose outline has addresses; the flow is made if need be. Direction 1: its source is the high endpoint.
   */
  find(o: Outline): number {
    const { key } = this;
    key.set(o, 0);
    return this.locate(key, 0) * 2 + key.words[Key.direction];
  }

  private locate(key: FlowKeys, i: number): number {
    const q = key.words;
    const at = i * Key.words;
    if (q[at + Key.protocol] >= Key.ipv6) return this.locateIpv6(key, i);
    const hash = q[at];
    const { slots, mask, words } = this;
    let slot = hash & mask;
    for (;;) {
      const entry = slots[2 * slot + 1];
      if (entry === 0) return this.insert(slot, q, at, q[at + Key.low], q[at + Key.high]);
      if (slots[2 * slot] === hash && isKey(words, (entry - 1) * Flow.words, q, at)) return entry - 1;
      slot = (slot + 1) & mask;
    }
  }

  private locateIpv6(key: FlowKeys, i: number): number {
    const q = key.words;
    const at = i * Key.words;
    const hash = q[at];
    const a = key.addresses;
    const low = 8 * i + (q[at + Key.direction] << 2);
    const high = low ^ 4;
    const { slots, mask, words } = this;
    let slot = hash & mask;
    for (;;) {
      const entry = slots[2 * slot + 1];
      if (entry === 0) break;
      if (slots[2 * slot] === hash) {
        const k = (entry - 1) * Flow.words;
        if (words[k + 2] === q[at + Key.ports] && words[k + 3] === q[at + Key.protocol]) {
          const known = this.addresses.words;
          if (sameAddress(known, words[k] * 4, a, low) && sameAddress(known, words[k + 1] * 4, a, high))
            return entry - 1;
        }
      }
      slot = (slot + 1) & mask;
    }
    return this.insert(slot, q, at, this.addresses.ordinalOf(a, low), this.addresses.ordinalOf(a, high));
  }

  private insert(slot: number, q: Int32Array, at: number, low: number, high: number): number {
    const flow = this.count++;
    if (flow === this.capacity) this.grow();
    const { words } = this;
    const k = flow * Flow.words;
    words[k] = low;
    words[k + 1] = high;
    words[k + 2] = q[at + Key.ports];
    words[k + 3] = q[at + Key.protocol];
    words[k + Flow.first] = -1;
    words[k + Flow.first + 1] = -1;
    words[k + Flow.misc] = q[at + Key.direction] | (q[at + Key.icmp] << 16);
    this.slots[2 * slot] = q[at];
    this.slots[2 * slot + 1] = flow + 1;
    if (this.count * 16 > this.slots.length * 5) this.rehash();
    return flow;
  }

  private grow(): void {
    this.capacity *= 2;
    const words = allocateRecords(this.capacity);
    words.set(this.words);
    this.words = words;
    this.doubles = doublesOf(words);
  }

  private rehash(): void {
    const old = this.slots;
    const slots = new Int32Array(old.length * 2);
    const mask = slots.length / 2 - 1;
    for (let i = 0; i < old.length; i += 2) {
      if (old[i + 1] === 0) continue;
      let slot = old[i] & mask;
      while (slots[2 * slot + 1] !== 0) slot = (slot + 1) & mask;
      slots[2 * slot] = old[i];
      slots[2 * slot + 1] = old[i + 1];
    }
    this.slots = slots;
    this.mask = mask;
  }

  /**
   * Counts a packet into its flow, in a little while: row `row` of `columns` gets its key with the next `flush`. Packets are looked up some dozens at a time, since
   * the memory behind their slots and records can then be fetched side by side; one by one, waiting for it takes half of the whole pass.
   */
  add(o: Outline, originalLength: number, seconds: number, nanoseconds: number, row: number, columns: FlowRows): void {
    const { queue } = this;
    const i = queue.count++;
    queue.set(o, i);
    const q = queue.words;
    const at = i * Key.words;
    q[at + Key.row] = row;
    q[at + Key.length] = originalLength;
    q[at + Key.seconds] = seconds;
    q[at + Key.nanoseconds] = nanoseconds;
    if (queue.count === QUEUE) this.flush(columns);
  }

  /** Looks up what was added since the last flush. Before rows are published, and before `find` and `addExact`. */
  flush({ flow: column, payloadLength }: FlowRows): void {
    const { queue } = this;
    const { count } = queue;
    const q = queue.words;
    this.fetch(q, count);
    let { slots, mask, words, doubles, latestSeconds, latestNanoseconds } = this;
    const { pending } = this;
    let unsettled = 0;
    for (let i = 0, at = 0; i < count; i++, at += Key.words) {
      const hash = q[at];
      let slot = hash & mask;
      let entry = q[at + Key.protocol] >= Key.ipv6 ? 0 : slots[2 * slot + 1];
      while (entry !== 0 && !(slots[2 * slot] === hash && isKey(words, (entry - 1) * Flow.words, q, at))) {
        slot = (slot + 1) & mask;
        entry = slots[2 * slot + 1];
      }
      if (entry === 0) {
        // A new flow, or IPv6: the table may have grown.
        entry = this.locate(queue, i) + 1;
        ({ slots, mask, words, doubles } = this);
      }
      const flow = entry - 1;
      const direction = q[at + Key.direction];
      column[q[at + Key.row]] = flow * 2 + direction;
      const k = flow * Flow.words;
      words[k + 4 + direction]++;
      doubles[flow * Flow.doubles + Flow.bytes + direction] += q[at + Key.length] >>> 0;
      const payload = payloadLength[q[at + Key.row]];
      const one = (payload + 0x7fffffff) >>> 31; // 0 without payload; no branch: what cannot be predicted is not asked
      words[k + Flow.payloads] += one;
      pending[unsettled] = i;
      unsettled += one & (words[k + Flow.misc] & Flow.settled ? 0 : 1);
      const seconds = q[at + Key.seconds] >>> 0;
      const nanoseconds = q[at + Key.nanoseconds];
      if (seconds > latestSeconds || (seconds === latestSeconds && nanoseconds >= latestNanoseconds)) {
        // In order, as nearly always: the latest packet of all is the latest of its flow, and the earliest only if it is the first.
        latestSeconds = seconds;
        latestNanoseconds = nanoseconds;
        words[k + Flow.last] = seconds;
        words[k + Flow.last + 1] = nanoseconds;
        if ((words[k + Flow.first] & words[k + Flow.first + 1]) !== -1) continue;
      } else {
        const last = words[k + Flow.last] >>> 0;
        if (seconds > last || (seconds === last && nanoseconds >= words[k + Flow.last + 1])) {
          words[k + Flow.last] = seconds;
          words[k + Flow.last + 1] = nanoseconds;
        }
        const first = words[k + Flow.first] >>> 0;
        if (seconds > first || (seconds === first && nanoseconds >= words[k + Flow.first + 1] >>> 0)) continue;
      }
      words[k + Flow.first] = seconds;
      words[k + Flow.first + 1] = nanoseconds;
      words[k + Flow.misc] = (words[k + Flow.misc] & Flow.kept) | direction | (q[at + Key.icmp] << 16);
    }
    // Behind the loop, which runs faster without a call in it; in the order of the packets all the same.
    for (let i = 0; i < unsettled; i++) {
      const row = q[pending[i] * Key.words + Key.row];
      this.observe(column[row], row);
    }
    queue.count = 0;
    this.latestSeconds = latestSeconds;
    this.latestNanoseconds = latestNanoseconds;
  }

  /** A packet with payload that is not to be counted, but tells what its flow is. `key` as `find` gave it. */
  observe(key: number, row: number): void {
    const k = (key >>> 1) * Flow.words;
    if ((this.words[k + Flow.misc] & Flow.settled) === 0) this.attempt(k, row);
  }

  /** The application of a flow, 0 while none is known. `key` as `find` gave it. */
  applicationAt(key: number): number {
    return (this.words[(key >>> 1) * Flow.words + Flow.misc] >>> 8) & 0xff;
  }

  /** What the packet of a row carries; 0: not recognized. */
  recognize: (row: number, protocol: number, ports: number) => number = () => 0;

  /** Looks at one more payload of a flow of which nothing is known yet. The first of ATTEMPTS that is recognized tells the flow's application. */
  private attempt(k: number, row: number): void {
    const { words } = this;
    this.settle(k, 1, this.recognize(row, words[k + 3] & 0xff, words[k + 2]));
  }

  /** After `attempts` more payloads the flow is (or is not: 0) of an application. Exact however the payloads are divided. */
  private settle(k: number, attempts: number, application: number): void {
    const { words } = this;
    const all = ((words[k + Flow.misc] >>> 1) & 15) + attempts;
    const known = all <= ATTEMPTS ? application : 0;
    words[k + Flow.misc] = (words[k + Flow.misc] & ~Flow.kept) | (Math.min(all, ATTEMPTS) << 1) | (known << 8);
  }

  /** Reads the slots, then the records, of all queued packets, so that none of the loads waits for another. */
  private fetch(q: Int32Array, count: number): void {
    const { slots, mask, words } = this;
    const end = count * Key.words;
    let read = 0;
    for (let at = 0; at < end; at += Key.words) read ^= slots[2 * (q[at] & mask) + 1];
    for (let at = 0; at < end; at += Key.words) {
      const k = (slots[2 * (q[at] & mask) + 1] - 1) * Flow.words;
      // Both ends: a record is as long as a cache line, but need not begin where one does.
      if (k >= 0) read ^= words[k] ^ words[k + Flow.misc];
    }
    this.fetched = read;
  }

  /** Counts a packet whose time does not fit the columns, or (null) that has none. `key` as `find` gave it. */
  addExact(key: number, originalLength: number, time: Nanos | null, row: number, { payloadLength }: FlowRows): void {
    const flow = key >>> 1;
    const direction = key & 1;
    if (payloadLength[row] > 0) {
      this.words[flow * Flow.words + Flow.payloads]++;
      this.observe(key, row);
    }
    this.words[flow * Flow.words + 4 + direction]++;
    this.doubles[flow * Flow.doubles + Flow.bytes + direction] += originalLength;
    if (time !== null) mergeExact(this.exactTimes, flow, { first: time, last: time, firstDirection: direction });
  }

  /**
   * Takes another table's flows in, counters added; its packets come after this table's in the file. Returns its flow ordinals translated to this
   * table's. Endpoints are ordered, so directions stay.
   */
  absorb(flows: FlowColumns, addresses: AddressColumns): Uint32Array {
    const translated = new Uint32Array(flows.count);
    const o = createOutline();
    for (let i = 0; i < flows.count; i++) {
      const low = flows.low[i] * 4;
      const high = flows.high[i] * 4;
      setAddresses(o, addresses.words, low, addresses.words, high);
      o.sourcePort = flows.lowPort[i];
      o.destinationPort = flows.highPort[i];
      o.protocol = flows.protocol[i];
      o.icmp = flows.icmp[i];
      const flow = this.find(o) >>> 1;
      translated[i] = flow;
      this.mergeCounters(flow, flows, i);
      const exact = flows.exactTimes.get(i);
      if (exact !== undefined) mergeExact(this.exactTimes, flow, exact);
    }
    return translated;
  }

  private mergeCounters(flow: number, from: FlowColumns, i: number): void {
    const { words, doubles } = this;
    const k = flow * Flow.words;
    const isEmpty = words[k + 4] + words[k + 5] === 0; // new here, or none of its packets is selected
    for (let direction = 0; direction < 2; direction++) {
      words[k + 4 + direction] += from.packets[2 * i + direction];
      doubles[flow * Flow.doubles + Flow.bytes + direction] += from.bytes[2 * i + direction];
    }
    const seconds = from.firstSeconds[i];
    const nanoseconds = from.firstNanoseconds[i];
    const first = words[k + Flow.first] >>> 0;
    if (isEmpty || seconds < first || (seconds === first && nanoseconds < words[k + Flow.first + 1] >>> 0)) {
      words[k + Flow.first] = seconds;
      words[k + Flow.first + 1] = nanoseconds;
      words[k + Flow.misc] = (words[k + Flow.misc] & Flow.kept) | from.firstDirection[i] | (from.icmp[i] << 16);
    }
    const last = from.lastSeconds[i];
    const known = words[k + Flow.last] >>> 0;
    if (last > known || (last === known && from.lastNanoseconds[i] > words[k + Flow.last + 1])) {
      words[k + Flow.last] = last;
      words[k + Flow.last + 1] = from.lastNanoseconds[i];
    }
    words[k + Flow.payloads] += from.payloadPackets[i];
    if ((words[k + Flow.misc] & Flow.settled) === 0) this.settle(k, from.attempts[i], from.application[i]);
  }

  /** The table as columns that hold exactly what is in use, shared between threads. */
  toColumns(): { flows: FlowColumns; addresses: AddressColumns } {
    const { addresses } = this;
    const scratch = Uint32Array.of(0, 0, 0xffff, 0);
    const flows = this.columns((word) => {
      scratch[3] = word;
      return addresses.ordinalOf(scratch, 0);
    });
    return { flows, addresses: addresses.toColumns() };
  }

  /** The table as it is now, which goes on growing. For speed an IPv4 address has an ordinal for each of its flows. */
  snapshot(): { flows: FlowColumns; addresses: AddressColumns } {
    const { addresses } = this;
    let { count } = addresses;
    const words = new Uint32Array(new SharedArrayBuffer(16 * (count + 2 * this.count)));
    words.set(addresses.words.subarray(0, 4 * count));
    const flows = this.columns((word) => {
      words[4 * count + 2] = 0xffff;
      words[4 * count + 3] = word;
      return count++;
    });
    return { flows, addresses: { count, words } };
  }

  private columns(ordinalOf: (word: number) => number): FlowColumns {
    const { count, words, doubles } = this;
    const c = allocateFlows(count);
    c.count = count;
    for (let flow = 0, k = 0, d = Flow.bytes; flow < count; flow++, k += Flow.words, d += Flow.doubles) {
      const isIpv6 = (words[k + 3] & Key.ipv6) !== 0;
      c.low[flow] = isIpv6 ? words[k] : ordinalOf(words[k]);
      c.high[flow] = isIpv6 ? words[k + 1] : ordinalOf(words[k + 1]);
      c.lowPort[flow] = words[k + 2] >>> 16;
      c.highPort[flow] = words[k + 2] & 0xffff;
      c.protocol[flow] = words[k + 3] & 0xff;
      c.packets[2 * flow] = words[k + 4];
      c.packets[2 * flow + 1] = words[k + 5];
      c.bytes[2 * flow] = doubles[d];
      c.bytes[2 * flow + 1] = doubles[d + 1];
      c.lastSeconds[flow] = words[k + Flow.last];
      c.lastNanoseconds[flow] = words[k + Flow.last + 1];
      c.firstSeconds[flow] = words[k + Flow.first];
      c.firstNanoseconds[flow] = words[k + Flow.first + 1];
      c.firstDirection[flow] = words[k + Flow.misc] & 1;
      c.application[flow] = (words[k + Flow.misc] >>> 8) & 0xff;
      c.attempts[flow] = (words[k + Flow.misc] >>> 1) & 15;
      c.payloadPackets[flow] = words[k + Flow.payloads];
      c.icmp[flow] = words[k + Flow.misc] >>> 16;
    }
    for (const [flow, times] of this.exactTimes) c.exactTimes.set(flow, times);
    return c;
  }
}

/** Whether the IPv4 flow whose record begins at words[k] has the key at q[at]. */
function isKey(words: Int32Array, k: number, q: Int32Array, at: number): boolean {
  return (
    words[k] === q[at + Key.low] &&
    words[k + 1] === q[at + Key.high] &&
    words[k + 2] === q[at + Key.ports] &&
    words[k + 3] === q[at + Key.protocol]
  );
}
