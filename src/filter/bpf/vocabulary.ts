/** The words of pcap-filter(7), by the part they play in the grammar. */

const words = (list: string): string[] => list.split(/\s+/).filter(Boolean);

/** Protocol words that stand alone, qualify a primitive (`tcp port`), or are indexed (`tcp[13]`). */
export const PROTOCOLS: ReadonlySet<string> = new Set(
  words(`ip ip6 arp rarp tcp udp sctp icmp icmp6 igmp igrp pim vrrp carp ah esp
    atalk aarp decnet lat sca moprc mopdl stp ipx netbeui iso esis isis clnp l1 l2 iih lsp snp csnp psnp`),
);

/** Words for the link layer; they qualify primitives and are indexed, but are no protocol by themselves. */
export const LINK_WORDS: ReadonlySet<string> = new Set(words('link ether ppp slip fddi tr wlan'));

/** The header in front of 802.11, whose bytes can be read. */
export const RADIO = 'radio';

export const DIRECTIONS: ReadonlySet<string> = new Set(['src', 'dst']);
export const WLAN_FIELDS: ReadonlySet<string> = new Set(words('addr1 addr2 addr3 addr4 ra ta'));
export const KINDS: ReadonlySet<string> = new Set(['host', 'net', 'port', 'portrange', 'gateway']);
/** Kinds that take no direction. */
export const PROTOCOL_KINDS: ReadonlySet<string> = new Set(['proto', 'protochain']);
export const CASTS: ReadonlySet<string> = new Set(['broadcast', 'multicast']);
export const TAGS: ReadonlySet<string> = new Set(['vlan', 'mpls', 'pppoes', 'geneve']);
export const FRAME_WORDS: ReadonlySet<string> = new Set(['type', 'subtype', 'dir']);
/** Kinds of ATM cells, and of signal units of SS7. */
export const ATM_WORDS: ReadonlySet<string> = new Set(
  words('lane metac bcc oam oamf4 oamf4ec oamf4sc sc ilmic connectmsg metaconnect'),
);
export const SIGNAL_UNITS: ReadonlySet<string> = new Set(words('fisu lssu msu hfisu hlssu hmsu'));
export const FIELD_WORDS: ReadonlySet<string> = new Set(words('vpi vci sio opc dpc sls hsio hopc hdpc hsls'));
/** Words that a name stands behind, and words that a number stands behind. */
export const NAME_SETTINGS: ReadonlySet<string> = new Set(words('ifname rset action reason'));
export const NUMBER_SETTINGS: ReadonlySet<string> = new Set(words('ifindex rnr srnr reason'));
/** Words that stand alone. */
export const LONE_WORDS: ReadonlySet<string> = new Set([
  ...words('inbound outbound pppoed'),
  ...ATM_WORDS,
  ...SIGNAL_UNITS,
]);

/** Words that can be written in two ways. */
export const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['es-is', 'esis'],
  ['is-is', 'isis'],
  ['direction', 'dir'],
  ['address1', 'addr1'],
  ['address2', 'addr2'],
  ['address3', 'addr3'],
  ['address4', 'addr4'],
  ['on', 'ifname'],
  ['ruleset', 'rset'],
  ['rulenum', 'rnr'],
  ['subrulenum', 'srnr'],
  ['lsu', 'lssu'],
  ['length', 'len'],
]);

export const KEYWORDS: ReadonlySet<string> = new Set([
  ...PROTOCOLS,
  ...LINK_WORDS,
  RADIO,
  ...DIRECTIONS,
  ...WLAN_FIELDS,
  ...KINDS,
  ...PROTOCOL_KINDS,
  ...CASTS,
  ...TAGS,
  ...FRAME_WORDS,
  ...FIELD_WORDS,
  ...NAME_SETTINGS,
  ...NUMBER_SETTINGS,
  ...LONE_WORDS,
  ...SYNONYMS.keys(),
  ...words('and or not less greater len mask llc byte'),
]);

/** Words that can begin a term, those for rare link types apart: what is offered, and suggested from, where one is expected. */
export const TERM_WORDS: readonly string[] = [
  ...PROTOCOLS,
  ...DIRECTIONS,
  ...[...KINDS].filter((word) => word !== 'gateway'),
  ...PROTOCOL_KINDS,
  ...CASTS,
  ...TAGS,
  ...words('ether wlan not less greater len pppoed llc inbound outbound ifname ifindex type subtype dir'),
];

const ICMP6_TYPES = `destinationunreach=1 packettoobig=2 timeexceeded=3 parameterproblem=4 echo=128 echoreply=129 multicastlistenerquery=130
  multicastlistenerreportv1=131 multicastlistenerdone=132 routersolicit=133 routeradvert=134 neighborsolicit=135
  neighboradvert=136 redirect=137 routerrenum=138 nodeinformationquery=139 nodeinformationresponse=140
  ineighbordiscoverysolicit=141 ineighbordiscoveryadvert=142 multicastlistenerreportv2=143 homeagentdiscoveryrequest=144
  homeagentdiscoveryreply=145 mobileprefixsolicit=146 mobileprefixadvert=147 certpathsolicit=148 certpathadvert=149
  multicastrouteradvert=151 multicastroutersolicit=152 multicastrouterterm=153`;
const ICMP_TYPES = `echoreply=0 unreach=3 sourcequench=4 redirect=5 echo=8 routeradvert=9 routersolicit=10 timxceed=11 paramprob=12 tstamp=13
  tstampreply=14 ireq=15 ireqreply=16 maskreq=17 maskreply=18`;
const TCP_FLAGS = 'fin=1 syn=2 rst=4 push=8 ack=16 urg=32 ece=64 cwr=128';

function withPrefix(prefix: string, list: string): [string, number][] {
  return list.split(/\s+/).map((item) => {
    const [name, value] = item.split('=');
    return [prefix + name, Number(value)];
  });
}

/** Words that stand for a number wherever a number may stand. */
export const CONSTANTS: ReadonlyMap<string, number> = new Map([
  ['icmptype', 0],
  ['icmpcode', 1],
  ['icmp6type', 0],
  ['icmp6code', 1],
  ['tcpflags', 13],
  ...withPrefix('icmp-', ICMP_TYPES),
  ...withPrefix('icmp6-', ICMP6_TYPES),
  ...withPrefix('tcp-', TCP_FLAGS),
]);
