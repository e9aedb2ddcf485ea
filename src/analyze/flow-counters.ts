import type { Bitmap } from '../table/bitmap.js';
import { NO_FLOW, RowFlag, type Segment } from '../table/columns.js';
import type { ExactFlowTimes, FlowColumns } from '../table/flow-columns.js';
import { type Nanos, nanosFromParts } from '../time.js';

const UNTIMED = 0xffffffff;

/**
 * What is counted per flow: the counters of the flow table (which satisfy this as they are), or those of a selection. `packets` and `bytes`
 * (original bytes) are indexed by `2 * flow + direction`, `payloadPackets` by flow; the times by flow, or by `2 * flow + direction` with `timesByDirection`.
 * firstSeconds > lastSeconds: no packet of the flow has a time within 1970 to 2106. `exactTimes` holds the times of the packets outside
 * of that: a flow's earliest time is the smaller of both.
 */
export interface FlowCounters
  extends Pick<
    FlowColumns,
    | 'count'
    | 'packets'
    | 'bytes'
    | 'payloadPackets'
    | 'firstSeconds'
    | 'firstNanoseconds'
    | 'lastSeconds'
    | 'lastNanoseconds'
    | 'firstDirection'
    | 'exactTimes'
  > {
  timesByDirection?: boolean;
}

/** Counters for flows 0 to `count` - 1, all empty. `timesByDirection`: what a report of single directions needs, 16 bytes more a flow. */
export function allocateFlowCounters(count: number, timesByDirection = false): FlowCounters {
  const times = timesByDirection ? 2 * count : count;
  return {
    count,
    packets: new Uint32Array(2 * count),
    bytes: new Float64Array(2 * count),
    payloadPackets: new Uint32Array(count),
    firstSeconds: new Uint32Array(times).fill(UNTIMED),
    firstNanoseconds: new Uint32Array(times).fill(UNTIMED),
    lastSeconds: new Uint32Array(times),
    lastNanoseconds: new Uint32Array(times),
    firstDirection: new Uint8Array(times),
    timesByDirection,
    exactTimes: new Map(),
  };
}

/**
 * Adds the selected packets of a segment to `counters`, columns only. Call it with segments in file order: among packets of equal time,
 * and in flows without any time, the first one seen is the flow's earliest. Rows without a flow are passed over.
 *
 * @param selection null selects all `rows`
 * @throws RangeError when a row's flow is not below `counters.count`: the flow table is older than the segment
 */
export function accumulateFlows(
  segment: Segment,
  rows: number,
  selection: Bitmap | null,
  counters: FlowCounters,
): void {
  const { flow, originalLength, payloadLength, seconds, nanoseconds, flags } = segment;
  const {
    packets,
    bytes,
    payloadPackets,
    firstSeconds,
    firstNanoseconds,
    lastSeconds,
    lastNanoseconds,
    firstDirection,
  } = counters;
  const limit = 2 * counters.count;
  // Local, because a bundle's constants are variables to the compiler.
  const noFlow = NO_FLOW;
  const { timeExact } = RowFlag;
  const shift = counters.timesByDirection ? 0 : 1;
  for (let row = 0; row < rows; row++) {
    if (selection !== null) {
      const word = selection[row >>> 5];
      if (word === 0) {
        row |= 31;
        continue;
      }
      if (((word >>> (row & 31)) & 1) === 0) continue;
    }
    const key = flow[row];
    if (key === noFlow) continue;
    if (key >= limit)
      throw new RangeError(`flow ${key >>> 1} of row ${row} is beyond the ${counters.count} flows of the table`);
    const ordinal = key >>> shift;
    if (packets[key] + packets[key ^ 1] === 0) firstDirection[ordinal] = key & 1;
    packets[key]++;
    bytes[key] += originalLength[row];
    if (payloadLength[row] > 0) payloadPackets[key >>> 1]++;
    if ((flags[row] & timeExact) !== 0) {
      const time = segment.exactTimes.get(row) ?? null;
      if (time !== null) addExactTime(counters.exactTimes, ordinal, key & 1, time);
      continue;
    }
    const second = seconds[row];
    const nanosecond = nanoseconds[row];
    const first = firstSeconds[ordinal];
    if (second < first || (second === first && nanosecond < firstNanoseconds[ordinal])) {
      firstSeconds[ordinal] = second;
      firstNanoseconds[ordinal] = nanosecond;
      firstDirection[ordinal] = key & 1;
    }
    const last = lastSeconds[ordinal];
    if (second > last || (second === last && nanosecond >= lastNanoseconds[ordinal])) {
      lastSeconds[ordinal] = second;
      lastNanoseconds[ordinal] = nanosecond;
    }
  }
}

