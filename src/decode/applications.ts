import { bgp } from './application/bgp.js';
import { bittorrent, bittorrentDht } from './application/bittorrent.js';
import { dhcp } from './application/dhcp.js';
import { dhcpv6 } from './application/dhcpv6.js';
import { dns } from './application/dns.js';
import { dtls } from './application/dtls.js';
import { ftp } from './application/ftp.js';
import { geneve } from './application/geneve.js';
import { http, ssdp } from './application/http.js';
import { http2 } from './application/http2.js';
import { imap } from './application/imap.js';
import { kerberos } from './application/kerberos.js';
import { l2tp } from './application/l2tp.js';
import { ldap } from './application/ldap.js';
import { llmnr } from './application/llmnr.js';
import { mdns } from './application/mdns.js';
import { mqtt } from './application/mqtt.js';
import { mysql } from './application/mysql.js';
import { nbdgm, nbns, nbss } from './application/netbios.js';
import { ntp } from './application/ntp.js';
import { openvpn } from './application/openvpn.js';
import { pop } from './application/pop.js';
import { postgresql } from './application/postgresql.js';
import { quic } from './application/quic.js';
import { rdp, tpkt } from './application/rdp.js';
import { redis } from './application/redis.js';
import { rtcp } from './application/rtcp.js';
import { rtp } from './application/rtp.js';
import { sip } from './application/sip.js';
import { smb } from './application/smb.js';
import { smb2 } from './application/smb2.js';
import { smtp } from './application/smtp.js';
import { snmp } from './application/snmp.js';
import { ssh } from './application/ssh.js';
import { stun } from './application/stun.js';
import { syslog } from './application/syslog.js';
import { tls } from './application/tls.js';
import { vxlan } from './application/vxlan.js';
import { wireguard } from './application/wireguard.js';
import { type Application, type Carriage, Likeness } from './application.js';
import type { Input, TransportScope } from './dissector.js';
import { IpProtocol } from './numbers.js';

/** A number that stays the protocol's own for good (it is stored in tables and indexes; 0 means none), and the protocol. Between equals the first wins. */
type List = readonly (readonly [id: number, application: Application])[];

/** Plain list: a new protocol is its file and a line here. Who also reads its headers is in a file and a line of the registry. */
const APPLICATIONS: List = [
  [1, dns],
  [2, mdns],
  [3, llmnr],
  [4, dhcp],
  [5, dhcpv6],
  [6, ntp],
  [7, http],
  [8, http2],
  [9, tls],
  [10, quic],
  [11, ssh],
  [12, smtp],
  [13, imap],
  [14, pop],
  [15, ftp],
  [16, smb2],
  [17, nbss],
  [18, snmp],
  [19, syslog],
  [20, sip],
  [21, rtp],
  [22, rtcp],
  [23, bgp],
  [24, kerberos],
  [25, ldap],
  [26, rdp],
  [27, mysql],
  [28, postgresql],
  [29, redis],
  [30, mqtt],
  [31, wireguard],
  [32, openvpn],
  [33, bittorrent],
  [34, bittorrentDht],
  [35, vxlan],
  [36, geneve],
  [37, l2tp],
  [38, smb],
  [39, nbns],
  [40, nbdgm],
  [41, tpkt],
  [42, dtls],
  [43, stun],
  [45, ssdp],
];

interface Candidate {
  id: number;
  carriage: Carriage;
}

interface Candidates {
  /** Protocols by the first byte of a payload. */
  byLead: Candidate[][];
  /** 1 for a port that is some protocol's own. */
  ports: Uint8Array;
}

function candidatesOf(transport: 'tcp' | 'udp'): Candidates {
  const byLead: Candidate[][] = Array.from({ length: 256 }, () => []);
  const ports = new Uint8Array(65_536);
  for (const [id, application] of APPLICATIONS) {
    const carriage = application[transport];
    if (carriage === undefined) continue;
    for (const port of carriage.ports) ports[port] = 1;
    if (carriage.leads === undefined) for (const list of byLead) list.push({ id, carriage });
    else for (const lead of carriage.leads) byLead[lead].push({ id, carriage });
  }
  return { byLead, ports };
}

