import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dissection } from '../../src/decode/dissect.js';
import type { Field, Layer } from '../../src/decode/layer.js';
import { findLayer } from '../../src/decode/registry.js';
import { type CorpusPacket, findCorpora, pcapOf, readCorpusPackets } from '../support/corpus-packets.js';
import { DECODE_DIFFERENCES } from './decode-differences.js';

/** Every header field of the first packets of every corpus file, beside what tshark reads there. Inner layers: the first occurrence is compared. */

const PACKETS_PER_FILE = 12;

const corpora = findCorpora('decode beside tshark');
const hasTshark = spawnSync('tshark', ['--version']).status === 0;
if (!hasTshark) console.warn('skipped: decode beside tshark: tshark is not installed');

const SETTINGS = [
  'ip.defragment:FALSE',
  'ipv6.defragment:FALSE',
  'tcp.desegment_tcp_streams:FALSE',
  'tcp.relative_sequence_numbers:FALSE',
  'tcp.check_checksum:TRUE',
  'udp.check_checksum:TRUE',
  'ip.check_checksum:TRUE',
  'sctp.checksum:TRUE',
  'wlan.defragment:FALSE',
];

/** tshark's field, our layer, our field. Checksum states: 0 bad, 1 good. */
const FIELDS: [string, string, string][] = [
  ['eth.dst', 'eth', 'Destination Address'],
  ['eth.src', 'eth', 'Source Address'],
  ['eth.type', 'eth', 'Type'],
  ['vlan.id', 'vlan', 'VLAN Identifier'],
  ['mpls.label', 'mpls', 'Label Stack Entry'],
  ['pppoe.session_id', 'pppoes', 'Session ID'],
  ['arp.opcode', 'arp', 'Opcode'],
  ['arp.src.hw_mac', 'arp', 'Sender Hardware Address'],
  ['arp.src.proto_ipv4', 'arp', 'Sender Protocol Address'],
  ['arp.dst.hw_mac', 'arp', 'Target Hardware Address'],
  ['arp.dst.proto_ipv4', 'arp', 'Target Protocol Address'],
  ['ip.src', 'ip', 'Source Address'],
  ['ip.dst', 'ip', 'Destination Address'],
  ['ip.ttl', 'ip', 'Time to Live'],
  ['ip.len', 'ip', 'Total Length'],
  ['ip.id', 'ip', 'Identification'],
  ['ip.proto', 'ip', 'Protocol'],
  ['ip.checksum', 'ip', 'Header Checksum'],
  ['ip.checksum.status', 'ip', 'Header Checksum'],
  ['ipv6.src', 'ipv6', 'Source Address'],
  ['ipv6.dst', 'ipv6', 'Destination Address'],
  ['ipv6.nxt', 'ipv6', 'Next Header'],
  ['ipv6.hlim', 'ipv6', 'Hop Limit'],
  ['ipv6.plen', 'ipv6', 'Payload Length'],
  ['ipv6.flow', 'ipv6', 'Flow Label'],
  ['tcp.srcport', 'tcp', 'Source Port'],
  ['tcp.dstport', 'tcp', 'Destination Port'],
  ['tcp.seq', 'tcp', 'Sequence Number'],
  ['tcp.ack', 'tcp', 'Acknowledgment Number'],
  ['tcp.flags', 'tcp', 'Control Bits'],
  ['tcp.window_size_value', 'tcp', 'Window'],
  ['tcp.checksum.status', 'tcp', 'Checksum'],
  ['udp.srcport', 'udp', 'Source Port'],
  ['udp.dstport', 'udp', 'Destination Port'],
  ['udp.length', 'udp', 'Length'],
  ['udp.checksum.status', 'udp', 'Checksum'],
  ['icmp.type', 'icmp', 'Type'],
  ['icmp.code', 'icmp', 'Code'],
  ['icmp.checksum.status', 'icmp', 'Checksum'],
  ['icmpv6.type', 'icmpv6', 'Type'],
  ['icmpv6.code', 'icmpv6', 'Code'],
  ['icmpv6.checksum.status', 'icmpv6', 'Checksum'],
  ['sctp.srcport', 'sctp', 'Source Port Number'],
  ['sctp.dstport', 'sctp', 'Destination Port Number'],
  ['sctp.verification_tag', 'sctp', 'Verification Tag'],
  ['sctp.checksum.status', 'sctp', 'Checksum'],
  ['wlan.fc.type_subtype', 'wlan', 'Frame Control'],
];

/** Names that this program gives to layers; the first other name in tshark's list ends the comparison of names. */
const KNOWN = new Set(
  [
    'eth ethertype vlan ieee8021ad mpls pppoes pppoed ppp chdlc sll null raw llc wlan wlan_radio radiotap ppi prism wlancap arp ip ipv6',
    'ipv6.hopopts ipv6.dstopts ipv6.routing ipv6.fraghdr ah mipv6 shim6 icmp icmpv6 tcp udp udplite sctp',
  ]
    .join(' ')
    .split(' '),
);

