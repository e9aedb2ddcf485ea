import { formatIpv6Words } from '../bytes/address.js';
import type { PacketTable } from '../table/packet-table.js';

/** Most values that are offered for completion. */
const KNOWN_VALUES = 1000;

/** Addresses and ports of some tables, for completion. */
export function knownValuesOf(tables: readonly PacketTable[]): { addresses: string[]; ports: number[] } {
  const addresses = new Set<string>();
  const ports = new Set<number>();
  for (const { flows, addresses: dictionary } of tables) {
    for (let i = 0; i < dictionary.count && addresses.size < KNOWN_VALUES; i++)
      addresses.add(formatIpv6Words(dictionary.words, 4 * i));
    for (let flow = 0; flow < flows.count && ports.size < KNOWN_VALUES; flow++) {
      ports.add(flows.lowPort[flow]);
      ports.add(flows.highPort[flow]);
    }
  }
  ports.delete(0);
  return { addresses: [...addresses], ports: [...ports].sort((a, b) => a - b) };
}
