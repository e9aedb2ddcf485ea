/**
 * How libpcap looks at the link layer of each link type it knows: where the network layer begins, and which field tells its
 * protocol. Written from the behaviour of libpcap 1.10.3, as `tcpdump -d -O -y DLT` shows it; names and numbers of link types are those of tcpdump.org/linktypes.
 */
import { type Condition, ETHERTYPE, equals, equalsUnderMask, load, PROTOCOL } from './condition.js';
import {
  arcnetAt,
  ciscoHdlc,
  ethernet,
  etherTypeAt,
  frameRelay,
  ipFamilies,
  ipVersion,
  juniperMagic,
  linuxCooked,
  logicalLink,
  NULL_LOOPBACK,
  pppBsdos,
  pppProtocol,
  sunAtm,
  wlanCarries,
} from './link-carries.js';

/** A place whose distance from the first byte is partly computed from the packet: `variable` names what is added to `constant`. */
export interface Place {
  readonly constant: number;
  readonly variable: string | null;
}

/** How the variable parts are computed before anything is tested. */
export type Prologue = '802.11' | 'radiotap' | 'ppi' | 'prism' | 'avs' | 'pflog' | null;

export interface LinkModel {
  /** As in messages. */
  readonly name: string;
  /** Where the link-layer header begins. */
  readonly link: Place;
  /** Where the field is that tells the protocol, for link types whose headers can be nested. */
  readonly type: Place;
  /** Where its payload begins: an LLC header or the network layer. */
  readonly payload: Place;
  /** The network layer, and OSI protocols behind LLC without SNAP: both counted from the payload. */
  readonly network: number;
  readonly osi: number;
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

interface Layout {
  name: string;
  link?: number;
  type?: number;
  payload: number;
  /** Counted from the first byte. */
  network?: number;
  osi?: number;
  addresses?: LinkModel['addresses'];
  carries: LinkModel['carries'];
}

/** A link type whose headers have a fixed length. */
function fixed(layout: Layout): LinkModel {
  const { name, link = 0, type = 0, payload, network = payload, osi = 0, addresses = null, carries } = layout;
  return {
    name,
    link: at(link),
    type: at(type),
    payload: at(payload),
    network: network - payload,
    osi,
    addresses,
    prologue: null,
    precondition: null,
    carries,
  };
}

/** LLC without SNAP: one byte each for the two service access points and control. */
const LLC = 3;

function ethernetAt(name: string, link: number): LinkModel {
  return fixed({
    name,
    link,
    type: link + 12,
    payload: link + 14,
    osi: LLC,
    addresses: { destination: 0, source: 6 },
    carries: ethernet,
  });
}

function ppp(name: string, type: number): LinkModel {
  return fixed({ name, type, payload: type + 2, carries: pppProtocol });
}

/** A link type whose payload always begins with LLC and SNAP. */
function withLlc(name: string, payload: number, addresses: LinkModel['addresses'] = null): LinkModel {
  return fixed({ name, payload, network: payload + 8, osi: LLC, addresses, carries: logicalLink });
}

/** What libpcap has where it knows no place: -1, with which it goes on computing. */
const NOT_SET = -1;

function juniper(name: string, payload: number, network = payload, osi = NOT_SET): LinkModel {
  return fixed({ name, payload, network, osi, carries: juniperMagic });
}

function wlan(name: string, prologue: Prologue): LinkModel {
  return {
    name,
    link: at(0, prologue === '802.11' ? null : 'radio'),
    type: at(0),
    payload: at(0, 'payload'),
    network: 8,
    osi: LLC,
    addresses: '802.11',
    prologue,
    // PPI can hold any link type; libpcap looks into 802.11 (105, little-endian) alone.
    precondition: prologue === 'ppi' ? equals(load('packet', 4, 4), 0x69000000) : null,
    carries: wlanCarries,
  };
}

/** libpcap gives these no payload and no network layer; its arithmetic lands at -2. */
const NOWHERE = 2 * NOT_SET;

/** What a LAN emulated on ATM, the payload of Geneve, and PPPoE sessions are read as. */
export const ETHERNET = ethernetAt('EN10MB', 0);
export const PPP = ppp('PPP', 2);

/** Link types by LINKTYPE_ number. */
const MODELS: ReadonlyMap<number, LinkModel> = new Map([
  [0, fixed({ name: 'NULL', payload: 4, carries: NULL_LOOPBACK.little })],
  [1, ETHERNET],
  [6, withLlc('IEEE802', 14, { destination: 2, source: 8 })],
  [7, fixed({ name: 'ARCNET', payload: 6, carries: arcnetAt(2) })],
  [8, fixed({ name: 'SLIP', payload: 16, carries: ipVersion })],
  [9, PPP],
  [10, withLlc('FDDI', 13, { destination: 1, source: 7 })],
  [50, ppp('PPP_SERIAL', 2)],
  [51, ppp('PPP_ETHER', 6)],
  [99, fixed({ name: 'SYMANTEC_FIREWALL', payload: 44, carries: etherTypeAt(6) })],
  [100, withLlc('ATM_RFC1483', 0)],
  [101, fixed({ name: 'RAW', payload: 0, carries: ipVersion })],
  [102, fixed({ name: 'SLIP_BSDOS', payload: 24, carries: ipVersion })],
  [103, fixed({ name: 'PPP_BSDOS', type: 5, payload: 24, carries: pppBsdos })],
  [104, fixed({ name: 'C_HDLC', payload: 4, carries: ciscoHdlc })],
  [105, wlan('IEEE802_11', '802.11')],
  [106, withLlc('ATM_CLIP', 0)],
  [107, fixed({ name: 'FRELAY', payload: 0, carries: frameRelay })],
  [108, fixed({ name: 'LOOP', payload: 4, carries: NULL_LOOPBACK.big })],
  [109, fixed({ name: 'ENC', payload: 12, carries: NULL_LOOPBACK.little })],
  [113, fixed({ name: 'LINUX_SLL', payload: 16, carries: linuxCooked })],
  [
    114,
    fixed({ name: 'LTALK', payload: 0, carries: (protocol) => (protocol === PROTOCOL.appleTalk ? ALWAYS : NEVER) }),
  ],
  [119, wlan('PRISM_HEADER', 'prism')],
  [122, withLlc('IP_OVER_FC', 16, { destination: 2, source: 10 })],
  [123, { ...withLlc('SUNATM', 4), carries: sunAtm }],
  [127, wlan('IEEE802_11_RADIO', 'radiotap')],
  [129, fixed({ name: 'ARCNET_LINUX', payload: 8, carries: arcnetAt(4) })],
  [138, fixed({ name: 'APPLE_IP_OVER_IEEE1394', payload: 18, carries: etherTypeAt(16) })],
  [163, wlan('IEEE802_11_RADIO_AVS', 'avs')],
  [166, ppp('PPP_PPPD', 2)],
  [192, wlan('PPI', 'ppi')],
  [226, fixed({ name: 'IPNET', payload: 24, osi: NOT_SET, carries: ipFamilies(1, 1, 2, 26) })],
  [228, fixed({ name: 'IPV4', payload: 0, carries: (protocol) => (protocol === ETHERTYPE.ip ? ALWAYS : NEVER) })],
  [229, fixed({ name: 'IPV6', payload: 0, carries: (protocol) => (protocol === ETHERTYPE.ip6 ? ALWAYS : NEVER) })],
  [240, ethernetAt('NETANALYZER', 4)],
  [241, ethernetAt('NETANALYZER_TRANSPARENT', 12)],
  [276, fixed({ name: 'LINUX_SLL2', payload: 20, carries: etherTypeAt(0) })],
  [
    117,
    {
      ...fixed({ name: 'PFLOG', payload: 0, carries: ipFamilies(1, 1, 2, 10) }),
      payload: at(0, 'payload'),
      network: 0,
      prologue: 'pflog',
    },
  ],
  [
    165,
    fixed({
      name: 'BACNET_MS_TP',
      payload: -1,
      network: NOWHERE,
      osi: NOT_SET,
      carries: () => equalsUnderMask(load('packet', 0, 4), 0xffff0000, 0x55ff0000),
    }),
  ],
  [130, juniper('JUNIPER_MLPPP', 4)],
  [131, juniper('JUNIPER_MLFR', 4)],
  [132, juniper('JUNIPER_ES', -1, NOWHERE)],
  [133, juniper('JUNIPER_GGSN', 12)],
  [134, juniper('JUNIPER_MFR', 4)],
  [135, juniper('JUNIPER_ATM2', 8, 8, 10)],
  [136, juniper('JUNIPER_SERVICES', -1, NOWHERE)],
  [137, juniper('JUNIPER_ATM1', 4, 4, 10)],
  [164, juniper('JUNIPER_MONITOR', 12)],
  [167, juniper('JUNIPER_PPPOE', 14, 32, 21)],
  [168, juniper('JUNIPER_PPPOE_ATM', 6)],
  [178, juniper('JUNIPER_ETHER', 14, 32, 21)],
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
