import { formatIpv6Words } from '../bytes/address.js';
import { applicationOf } from '../decode/applications.js';
import { communityId } from '../table/community-id.js';
import { compareAddresses } from '../table/compare-addresses.js';
import type { AddressColumns, FlowColumns } from '../table/flow-columns.js';
import { createFlowIdHasher, type FlowIdHasher } from '../table/flow-id.js';
import type { Nanos } from '../time.js';
import { type FlowCounters, flowTimes } from './flow-counters.js';
import { ipProtocolName } from './ip-protocols.js';
import { rankLargest } from './rank.js';

export { accumulateFlows, allocateFlowCounters, type FlowCounters, mergeFlowCounters } from './flow-counters.js';

/** Packets and original bytes of one direction of a flow. */
export interface FlowDirection {
  packets: number;
  bytes: number;
}

/** One flow, for people and exports. */
export interface FlowRow {
  /** 16 hex digits, see table/flow-id.ts. */
  flowId: string;
  /** "1:" and base64, see table/community-id.ts. */
  communityId: string;
  /** Lower-case name; the number as text if it has none. */
  protocol: string;
  /** What its payloads were recognized as, named as in Wireshark's frame.protocols: tls, dns; null when as nothing. */
  application: string | null;
  /** Sender of the flow's earliest packet; with `unidirectional` the sender of this direction. */
  source: string;
  sourcePort: number;
  destination: string;
  destinationPort: number;
  /** Both directions together. */
  packets: number;
  /** Original bytes, both directions together. */
  bytes: number;
  /** From source to destination. */
  forward: FlowDirection;
  /** From destination to source; zero with `unidirectional`. */
  backward: FlowDirection;
  /** Earliest and latest timed packet, null if none. */
  first: Nanos | null;
  last: Nanos | null;
}

/** The answer about flows. */
export interface FlowReport {
  /** All flows that have a selected packet (directions, with `unidirectional`), whatever `top` says. */
  total: number;
  rows: FlowRow[];
}

/** Which rows a report has, and in which order. */
export interface FlowReportOptions {
  /** At most so many rows; all without it. */
  top?: number;
  /** What decides the order, largest first. Default bytes. */
  by?: 'bytes' | 'packets';
  /** A row for each direction; needs counters with `timesByDirection`. */
  unidirectional?: boolean;
}

/**
 * The flows with a selected packet, largest first: by bytes (or packets), equals by packets (or bytes), then by address, port and protocol: an order that
 * does not depend on how the packets were counted. IDs and texts are made for the rows that are returned alone.
 *
 * @param counters what was counted: `flows` itself when everything is selected, else filled by `accumulateFlows`
 */
export async function reportFlows(
  flows: FlowColumns,
  addresses: AddressColumns,
  counters: FlowCounters,
  options: FlowReportOptions = {},
): Promise<FlowReport> {
  const { top = Number.POSITIVE_INFINITY, by = 'bytes', unidirectional = false } = options;
  if (unidirectional !== (counters.timesByDirection ?? false)) {
    throw new RangeError(
      `a ${unidirectional ? 'unidirectional' : 'bidirectional'} report needs times counted likewise`,
    );
  }
  const ranked = rankFlows(flows, addresses, counters, { by, unidirectional, top });
  const flowId = await createFlowIdHasher();
  const rows: FlowRow[] = [];
  for (const item of ranked.items) rows.push(describeFlow(item, flows, addresses, counters, flowId));
  return { total: ranked.total, rows };
}

/** Ordinals of flows (keys `2 * flow + direction` if unidirectional) that have packets, largest first. */
function rankFlows(
  flows: FlowColumns,
  { words }: AddressColumns,
  counters: FlowCounters,
  { by, unidirectional, top }: Required<FlowReportOptions>,
): { total: number; items: Uint32Array } {
  const size = unidirectional ? 2 * counters.count : counters.count;
  const items = new Uint32Array(size);
  const packets = new Float64Array(size);
  const bytes = new Float64Array(size);
  let total = 0;
  for (let item = 0; item < size; item++) {
    const key = unidirectional ? item : 2 * item;
    packets[item] = counters.packets[key] + (unidirectional ? 0 : counters.packets[key + 1]);
    bytes[item] = counters.bytes[key] + (unidirectional ? 0 : counters.bytes[key + 1]);
    if (packets[item] > 0) items[total++] = item;
  }
  const [first, second] = by === 'bytes' ? [bytes, packets] : [packets, bytes];
  const ties = (a: number, b: number): number =>
    unidirectional ? compareFlows(flows, words, a >>> 1, b >>> 1) : compareFlows(flows, words, a, b);
  return { total, items: rankLargest(items.subarray(0, total), first, second, top, ties) };
}

function compareFlows(
  { low, high, lowPort, highPort, protocol }: FlowColumns,
  words: Uint32Array,
  a: number,
  b: number,
) {
  return (
    compareAddresses(words, low[a], low[b]) ||
    compareAddresses(words, high[a], high[b]) ||
    lowPort[a] - lowPort[b] ||
    highPort[a] - highPort[b] ||
    protocol[a] - protocol[b]
  );
}

/** The row of one item: a flow, or one direction of a flow when the counters hold times by direction. */
function describeFlow(
  item: number,
  flows: FlowColumns,
  addresses: AddressColumns,
  counters: FlowCounters,
  flowId: FlowIdHasher,
): FlowRow {
  const unidirectional = counters.timesByDirection ?? false;
  const flow = unidirectional ? item >>> 1 : item;
  const times = flowTimes(counters, item);
  const direction = unidirectional ? item & 1 : times.direction;
  const { words } = addresses;
  const protocol = flows.protocol[flow];
  const low = flows.low[flow];
  const high = flows.high[flow];
  const source = direction === 0 ? low : high;
  const destination = direction === 0 ? high : low;
  const sourcePort = direction === 0 ? flows.lowPort[flow] : flows.highPort[flow];
  const destinationPort = direction === 0 ? flows.highPort[flow] : flows.lowPort[flow];
  const key = 2 * flow + direction;
  const forward = { packets: counters.packets[key], bytes: counters.bytes[key] };
  const backward = unidirectional
    ? { packets: 0, bytes: 0 }
    : { packets: counters.packets[key ^ 1], bytes: counters.bytes[key ^ 1] };
  return {
    flowId: flowId(words, source, sourcePort, destination, destinationPort, protocol, unidirectional),
    communityId: flowCommunityId(flows, words, flow),
    protocol: ipProtocolName(protocol),
    application: applicationOf(flows.application[flow])?.name ?? null,
    source: formatIpv6Words(words, 4 * source),
    sourcePort,
    destination: formatIpv6Words(words, 4 * destination),
    destinationPort,
    packets: forward.packets + backward.packets,
    bytes: forward.bytes + backward.bytes,
    forward,
    backward,
    first: times.first,
    last: times.last,
  };
}

/** That of the whole flow's first packet, whatever is selected: a flow keeps its ID through every filter. */
export function flowCommunityId(flows: FlowColumns, words: Uint32Array, flow: number): string {
  const { low, high, lowPort, highPort } = flows;
  const icmp = flows.icmp[flow];
  if (flows.firstDirection[flow] === 0) {
    return communityId(words, low[flow], lowPort[flow], high[flow], highPort[flow], flows.protocol[flow], icmp);
  }
  return communityId(words, high[flow], highPort[flow], low[flow], lowPort[flow], flows.protocol[flow], icmp);
}
