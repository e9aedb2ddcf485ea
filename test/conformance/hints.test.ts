import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { hexDigits } from '../../src/bytes/big-endian.js';
import type { Application } from '../../src/decode/application.js';
import { applicationOf, applications, recognizeApplication } from '../../src/decode/applications.js';
import { dissection } from '../../src/decode/dissect.js';
import { IpProtocol } from '../../src/decode/numbers.js';
import { findLayer } from '../../src/decode/registry.js';
import { ATTEMPTS } from '../../src/table/flow-table.js';
import { batchesOf } from '../support/capture-batches.js';
import { type FilePacket, readAllPackets, readCapturePackets } from '../support/capture-packets.js';
import { findCorpora, pcapOf } from '../support/corpus-packets.js';
import { hasTshark, SETTING_ARGUMENTS } from '../support/tshark-json.js';
import { type FlowHint, HINT_EXCLUSIONS } from './hints-exclusions.js';

/**
 * Application hints beside tshark's: of every flow of every corpus file and of the example, what tshark names in most of its packets among the protocols of
 * the list, and what the first packet of the flow says that is recognized here.
 */

const EXAMPLE = 'examples/office.pcapng';
/** Payload packets of a flow that may bring its name. */
const LOOKED_AT = ATTEMPTS;
/** Bytes of the first payload that a disagreement is printed with. */
const SHOWN = 40;
const AGREEMENT = 0.98;

/** tshark's names that ours is judged by, innermost last: what a flow is called is the last of these in frame.protocols. */
const COUNTED = new Set(
  [
    'dns mdns llmnr dhcp dhcpv6 ntp http http2 tls quic ssh smtp imap pop ftp smb smb2 nbss nbns nbdgm snmp syslog sip rtp rtcp bgp',
    'kerberos ldap cldap rdp mysql pgsql resp mqtt wg openvpn bittorrent bt-dht bt-utp',
  ]
    .join(' ')
    .split(' '),
);

/** tshark's name of what is one protocol here. */
const SAME: Readonly<Record<string, string>> = { cldap: 'ldap', 'bt-utp': 'bittorrent' };

/** Layers that begin another packet, inside this one. */
const INNER = new Set(['ip', 'ipv6', 'eth', 'ppp', 'mpls', 'wlan', 'icmp', 'icmpv6']);

/** The counted names directly above the outermost transport, innermost last. */
function namesOf(protocols: string[]): string[] {
  const at = protocols.findIndex((name) => name === 'tcp' || name === 'udp');
  if (at < 0 || protocols.slice(0, at).some((name) => name.startsWith('icmp'))) return [];
  const above = protocols.slice(at + 1);
  const inner = above.findIndex((name) => INNER.has(name));
  const own = inner < 0 ? above : above.slice(0, inner);
  return own.filter((name) => COUNTED.has(name)).map((name) => SAME[name] ?? name);
}

interface PacketKey {
  flow: string;
  protocol: number;
  sourcePort: number;
  destinationPort: number;
  start: number;
  end: number;
  wireLength: number;
}

/** 5-tuple and payload of the outermost transport. */
function keyOf({ file, data, linkType, originalLength }: FilePacket): PacketKey | null {
  const { layers, payload, source, destination } = dissection(data, linkType, originalLength);
  const at = layers.findIndex(({ name }) => name === 'tcp' || name === 'udp');
  if (at < 0 || source === null || layers.slice(0, at).some(({ name }) => name.startsWith('icmp'))) return null;
  const value = (name: string): number => Number(layers[at].fields.find((field) => field.name === name)?.value ?? 0);
  const [sourcePort, destinationPort] = [value('Source Port'), value('Destination Port')];
  const ends = [`${source} ${sourcePort}`, `${destination} ${destinationPort}`].sort();
  const protocol = layers[at].name === 'tcp' ? IpProtocol.tcp : IpProtocol.udp;
  const { start, end } = payload;
  const flow = [file, layers[at].name, ...ends].join(' ');
  return { flow, protocol, sourcePort, destinationPort, start, end, wireLength: Math.max(end, originalLength) - start };
}

