/**
 * Which field of a link layer tells that it carries a protocol: an EtherType, or an LLC service access point when at most 1500. Written from the behaviour
 * of libpcap 1.10.3, as `tcpdump -d -O -y DLT` shows it.
 */
import {
  allOf,
  anyOf,
  type Condition,
  ETHERTYPE,
  equals,
  equalsBytes,
  equalsUnderMask,
  load,
  not,
  PROTOCOL,
  test,
} from './condition.js';

const NEVER: Condition = { kind: 'never' };
const HIGHEST_LENGTH = 1500;
const IPX_ETHERTYPE = 0x8137;
/** The organization that Apple's SNAP headers name. */
const APPLE = 0x080007;
/** Service access points whose source is the same as their destination. */
const BOTH_POINTS: ReadonlySet<number> = new Set([PROTOCOL.osi, PROTOCOL.ipSap, PROTOCOL.netBeui]);

const llcByte = (point: number): Condition => equals(load('payload', 0, 1), point);
/** Novell's own framing: IPX, whose checksum is always 0xffff, right behind the length. */
const rawIpx = equals(load('payload', 0, 2), 0xffff);

function llcPoints(point: number): Condition {
  return BOTH_POINTS.has(point) ? equals(load('payload', 0, 2), point * 257) : llcByte(point);
}

function snap(organization: number, type: number): Condition {
  const [a, b, c] = [organization >>> 16, (organization >>> 8) & 255, organization & 255];
  return equalsBytes('payload', 0, [0xaa, 0xaa, 3, a, b, c, type >>> 8, type & 255]);
}

/** A field of two bytes that holds an EtherType as it is. */
export const etherTypeAt =
  (offset: number) =>
  (protocol: number): Condition =>
    equals(load('packet', offset, 2), protocol);

/** IEEE 802.3: a length up to 1500 means that LLC follows, and its DSAP tells the protocol. */
export function ethernet(protocol: number): Condition {
  const type = load('type', 0, 2);
  const isLength = not(test(type, '>', HIGHEST_LENGTH));
  switch (protocol) {
    case PROTOCOL.ipx:
      return anyOf(
        equals(type, IPX_ETHERTYPE),
        allOf(isLength, anyOf(snap(0, IPX_ETHERTYPE), llcByte(protocol), rawIpx)),
      );
    case PROTOCOL.appleTalk:
      return anyOf(equals(type, protocol), allOf(isLength, snap(APPLE, protocol)));
    case PROTOCOL.appleTalkArp:
      return anyOf(equals(type, protocol), allOf(isLength, snap(0, protocol)));
    default:
      return protocol > HIGHEST_LENGTH ? equals(type, protocol) : allOf(isLength, llcPoints(protocol));
  }
}

/** LLC header: SNAP is taken for granted, and its EtherType compared. */
export function logicalLink(protocol: number): Condition {
  if (protocol === PROTOCOL.ipx) return llcByte(protocol);
  if (protocol === PROTOCOL.appleTalk) return snap(APPLE, protocol);
  return protocol > HIGHEST_LENGTH ? equals(load('payload', 6, 2), protocol) : llcPoints(protocol);
}

/** The high half of the first byte is the IP version. */
export function ipVersion(protocol: number): Condition {
  if (protocol === ETHERTYPE.ip) return equalsUnderMask(load('packet', 0, 1), 0xf0, 0x40);
  return protocol === ETHERTYPE.ip6 ? equalsUnderMask(load('packet', 0, 1), 0xf0, 0x60) : NEVER;
}

/** Two values stand for IPv4 and IPv6 in a field; nothing else is told. */
export const ipFamilies =
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
  [PROTOCOL.appleTalk, 0x29],
  [0x0600, 0x25],
  [PROTOCOL.osi, 0x23],
  [PROTOCOL.spanningTree, 0x31],
  [PROTOCOL.ipx, 0x2b],
]);

export function pppProtocol(protocol: number): Condition {
  return equals(load('type', 0, 2), PPP_PROTOCOLS.get(protocol) ?? protocol);
}

/** BSD/OS also knows IPv4 under compressed headers (RFC 1144) as PPP protocols of their own. */
export function pppBsdos(protocol: number): Condition {
  if (protocol !== ETHERTYPE.ip) return pppProtocol(protocol);
  return anyOf(...[0x21, 0x2d, 0x2f].map((each) => equals(load('packet', 5, 2), each)));
}

