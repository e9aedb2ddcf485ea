import { type AddressWords, parseAddress } from '../../bytes/address.js';
import { PcapshError } from '../../errors.js';
import { shown } from './indicator.js';

/** What an alert or a connection's record says of packets: whose they are, and when. Times are microseconds since 1970, as both programs write them. */
export interface AlertRecord {
  /** What a packet that it is about is tagged with. */
  text: string;
  type: 'alert' | 'connection';
  /** null: `communityId` alone tells the flow. */
  flow: AlertFlow | null;
  communityId: string | null;
  first: number;
  last: number;
}

export interface AlertFlow {
  source: AddressWords;
  destination: AddressWords;
  sourcePort: number;
  destinationPort: number;
  protocol: number;
}

const PROTOCOLS: Readonly<Record<string, number>> = {
  icmp: 1,
  tcp: 6,
  udp: 17,
  'ipv6-icmp': 58,
  icmp6: 58,
  icmpv6: 58,
  sctp: 132,
  gre: 47,
  esp: 50,
  ah: 51,
  igmp: 2,
};
const ICMP = 1;
const ICMPV6 = 58;

type Fields = Readonly<Record<string, unknown>>;

/** An alert of Suricata's EVE output. */
export function readEve(value: Fields): AlertRecord {
  const alert = (value.alert ?? {}) as Fields;
  const flow = (value.flow ?? {}) as Fields;
  if (typeof value.timestamp !== 'string') throw bad('the alert has no timestamp');
  const time = recordTime(value.timestamp);
  const start = typeof flow.start === 'string' ? recordTime(flow.start) : time;
  const end = typeof flow.end === 'string' ? recordTime(flow.end) : time;
  const name = typeof alert.signature === 'string' ? alert.signature : 'alert';
  const id = typeof alert.signature_id === 'number' ? ` (${alert.signature_id})` : '';
  return {
    text: name + id,
    type: 'alert',
    ...subject(value, {
      source: 'src_ip',
      sourcePort: 'src_port',
      destination: 'dest_ip',
      destinationPort: 'dest_port',
    }),
    first: Math.min(start, time),
    last: Math.max(end, time),
  };
}

/** A record of a Zeek log; null where it is about no connection. */
export function readZeek(value: Fields): AlertRecord | null {
  const names = {
    source: 'id.orig_h',
    sourcePort: 'id.orig_p',
    destination: 'id.resp_h',
    destinationPort: 'id.resp_p',
  };
  if (value[names.source] === undefined && value.community_id === undefined) return null;
  if (value.ts === undefined) throw bad('the record has no ts');
  const begun = recordTime(value.ts);
  const lasted = value.duration === undefined ? 0 : numberOf(value.duration, 'duration');
  const text = typeof value.uid === 'string' ? value.uid : 'connection';
  return { text, type: 'connection', ...subject(value, names), first: begun, last: begun + Math.round(lasted * 1e6) };
}

type Names = Readonly<Record<'source' | 'sourcePort' | 'destination' | 'destinationPort', string>>;

function subject(value: Fields, names: Names): Pick<AlertRecord, 'flow' | 'communityId'> {
  const communityId = typeof value.community_id === 'string' ? value.community_id : null;
  const source = value[names.source];
  const destination = value[names.destination];
  if (typeof source !== 'string' || typeof destination !== 'string' || value.proto === undefined) {
    if (communityId !== null) return { flow: null, communityId };
    throw bad(
      `the record has no ${[names.source, names.destination, 'proto'].find((name) => value[name] === undefined) ?? names.source}`,
    );
  }
  const addresses = { source: parseAddress(source).words, destination: parseAddress(destination).words };
  const protocol = protocolOf(value.proto, source.includes(':'));
  // Of ICMP both programs write type and code where ports stand.
  const hasPorts = protocol !== ICMP && protocol !== ICMPV6;
  const port = (name: string): number => (hasPorts && value[name] !== undefined ? portOf(value[name], name) : 0);
  return {
    flow: { ...addresses, sourcePort: port(names.sourcePort), destinationPort: port(names.destinationPort), protocol },
    communityId,
  };
}

function protocolOf(value: unknown, isIpv6: boolean): number {
  const name = String(value).toLowerCase();
  if (name === 'icmp' && isIpv6) return ICMPV6;
  const protocol = /^\d{1,3}$/.test(name) ? Number(name) : PROTOCOLS[name];
  if (protocol === undefined || protocol > 255) throw bad(`"${shown(name)}" is no protocol that is known`);
  return protocol;
}

function portOf(value: unknown, name: string): number {
  const port = numberOf(value, name);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw bad(`${name} ${port} is no port`);
}

function numberOf(value: unknown, name: string): number {
  const number =
    typeof value === 'number' ? value : Number(typeof value === 'string' && value !== '' ? value : Number.NaN);
  if (Number.isFinite(number) && number >= 0) return number;
  throw bad(`${name} is no number: "${shown(String(value))}"`);
}

/** Microseconds since 1970 of seconds since then, or of a date and time (UTC unless its zone stands there). Finer digits are cut off, as they are of packets. */
export function recordTime(value: unknown): number {
  const text = String(value);
  const unix = /^(\d{1,11})(?:\.(\d+))?$/.exec(text);
  if (unix !== null) return Number(unix[1]) * 1e6 + microseconds(unix[2]);
  const match = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:?\d\d)?$/.exec(text);
  const zone = match?.[4] === undefined ? 'Z' : match[4].replace(/^([+-]\d\d)(\d\d)$/, '$1:$2');
  const milliseconds = match === null ? Number.NaN : Date.parse(`${match[1]}T${match[2]}${zone}`);
  if (match === null || Number.isNaN(milliseconds)) throw bad(`"${shown(text)}" is no time`);
  return milliseconds * 1000 + microseconds(match[3]);
}

function microseconds(digits = ''): number {
  return Number(digits.slice(0, 6).padEnd(6, '0'));
}

function bad(message: string): PcapshError {
  return new PcapshError('match.line', message, { kind: 'input' });
}
