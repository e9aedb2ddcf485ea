import { accumulateFlows, allocateFlowCounters } from '../analyze/flow-counters.js';
import { flowCommunityId } from '../analyze/flows.js';
import { Code } from '../filter/rule-codes.js';
import type { FlowCodes } from '../filter/rule-judge.js';
import { type BoundTest, type BoundTree, testsOf } from '../filter/rule-tests.js';
import { type Bitmap, isSet } from '../table/bitmap.js';
import type { Segment } from '../table/columns.js';
import type { AddressColumns, FlowColumns } from '../table/flow-columns.js';
import { createFlowIdHasher } from '../table/flow-id.js';
import { FlowTable } from '../table/flow-table.js';
import { segmentRows } from '../table/packet-table.js';
import { type Nanos, nanosFromParts } from '../time.js';
import type { Selection, SourceSelection } from './selection.js';

/** Earliest and latest timed packet of a selection. */
export function inputTimes(selection: Selection): { first: Nanos | null; last: Nanos | null } {
  let first: Nanos | null = null;
  let last: Nanos | null = null;
  const take = (time: Nanos): void => {
    if (first === null || time < first) first = time;
    if (last === null || time > last) last = time;
  };
  for (const { table, bitmaps } of selection) {
    table.segments.forEach((segment, i) => {
      const ends = timesOf(segment, segmentRows(segment), bitmaps[i]);
      if (ends !== null) ends.forEach(take);
      for (const [row, time] of segment.exactTimes) {
        const bitmap = bitmaps[i];
        if (time !== null && (bitmap === null || isSet(bitmap, row))) take(time);
      }
    });
  }
  return { first, last };
}

const wholeTimes = new WeakMap<Segment, { rows: number; ends: [Nanos, Nanos] | null }>();

/** Those of a whole segment are remembered: published rows never change. */
function timesOf(segment: Segment, rows: number, bitmap: Bitmap | null): [Nanos, Nanos] | null {
  if (bitmap !== null) return plainTimes(segment, rows, bitmap);
  const known = wholeTimes.get(segment);
  if (known?.rows === rows) return known.ends;
  const ends = plainTimes(segment, rows, null);
  wholeTimes.set(segment, { rows, ends });
  return ends;
}

/** Earliest and latest of the times that fit the columns; null when no selected row has one. */
function plainTimes(segment: Segment, rows: number, bitmap: Bitmap | null): [Nanos, Nanos] | null {
  const { seconds, nanoseconds, exactTimes } = segment;
  let first = -1;
  let last = -1;
  for (let row = 0; row < rows; row++) {
    if (bitmap !== null && ((bitmap[row >>> 5] >>> (row & 31)) & 1) === 0) continue;
    if (exactTimes.size > 0 && exactTimes.has(row)) continue;
    const second = seconds[row];
    const nanosecond = nanoseconds[row];
    if (first < 0 || second < seconds[first] || (second === seconds[first] && nanosecond < nanoseconds[first]))
      first = row;
    if (last < 0 || second > seconds[last] || (second === seconds[last] && nanosecond > nanoseconds[last])) last = row;
  }
  if (first < 0) return null;
  return [nanosFromParts(seconds[first], nanoseconds[first]), nanosFromParts(seconds[last], nanoseconds[last])];
}

/** Flows of all sources as one table: the same 5-tuple in two files is one flow. */
interface JoinedFlows {
  flows: FlowColumns;
  addresses: AddressColumns;
  /** Packets of the selection, by flow. */
  packets: Uint32Array;
  /** For each source: its flows under their ordinals here. */
  ordinals: readonly (Uint32Array | null)[];
}

