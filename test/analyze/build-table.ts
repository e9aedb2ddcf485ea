import { accumulateFlows, allocateFlowCounters } from '../../src/analyze/flows.js';
import { parseAddress } from '../../src/bytes/address.js';
import { allocateSegment, NO_FLOW, RowFlag, type Segment } from '../../src/table/columns.js';
import type { Encapsulation } from '../../src/table/encapsulation.js';
import type { AddressColumns, FlowColumns } from '../../src/table/flow-columns.js';
import type { Nanos } from '../../src/time.js';

/** One packet of a table built by hand. */
export interface Row {
  /** Seconds and nanoseconds; a bigint or null goes to the segment's exceptional times. */
  time: readonly [number, number] | Nanos | null;
  size: number;
  captured?: number;
  /** Flow * 2 + direction; none without it. */
  flow?: number;
  protocol?: number;
  encapsulation?: number;
  flags?: number;
}

export const ETHERNET_IPV4: Encapsulation = {
  linkType: 1,
  outerType: 0x0800,
  vlans: [],
  mpls: [],
  pppoeSession: null,
  etherType: 0x0800,
  networkOffset: 14,
  layers: ['eth', 'ethertype'],
  tags: [],
};

export function buildSegment(rows: readonly Row[]): Segment {
  const segment = allocateSegment(rows.length);
  rows.forEach((row, i) => {
    segment.originalLength[i] = row.size;
    segment.length[i] = row.captured ?? row.size;
    segment.flow[i] = row.flow ?? NO_FLOW;
    segment.protocol[i] = row.protocol ?? 255;
    segment.encapsulation[i] = row.encapsulation ?? 0;
    segment.flags[i] = row.flags ?? 0;
    if (row.time === null || typeof row.time === 'bigint') {
      segment.flags[i] |= RowFlag.timeExact;
      segment.exactTimes.set(i, row.time);
    } else {
      [segment.seconds[i], segment.nanoseconds[i]] = row.time;
    }
  });
  Atomics.store(segment.count, 0, rows.length);
  return segment;
}

/** The bitmap of a selection, from what is kept. */
export function bitmapOf(keep: readonly boolean[]): Uint32Array {
  const bitmap = new Uint32Array(Math.ceil(keep.length / 32));
  keep.forEach((kept, i) => {
    if (kept) bitmap[i >>> 5] |= 1 << (i & 31);
  });
  return bitmap;
}

export interface FlowSpec {
  low: number;
  lowPort: number;
  high: number;
  highPort: number;
  protocol: number;
  icmp?: number;
}

/** A flow table over `rows`, all counted. */
export function buildFlows(specs: readonly FlowSpec[], rows: readonly Row[]): FlowColumns {
  const counters = allocateFlowCounters(specs.length);
  accumulateFlows(buildSegment(rows), rows.length, null, counters);
  return {
    ...counters,
    low: Uint32Array.from(specs, (spec) => spec.low),
    high: Uint32Array.from(specs, (spec) => spec.high),
    lowPort: Uint16Array.from(specs, (spec) => spec.lowPort),
    highPort: Uint16Array.from(specs, (spec) => spec.highPort),
    protocol: Uint8Array.from(specs, (spec) => spec.protocol),
    icmp: Uint16Array.from(specs, (spec) => spec.icmp ?? 0),
    application: new Uint8Array(specs.length),
    attempts: new Uint8Array(specs.length),
  };
}

export function buildAddresses(texts: readonly string[]): AddressColumns {
  return { count: texts.length, words: Uint32Array.from(texts.flatMap((text) => [...parseAddress(text).words])) };
}