function addExactTime(all: Map<number, ExactFlowTimes>, index: number, direction: number, time: Nanos): void {
  const known = all.get(index);
  if (known === undefined) {
    all.set(index, { first: time, last: time, firstDirection: direction });
    return;
  }
  if (time < known.first) {
    known.first = time;
    known.firstDirection = direction;
  }
  if (time > known.last) known.last = time;
}

/** Adds `from` to `into`, which counts the same flows in the same manner and saw earlier packets. Exact and associative. */
export function mergeFlowCounters(into: FlowCounters, from: FlowCounters): void {
  const shift = from.timesByDirection ? 0 : 1;
  for (let i = 0; i < from.firstSeconds.length; i++) {
    const key = i << shift;
    if (into.packets[key] + into.packets[key ^ 1] === 0 || isEarlier(from, into, i)) {
      into.firstDirection[i] = from.firstDirection[i];
      into.firstSeconds[i] = from.firstSeconds[i];
      into.firstNanoseconds[i] = from.firstNanoseconds[i];
    }
    if (isLater(from, into, i)) {
      into.lastSeconds[i] = from.lastSeconds[i];
      into.lastNanoseconds[i] = from.lastNanoseconds[i];
    }
  }
  for (let key = 0; key < from.packets.length; key++) {
    into.packets[key] += from.packets[key];
    into.bytes[key] += from.bytes[key];
  }
  for (let flow = 0; flow < from.payloadPackets.length; flow++) into.payloadPackets[flow] += from.payloadPackets[flow];
  for (const [flow, times] of from.exactTimes) {
    addExactTime(into.exactTimes, flow, times.firstDirection, times.first);
    addExactTime(into.exactTimes, flow, times.firstDirection, times.last);
  }
}

function isEarlier(a: FlowCounters, b: FlowCounters, flow: number): boolean {
  if (a.firstSeconds[flow] !== b.firstSeconds[flow]) return a.firstSeconds[flow] < b.firstSeconds[flow];
  return a.firstNanoseconds[flow] < b.firstNanoseconds[flow];
}

function isLater(a: FlowCounters, b: FlowCounters, flow: number): boolean {
  if (a.lastSeconds[flow] !== b.lastSeconds[flow]) return a.lastSeconds[flow] > b.lastSeconds[flow];
  return a.lastNanoseconds[flow] > b.lastNanoseconds[flow];
}

/** Earliest and latest time of a flow (of `2 * flow + direction` with `timesByDirection`), null when no packet has one; direction of the earliest packet. */
export function flowTimes(
  counters: FlowCounters,
  flow: number,
): { first: Nanos | null; last: Nanos | null; direction: number } {
  let direction = counters.firstDirection[flow];
  let first: Nanos | null = null;
  let last: Nanos | null = null;
  if (hasPlainTime(counters, flow)) {
    first = nanosFromParts(counters.firstSeconds[flow], counters.firstNanoseconds[flow]);
    last = nanosFromParts(counters.lastSeconds[flow], counters.lastNanoseconds[flow]);
  }
  const exact = counters.exactTimes.get(flow);
  if (exact !== undefined) {
    if (first === null || exact.first < first) {
      first = exact.first;
      direction = exact.firstDirection;
    }
    if (last === null || exact.last > last) last = exact.last;
  }
  return { first, last, direction };
}

function hasPlainTime(counters: FlowCounters, flow: number): boolean {
  const first = counters.firstSeconds[flow];
  const last = counters.lastSeconds[flow];
  return first < last || (first === last && counters.firstNanoseconds[flow] <= counters.lastNanoseconds[flow]);
}
