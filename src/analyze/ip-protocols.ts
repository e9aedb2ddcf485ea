/**
 * IP protocol numbers seen in practice: number, name of a flow of that protocol (the IANA keyword in lower case; 58 is icmpv6, as people call
 * it), and the name that Wireshark gives its layer in frame.protocols, null where it has no dissector.
 */
const PROTOCOLS: readonly (readonly [number, string, string | null])[] = [
  [0, 'hopopt', 'ipv6.hopopts'],
  [1, 'icmp', 'icmp'],
  [2, 'igmp', 'igmp'],
  [3, 'ggp', null],
  [4, 'ipv4', 'ip'],
  [5, 'st', null],
  [6, 'tcp', 'tcp'],
  [8, 'egp', null],
  [9, 'igp', 'igrp'],
  [17, 'udp', 'udp'],
  [27, 'rdp', null],
  [33, 'dccp', 'dccp'],
  [36, 'xtp', 'xtp'],
  [41, 'ipv6', 'ipv6'],
  [43, 'ipv6-route', 'ipv6.routing'],
  [44, 'ipv6-frag', 'ipv6.fraghdr'],
  [46, 'rsvp', 'rsvp'],
  [47, 'gre', 'gre'],
  [48, 'dsr', 'dsr'],
  [50, 'esp', 'esp'],
  [51, 'ah', 'ah'],
  [54, 'narp', 'nhrp'],
  [58, 'icmpv6', 'icmpv6'],
  [59, 'ipv6-nonxt', null],
  [60, 'ipv6-opts', 'ipv6.dstopts'],
  [88, 'eigrp', 'eigrp'],
  [89, 'ospf', 'ospf'],
  [94, 'ipip', null],
  [97, 'etherip', 'etherip'],
  [98, 'encap', null],
  [103, 'pim', 'pim'],
  [108, 'ipcomp', 'ipcomp'],
  [112, 'vrrp', 'vrrp'],
  [113, 'pgm', 'pgm'],
  [115, 'l2tp', 'l2tp'],
  [124, 'isis', null],
  [132, 'sctp', 'sctp'],
  [133, 'fc', null],
  [135, 'mobility', 'mipv6'],
  [136, 'udplite', 'udplite'],
  [137, 'mpls-in-ip', 'mpls'],
  [138, 'manet', null],
  [139, 'hip', 'hip'],
  [140, 'shim6', 'shim6'],
];

const FLOW_NAMES = new Map(PROTOCOLS.map(([number, name]) => [number, name]));
const LAYER_NAMES = new Map(PROTOCOLS.map(([number, , layer]) => [number, layer]));

/** Name of a flow's protocol in lower case, or its number as text. */
export function ipProtocolName(protocol: number): string {
  return FLOW_NAMES.get(protocol) ?? String(protocol);
}

/** Name of the layer behind the IP header as in Wireshark's frame.protocols, null where there is none. */
export function ipProtocolLayer(protocol: number): string | null {
  return LAYER_NAMES.get(protocol) ?? null;
}
