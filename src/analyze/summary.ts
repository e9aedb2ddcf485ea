import { applicationOf } from '../decode/applications.js';
import { linkTypeName, linkTypeTitle } from '../decode/link/link-types.js';
import type { CaptureDescription, CaptureFormat, Damage } from '../formats/model.js';
import type { AddressColumns, FlowColumns } from '../table/flow-columns.js';
import type { Nanos } from '../time.js';
import { type FlowCounters, type FlowRow, reportFlows } from './flows.js';
import { type HostRow, reportHosts } from './hosts.js';
import { ipProtocolName } from './ip-protocols.js';
import { countProtocols, sortedCounts } from './protocols.js';
import { describeSizes, type SizeDistribution, totalBytes } from './sizes.js';
import type { SummaryAccumulator } from './summary-accumulator.js';

export type { SizeBucket, SizeDistribution } from './sizes.js';
export { createSummary, type SummaryAccumulator, type SummaryState, summaryFromState } from './summary-accumulator.js';

/** An interface of one of the sources. */
export interface SummaryInterface {
  /** Counts over all interfaces of all sources, from 0. */
  id: number;
  /** 1-based ordinal of its source file. */
  source: number;
  /** LINKTYPE_ number. */
  linkType: number;
  /** As tcpdump prints it: EN10MB. */
  linkTypeName: string;
  /** For people: Ethernet. */
  linkTypeTitle: string;
  name: string | null;
}

/** A damaged place of one of the sources. */
export interface SummaryDamage extends Damage {
  /** 1-based ordinal of its source file. */
  source: number;
}

/** What `stats` answers. Sizes and `bytes` are original lengths; captured bytes stand apart. */
export interface Summary {
  /** null when the sources are of different formats. */
  format: CaptureFormat | null;
  packets: number;
  capturedBytes: number;
  originalBytes: number;
  /** Earliest and latest timed packet, null if none. */
  firstTimestamp: Nanos | null;
  lastTimestamp: Nanos | null;
  /** Nanoseconds from the earliest to the latest timed packet, null if none is timed. */
  duration: Nanos | null;
  /** All packets and original bits over the duration; null when that is zero or unknown. */
  packetsPerSecond: number | null;
  bitsPerSecond: number | null;
  /** Of original lengths; null without packets. */
  sizes: SizeDistribution | null;
  /** Of the outermost IP header; an IPv4-mapped IPv6 address counts as the IPv4 address. */
  uniqueSourceAddresses: number;
  uniqueDestinationAddresses: number;
  /** Packets by layer name as in Wireshark's frame.protocols, a packet once a name; largest first. Applications are among them. */
  protocols: Record<string, number>;
  /** Packets by application: those with payload of the flows that were recognized; largest first. */
  applications: Record<string, number>;
  /** Bidirectional 5-tuples of the outermost IP header. */
  flows: number;
  /** Flows by protocol: lower-case name, or number; largest first. */
  flowsByProtocol: Record<string, number>;
  topFlowsByBytes: FlowRow[];
  topFlowsByPackets: FlowRow[];
  /** Addresses by bytes sent and received. */
  topTalkers: HostRow[];
  interfaces: SummaryInterface[];
  damage: SummaryDamage[];
  /** Figures may be too low: a source is damaged. */
  partial: boolean;
}

/** What a summary is made of beside what its accumulator counted. */
export interface SummaryInput {
  flows: FlowColumns;
  addresses: AddressColumns;
  /** Counters of the selected packets; those of the flow table (everything is selected) without it. */
  counters?: FlowCounters;
  /** In the order in which they were loaded. */
  sources: readonly { description: CaptureDescription; damage: readonly Damage[] }[];
  /** Rows of each top list. Default 10. */
  top?: number;
}

/** Turns what was accumulated, and the flow table, into the answer. */
export async function finishSummary(accumulator: SummaryAccumulator, input: SummaryInput): Promise<Summary> {
  const { flows, addresses, counters = flows, sources, top = 10 } = input;
  const state = accumulator.toState();
  const duration = state.first === null || state.last === null ? null : state.last - state.first;
  const seconds = duration === null || duration === 0n ? null : Number(duration) / 1e9;
  const originalBytes = totalBytes(state.sizes);
  const applications = countApplications(flows, counters);
  const hosts = reportHosts(flows, addresses, counters, top);
  const byBytes = await reportFlows(flows, addresses, counters, { top, by: 'bytes' });
  const byPackets = await reportFlows(flows, addresses, counters, { top, by: 'packets' });
  const formats = new Set(sources.map((source) => source.description.format));
  const damage = sources.flatMap((source, i) => source.damage.map((place) => ({ ...place, source: i + 1 })));
  return {
    format: formats.size === 1 ? sources[0].description.format : null,
    packets: state.packets,
    capturedBytes: state.capturedBytes,
    originalBytes,
    firstTimestamp: state.first,
    lastTimestamp: state.last,
    duration,
    packetsPerSecond: seconds === null ? null : state.packets / seconds,
    bitsPerSecond: seconds === null ? null : (originalBytes * 8) / seconds,
    sizes: describeSizes(state.sizes),
    uniqueSourceAddresses: hosts.sources,
    uniqueDestinationAddresses: hosts.destinations,
    protocols: countProtocols(state.protocols, applications),
    applications: sortedCounts(applications),
    flows: byBytes.total,
    flowsByProtocol: countFlowsByProtocol(flows, counters),
    topFlowsByBytes: byBytes.rows,
    topFlowsByPackets: byPackets.rows,
    topTalkers: hosts.rows,
    interfaces: listInterfaces(sources.map((source) => source.description)),
    damage,
    partial: damage.length > 0,
  };
}

function countApplications(flows: FlowColumns, counters: FlowCounters): Map<string, number> {
  const byId = new Float64Array(256);
  for (let flow = 0; flow < counters.count; flow++) byId[flows.application[flow]] += counters.payloadPackets[flow];
  const counts = new Map<string, number>();
  byId.forEach((packets, id) => {
    const name = applicationOf(id)?.name;
    if (name !== undefined && packets > 0) counts.set(name, (counts.get(name) ?? 0) + packets);
  });
  return counts;
}

function countFlowsByProtocol(flows: FlowColumns, counters: FlowCounters): Record<string, number> {
  const byNumber = new Uint32Array(256);
  for (let flow = 0; flow < counters.count; flow++) {
    if (counters.packets[2 * flow] + counters.packets[2 * flow + 1] > 0) byNumber[flows.protocol[flow]]++;
  }
  const counts = new Map<string, number>();
  byNumber.forEach((count, protocol) => {
    if (count > 0) counts.set(ipProtocolName(protocol), count);
  });
  return sortedCounts(counts);
}

function listInterfaces(descriptions: readonly CaptureDescription[]): SummaryInterface[] {
  const list: SummaryInterface[] = [];
  descriptions.forEach((description, i) => {
    for (const { linkType, name } of description.interfaces) {
      list.push({
        id: list.length,
        source: i + 1,
        linkType,
        linkTypeName: linkTypeName(linkType),
        linkTypeTitle: linkTypeTitle(linkType),
        name,
      });
    }
  });
  return list;
}
