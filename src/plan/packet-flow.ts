import { createOutline, outline } from '../decode/outline.js';
import { createFlowIdHasher, type FlowIdHasher } from '../table/flow-id.js';
import type { Packet } from './packet.js';

let hasher: Promise<FlowIdHasher> | null = null;

/** Flow ID of a packet (16 hex digits, see table/flow-id.ts), null when it has no IP header with both addresses. */
export async function flowIdOf(packet: Pick<Packet, 'data' | 'linkType'>): Promise<string | null> {
  const o = createOutline();
  outline(packet.data, 0, packet.data.length, packet.linkType, o);
  if (o.hasAddresses === 0) return null;
  hasher ??= createFlowIdHasher();
  const flowId = await hasher;
  return flowId(o.addresses, 0, o.sourcePort, 1, o.destinationPort, o.protocol);
}