const TRANSPORT = ['tcp', 'udp', 'udplite', 'sctp'];

/** Names up to the first that this program does not know, or that a port leads to. */
function knownPrefix(names: string[]): string[] {
  const stop = names.findIndex((name, index) => !KNOWN.has(name) || TRANSPORT.includes(names[index - 1]));
  return stop < 0 ? names : names.slice(0, stop);
}

function findField(layers: Layer[], layer: string, name: string): Field | undefined {
  return layers.find((one) => one.name === layer)?.fields.find((one) => one.name === name);
}

/** Our value as tshark writes it: numbers as numbers, checksum states as 0 and 1. */
function ours(found: Field, tsharkName: string, theirs: string): string {
  if (tsharkName.endsWith('.status')) {
    const verdict = found.text.slice(found.text.indexOf(' ') + 1);
    return verdict === 'ok' ? '1' : verdict.startsWith('wrong') ? '0' : theirs;
  }
  if (tsharkName === 'wlan.fc.type_subtype') {
    const [, type, subtype] = found.fields!;
    return String(Number(type.value) * 16 + Number(subtype.value));
  }
  // tshark writes the length that it presumes where the header says 0.
  if (tsharkName === 'ip.len' && found.value === 0) return /([0-9]+) bytes/.exec(found.text)?.[1] ?? '0';
  return String(found.value);
}

function normal(theirs: string, name: string): string {
  // tshark counts the three reserved bits among the flags.
  if (name === 'tcp.flags' && theirs !== '') return String(Number(theirs) & 0x1ff);
  return /^0x[0-9a-f]+$/.test(theirs) ? String(Number(theirs)) : theirs;
}

function compare(packet: CorpusPacket, line: string): string[] {
  const [protocols, ...values] = line.split('\t');
  const { layers, protocols: names } = dissection(packet.data, packet.linkType, packet.originalLength);
  const theirNames = knownPrefix(protocols.split(':'));
  const ourNames = knownPrefix(names);
  const differences: string[] = [];
  if (theirNames.join(':') !== ourNames.join(':')) {
    return [`${packet.name} layers: ${shown(ourNames.join(':'))} beside ${shown(protocols)}`];
  }
  FIELDS.forEach(([tsharkName, layer, name], index) => {
    const theirs = normal(values[index], tsharkName);
    if (theirs === '' || !theirNames.includes(layer) || !ourNames.includes(layer)) return;
    // Checksums: 2 not verified, 3 not present.
    if (tsharkName.endsWith('.status') && theirs !== '0' && theirs !== '1') return;
    const found = findField(layers, layer, name);
    const value = found === undefined ? 'none' : ours(found, tsharkName, theirs);
    if (value !== theirs) differences.push(`${packet.name} ${tsharkName}: ${value} beside ${theirs}`);
  });
  return differences;
}

/** Long lists of layers are shown by their two ends. */
function shown(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 40)}...${text.slice(-30)}`;
}

function tsharkLines(packets: CorpusPacket[], file: string): string[] {
  writeFileSync(file, pcapOf(packets));
  const settings = SETTINGS.flatMap((setting) => ['-o', setting]);
  const fields = FIELDS.flatMap(([name]) => ['-e', name]);
  const output = execFileSync(
    'tshark',
    ['-n', '-r', file, ...settings, '-T', 'fields', '-E', 'occurrence=f', '-e', 'frame.protocols', ...fields],
    { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] },
  );
  return output.split('\n').slice(0, packets.length);
}

(corpora !== null && hasTshark ? describe : describe.skip)('headers beside tshark', () => {
  test('all fields agree, but for the listed differences', () => {
    const folder = mkdtempSync(join(tmpdir(), 'pcapsh-decode-'));
    const differences: string[] = [];
    let compared = 0;
    try {
      const all = readCorpusPackets(corpora!, PACKETS_PER_FILE);
      const linkTypes = [...new Set(all.map((packet) => packet.linkType))].filter(
        (type) => findLayer('linkType', type) !== null,
      );
      for (const linkType of linkTypes) {
        const packets = all.filter((packet) => packet.linkType === linkType);
        const lines = tsharkLines(packets, join(folder, `${linkType}.pcap`));
        expect(lines).toHaveLength(packets.length);
        packets.forEach((packet, index) => {
          differences.push(...compare(packet, lines[index]));
        });
        compared += packets.length;
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
    console.info(`decode beside tshark: ${compared} packets, ${differences.length} differences`);
    expect(compared).toBeGreaterThan(1000);
    expect(differences.sort()).toEqual(DECODE_DIFFERENCES.map(([difference]) => difference).sort());
  });

  test('at most 20 differences, each with its reason', () => {
    expect(DECODE_DIFFERENCES.length).toBeLessThanOrEqual(20);
    for (const [, reason] of DECODE_DIFFERENCES) expect(reason).not.toBe('');
  });
});
