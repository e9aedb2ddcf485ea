import { u16 } from '../../bytes/big-endian.js';
import { viewDns } from '../../decode/application/dns-header.js';
import { readDnsName } from '../../decode/application/dns-names.js';
import { DnsLikeness, dnsLikeness } from '../../decode/application/dns-recognize.js';
import { http } from '../../decode/application/http.js';
import { quic } from '../../decode/application/quic.js';
import { Likeness } from '../../decode/application.js';
import { dissection } from '../../decode/dissect.js';
import type { Field } from '../../decode/layer.js';
import { IpProtocol } from '../../decode/numbers.js';
import { hostOf } from './http-host.js';
import { serverNameOf } from './server-name.js';

/** A payload above TCP or UDP, with what it takes to judge it. */
export interface NamedPayload {
  bytes: Uint8Array;
  start: number;
  end: number;
  /** Bytes when it was sent. */
  wireLength: number;
  protocol: number;
  sourcePort: number;
  destinationPort: number;
  /** The whole packet. */
  packet: { start: number; end: number; originalLength: number; linkType: number };
}

/** Of DNS, multicast DNS and LLMNR: what only may be a message is one on these. */
const DNS_PORTS: ReadonlySet<number> = new Set([53, 5353, 5355]);
const DNS_HEADER = 12;
/** More messages do not stand in one segment. */
const MOST_MESSAGES = 100;

/** Tells the domain names that a payload speaks of: those of DNS messages, the server name of a TLS, DTLS or QUIC hello, the host of an HTTP request. In small letters, without a last dot. */
export function namesIn(payload: NamedPayload, told: (name: string) => void): void {
  const { bytes, start, end, protocol } = payload;
  if (end - start < DNS_HEADER) return;
  const lead = bytes[start];
  if (protocol === IpProtocol.tcp) {
    if (lead === 22) tell(serverNameOf(bytes, start, end, false), told);
    else if (lead >= 65 && lead <= 90 && http.tcp!.recognize(bytes, start, end, payload.wireLength) !== Likeness.no)
      tell(hostOf(bytes, start, end), told);
    else dnsBehindLengths(payload, told);
  } else if (protocol === IpProtocol.udp) {
    if (isDns(payload, start, end, payload.wireLength)) dnsNames(bytes, start, end, told);
    else if (lead === 22 && bytes[start + 1] === 0xfe) tell(serverNameOf(bytes, start, end, true), told);
    else if (lead >= 0xc0 && quic.udp!.recognize(bytes, start, end, payload.wireLength) === Likeness.sure)
      quicNames(payload, told);
  }
}

function tell(name: string | null, told: (name: string) => void): void {
  if (name !== null && name !== '') told(name.toLowerCase().replace(/\.$/, ''));
}

function isDns(
  { bytes, sourcePort, destinationPort }: NamedPayload,
  start: number,
  end: number,
  length: number,
): boolean {
  const likeness = dnsLikeness(bytes, start, end, length);
  if (likeness === DnsLikeness.none) return false;
  return likeness !== DnsLikeness.weak || DNS_PORTS.has(sourcePort) || DNS_PORTS.has(destinationPort);
}

/** Over TCP a message stands behind its length; several may follow each other. */
function dnsBehindLengths(payload: NamedPayload, told: (name: string) => void): void {
  const { bytes, end } = payload;
  let at = payload.start;
  for (let count = 0; count < MOST_MESSAGES && end - at >= 2 + DNS_HEADER; count++) {
    const length = u16(bytes, at);
    const last = Math.min(end, at + 2 + length);
    if (length < DNS_HEADER || !isDns(payload, at + 2, last, length)) return;
    dnsNames(bytes, at + 2, last, told);
    at += 2 + length;
  }
}

/** By type of record: bytes of its data that stand before a name (RFC 1035 section 3.3, RFC 2782, RFC 6672, RFC 9460). */
const BEFORE_NAME: ReadonlyMap<number, number> = new Map([
  [2, 0], // NS
  [5, 0], // CNAME
  [6, 0], // SOA
  [12, 0], // PTR
  [15, 2], // MX
  [33, 6], // SRV
  [39, 0], // DNAME
  [64, 2], // SVCB
  [65, 2], // HTTPS
]);

function dnsNames(bytes: Uint8Array, start: number, end: number, told: (name: string) => void): void {
  const view = viewDns(bytes, start, end);
  if (view === null) return;
  const read = (at: number): void => {
    const { text, problem } = readDnsName(bytes, start, at, end);
    if (problem === null && text !== '.') tell(text, told);
  };
  for (const { name } of view.questions) read(name.byteOffset - bytes.byteOffset);
  for (const section of [view.answers, view.authorities, view.additionals]) {
    for (const { name, type, data } of section) {
      read(name.byteOffset - bytes.byteOffset);
      const before = BEFORE_NAME.get(type);
      if (before !== undefined && data.length > before) read(data.byteOffset - bytes.byteOffset + before);
    }
  }
}

/** A client's first datagrams are few, so they are opened and read as `show` does. */
function quicNames({ bytes, packet }: NamedPayload, told: (name: string) => void): void {
  const { layers } = dissection(bytes.slice(packet.start, packet.end), packet.linkType, packet.originalLength);
  const look = (fields: readonly Field[]): void => {
    for (const { name, value, fields: inner } of fields) {
      if (name === 'Host Name' && typeof value === 'string') tell(value, told);
      if (inner !== undefined) look(inner);
    }
  };
  for (const layer of layers) if (layer.name === 'quic') look(layer.fields);
}