const TCP = candidatesOf('tcp');
const UDP = candidatesOf('udp');
const BY_ID = new Map(APPLICATIONS);
const BY_NAME = new Map(APPLICATIONS.map(([, application]) => [application.name, application]));
const IDS = new Map(APPLICATIONS.map(([id, application]) => [application, id]));

/** All of them, with their numbers. */
export const applications: readonly (readonly [id: number, application: Application])[] = APPLICATIONS;

/** The protocol of a number of `recognizeApplication`; null for 0 and for numbers of a newer program. */
export function applicationOf(id: number): Application | null {
  return BY_ID.get(id) ?? null;
}

/** The protocol of that name; null for one that is not in the list. */
export function applicationNamed(name: string): Application | null {
  return BY_NAME.get(name) ?? null;
}

/** Raised whenever a recognizer begins to know other payloads than before, and its name, ports and first bytes stay: kept hints are then made anew. */
const HINTS_VERSION = 2;

let fingerprint: number | null = null;

/** 32 bits that tell one list of recognizers from another: hints that another list gave are not to be mixed with ours. */
export function recognizersFingerprint(): number {
  fingerprint ??= fnv(
    JSON.stringify([
      HINTS_VERSION,
      APPLICATIONS.map(([id, { name, tcp, udp }]) => [id, name, tcp?.ports, tcp?.leads, udp?.ports, udp?.leads]),
    ]),
  );
  return fingerprint;
}

/** FNV-1a of a text's UTF-16 units. */
function fnv(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** The number of an application of the list. */
export function applicationId(application: Application): number {
  return IDS.get(application) ?? 0;
}

/**
 * The number of the protocol whose payload stands at bytes[start, end), 0 when none is recognized: the surest content wins, then the one whose port it is,
 * then the first of the list. What is only perhaps so needs its port.
 */
export function recognizeApplication(
  protocol: number,
  sourcePort: number,
  destinationPort: number,
  bytes: Uint8Array,
  start: number,
  end: number,
  wireLength: number,
): number {
  if (start >= end) return 0;
  let lists: Candidates;
  if (protocol === IpProtocol.tcp) lists = TCP;
  else if (protocol === IpProtocol.udp) lists = UDP;
  else return 0;
  const candidates = lists.byLead[bytes[start]];
  const isOwn = lists.ports[sourcePort] !== 0 || lists.ports[destinationPort] !== 0;
  let likely = 0;
  // Whose port it is comes first: nearly always that is it, and the others need not be asked.
  for (let i = 0; isOwn && i < candidates.length; i++) {
    const { id, carriage } = candidates[i];
    if (!isPortOf(carriage, sourcePort, destinationPort)) continue;
    const likeness = carriage.recognize(bytes, start, end, wireLength);
    if (likeness === Likeness.sure) return id;
    if (likeness === Likeness.perhaps && likely === 0) likely = id;
  }
  for (let i = 0; i < candidates.length; i++) {
    const { id, carriage } = candidates[i];
    if (isOwn && isPortOf(carriage, sourcePort, destinationPort)) continue;
    if (carriage.recognize(bytes, start, end, wireLength) === Likeness.sure) return id;
  }
  return likely;
}

function isPortOf({ ports }: Carriage, source: number, destination: number): boolean {
  return ports.includes(source) || ports.includes(destination);
}

/** The protocol of a transport payload, by its own bytes and ports; null when none is recognized. */
export function findApplication(transport: TransportScope, input: Input): Application | null {
  const { bytes, at, end, wireEnd } = input;
  const { protocol, sourcePort, destinationPort } = transport;
  return applicationOf(
    recognizeApplication(protocol, sourcePort, destinationPort, bytes, at, end, Math.max(wireEnd, end) - at),
  );
}