interface Flow {
  /** tshark's names, each with how many packets bear it whole and how many malformed. */
  theirs: Map<string, number>;
  /** All that tshark names in it: a connection may begin as SMTP and go on as TLS, and NetBIOS carries SMB. */
  all: Set<string>;
  malformed: number;
  ours: string | null;
  looked: number;
  first: string;
  payload: string;
}

interface Named {
  names: string[];
  malformed: boolean;
}

async function tsharkNames(packets: FilePacket[], file: string): Promise<Named[]> {
  writeFileSync(file, pcapOf(packets));
  const { stdout } = await promisify(execFile)(
    'tshark',
    ['-n', '-r', file, ...SETTING_ARGUMENTS, '-T', 'fields', '-e', 'frame.protocols', '-e', '_ws.malformed'],
    { encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  return stdout
    .split('\n')
    .slice(0, packets.length)
    .map((line) => {
      const [protocols, malformed] = line.split('\t');
      return { names: namesOf(protocols.split(':')), malformed: malformed !== '' };
    });
}

function mostFrequent(counts: Map<string, number>): string | null {
  let best: string | null = null;
  for (const [name, count] of counts) if (best === null || count > counts.get(best)!) best = name;
  return best;
}

/** All flows, two processes at once. */
async function allFlows(packets: FilePacket[]): Promise<Map<string, Flow>> {
  const folder = mkdtempSync(join(tmpdir(), 'pcapsh-hints-'));
  const batches = batchesOf(packets);
  const flows = new Map<string, Flow>();
  async function work(): Promise<void> {
    for (let batch = batches.pop(); batch !== undefined; batch = batches.pop()) {
      const names = await tsharkNames(batch, join(folder, `${batches.length}.pcap`));
      batch.forEach((packet, index) => {
        addPacket(flows, packet, names[index]);
      });
    }
  }
  try {
    await Promise.all([work(), work()]);
  } finally {
    rmSync(folder, { recursive: true });
  }
  return flows;
}

function addPacket(flows: Map<string, Flow>, packet: FilePacket, tshark: Named): void {
  const key = keyOf(packet);
  if (key === null) return;
  let flow = flows.get(key.flow);
  if (flow === undefined) {
    flow = { theirs: new Map(), all: new Set(), malformed: 0, ours: null, looked: 0, first: packet.name, payload: '' };
    flows.set(key.flow, flow);
  }
  const name = tshark.names.at(-1);
  if (name !== undefined) {
    flow.theirs.set(name, (flow.theirs.get(name) ?? 0) + 1);
    for (const one of tshark.names) flow.all.add(one);
    if (tshark.malformed) flow.malformed++;
  }
  if (key.start >= key.end || flow.ours !== null || flow.looked >= LOOKED_AT) return;
  flow.looked++;
  if (flow.payload === '') flow.payload = hexDigits(packet.data, key.start, Math.min(key.end, key.start + SHOWN));
  const { protocol, sourcePort, destinationPort, start, end, wireLength } = key;
  const id = recognizeApplication(protocol, sourcePort, destinationPort, packet.data, start, end, wireLength);
  flow.ours = applicationOf(id)?.name ?? null;
}

const corpora = findCorpora('application hints beside tshark');
if (!hasTshark) console.warn('skipped: application hints beside tshark: tshark is not installed');
const all =
  corpora === null
    ? []
    : [...readAllPackets(corpora, Infinity), ...readCapturePackets(EXAMPLE, EXAMPLE, Infinity)].filter(
        ({ linkType }) => findLayer('linkType', linkType) !== null,
      );

(corpora !== null && hasTshark ? describe : describe.skip)('application hints beside tshark', () => {
  test('98 % of the flows that tshark names are named alike', async () => {
    const hints: FlowHint[] = [...(await allFlows(all))].flatMap(
      ([key, { theirs, all, malformed, ours, first, payload }]) => {
        const name = ours !== null && all.has(ours) ? ours : mostFrequent(theirs);
        if (name === null) return [];
        const packets = [...theirs.values()].reduce((sum, count) => sum + count, 0);
        return [{ flow: key, first, payload, theirs: name, ours, isMalformed: malformed === packets }];
      },
    );
    const unused = new Set(HINT_EXCLUSIONS.map(({ what }) => what));
    const counted = hints.filter((hint) => {
      if (hint.ours === hint.theirs) return true;
      const exclusion = HINT_EXCLUSIONS.find((one) => one.is(hint));
      if (exclusion !== undefined) unused.delete(exclusion.what);
      return exclusion === undefined;
    });
    const excluded = hints.filter((hint) => !counted.includes(hint));
    const unlike = counted.filter(({ ours, theirs }) => ours !== theirs);
    const share = 1 - unlike.length / counted.length;
    const lines = unlike.map(
      ({ flow, first, payload, ours, theirs, isMalformed }) =>
        `  ${ours} beside ${theirs}${isMalformed ? ' (malformed)' : ''}: ${flow} (${first}) ${payload}`,
    );
    const figure = `${(100 * share).toFixed(2)} % of ${counted.length} flows, ${hints.length - counted.length} excluded`;
    const left = excluded.map(({ theirs, first, payload }) => `  excluded ${theirs}: ${first} ${payload}`);
    console.info([`hints beside tshark: ${figure}`, ...lines, ...left].join('\n'));
    expect(share).toBeGreaterThanOrEqual(AGREEMENT);
    expect([...unused]).toEqual([]);
  });
});

/** RFC 4795 section 2.1.1: an LLMNR query is a DNS query; the port tells them apart. */
const PORT_ONLY = new Set(['llmnr']);

/** Ports that nothing is registered for. */
const [FOREIGN, FOREIGN_PEER] = [40001, 40002];

const byName = new Map<string, Application>(applications.map(([, application]) => [application.name, application]));

(corpora === null ? describe.skip : describe)('by content', () => {
  test('real messages are known on ports that are not their own', () => {
    const known = new Map<string, { own: number; foreign: number }>();
    for (const packet of all) {
      const key = keyOf(packet);
      if (key === null || key.start >= key.end) continue;
      const { protocol, sourcePort, destinationPort, start, end, wireLength } = key;
      const own = recognizeApplication(protocol, sourcePort, destinationPort, packet.data, start, end, wireLength);
      if (own === 0) continue;
      const count = known.get(applicationOf(own)!.name) ?? { own: 0, foreign: 0 };
      known.set(applicationOf(own)!.name, count);
      count.own++;
      if (recognizeApplication(protocol, FOREIGN, FOREIGN_PEER, packet.data, start, end, wireLength) === own)
        count.foreign++;
    }
    const shown = [...known].map(([name, { own, foreign }]) => `${name} ${foreign} of ${own}`).join(', ');
    console.info(`known on foreign ports: ${shown}`);
    const never = [...known]
      .filter(([name, { foreign }]) => foreign === 0 && !PORT_ONLY.has(name))
      .map(([name]) => name);
    expect(never).toEqual([]);
  });
});

/** Deterministic noise: a multiplicative congruential generator. */
function noise(length: number, seed: number): Uint8Array {
  let state = seed * 2 + 1;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

const PROSE = 'it was a quiet night and nothing moved but the hands of the clock on the wall of the room ';

test.each([...byName.keys()])('noise on the ports of %s is not called so', (name) => {
  const { tcp, udp } = byName.get(name)!;
  const contents = [
    ...[1, 4, 8, 12, 20, 48, 100, 300, 1400].map((length) => new Uint8Array(length)),
    ...Array.from({ length: 500 }, (_, seed) => noise(1 + ((seed * 37) % 1400), seed)),
    ...[5, 20, 60, 90].map((length) => new TextEncoder().encode(PROSE.slice(0, length))),
    new TextEncoder().encode(`${PROSE}\r\n${PROSE}\r\n`),
  ];
  const called: string[] = [];
  for (const [protocol, carriage] of [
    [IpProtocol.tcp, tcp],
    [IpProtocol.udp, udp],
  ] as const) {
    for (const port of carriage?.ports ?? []) {
      for (const bytes of contents) {
        const id = recognizeApplication(protocol, 40001, port, bytes, 0, bytes.length, bytes.length);
        if (applicationOf(id)?.name === name)
          called.push(`${port}: ${Buffer.from(bytes.subarray(0, 16)).toString('hex')}`);
      }
    }
  }
  expect(called).toEqual([]);
});
