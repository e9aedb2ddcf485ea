/** The words of pcap-filter(7), by the part they play in the grammar. */

/** Protocol words that stand alone, qualify a primitive (`tcp port`), or are indexed (`tcp[13]`). */
export const PROTOCOLS: ReadonlySet<string> = new Set(
  'ip ip6 arp rarp tcp udp sctp icmp icmp6 igmp igrp pim vrrp carp ah esp'.split(' '),
);

/** Words for the link layer; they qualify primitives and are indexed, but are no protocol by themselves. */
export const LINK_WORDS: ReadonlySet<string> = new Set('link ether ppp slip fddi tr wlan'.split(' '));

export const DIRECTIONS: ReadonlySet<string> = new Set(['src', 'dst']);
export const KINDS: ReadonlySet<string> = new Set(['host', 'net', 'port', 'portrange']);

/** Every other word that libpcap reserves: known, so that it is never taken for a name, but not part of the language yet. */
export const OTHER_WORDS: ReadonlySet<string> = new Set(
  `atalk aarp decnet lat sca moprc mopdl iso esis es-is isis is-is l1 l2 iih lsp snp csnp psnp clnp stp ipx netbeui radio
  protochain gateway type subtype direction dir address1 addr1 address2 addr2 address3 addr3 address4 addr4 ra ta byte
  broadcast multicast inbound outbound ifindex vlan mpls pppoed pppoes geneve lane llc metac bcc oam oamf4 oamf4ec oamf4sc
  sc ilmic vpi vci connectmsg metaconnect on ifname rset ruleset rnr rulenum srnr subrulenum reason action fisu lssu lsu
  msu hfisu hlssu hmsu sio opc dpc sls hsio hopc hdpc hsls`
    .split(/\s+/)
    .filter(Boolean),
);

/** Words with a part of their own in the grammar. */
const GRAMMAR_WORDS = 'and or not less greater len length mask proto'.split(' ');

export const KEYWORDS: ReadonlySet<string> = new Set([
  ...PROTOCOLS,
  ...LINK_WORDS,
  ...DIRECTIONS,
  ...KINDS,
  ...OTHER_WORDS,
  ...GRAMMAR_WORDS,
]);

/** Words that can begin a term: what is offered, and suggested from, where one is expected. */
export const TERM_WORDS: readonly string[] = [
  ...PROTOCOLS,
  ...DIRECTIONS,
  ...KINDS,
  'proto',
  'ether',
  'not',
  'less',
  'greater',
  'len',
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
