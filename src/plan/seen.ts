import { flowCommunityId } from '../analyze/flows.js';
import { ipProtocolName } from '../analyze/ip-protocols.js';
import { formatIpv6Words, formatMac } from '../bytes/address.js';
import { counted } from '../bytes/size.js';
import { applicationOf } from '../decode/applications.js';
import type { Arithmetic } from '../filter/bpf/ast.js';
import type { Clause } from '../filter/clauses.js';
import { compileFilter } from '../filter/filter.js';
import { Network, type RuleFacts } from '../filter/rule-judge.js';
import { type BoundTest, hasPorts } from '../filter/rule-tests.js';
import { tcpFlagNames } from '../filter/rule-values.js';
import type { PacketBatch } from '../formats/batch.js';
import { RowFlag } from '../table/columns.js';
import { createFlowIdHasher } from '../table/flow-id.js';
import type { PacketTable } from '../table/packet-table.js';
import { formatTimestamp, nanosFromParts } from '../time.js';
import { type Packet, packetOf } from './packet.js';
import { factReader } from './rule-stage.js';
import type { SourceFile } from './source-file.js';
import { interfaceTests } from './stages.js';

/** What a packet has where a clause looks, in words. */

/** What a clause of an expression sees of packet 0 of a batch. */
export function seenByClause({ node, text }: Clause, batch: PacketBatch, source: SourceFile): string {
  const packet = packetOf(batch, 0, source, 0);
  switch (node.type) {
    case 'less':
    case 'greater':
      return counted(packet.originalLength, 'byte');
    case 'comparison':
      return [node.left, node.right]
        .filter((side) => side.type !== 'number')
        .map((side) => seenNumber(side, text, node.span[0], batch, source))
        .join(', ');
    case 'primitive': {
      const { kind, protocol } = node.qualifier;
      if (kind === 'port' || kind === 'portrange') return ports(factReader()(batch, 0, source));
      if (kind === 'proto') return protocols(packet);
      if (protocol === 'ether' || node.operand.form === 'mac') return stations(packet);
      return addresses(packet);
    }
    default:
      return protocols(packet);
  }
}

function protocols({ protocols }: Packet): string {
  return protocols.join(':');
}

function addresses(packet: Packet): string {
  const { source, destination } = packet;
  return source === null || destination === null ? protocols(packet) : `${source} > ${destination}`;
}

const ETHERNET = 1;

function stations({ data, linkType }: Packet): string {
  if (linkType !== ETHERNET || data.length < 12) return 'no Ethernet addresses';
  return `${formatMac(data, 6)} > ${formatMac(data, 0)}`;
}

/** The value of an arithmetic expression, found by asking whether it is at least this or that. */
function seenNumber(side: Arithmetic, text: string, from: number, batch: PacketBatch, source: SourceFile): string {
  const words = text.slice(side.span[0] - from, side.span[1] - from);
  const isAtLeast = (value: number): boolean => {
    const test = interfaceTests(compileFilter(`${words} >= ${value}`))(batch.interface[0], source.description);
    return test(batch.bytes, batch.start[0], batch.length[0], batch.originalLength[0]);
  };
  try {
    if (!isAtLeast(0)) return `${words} is not there`;
    let low = 0;
    let high = 0xffffffff;
    while (low < high) {
      const middle = Math.floor((low + high) / 2) + 1;
      if (isAtLeast(middle)) low = middle;
      else high = middle - 1;
    }
    return `${words} is ${low}`;
  } catch {
    return words; // behind a tag it may be no expression of its own
  }
}

/** What a rule sees: the packet's own facts, and what its table knows of its flow. */
export async function seenByRule(
  test: BoundTest,
  { facts, table }: { facts: RuleFacts; table: PacketTable },
): Promise<string> {
  switch (test.kind) {
    case 'minLen':
    case 'maxLen':
      return counted(facts.length, 'byte');
    case 'time': {
      const { exactTime, seconds, nanoseconds } = facts;
      const time = exactTime === undefined ? nanosFromParts(seconds, nanoseconds) : exactTime;
      return time === null ? 'no time' : formatTimestamp(time);
    }
    case 'srcPort':
    case 'dstPort':
    case 'port':
      return ports(facts);
    default:
      break;
  }
  if (facts.network !== Network.whole) return facts.network === Network.none ? 'no IP header' : 'an IP header cut off';
  switch (test.kind) {
    case 'proto':
      return ipProtocolName(facts.protocol);
    case 'srcIp':
    case 'dstIp':
    case 'ip':
      return `${formatIpv6Words(facts.addresses, 0)} > ${formatIpv6Words(facts.addresses, 4)}`;
    case 'tcpFlags':
      return facts.protocol === 6 && (facts.flags & RowFlag.laterFragment) === 0
        ? tcpFlagNames(facts.tcpFlags)
        : 'no TCP header';
    default:
      return seenOfFlow(test, facts, table);
  }
}

async function seenOfFlow(test: BoundTest, facts: RuleFacts, { flows, addresses }: PacketTable): Promise<string> {
  if (facts.key < 0) return 'no flow';
  const flow = facts.key >>> 1;
  if (test.kind === 'app') return applicationOf(flows.application[flow])?.name ?? 'not recognized';
  if (test.kind === 'minFlowPackets') {
    return `${counted(flows.packets[2 * flow] + flows.packets[2 * flow + 1], 'packet')} of this flow in its file`;
  }
  const flowId = await createFlowIdHasher();
  const directed = test.kind === 'flowId' && test.directed;
  const { sourcePort, destinationPort, protocol } = facts;
  const id = flowId(facts.addresses, 0, sourcePort, 1, destinationPort, protocol, directed);
  return `${id}, ${flowCommunityId(flows, addresses.words, flow)}`;
}

function ports({ network, protocol, flags, sourcePort, destinationPort }: RuleFacts): string {
  if (network !== Network.whole) return network === Network.none ? 'no IP header' : 'an IP header cut off';
  if (!hasPorts(protocol)) return `${ipProtocolName(protocol)}, which has no ports`;
  return (flags & RowFlag.laterFragment) !== 0 ? 'a later fragment' : `${sourcePort} > ${destinationPort}`;
}
