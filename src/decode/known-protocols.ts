import { hexNumber } from '../bytes/big-endian.js';
import { applications } from './applications.js';
import type { Table } from './dissector.js';
import { layerOf, registryLists } from './registry.js';

/** A protocol for people: who it is, where it is written down, and what leads to it. */
export interface KnownProtocol {
  /** As in Wireshark's frame.protocols. */
  name: string;
  title: string;
  specification: string;
  /** "EtherType 0x0800", "IP protocol 6", "UDP 53", "content". */
  leads: string[];
  /** Its headers are read; false: it is only recognized. */
  decoded: boolean;
}

/** How a key of each list is written. */
const LEADS: Readonly<Record<Table, (key: number) => string | null>> = {
  linkType: (key) => `link type ${key}`,
  etherType: (key) => `EtherType ${hexNumber(key, 4)}`,
  ipProtocol: (key) => `IP protocol ${key}`,
  pppProtocol: (key) => `PPP ${hexNumber(key, 4)}`,
  llcSap: (key) => `LLC SAP ${hexNumber(key, 2)}`,
  ciscoProtocol: (key) => `Cisco SNAP ${hexNumber(key, 4)}`,
  bridgedProtocol: (key) => `bridged SNAP ${hexNumber(key, 4)}`,
  direct: () => null,
  application: () => null,
  data: () => null,
};

/** Everything that the lists of headers and of applications hold, one entry a name, in their order. */
export function knownProtocols(): KnownProtocol[] {
  const byName = new Map<string, KnownProtocol>();
  const note = (protocol: Omit<KnownProtocol, 'leads'>, leads: readonly (string | null)[]): void => {
    const { name, title, specification, decoded } = protocol;
    const known = byName.get(name) ?? { name, title, specification, leads: [], decoded };
    known.decoded ||= decoded;
    for (const lead of leads) if (lead !== null && !known.leads.includes(lead)) known.leads.push(lead);
    byName.set(name, known);
  };
  for (const [table, list] of Object.entries(registryLists)) {
    for (const [key, protocol] of list) {
      if (typeof protocol !== 'function') note({ ...protocol, decoded: true }, [LEADS[table as Table](key)]);
    }
  }
  for (const [, application] of applications) {
    const { tcp, udp } = application;
    const ports = [portsText('TCP', tcp?.ports), portsText('UDP', udp?.ports)];
    note({ ...application, decoded: layerOf(application) !== null }, [...ports, 'content']);
  }
  return [...byName.values()];
}

function portsText(transport: string, ports: readonly number[] | undefined): string | null {
  return ports === undefined || ports.length === 0 ? null : `${transport} ${ports.join(', ')}`;
}

/** Names that a layer may have: those of the lists, and that of what nothing decodes. */
export function layerNames(): string[] {
  return [...knownProtocols().map(({ name }) => name), 'data'];
}
