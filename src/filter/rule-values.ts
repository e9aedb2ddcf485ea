import { type AddressWords, type Cidr, formatIpv6Words, parseCidr } from '../bytes/address.js';
import { applications } from '../decode/applications.js';
import { PcapshError } from '../errors.js';
import { parseTimePoint } from '../time.js';
import { nameTable } from './bpf/names.js';
import { nearestWord } from './bpf/suggest.js';
import { type RuleKind, splitValues } from './rule-kinds.js';

export type End = 'source' | 'destination' | 'either';

/** Some of a packet's TCP flags: at least one of the mask (`any`), or just these (`exact`). */
export interface FlagTest {
  readonly exact: boolean;
  readonly mask: number;
}

/** What a rule's values ask of a packet; several values are alternatives. */
export type ValueTest =
  | { readonly kind: 'proto'; readonly protocols: ReadonlySet<number> }
  | { readonly kind: 'srcIp' | 'dstIp' | 'ip'; readonly end: End; readonly networks: readonly Cidr[] }
  | { readonly kind: 'srcPort' | 'dstPort' | 'port'; readonly end: End; readonly ranges: readonly PortRange[] }
  | {
      readonly kind: 'flowId';
      readonly ids: ReadonlySet<string>;
      readonly communityIds: ReadonlySet<string>;
      readonly directed: boolean;
    }
  | { readonly kind: 'tcpFlags'; readonly tests: readonly FlagTest[] }
  | { readonly kind: 'minLen' | 'maxLen' | 'minFlowPackets'; readonly value: number }
  | { readonly kind: 'app'; readonly applications: ReadonlySet<number> };

type PortRange = readonly [first: number, last: number];

/** Reads the values of a rule. Throws PcapshError (kind `input`, the span within the value's own text). */
export function readRuleValues(kind: ValueTest['kind'], texts: readonly string[], directed: boolean): ValueTest {
  switch (kind) {
    case 'proto':
      return { kind, protocols: new Set(texts.map(readProtocol)) };
    case 'srcIp':
    case 'dstIp':
    case 'ip':
      return { kind, end: endOf(kind), networks: texts.map(readNetwork) };
    case 'srcPort':
    case 'dstPort':
    case 'port':
      return { kind, end: endOf(kind), ranges: texts.flatMap(readPorts) };
    case 'flowId':
      return { kind, directed, ...readFlowIds(texts) };
    case 'tcpFlags':
      return { kind, tests: texts.map(readFlags) };
    case 'app':
      return { kind, applications: new Set(texts.map(readApplication)) };
    default:
      if (texts.length > 1) throw wrong('one-value', `one number is taken, not ${texts.length}`, texts[0]);
      return { kind, value: readNumber(texts[0]) };
  }
}

/** Checks the text of a flag: a list with commas. Throws as `readRuleValues`, the span within the whole text. */
export function checkRuleText(kind: RuleKind, text: string): void {
  const values = splitValues(text);
  if ((kind === 'from' || kind === 'to') && values.length === 1) {
    parseTimePoint(text);
    return;
  }
  for (const { text: value, at } of values) {
    try {
      if (values.length > 1 && SINGLE.has(kind)) throw wrong('one-value', 'one value is taken, not several', value);
      readRuleValues(kind as ValueTest['kind'], [value], false);
    } catch (error) {
      if (!(error instanceof PcapshError)) throw error;
      const { code, message, hint, span } = error;
      const [start, end] = span ?? [0, value.length];
      throw new PcapshError(code, message, { kind: 'input', hint: hint ?? undefined, span: [start + at, end + at] });
    }
  }
}

const SINGLE: ReadonlySet<RuleKind> = new Set(['from', 'to', 'minLen', 'maxLen', 'minFlowPackets']);

function endOf(kind: string): End {
  return kind.startsWith('src') ? 'source' : kind.startsWith('dst') ? 'destination' : 'either';
}

/** Names that people use beside those of the list of protocols. */
const PROTOCOL_WORDS: ReadonlyMap<string, number> = new Map([
  ['icmpv6', 58],
  ['icmp6', 58],
  ['ipip', 4],
]);
/** Protocols that stand beside IP, not on it. */
const NO_IP_PROTOCOL: ReadonlySet<string> = new Set([
  'arp',
  'rarp',
  'ip',
  'ip6',
  'stp',
  'lldp',
  'vlan',
  'mpls',
  'pppoe',
]);

function readProtocol(text: string): number {
  if (/^\d{1,9}$/.test(text)) {
    if (Number(text) <= 255) return Number(text);
    throw wrong('proto', `IP protocol ${text} is more than 255`, text);
  }
  const name = text.toLowerCase();
  const { protocols, source } = nameTable();
  // Lists write some in capitals (TCP, IPv6-ICMP).
  const known =
    PROTOCOL_WORDS.get(name) ?? protocols.get(name) ?? protocols.get(name.toUpperCase()) ?? protocols.get(text);
  if (known !== undefined && !NO_IP_PROTOCOL.has(name)) return known;
  if (NO_IP_PROTOCOL.has(name)) {
    throw wrong('proto', `"${text}" is no protocol that IP carries`, text, `filter ${name} takes such packets`);
  }
  const near = nearestWord(name, [
    ...PROTOCOL_WORDS.keys(),
    ...[...protocols.keys()].map((each) => each.toLowerCase()),
  ]);
  throw wrong(
    'proto',
    `unknown protocol "${shown(text)}"`,
    text,
    near === null ? `names come from ${source}` : `did you mean ${near}?`,
  );
}

