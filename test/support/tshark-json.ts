import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';

/** tshark's dissection of a capture, read from its JSON as it comes: the whole output is hundreds of megabytes. */

/** Nothing reassembled, checksums judged, sequence numbers as they stand. */
const SETTINGS = [
  'ip.defragment:FALSE',
  'ipv6.defragment:FALSE',
  'tcp.desegment_tcp_streams:FALSE',
  'tcp.relative_sequence_numbers:FALSE',
  'ip.check_checksum:TRUE',
  'tcp.check_checksum:TRUE',
  'udp.check_checksum:TRUE',
  'udplite.check_checksum:TRUE',
  'sctp.checksum:CRC 32c',
  'sctp.reassembly:FALSE',
  'wlan.defragment:FALSE',
  'mpls.flowlabel_in_mpls_header:FALSE',
  'tls.desegment_ssl_records:FALSE',
  'tls.desegment_ssl_application_data:FALSE',
  'http.desegment_body:FALSE',
  'http.desegment_headers:FALSE',
  'dns.desegment_dns_messages:FALSE',
];

export const hasTshark = spawnSync('tshark', ['--version']).status === 0;

export const SETTING_ARGUMENTS: readonly string[] = SETTINGS.flatMap((setting) => ['-o', setting]);

/** One field in tshark's tree. Places are in the frame; `mask` 0: no bit field. */
export interface TsharkField {
  value: string;
  hex: string;
  start: number;
  length: number;
  mask: number;
}

export interface TsharkPacket {
  /** frame.protocols */
  protocols: string[];
  /** Layers in tshark's order, quoted ones included: name, place, length. */
  layers: { name: string; start: number; length: number }[];
  /** By layer name, then field name: each occurrence. */
  fields: Map<string, Map<string, TsharkField[]>>;
  /** It gave up on some layer: it is malformed, or the capture cut it. */
  malformed: boolean;
  /** It takes the segment for one that it has read before, and reads no payload. */
  repeated: boolean;
}

type Raw = [hex: string, start: number, length: number, mask: number, type: number];
type Tree = { [key: string]: unknown };

/** tshark's type number of a protocol. */
const PROTOCOL = 1;

/** Hex and place of a field's occurrences. A field named tcp.seq_raw ("raw" as in "not relative") hides those of tcp.seq and has the same. */
function rawsOf(tree: Tree, key: string): Raw[] {
  const value = typeof tree[`${key}_raw`] === 'string' ? tree[`${key}_raw_raw`] : tree[`${key}_raw`];
  if (!Array.isArray(value)) return [];
  return typeof value[0] === 'string' ? [value as Raw] : (value as Raw[]);
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** Its words for segments whose bytes came before. */
const REPEATED =
  /^tcp\.analysis\.(retransmission|fast_retransmission|spurious_retransmission|out_of_order|keep_alive)$/;

function walk(tree: Tree, layer: string, packet: TsharkPacket): void {
  for (const [key, value] of Object.entries(tree)) {
    if (key === '_ws.malformed' || key === '_ws.short') packet.malformed = true;
    if (REPEATED.test(key)) packet.repeated = true;
    if (key.endsWith('_raw') && key.slice(0, -4) in tree) continue;
    const raws = rawsOf(tree, key);
    listOf(value).forEach((one, index) => {
      const raw = raws[index];
      const isLayer = raw !== undefined && raw[4] === PROTOCOL;
      const within = isLayer ? key : layer;
      if (isLayer) packet.layers.push({ name: key, start: raw[1], length: raw[2] });
      if (typeof one === 'string') {
        const byName = packet.fields.get(within) ?? new Map<string, TsharkField[]>();
        packet.fields.set(within, byName);
        const list = byName.get(key) ?? [];
        byName.set(key, list);
        const [hex, start, length, mask] = raw ?? ['', 0, 0, 0, 0];
        list.push({ value: one, hex, start, length, mask });
      } else if (one !== null && typeof one === 'object') walk(one as Tree, within, packet);
    });
  }
}

function packetOf(json: string): TsharkPacket {
  const { layers } = JSON.parse(json)._source as { layers: Tree };
  const frame = layers.frame as Tree;
  const packet: TsharkPacket = {
    protocols: String(frame['frame.protocols'] ?? '').split(':'),
    layers: [],
    fields: new Map(),
    malformed: false,
    repeated: false,
  };
  walk(layers, '', packet);
  return packet;
}

/** Calls `take` with each packet of the pcap file, in order. */
export async function readTshark(file: string, take: (packet: TsharkPacket, index: number) => void): Promise<number> {
  const child = spawn('tshark', ['-n', '-r', file, '-T', 'json', '-x', '--no-duplicate-keys', ...SETTING_ARGUMENTS], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, TZ: 'UTC' },
  });
  let parts: string[] = [];
  let count = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === '  {') parts = [];
    parts.push(line);
    if (line === '  }' || line === '  },') {
      parts[parts.length - 1] = '  }';
      take(packetOf(parts.join('\n')), count++);
    }
  }
  return count;
}
