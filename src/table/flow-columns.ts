import type { Nanos } from '../time.js';

/** Earliest and latest of a flow's times that do not fit the columns, and the direction of the earliest. */
export interface ExactFlowTimes {
  first: Nanos;
  last: Nanos;
  firstDirection: number;
}

/**
 * The flow table as its readers see it: a row per bidirectional 5-tuple of the outermost IP header. The two endpoints are ordered: `low` is the
 * smaller (address bytes, then port), so that direction 0 is low to high. Plain typed arrays with `count` rows.
 */
export interface FlowColumns {
  count: number;
  /** Ordinals in the address dictionary. */
  low: Uint32Array;
  high: Uint32Array;
  lowPort: Uint16Array;
  highPort: Uint16Array;
  protocol: Uint8Array;
  /** Packets and original bytes by direction: [2 * flow + direction]. */
  packets: Uint32Array;
  bytes: Float64Array;
  /** Earliest and latest time of its timed packets; firstSeconds > lastSeconds when no packet is timed. */
  firstSeconds: Uint32Array;
  firstNanoseconds: Uint32Array;
  lastSeconds: Uint32Array;
  lastNanoseconds: Uint32Array;
  /** Direction of the earliest packet: its sender is the flow's source. */
  firstDirection: Uint8Array;
  /** ICMP and ICMPv6: type * 256 + code of the flow's first packet (for the Community ID), else 0. */
  icmp: Uint16Array;
  /** Packets with transport payload, and, as `application` (0: none), what they were recognized as: see decode/applications.ts. */
  payloadPackets: Uint32Array;
  application: Uint8Array;
  /** Payloads looked at until one was recognized, or all that were looked at. */
  attempts: Uint8Array;
  /** Flows with packets whose time does not fit the columns (before 1970, after 2106…): earliest and latest of those, by flow. */
  exactTimes: Map<number, ExactFlowTimes>;
}

/** Addresses as four 32-bit words each, big-endian; IPv4 a.b.c.d is ::ffff:a.b.c.d. `words[4 * ordinal + i]`. */
export interface AddressColumns {
  count: number;
  words: Uint32Array;
}

/** Bytes a flow takes in its columns. */
export const FLOW_BYTES = 8 + 4 + 1 + 8 + 16 + 16 + 1 + 2 + 4 + 2;

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
    payloadPackets: new Uint32Array(buffer, take(4), capacity),
    lowPort: new Uint16Array(buffer, take(2), capacity),
    highPort: new Uint16Array(buffer, take(2), capacity),
    icmp: new Uint16Array(buffer, take(2), capacity),
    protocol: new Uint8Array(buffer, take(1), capacity),
    firstDirection: new Uint8Array(buffer, take(1), capacity),
    application: new Uint8Array(buffer, take(1), capacity),
    attempts: new Uint8Array(buffer, take(1), capacity),
  };
}

/** Adds the exact times of a flow to those known of it. */
export function mergeExact(all: Map<number, ExactFlowTimes>, flow: number, times: ExactFlowTimes): void {
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
