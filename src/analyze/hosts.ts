import { formatIpv6Words } from '../bytes/address.js';
import { compareAddresses } from '../table/compare-addresses.js';
import type { AddressColumns, FlowColumns } from '../table/flow-columns.js';
import type { FlowCounters, FlowDirection } from './flows.js';
import { rankLargest } from './rank.js';

/** What one address sent and received. */
export interface HostRow {
  address: string;
  /** Packets that it sent or received; one from the address to itself counts once here, and in both of `sent` and `received`. */
  packets: number;
  /** Original bytes of these packets. */
  bytes: number;
  sent: FlowDirection;
  received: FlowDirection;
  /** Flows that it takes part in. */
  flows: number;
}

/** The answer about addresses. */
export interface HostReport {
  /** Addresses that sent or received a selected packet. */
  total: number;
  /** Addresses that sent one. */
  sources: number;
  /** Addresses that received one. */
  destinations: number;
  rows: HostRow[];
}

/** The addresses that selected packets bear (outermost IP header), by bytes, equals by packets, then by address; at most `top`. */
export function reportHosts(
  flows: FlowColumns,
  addresses: AddressColumns,
  counters: FlowCounters,
  top: number = Number.POSITIVE_INFINITY,
): HostReport {
  const { count, words } = addresses;
  const columns = createHostColumns(count);
  for (let flow = 0; flow < counters.count; flow++) {
    const low = flows.low[flow];
    const high = flows.high[flow];
    const upward = counters.packets[2 * flow];
    const downward = counters.packets[2 * flow + 1];
    if (upward + downward === 0) continue;
    const upwardBytes = counters.bytes[2 * flow];
    const downwardBytes = counters.bytes[2 * flow + 1];
    columns.flows[low]++;
    columns.packets[low] += upward + downward;
    columns.bytes[low] += upwardBytes + downwardBytes;
    if (high !== low) {
      columns.flows[high]++;
      columns.packets[high] += upward + downward;
      columns.bytes[high] += upwardBytes + downwardBytes;
    }
    columns.sentPackets[low] += upward;
    columns.sentBytes[low] += upwardBytes;
    columns.receivedPackets[high] += upward;
    columns.receivedBytes[high] += upwardBytes;
    columns.sentPackets[high] += downward;
    columns.sentBytes[high] += downwardBytes;
    columns.receivedPackets[low] += downward;
    columns.receivedBytes[low] += downwardBytes;
  }
  const items = new Uint32Array(count);
  let total = 0;
  let sources = 0;
  let destinations = 0;
  for (let host = 0; host < count; host++) {
    if (columns.packets[host] > 0) items[total++] = host;
    if (columns.sentPackets[host] > 0) sources++;
    if (columns.receivedPackets[host] > 0) destinations++;
  }
  const ranked = rankLargest(items.subarray(0, total), columns.bytes, columns.packets, top, (a, b) =>
    compareAddresses(words, a, b),
  );
  const rows = Array.from(ranked, (host) => ({
    address: formatIpv6Words(words, 4 * host),
    packets: columns.packets[host],
    bytes: columns.bytes[host],
    sent: { packets: columns.sentPackets[host], bytes: columns.sentBytes[host] },
    received: { packets: columns.receivedPackets[host], bytes: columns.receivedBytes[host] },
    flows: columns.flows[host],
  }));
  return { total, sources, destinations, rows };
}

interface HostColumns {
  flows: Uint32Array;
  packets: Float64Array;
  bytes: Float64Array;
  sentPackets: Float64Array;
  sentBytes: Float64Array;
  receivedPackets: Float64Array;
  receivedBytes: Float64Array;
}

function createHostColumns(count: number): HostColumns {
  return {
    flows: new Uint32Array(count),
    packets: new Float64Array(count),
    bytes: new Float64Array(count),
    sentPackets: new Float64Array(count),
    sentBytes: new Float64Array(count),
    receivedPackets: new Float64Array(count),
    receivedBytes: new Float64Array(count),
  };
}
