/**
 * How libpcap looks at the link layer of each link type it knows: where the network layer begins, and which field tells its
 * protocol. Written from the behaviour of libpcap 1.10.3, as `tcpdump -d -O -y DLT` shows it; names and numbers of link types are those of tcpdump.org/linktypes.
 */
import { allOf, anyOf, type Condition, ETHERTYPE, equals, equalsUnderMask, load, not, test } from './condition.js';

/** A place whose distance from the first byte is partly computed from the packet: `variable` names what is added to `constant`. */
export interface Place {
  readonly constant: number;
  readonly variable: 'radio' | 'payload' | null;
}

/** How the variable parts are computed before anything is tested. */
export type Prologue = '802.11' | 'radiotap' | 'ppi' | 'prism' | 'avs' | 'pflog' | null;

export interface LinkModel {
  /** As in messages. */
  readonly name: string;
  /** Where the link-layer header begins. */
  readonly link: Place;
  /** Where its payload begins: an LLC header or the network layer. */
  readonly payload: Place;
  readonly network: Place;
  /** Places of the destination and source address in the link-layer header, null where it has no Ethernet-like address. */
  readonly addresses: { readonly destination: number; readonly source: number } | '802.11' | null;
  readonly prologue: Prologue;
  /** Must hold for any packet to match. */
  readonly precondition: Condition | null;
  /** Tests for an EtherType, or a service access point (at most 1500). */
  readonly carries: (protocol: number) => Condition;
}

const NEVER: Condition = { kind: 'never' };
const ALWAYS: Condition = { kind: 'always' };
const at = (constant: number, variable: Place['variable'] = null): Place => ({ constant, variable });
const HIGHEST_LENGTH = 1500;

interface Layout {
  name: string;
  link?: number;
  payload: number;
  network?: number;
  addresses?: LinkModel['addresses'];
  carries: LinkModel['carries'];
}

/** A link type whose headers have a fixed length. */
function fixed({ name, link = 0, payload, network = payload, addresses = null, carries }: Layout): LinkModel {
  return {
    name,
    link: at(link),
    payload: at(payload),
    network: at(network),
    addresses,
    prologue: null,
    precondition: null,
    carries,
  };
}

/** A field of two bytes that holds an EtherType as it is. */
const etherTypeAt =
  (offset: number) =>
  (protocol: number): Condition =>
    equals(load('packet', offset, 2), protocol);

/** IEEE 802.3: a length up to 1500 means that LLC follows, and its DSAP tells the protocol. */
const ethernetAt =
  (offset: number) =>
  (protocol: number): Condition => {
    if (protocol > HIGHEST_LENGTH) return equals(load('packet', offset, 2), protocol);
    return allOf(
      not(test(load('packet', offset, 2), '>', HIGHEST_LENGTH)),
      equals(load('packet', offset + 2, 1), protocol),
    );
  };

/** LLC header: SNAP is taken for granted, and its EtherType compared. */
const llcAt =
  (offset: number) =>
  (protocol: number): Condition =>
    protocol > HIGHEST_LENGTH
      ? equals(load('packet', offset + 6, 2), protocol)
      : equals(load('packet', offset, 1), protocol);

/** The high half of the first byte is the IP version. */
function ipVersion(protocol: number): Condition {
  if (protocol === ETHERTYPE.ip) return equalsUnderMask(load('packet', 0, 1), 0xf0, 0x40);
  return protocol === ETHERTYPE.ip6 ? equalsUnderMask(load('packet', 0, 1), 0xf0, 0x60) : NEVER;
}

/** Two values stand for IPv4 and IPv6 in a field; nothing else is told. */
const ipFamilies =
  (offset: number, size: number, ip: number, ip6: number) =>
  (protocol: number): Condition => {
    if (protocol === ETHERTYPE.ip) return equals(load('packet', offset, size), ip);
    return protocol === ETHERTYPE.ip6 ? equals(load('packet', offset, size), ip6) : NEVER;
  };

/** PPP protocol numbers (IANA) that stand for an EtherType; others are compared as they are. */
const PPP_PROTOCOLS: ReadonlyMap<number, number> = new Map([
  [ETHERTYPE.ip, 0x21],
  [ETHERTYPE.ip6, 0x57],
  [0x6003, 0x27],
  [0x809b, 0x29],
  [0x0600, 0x25],
  [0xfe, 0x23],
  [0x42, 0x31],
  [0xe0, 0x2b],
]);