/** Answers what only flows can tell, for each source of a selection by its flows and directions. */
export async function flowCodesOf(selection: Selection, tree: BoundTree): Promise<(ordinal: number) => FlowCodes> {
  const wide = [...(testsOf(tree) as Generator<BoundTest>)].filter(
    ({ kind }) => kind === 'flowId' || kind === 'app' || kind === 'minFlowPackets',
  );
  const codes = new Map<BoundTest, Uint8Array>();
  let joined: JoinedFlows | null = null;
  for (const test of wide) {
    joined ??= joinFlows(
      selection,
      wide.some(({ kind }) => kind === 'minFlowPackets'),
    );
    codes.set(test, await codesOf(test, joined));
  }
  return (ordinal) => (test) => {
    const all = codes.get(test)!;
    const own = joined?.ordinals[ordinal] ?? null;
    if (own === null) return all;
    return Uint8Array.from({ length: 2 * own.length }, (_, key) => all[2 * own[key >>> 1] + (key & 1)]);
  };
}

function joinFlows(selection: Selection, counts: boolean): JoinedFlows {
  if (selection.length === 1) {
    const [one] = selection;
    const { flows, addresses } = one.table;
    return { flows, addresses, packets: counts ? packetsOf(one) : NONE, ordinals: [null] };
  }
  const joined = new FlowTable();
  const ordinals = selection.map(({ table }) => joined.absorb(table.flows, table.addresses));
  const { flows, addresses } = joined.toColumns();
  const packets = new Uint32Array(counts ? flows.count : 0);
  if (counts) {
    selection.forEach((one, source) => {
      packetsOf(one).forEach((count, flow) => {
        packets[ordinals[source][flow]] += count;
      });
    });
  }
  return { flows, addresses, packets, ordinals };
}

const NONE = new Uint32Array(0);

/** Packets by flow, of the selected rows alone. */
function packetsOf({ table, bitmaps }: SourceSelection): Uint32Array {
  const { flows } = table;
  let { packets } = flows as { packets: Uint32Array };
  if (bitmaps.some((bitmap) => bitmap !== null)) {
    const counters = allocateFlowCounters(flows.count);
    table.segments.forEach((segment, i) => {
      accumulateFlows(segment, segmentRows(segment), bitmaps[i], counters);
    });
    packets = counters.packets;
  }
  const sums = new Uint32Array(flows.count);
  for (let flow = 0; flow < sums.length; flow++) sums[flow] = packets[2 * flow] + packets[2 * flow + 1];
  return sums;
}

/** Codes by 2 * flow + direction. */
async function codesOf(test: BoundTest, { flows, addresses, packets }: JoinedFlows): Promise<Uint8Array> {
  const codes = new Uint8Array(2 * flows.count).fill(Code.no);
  if (test.kind === 'app') {
    const wanted = Uint8Array.from({ length: 256 }, (_, id) => (test.applications.has(id) ? Code.yes : Code.no));
    const { application } = flows;
    for (let key = 0; key < codes.length; key++) codes[key] = wanted[application[key >>> 1]];
  } else if (test.kind === 'minFlowPackets') {
    const { value } = test;
    for (let key = 0; key < codes.length; key++) if (packets[key >>> 1] >= value) codes[key] = Code.yes;
  } else if (test.kind === 'flowId') {
    const { ids, communityIds, directed } = test;
    const { words } = addresses;
    const { low, high, lowPort, highPort, protocol } = flows;
    const flowId = await createFlowIdHasher();
    for (let flow = 0; flow < flows.count; flow++) {
      const named = communityIds.size > 0 && communityIds.has(flowCommunityId(flows, words, flow));
      for (let direction = 0; direction < 2; direction++) {
        const id =
          ids.size === 0 || named
            ? ''
            : direction === 0
              ? flowId(words, low[flow], lowPort[flow], high[flow], highPort[flow], protocol[flow], directed)
              : flowId(words, high[flow], highPort[flow], low[flow], lowPort[flow], protocol[flow], directed);
        if (named || ids.has(id)) codes[2 * flow + direction] = Code.yes;
      }
    }
  }
  return codes;
}
