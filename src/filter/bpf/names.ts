import { readFileSync } from 'node:fs';
import { IANA_PROTOCOLS, IANA_SERVICES } from './iana-names.js';

/** Ports of a service by transport; null where it has none there. */
export interface ServicePorts {
  readonly tcp: number | null;
  readonly udp: number | null;
}

export interface NameTable {
  /** Keys as written in their source; services are looked up as they are, as getaddrinfo does. */
  readonly services: ReadonlyMap<string, ServicePorts>;
  readonly protocols: ReadonlyMap<string, number>;
  /** Where the names come from, for messages. */
  readonly source: string;
}

function addService(services: Map<string, ServicePorts>, name: string, transport: string, port: number): void {
  const known = services.get(name) ?? { tcp: null, udp: null };
  if (transport === 'tcp' && known.tcp === null) services.set(name, { ...known, tcp: port });
  else if (transport === 'udp' && known.udp === null) services.set(name, { ...known, udp: port });
}

const withoutComments = (text: string): string[][] =>
  text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim().split(/\s+/))
    .filter((fields) => fields.length >= 2);

/** Reads services(5): `name port/transport alias…`. */
export function parseServices(text: string): Map<string, ServicePorts> {
  const services = new Map<string, ServicePorts>();
  for (const [name, place, ...aliases] of withoutComments(text)) {
    const [port, transport] = place.split('/');
    for (const each of [name, ...aliases]) addService(services, each, transport, Number(port));
  }
  return services;
}

/** Reads protocols(5): `name number alias…`. */
export function parseProtocols(text: string): Map<string, number> {
  const protocols = new Map<string, number>();
  for (const [name, number, ...aliases] of withoutComments(text)) {
    for (const each of [name, ...aliases]) if (!protocols.has(each)) protocols.set(each, Number(number));
  }
  return protocols;
}

interface NamesFile {
  services?: Record<string, Record<string, number>>;
  protocols?: Record<string, number>;
}

function readNamesFile(path: string): NameTable {
  const content = JSON.parse(readFileSync(path, 'utf8')) as NamesFile;
  const services = new Map<string, ServicePorts>();
  for (const [name, ports] of Object.entries(content.services ?? {})) {
    services.set(name, { tcp: ports.tcp ?? null, udp: ports.udp ?? null });
  }
  return { services, protocols: new Map(Object.entries(content.protocols ?? {})), source: path };
}

function readIfPresent(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/**
 * The names of ports and protocols: the JSON file at `$PCAPSH_NAMES`, else this machine's /etc/services and /etc/protocols, else the
 * list that the package carries. Throws what reading the JSON file throws.
 */
export function readNameTable(environment: NodeJS.ProcessEnv = process.env): NameTable {
  if (environment.PCAPSH_NAMES) return readNamesFile(environment.PCAPSH_NAMES);
  const services = readIfPresent('/etc/services');
  const protocols = readIfPresent('/etc/protocols');
  return {
    services: parseServices(services ?? IANA_SERVICES),
    protocols: parseProtocols(protocols ?? IANA_PROTOCOLS),
    source: services === null ? 'the list of IANA names in this package' : '/etc/services',
  };
}

let loaded: { key: string | undefined; table: NameTable } | null = null;

/** The name table, read when a name first occurs. */
export function nameTable(): NameTable {
  const key = process.env.PCAPSH_NAMES;
  if (loaded === null || loaded.key !== key) loaded = { key, table: readNameTable() };
  return loaded.table;
}
