import { dissection } from '../../src/decode/dissect.js';
import type { FilePacket } from './capture-packets.js';

/** What tells the connections of a packet apart: addresses of its outermost IP header. '' for others. */
function talkers(packet: FilePacket): string {
  const { source, destination } = dissection(packet.data, packet.linkType, packet.originalLength);
  return source === null ? '' : [source, destination].sort().join(' ');
}

/**
 * Packets of many files as few captures of one link type each, whole files in order: a run of tshark costs more than a file's packets. Files in which the
 * same two hosts talk are kept apart, for tshark remembers what a connection carried.
 */
export function batchesOf(packets: readonly FilePacket[]): FilePacket[][] {
  const files = new Map<string, FilePacket[]>();
  for (const packet of packets) {
    const key = `${packet.file} ${packet.linkType}`;
    const list = files.get(key) ?? [];
    files.set(key, list);
    list.push(packet);
  }
  const batches: { linkType: number; hosts: Set<string>; packets: FilePacket[] }[] = [];
  for (const list of files.values()) {
    const { linkType } = list[0];
    const hosts = new Set(list.map(talkers).filter((pair) => pair !== ''));
    let batch = batches.find((one) => one.linkType === linkType && ![...hosts].some((pair) => one.hosts.has(pair)));
    if (batch === undefined) {
      batch = { linkType, hosts: new Set(), packets: [] };
      batches.push(batch);
    }
    for (const pair of hosts) batch.hosts.add(pair);
    for (const packet of list) batch.packets.push(packet);
  }
  return batches.map((batch) => batch.packets);
}