const pppAt =
  (offset: number) =>
  (protocol: number): Condition =>
    equals(load('packet', offset, 2), PPP_PROTOCOLS.get(protocol) ?? protocol);

/** BSD/OS also knows IPv4 under compressed headers (RFC 1144) as PPP protocols of their own. */
function pppBsdos(protocol: number): Condition {
  if (protocol !== ETHERTYPE.ip) return pppAt(5)(protocol);
  return anyOf(...[0x21, 0x2d, 0x2f].map((each) => equals(load('packet', 5, 2), each)));
}

/** Cisco HDLC: EtherTypes, but ISO protocols by 0xfefe. */
function ciscoHdlc(protocol: number): Condition {
  return equals(load('packet', 2, 2), protocol === 0xfe ? 0xfefe : protocol);
}

/** Linux cooked captures: 4 in the protocol field means LLC. */
function linuxCooked(protocol: number): Condition {
  if (protocol > HIGHEST_LENGTH) return equals(load('packet', 14, 2), protocol);
  return allOf(equals(load('packet', 14, 2), 4), equals(load('packet', 16, 1), protocol));
}

/** Frame Relay with two address bytes: control byte 3 and the NLPID (RFC 2427). */
function frameRelay(protocol: number): Condition {
  const nlpid = new Map<number, number>([
    [ETHERTYPE.ip, 0x03cc],
    [ETHERTYPE.ip6, 0x038e],
  ]).get(protocol);
  if (nlpid !== undefined) return equals(load('packet', 2, 2), nlpid);
  if (protocol !== 0xfe) return NEVER;
  return anyOf(...[0x0381, 0x0382, 0x0383].map((each) => equals(load('packet', 2, 2), each)));
}

/** ARCNET system codes: RFC 1201, and the older RFC 1051. */
const ARCNET_CODES: ReadonlyMap<number, readonly number[]> = new Map([
  [ETHERTYPE.ip, [0xd4, 0xf0]],
  [ETHERTYPE.ip6, [0xc4]],
  [ETHERTYPE.arp, [0xd5, 0xf1]],
  [ETHERTYPE.rarp, [0xd6]],
  [0x809b, [0xdd]],
]);

const arcnetAt =
  (offset: number) =>
  (protocol: number): Condition => {
    const codes = ARCNET_CODES.get(protocol);
    return codes ? anyOf(...codes.map((code) => equals(load('packet', offset, 1), code))) : NEVER;
  };

/** SunATM: only LLC-encapsulated traffic (2 in the low half of the first byte) is looked into. */
function sunAtm(protocol: number): Condition {
  return allOf(equalsUnderMask(load('packet', 0, 1), 0x0f, 2), llcAt(4)(protocol));
}

/** Juniper's link types: whatever is asked for, libpcap compares the magic number "MGC" alone. */
const juniperMagic = (): Condition => equalsUnderMask(load('packet', 0, 4), 0xffffff00, 0x4d474300);

function juniper(name: string, payload: number, network = payload): LinkModel {
  return fixed({ name, payload, network, carries: juniperMagic });
}

/** Data frames of 802.11 carry LLC with SNAP; control and management frames carry nothing. */
function wlanCarries(protocol: number): Condition {
  const control = test(load('link', 0, 1), 'any-bit', 4);
  const data = test(load('link', 0, 1), 'any-bit', 8);
  const inside =
    protocol > HIGHEST_LENGTH ? equals(load('payload', 6, 2), protocol) : equals(load('payload', 0, 1), protocol);
  return allOf(not(control), data, inside);
}

function wlan(name: string, prologue: Prologue): LinkModel {
  return {
    name,
    link: at(0, prologue === '802.11' ? null : 'radio'),
    payload: at(0, 'payload'),
    network: at(8, 'payload'),
    addresses: '802.11',
    prologue,
    // PPI can hold any link type; libpcap looks into 802.11 (105, little-endian) alone.
    precondition: prologue === 'ppi' ? equals(load('packet', 4, 4), 0x69000000) : null,
    carries: wlanCarries,
  };
}