function readNetwork(text: string): Cidr {
  const network = parseCidr(text);
  const { words, mask } = network;
  if (words.every((word, i) => (word & ~mask[i]) >>> 0 === 0)) return network;
  const slash = text.indexOf('/');
  const base = Uint32Array.from(words, (word, i) => word & mask[i]) as AddressWords;
  throw wrong(
    'host-bits',
    `${text} has bits set behind its prefix`,
    text,
    `did you mean ${formatIpv6Words(base)}${text.slice(slash)}?`,
  );
}

function readPorts(text: string): PortRange[] {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text);
  if (match === null) return namedPorts(text);
  const [, first, last = first] = match;
  for (const port of [first, last]) {
    if (Number(port) <= 65535) continue;
    const at = text.lastIndexOf(port);
    throw wrong('port', `port ${shown(port)} is more than 65535`, text, undefined, [at, at + port.length]);
  }
  return [[Math.min(Number(first), Number(last)), Math.max(Number(first), Number(last))]];
}

/** A service has a port of TCP and one of UDP, mostly the same. */
function namedPorts(text: string): PortRange[] {
  const { services, source } = nameTable();
  const service = services.get(text);
  const ports = [service?.tcp ?? null, service?.udp ?? null].filter((port) => port !== null);
  if (ports.length > 0) return [...new Set(ports)].map((port) => [port, port]);
  if (text === '' || /^[-+.\d]+$/.test(text)) {
    throw wrong('port', `"${shown(text)}" is no port: a number, or a range as 6000-6063`, text);
  }
  const near = nearestWord(text, services.keys());
  throw wrong(
    'port',
    `unknown port "${shown(text)}"`,
    text,
    near === null ? `names come from ${source}` : `did you mean ${near}?`,
  );
}

function readFlowIds(texts: readonly string[]): { ids: Set<string>; communityIds: Set<string> } {
  const found = { ids: new Set<string>(), communityIds: new Set<string>() };
  for (const text of texts) {
    if (/^[0-9a-f]{16}$/i.test(text)) found.ids.add(text.toLowerCase());
    else if (/^1:[A-Za-z0-9+/]{27}=$/.test(text)) found.communityIds.add(text);
    else {
      const hint = 'flows --json prints them';
      throw wrong(
        'flow-id',
        `"${shown(text)}" is no flow ID: 16 hex digits, or a Community ID (1: and 28 characters)`,
        text,
        hint,
      );
    }
  }
  return found;
}

/** RFC 9293 section 3.1, from the lowest bit of byte 13 on. */
const FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'];

function readFlags(text: string): FlagTest {
  const match = /^(exact:|any:)?(.*)$/is.exec(text)!;
  const exact = match[1]?.toLowerCase() === 'exact:';
  const names = match[2];
  if (exact && names.toLowerCase() === 'none') return { exact, mask: 0 };
  let mask = 0;
  let at = text.length - names.length;
  for (const name of names.split('+')) {
    const bit = FLAGS.indexOf(name.toUpperCase());
    if (bit < 0) {
      const near = nearestWord(name, FLAGS);
      const hint = near === null ? `there are ${FLAGS.join(' ')}: any:SYN+ACK, exact:SYN` : `did you mean ${near}?`;
      throw wrong(
        'tcp-flags',
        name === '' ? 'a TCP flag is missing' : `unknown TCP flag "${shown(name)}"`,
        text,
        hint,
        [at, at + name.length],
      );
    }
    mask |= 1 << bit;
    at += name.length + 1;
  }
  return { exact, mask };
}

/** SYN+ACK of 0x12. */
export function tcpFlagNames(flags: number): string {
  return FLAGS.filter((_, bit) => ((flags >>> bit) & 1) === 1).join('+') || 'none';
}

function readApplication(text: string): number {
  const name = text.toLowerCase();
  const found = applications.find(([, application]) => application.name === name);
  if (found !== undefined) return found[0];
  const near = nearestWord(name, applicationNames());
  throw wrong(
    'app',
    `unknown application "${shown(text)}"`,
    text,
    near === null ? 'help protocols lists them' : `did you mean ${near}?`,
  );
}

/** What `app` knows. */
export function applicationNames(): string[] {
  return applications.map(([, { name }]) => name);
}

function readNumber(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw wrong('number', `"${shown(text)}" is no whole number`, text);
}

function shown(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

function wrong(
  code: string,
  message: string,
  text: string,
  hint?: string,
  span?: readonly [number, number],
): PcapshError {
  return new PcapshError(`rule.${code}`, message, { kind: 'input', span: span ?? [0, text.length], hint });
}
