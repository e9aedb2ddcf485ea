import { byDirection } from './address-conditions.js';
import type { Direction, Span } from './ast.js';
import {
  allOf,
  anyOf,
  type Base,
  type Condition,
  ETHERTYPE,
  equals,
  linkProtocol,
  load,
  not,
  PROTOCOL,
  test,
} from './condition.js';
import { osiWord } from './osi-conditions.js';

/** IP protocol numbers that words of the language stand for (IANA registry). */
export const IP_PROTOCOL = {
  icmp: 1,
  igmp: 2,
  tcp: 6,
  igrp: 9,
  udp: 17,
  esp: 50,
  ah: 51,
  icmp6: 58,
  pim: 103,
  vrrp: 112,
  carp: 112,
  sctp: 132,
} as const;

const FRAGMENT_HEADER = 44;

/** IPv4 with this protocol, later fragments included. */
export function ipv4Protocol(protocol: number, span: Span): Condition {
  return allOf(linkProtocol(ETHERTYPE.ip, span), equals(load('ip', 9, 1), protocol));
}

/** IPv6 with this next header, in the fixed header or behind one fragment header. No other extension header is looked through. */
export function ipv6Protocol(protocol: number, span: Span): Condition {
  return allOf(
    linkProtocol(ETHERTYPE.ip6, span),
    anyOf(
      equals(load('ip6', 6, 1), protocol),
      allOf(equals(load('ip6', 6, 1), FRAGMENT_HEADER), equals(load('ip6-payload', 0, 1), protocol)),
    ),
  );
}

export function eitherIpProtocol(protocol: number, span: Span): Condition {
  return anyOf(ipv4Protocol(protocol, span), ipv6Protocol(protocol, span));
}

/** Words for what the link layer carries (IEEE 802 numbers). */
export const LINK_PROTOCOLS: ReadonlyMap<string, number> = new Map([
  ['ip', ETHERTYPE.ip],
  ['ip6', ETHERTYPE.ip6],
  ['arp', ETHERTYPE.arp],
  ['rarp', ETHERTYPE.rarp],
  ['atalk', PROTOCOL.appleTalk],
  ['aarp', PROTOCOL.appleTalkArp],
  ['decnet', PROTOCOL.decnet],
  ['lat', PROTOCOL.lat],
  ['sca', PROTOCOL.sca],
  ['moprc', PROTOCOL.mopRemoteConsole],
  ['mopdl', PROTOCOL.mopDownLine],
  ['stp', PROTOCOL.spanningTree],
  ['ipx', PROTOCOL.ipx],
  ['netbeui', PROTOCOL.netBeui],
  ['iso', PROTOCOL.osi],
]);

/** Protocol words that libpcap looks for in IPv4 alone. */
const IPV4_ONLY: ReadonlySet<string> = new Set(['icmp', 'igmp', 'igrp', 'vrrp', 'carp']);

/** What a protocol word by itself means. */
export function protocolCondition(name: string, span: Span): Condition {
  const type = LINK_PROTOCOLS.get(name);
  if (type !== undefined) return linkProtocol(type, span);
  const osi = osiWord(name, span);
  if (osi !== null) return osi;
  const protocol = IP_PROTOCOL[name as keyof typeof IP_PROTOCOL];
  if (IPV4_ONLY.has(name)) return ipv4Protocol(protocol, span);
  return name === 'icmp6' ? ipv6Protocol(protocol, span) : eitherIpProtocol(protocol, span);
}

/** Not a later fragment of IPv4: the fragment offset is 0. */
export const notLaterFragment = (): Condition => not(test(load('ip', 6, 2), 'any-bit', 0x1fff));

export interface Ports {
  readonly first: number;
  readonly last: number;
  readonly range: boolean;
}

function portCondition(base: Base, direction: Direction | null, ports: Ports): Condition {
  const end = (offset: number): Condition => {
    const field = load(base, offset, 2);
    if (!ports.range) return equals(field, ports.first);
    return allOf(test(field, '>=', ports.first), not(test(field, '>', ports.last)));
  };
  return byDirection(direction, end(0), end(2));
}

/** The UDP port of Geneve (RFC 8926). */
const GENEVE_PORT = 6081;

/** UDP to Geneve's port, over one version of IP. */
export function geneveVersion(version: 4 | 6, span: Span): Condition {
  if (version === 6) {
    return allOf(
      linkProtocol(ETHERTYPE.ip6, span),
      equals(load('ip6', 6, 1), IP_PROTOCOL.udp),
      equals(load('ip6-payload', 2, 2), GENEVE_PORT),
    );
  }
  return allOf(
    linkProtocol(ETHERTYPE.ip, span),
    equals(load('ip', 9, 1), IP_PROTOCOL.udp),
    notLaterFragment(),
    equals(load('ip-payload', 2, 2), GENEVE_PORT),
  );
}

export const genevePort = (span: Span): Condition => anyOf(geneveVersion(4, span), geneveVersion(6, span));

/** Ports of TCP, UDP and SCTP in the order in which libpcap tries them: IPv6 first, SCTP before TCP before UDP. */
const WITH_PORTS: readonly number[] = [IP_PROTOCOL.sctp, IP_PROTOCOL.tcp, IP_PROTOCOL.udp];

/** A port or range of ports; `protocol` null means any of TCP, UDP and SCTP. */
export function portsCondition(
  protocol: number | null,
  direction: Direction | null,
  ports: Ports,
  span: Span,
): Condition {
  const protocols = protocol === null ? WITH_PORTS : [protocol];
  const ipv6 = protocols.map((each) =>
    allOf(equals(load('ip6', 6, 1), each), portCondition('ip6-payload', direction, ports)),
  );
  const ipv4 = protocols.map((each) =>
    allOf(equals(load('ip', 9, 1), each), notLaterFragment(), portCondition('ip-payload', direction, ports)),
  );
  return anyOf(
    allOf(linkProtocol(ETHERTYPE.ip6, span), anyOf(...ipv6)),
    allOf(linkProtocol(ETHERTYPE.ip, span), anyOf(...ipv4)),
  );
}