/** Address families of BSD: 2 for IPv4; IPv6 is 24 (NetBSD, OpenBSD, BSD/OS), 28 (FreeBSD) or 30 (Darwin). */
const loopback =
  (family: (number: number) => number) =>
  (protocol: number): Condition => {
    const field = load('packet', 0, 4);
    if (protocol === ETHERTYPE.ip) return equals(field, family(2));
    return protocol === ETHERTYPE.ip6 ? anyOf(...[30, 24, 28].map((number) => equals(field, family(number)))) : NEVER;
  };
const NULL_LOOPBACK = { little: loopback((number) => (number << 24) >>> 0), big: loopback((number) => number) };
/** libpcap gives these no network layer; its arithmetic lands at -2. */
const NOWHERE = -2;

/** Link types by LINKTYPE_ number. */
const MODELS: ReadonlyMap<number, LinkModel> = new Map([
  [0, fixed({ name: 'NULL', payload: 4, carries: NULL_LOOPBACK.little })],
  [1, fixed({ name: 'EN10MB', payload: 14, addresses: { destination: 0, source: 6 }, carries: ethernetAt(12) })],
  [
    6,
    fixed({ name: 'IEEE802', payload: 14, network: 22, addresses: { destination: 2, source: 8 }, carries: llcAt(14) }),
  ],
  [7, fixed({ name: 'ARCNET', payload: 6, carries: arcnetAt(2) })],
  [8, fixed({ name: 'SLIP', payload: 16, carries: ipVersion })],
  [9, fixed({ name: 'PPP', payload: 4, carries: pppAt(2) })],
  [10, fixed({ name: 'FDDI', payload: 13, network: 21, addresses: { destination: 1, source: 7 }, carries: llcAt(13) })],
  [50, fixed({ name: 'PPP_SERIAL', payload: 4, carries: pppAt(2) })],
  [51, fixed({ name: 'PPP_ETHER', payload: 8, carries: pppAt(6) })],
  [99, fixed({ name: 'SYMANTEC_FIREWALL', payload: 44, carries: etherTypeAt(6) })],
  [100, fixed({ name: 'ATM_RFC1483', payload: 0, network: 8, carries: llcAt(0) })],
  [101, fixed({ name: 'RAW', payload: 0, carries: ipVersion })],
  [102, fixed({ name: 'SLIP_BSDOS', payload: 24, carries: ipVersion })],
  [103, fixed({ name: 'PPP_BSDOS', payload: 24, carries: pppBsdos })],
  [104, fixed({ name: 'C_HDLC', payload: 4, carries: ciscoHdlc })],
  [105, wlan('IEEE802_11', '802.11')],
  [106, fixed({ name: 'ATM_CLIP', payload: 0, network: 8, carries: llcAt(0) })],
  [107, fixed({ name: 'FRELAY', payload: 0, carries: frameRelay })],
  [108, fixed({ name: 'LOOP', payload: 4, carries: NULL_LOOPBACK.big })],
  [109, fixed({ name: 'ENC', payload: 12, carries: NULL_LOOPBACK.little })],
  [113, fixed({ name: 'LINUX_SLL', payload: 16, carries: linuxCooked })],
  [114, fixed({ name: 'LTALK', payload: 0, carries: () => NEVER })],
  [119, wlan('PRISM_HEADER', 'prism')],
  [
    122,
    fixed({
      name: 'IP_OVER_FC',
      payload: 16,
      network: 24,
      addresses: { destination: 2, source: 10 },
      carries: llcAt(16),
    }),
  ],
  [123, fixed({ name: 'SUNATM', payload: 4, network: 12, carries: sunAtm })],
  [127, wlan('IEEE802_11_RADIO', 'radiotap')],
  [129, fixed({ name: 'ARCNET_LINUX', payload: 8, carries: arcnetAt(4) })],
  [138, fixed({ name: 'APPLE_IP_OVER_IEEE1394', payload: 18, carries: etherTypeAt(16) })],
  [163, wlan('IEEE802_11_RADIO_AVS', 'avs')],
  [166, fixed({ name: 'PPP_PPPD', payload: 4, carries: pppAt(2) })],
  [192, wlan('PPI', 'ppi')],
  [226, fixed({ name: 'IPNET', payload: 24, carries: ipFamilies(1, 1, 2, 26) })],
  [228, fixed({ name: 'IPV4', payload: 0, carries: (protocol) => (protocol === ETHERTYPE.ip ? ALWAYS : NEVER) })],
  [229, fixed({ name: 'IPV6', payload: 0, carries: (protocol) => (protocol === ETHERTYPE.ip6 ? ALWAYS : NEVER) })],
  [
    240,
    fixed({
      name: 'NETANALYZER',
      link: 4,
      payload: 18,
      addresses: { destination: 0, source: 6 },
      carries: ethernetAt(16),
    }),
  ],
  [
    241,
    fixed({
      name: 'NETANALYZER_TRANSPARENT',
      link: 12,
      payload: 26,
      addresses: { destination: 0, source: 6 },
      carries: ethernetAt(24),
    }),
  ],
  [276, fixed({ name: 'LINUX_SLL2', payload: 20, carries: etherTypeAt(0) })],
  [
    117,
    {
      ...fixed({ name: 'PFLOG', payload: 0, carries: ipFamilies(1, 1, 2, 10) }),
      payload: at(0, 'payload'),
      network: at(0, 'payload'),
      prologue: 'pflog',
    },
  ],
  [
    165,
    fixed({
      name: 'BACNET_MS_TP',
      payload: -1,
      network: NOWHERE,
      carries: () => equalsUnderMask(load('packet', 0, 4), 0xffff0000, 0x55ff0000),
    }),
  ],
  [130, juniper('JUNIPER_MLPPP', 4)],
  [131, juniper('JUNIPER_MLFR', 4)],
  [132, juniper('JUNIPER_ES', -1, NOWHERE)],
  [133, juniper('JUNIPER_GGSN', 12)],
  [134, juniper('JUNIPER_MFR', 4)],
  [135, juniper('JUNIPER_ATM2', 8)],
  [136, juniper('JUNIPER_SERVICES', -1, NOWHERE)],
  [137, juniper('JUNIPER_ATM1', 4)],
  [164, juniper('JUNIPER_MONITOR', 12)],
  [167, juniper('JUNIPER_PPPOE', 14, 32)],
  [168, juniper('JUNIPER_PPPOE_ATM', 6)],
  [178, juniper('JUNIPER_ETHER', 14, 32)],
  [179, juniper('JUNIPER_PPP', 4)],
  [180, juniper('JUNIPER_FRELAY', 4)],
  [181, juniper('JUNIPER_CHDLC', 4)],
  [183, juniper('JUNIPER_VP', -1, NOWHERE)],
  [194, juniper('JUNIPER_ISM', -1, NOWHERE)],
  [200, juniper('JUNIPER_ST', -1, NOWHERE)],
  [232, juniper('JUNIPER_VS', -1, NOWHERE)],
  [233, juniper('JUNIPER_SRX_E2E', -1, NOWHERE)],
  [234, juniper('JUNIPER_FIBRECHANNEL', -1, NOWHERE)],
  [238, juniper('JUNIPER_ATM_CEMIC', -1, NOWHERE)],
]);

/** Link types whose numbers in files differ by history: BSD's raw IP and PPP and the DLT_ values of Linux. */
const ALIASES: ReadonlyMap<number, number> = new Map([
  [12, 101],
  [14, 101],
  [11, 100],
  [19, 106],
]);

/** BSD loopback and ENC headers are in the byte order of the machine that wrote the file. */
const HOST_ORDERED: ReadonlySet<number> = new Set([0, 109]);

/**
 * The model of a LINKTYPE_ number, or null where libpcap gives the link layer no meaning (lengths and bytes can still be tested).
 * `byteOrder` is that of the file.
 */
export function linkModel(linkType: number, byteOrder: 'little' | 'big'): LinkModel | null {
  const number = ALIASES.get(linkType) ?? linkType;
  const model = MODELS.get(number) ?? null;
  if (model !== null && byteOrder === 'big' && HOST_ORDERED.has(number))
    return { ...model, carries: NULL_LOOPBACK.big };
  return model;
}