/** Cisco HDLC: EtherTypes, but ISO protocols by 0xfefe. */
export function ciscoHdlc(protocol: number): Condition {
  return equals(load('packet', 2, 2), protocol === PROTOCOL.osi ? 0xfefe : protocol);
}

/** Linux cooked captures: 4 in the protocol field means LLC, 1 an IPX packet as it is. */
export function linuxCooked(protocol: number): Condition {
  const type = load('packet', 14, 2);
  const isLlc = equals(type, 4);
  switch (protocol) {
    case PROTOCOL.ipx:
      return anyOf(
        equals(type, IPX_ETHERTYPE),
        equals(type, 1),
        allOf(isLlc, anyOf(llcByte(protocol), snap(0, IPX_ETHERTYPE))),
      );
    case PROTOCOL.appleTalk:
      return anyOf(equals(type, protocol), allOf(isLlc, snap(APPLE, protocol)));
    case PROTOCOL.appleTalkArp:
      return anyOf(equals(type, protocol), allOf(isLlc, snap(0, protocol)));
    default:
      return protocol > HIGHEST_LENGTH ? equals(type, protocol) : allOf(isLlc, llcPoints(protocol));
  }
}

/** Frame Relay with two address bytes: control byte 3 and the NLPID (RFC 2427). */
export function frameRelay(protocol: number): Condition {
  const nlpid = new Map<number, number>([
    [ETHERTYPE.ip, 0x03cc],
    [ETHERTYPE.ip6, 0x038e],
  ]).get(protocol);
  if (nlpid !== undefined) return equals(load('packet', 2, 2), nlpid);
  if (protocol !== PROTOCOL.osi) return NEVER;
  return anyOf(...[0x0381, 0x0382, 0x0383].map((each) => equals(load('packet', 2, 2), each)));
}

/** ARCNET system codes: RFC 1201, and the older RFC 1051. */
const ARCNET_CODES: ReadonlyMap<number, readonly number[]> = new Map([
  [ETHERTYPE.ip, [0xd4, 0xf0]],
  [ETHERTYPE.ip6, [0xc4]],
  [ETHERTYPE.arp, [0xd5, 0xf1]],
  [ETHERTYPE.rarp, [0xd6]],
  [PROTOCOL.appleTalk, [0xdd]],
]);

export const arcnetAt =
  (offset: number) =>
  (protocol: number): Condition => {
    const codes = ARCNET_CODES.get(protocol);
    return codes ? anyOf(...codes.map((code) => equals(load('packet', offset, 1), code))) : NEVER;
  };

/** SunATM: only LLC-encapsulated traffic (2 in the low half of the first byte) is looked into. */
export function sunAtm(protocol: number): Condition {
  return allOf(equalsUnderMask(load('packet', 0, 1), 0x0f, 2), logicalLink(protocol));
}

/** Juniper's link types: whatever is asked for, libpcap compares the magic number "MGC" alone. */
export const juniperMagic = (): Condition => equalsUnderMask(load('packet', 0, 4), 0xffffff00, 0x4d474300);

/** Data frames of 802.11 carry LLC with SNAP; control and management frames carry nothing. */
export function wlanCarries(protocol: number): Condition {
  const control = test(load('link', 0, 1), 'any-bit', 4);
  const data = test(load('link', 0, 1), 'any-bit', 8);
  return allOf(not(control), data, logicalLink(protocol));
}

/** Address families of BSD: 2 for IPv4; IPv6 is 24 (NetBSD, OpenBSD, BSD/OS), 28 (FreeBSD) or 30 (Darwin). */
const loopback =
  (family: (number: number) => number) =>
  (protocol: number): Condition => {
    const field = load('packet', 0, 4);
    if (protocol === ETHERTYPE.ip) return equals(field, family(2));
    return protocol === ETHERTYPE.ip6 ? anyOf(...[30, 24, 28].map((number) => equals(field, family(number)))) : NEVER;
  };
export const NULL_LOOPBACK = { little: loopback((number) => (number << 24) >>> 0), big: loopback((number) => number) };
