import { addTag, type Outline, OutlineFlag, Tag } from '../outline.js';

/*
 * The index pass's way through link layers, down to where layer 3 begins. Each walker gets the packet at bytes[start, end), returns the place of layer 3 and
 * sets `outerType` and `etherType`. Everything but plain Ethernet, cooked, null, raw and PPP frames is marked `bytes`: filters then look for themselves.
 */

type LinkWalker = (bytes: Uint8Array, start: number, end: number, o: Outline) => number;

const IPV4 = 0x0800;
const IPV6 = 0x86dd;

function cut(end: number, o: Outline): number {
  o.flags |= OutlineFlag.cut | OutlineFlag.bytes;
  o.outerType = -1;
  o.etherType = -1;
  return end;
}

function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 8) | bytes[at + 1];
}

/** Follows tags from an EtherType whose header begins at `at`: VLAN (802.1Q, 802.1ad), MPLS (RFC 3032), PPPoE session (RFC 2516), 802.2 LLC. */
function walkTags(bytes: Uint8Array, at: number, end: number, type: number, o: Outline): number {
  for (;;) {
    if (type === 0x8100 || type === 0x88a8 || type === 0x9100) {
      if (end - at < 4) return cutInTag(end, o);
      if (!addTag(o, Tag.vlan, u16(bytes, at) & 0xfff)) return unknownNetwork(at, o);
      type = u16(bytes, at + 2);
      at += 4;
    } else if (type === 0x8847 || type === 0x8848) return walkMpls(bytes, at, end, o);
    else if (type === 0x8864) return walkPppoe(bytes, at, end, o);
    else if (type < 1536) return walkLlc(bytes, at, end, o);
    else {
      o.etherType = type;
      return at;
    }
  }
}

function cutInTag(end: number, o: Outline): number {
  o.flags |= OutlineFlag.cut | OutlineFlag.bytes;
  o.etherType = -1;
  return end;
}

function unknownNetwork(at: number, o: Outline): number {
  o.etherType = -1;
  return at;
}

/** Label stack, then what the first nibble says (RFC 4928): 4 and 6 are IP. */
function walkMpls(bytes: Uint8Array, at: number, end: number, o: Outline): number {
  for (;;) {
    if (end - at < 4) return cutInTag(end, o);
    const bottom = bytes[at + 2] & 1;
    const label = (u16(bytes, at) << 4) | (bytes[at + 2] >>> 4);
    if (!addTag(o, Tag.mpls, label)) return unknownNetwork(at, o);
    at += 4;
    if (bottom === 1) {
      if (at >= end) return unknownNetwork(at, o);
      return byVersion(bytes, at, end, o);
    }
  }
}

function byVersion(bytes: Uint8Array, at: number, end: number, o: Outline): number {
  const version = at < end ? bytes[at] >>> 4 : 0;
  o.etherType = version === 4 ? IPV4 : version === 6 ? IPV6 : -1;
  return at;
}

/** RFC 2516: six bytes, then PPP without framing. */
function walkPppoe(bytes: Uint8Array, at: number, end: number, o: Outline): number {
  if (end - at < 8) return cutInTag(end, o);
  if (!addTag(o, Tag.pppoe, u16(bytes, at + 2))) return unknownNetwork(at, o);
  return walkPppProtocol(bytes, at + 6, end, o);
}

/** PPP protocol field, one byte when compressed (RFC 1661 section 6.5). */
function walkPppProtocol(bytes: Uint8Array, at: number, end: number, o: Outline): number {
  if (at >= end) return cutInTag(end, o);
  let protocol = bytes[at];
  if ((protocol & 1) === 1) at += 1;
  else {
    if (end - at < 2) return cutInTag(end, o);
    protocol = u16(bytes, at);
    at += 2;
  }
  if (protocol === 0x21) o.etherType = IPV4;
  else if (protocol === 0x57) o.etherType = IPV6;
  else if (protocol === 0x281 || protocol === 0x283) return walkMpls(bytes, at, end, o);
  else o.etherType = -1;
  return at;
}

/** 802.2 LLC; SNAP with a zero or bridged organisation carries an EtherType (RFC 1042). */
function walkLlc(bytes: Uint8Array, at: number, end: number, o: Outline): number {
  o.flags |= OutlineFlag.bytes;
  if (end - at < 3) {
    o.etherType = -1;
    return at;
  }
  if (!addTag(o, Tag.llc, u16(bytes, at))) return unknownNetwork(at, o);
  if (bytes[at] === 0xaa && bytes[at + 1] === 0xaa && end - at >= 8) {
    const organisation = (u16(bytes, at + 3) << 8) | bytes[at + 5];
    const type = u16(bytes, at + 6);
    if (organisation === 0 || organisation === 0x0000f8)
      return type < 1536 ? unknownNetwork(at + 8, o) : walkTags(bytes, at + 8, end, type, o);
    return unknownNetwork(at + 8, o);
  }
  if (bytes[at] === 0x06 && bytes[at + 1] === 0x06) {
    o.etherType = IPV4;
    return at + 3;
  }
  return unknownNetwork(at + 3, o);
}

function walkEthernet(bytes: Uint8Array, start: number, end: number, o: Outline): number {
  if (end - start < 14) return cut(end, o);
  const type = u16(bytes, start + 12);
  o.outerType = type < 1536 ? 0 : type;
  return walkTags(bytes, start + 14, end, type, o);
}

/** LINKTYPE_LINUX_SLL: type, address type, address length, address (8), protocol. */
function walkSll(bytes: Uint8Array, start: number, end: number, o: Outline): number {
  if (end - start < 16) return cut(end, o);
  return walkCookedProtocol(bytes, start + 16, end, u16(bytes, start + 14), u16(bytes, start + 2), o);
}

/** LINKTYPE_LINUX_SLL2: protocol, reserved, interface index (4), address type, packet type, length, address (8). */
function walkSll2(bytes: Uint8Array, start: number, end: number, o: Outline): number {
  if (end - start < 20) return cut(end, o);
  return walkCookedProtocol(bytes, start + 20, end, u16(bytes, start), u16(bytes, start + 8), o);
}

/** With these ARPHRD_ types the protocol field is no EtherType: netlink, GRE, 802.11 with radiotap, frame relay. */
const NO_ETHERTYPE = new Set([824, 778, 803, 770]);

function walkCookedProtocol(
  bytes: Uint8Array,
  at: number,
  end: number,
  type: number,
  hardware: number,
  o: Outline,
): number {
  o.outerType = type;
  if (hardware !== 1 && NO_ETHERTYPE.has(hardware) && hardware !== 778) {
    o.flags |= OutlineFlag.bytes;
    return unknownNetwork(at, o);
  }
  if (type < 1536) {
    o.flags |= OutlineFlag.bytes;
    return type === 4 ? walkLlc(bytes, at, end, o) : unknownNetwork(at, o);
  }
  return walkTags(bytes, at, end, type, o);
}

/** BSD address families that mean IPv6: NetBSD and OpenBSD 24, FreeBSD 28, Darwin 30; Linux writes 10. */
function familyType(family: number): number {
  if (family === 2) return IPV4;
  if (family === 24 || family === 28 || family === 30 || family === 10) return IPV6;
  return -1;
}

/** LINKTYPE_NULL: the family in the byte order of the machine that captured. */
function walkNull(bytes: Uint8Array, start: number, end: number, o: Outline): number {
  if (end - start < 4) return cut(end, o);
  const high = u16(bytes, start);
  const family = high === 0 ? u16(bytes, start + 2) : (bytes[start + 1] << 8) | bytes[start];
  o.etherType = familyType(family);
  o.outerType = o.etherType;
  if (o.etherType === -1) o.flags |= OutlineFlag.bytes;
  return start + 4;
}

/** LINKTYPE_RAW and its kin: the version nibble tells. */
function walkRaw(bytes: Uint8Array, start: number, end: number, o: Outline): number {
  byVersion(bytes, start, end, o);
  if (o.etherType === -1) o.flags |= OutlineFlag.bytes;
  o.outerType = o.etherType;
  return start;
}

function walkRawIpv4(_bytes: Uint8Array, start: number, _end: number, o: Outline): number {
  o.etherType = IPV4;
  o.outerType = IPV4;
  return start;
}

function walkRawIpv6(_bytes: Uint8Array, start: number, _end: number, o: Outline): number {
  o.etherType = IPV6;
  o.outerType = IPV6;
  return start;
}

/** LINKTYPE_PPP and PPP_HDLC (RFC 1662 framing where FF 03 or Cisco's 0F 00, 8F 00 lead). */
function walkPpp(bytes: Uint8Array, start: number, end: number, o: Outline): number {
  o.flags |= OutlineFlag.bytes;
  let at = start;
  o.outerType = -1;
  if (end - at < 2) return cut(end, o);
  const lead = u16(bytes, at);
  if (lead === 0x0f00 || lead === 0x8f00) return walkCiscoHdlc(bytes, start, end, o);
  if (lead === 0xff03) at += 2;
  return walkPppProtocol(bytes, at, end, o);
}

/** LINKTYPE_PPP_ETHER: PPPoE without its Ethernet header. */
function walkPppEther(bytes: Uint8Array, start: number, end: number, o: Outline): number {
  o.flags |= OutlineFlag.bytes;
  o.outerType = -1;
  return walkPppoe(bytes, start, end, o);
}

/** LINKTYPE_C_HDLC: address, control, EtherType. */
function walkCiscoHdlc(bytes: Uint8Array, start: number, end: number, o: Outline): number {
  o.flags |= OutlineFlag.bytes;
  if (end - start < 4) return cut(end, o);
  const type = u16(bytes, start + 2);
  o.outerType = type;
  return type < 1536 ? unknownNetwork(start + 4, o) : walkTags(bytes, start + 4, end, type, o);
}

/** LINKTYPE_SLIP: direction and 15 bytes of the compressed header, then IP. */
function walkSlip(bytes: Uint8Array, start: number, end: number, o: Outline): number {
  o.flags |= OutlineFlag.bytes;
  o.outerType = -1;
  if (end - start < 16) return cut(end, o);
  return byVersion(bytes, start + 16, end, o);
}

/** LINKTYPE_FRELAY (RFC 2427): Q.922 address of 2 to 4 bytes, control 03, optional padding, NLPID. */
function walkFrameRelay(bytes: Uint8Array, start: number, end: number, o: Outline): number {
  o.flags |= OutlineFlag.bytes;
  o.outerType = -1;
  let at = start;
  while (at < end && at - start < 4 && (bytes[at] & 1) === 0) at++;
  at++;
  if (end - at < 2) return cut(end, o);
  if (bytes[at] !== 3) return unknownNetwork(at, o);
  at++;
  if (bytes[at] === 0) at++;
  const protocol = bytes[at++];
  if (protocol === 0xcc) o.etherType = IPV4;
  else if (protocol === 0x8e) o.etherType = IPV6;
  else if (protocol === 0x80 && end - at >= 5 && bytes[at] === 0 && bytes[at + 1] === 0 && bytes[at + 2] === 0) {
    return walkTags(bytes, at + 5, end, u16(bytes, at + 3), o);
  } else o.etherType = -1;
  return at;
}

/** LINKTYPE_ARCNET_LINUX: addresses and offset, protocol id 212 (IP, RFC 1201) or 240 (RFC 1051). */
function walkArcnetLinux(bytes: Uint8Array, start: number, end: number, o: Outline): number {
  o.flags |= OutlineFlag.bytes;
  o.outerType = -1;
  if (end - start < 5) return cut(end, o);
  const protocol = bytes[start + 4];
  if (protocol === 240) o.etherType = IPV4;
  else if (protocol === 212 && end - start >= 8) {
    o.etherType = IPV4;
    return start + 8;
  } else o.etherType = -1;
  return start + 5;
}

/** LINKTYPE_IEEE802_11 (IEEE 802.11-2020 section 9): data frames that carry bytes and are not protected lead to LLC. */
function walkWlan(bytes: Uint8Array, start: number, end: number, o: Outline): number {
  o.flags |= OutlineFlag.bytes;
  o.outerType = -1;
  o.etherType = -1;
  if (end - start < 24) return end;
  const control = bytes[start];
  const flags = bytes[start + 1];
  const type = (control >>> 2) & 3;
  const subtype = control >>> 4;
  if (type !== 2 || (subtype & 4) !== 0 || (flags & 0x40) !== 0) return start + 24;
  let at = start + 24;
  if ((flags & 3) === 3) at += 6;
  if ((subtype & 8) !== 0) {
    if (end - at < 2) return end;
    const aggregate = (bytes[at] & 0x80) !== 0;
    at += 2;
    if ((flags & 0x80) !== 0) at += 4; // HT control
    if (aggregate) return unknownNetwork(at, o);
  }
  if (end - at < 8) return end;
  return walkLlc(bytes, at, end, o);
}

/** Radiotap fields in front of FLAGS: TSFT (8 bytes, aligned). FLAGS bit 0x20: the header is padded to 4 bytes. */
function walkRadiotap(bytes: Uint8Array, start: number, end: number, o: Outline): number {
  o.flags |= OutlineFlag.bytes;
  o.outerType = -1;
  if (end - start < 8) return cut(end, o);
  const length = bytes[start + 2] | (bytes[start + 3] << 8);
  if (length < 8 || start + length > end) return cut(end, o);
  return walkPaddedWlan(bytes, start, end, start + length, radiotapFlags(bytes, start, length), o);
}

function radiotapFlags(bytes: Uint8Array, start: number, length: number): number {
  let present = bytes[start + 4];
  let more = bytes[start + 7];
  let at = start + 8;
  while ((more & 0x80) !== 0 && at + 4 <= start + length) {
    more = bytes[at + 3];
    at += 4;
  }
  if ((present & 1) !== 0) at = start + ((at - start + 7) & ~7) + 8;
  present &= 2;
  return present !== 0 && at < start + length ? bytes[at] : 0;
}

/** Some drivers align the 802.11 header to 4 bytes and say so (flag 0x20). */
function walkPaddedWlan(bytes: Uint8Array, start: number, end: number, at: number, flags: number, o: Outline): number {
  const captured = (flags & 0x10) !== 0 && end - at > 28 ? end - 4 : end; // frame check sequence at the end
  if ((flags & 0x20) === 0 || end - at < 26) return walkWlan(bytes, at, captured, o);
  const subtype = bytes[at] >>> 4;
  let header = 24;
  if ((bytes[at + 1] & 3) === 3) header += 6;
  if (((bytes[at] >>> 2) & 3) === 2 && (subtype & 8) !== 0) header += 2;
  const padding = (4 - (header & 3)) & 3;
  const found = walkWlan(bytes, at, captured, o);
  if (padding === 0 || ((bytes[at] >>> 2) & 3) !== 2 || (bytes[at + 1] & 0x40) !== 0 || (subtype & 4) !== 0)
    return found;
  o.tagCount = 0;
  return at + header + padding + 8 <= captured
    ? walkLlc(bytes, at + header + padding, captured, o)
    : unknownNetwork(start, o);
}

/** LINKTYPE_PPI: little-endian length at 2, link type of what follows at 4. */
function walkPpi(bytes: Uint8Array, start: number, end: number, o: Outline): number {
  o.flags |= OutlineFlag.bytes;
  if (end - start < 8) return cut(end, o);
  const length = bytes[start + 2] | (bytes[start + 3] << 8);
  const inner = bytes[start + 4] | (bytes[start + 5] << 8);
  if (length < 8 || start + length > end || inner === 192) return cut(end, o);
  const at = walkLink(bytes, start + length, end, inner, o);
  o.outerType = -1;
  return at;
}

/** LINKTYPE_IEEE802_11_PRISM (144 bytes) and _AVS (its length big-endian at 4): a header, then 802.11. */
function walkPrism(bytes: Uint8Array, start: number, end: number, o: Outline): number {
  if (end - start < 144) return cut(end, o);
  if (bytes[start] === 0x80 && bytes[start + 1] === 0x21) return walkAvs(bytes, start, end, o);
  return walkWlan(bytes, start + 144, end, o);
}

function walkAvs(bytes: Uint8Array, start: number, end: number, o: Outline): number {
  if (end - start < 8) return cut(end, o);
  const length = (u16(bytes, start + 4) << 16) | u16(bytes, start + 6);
  if (length < 8 || length > end - start) return cut(end, o);
  return walkWlan(bytes, start + length, end, o);
}

/** By LINKTYPE_ number. */
const WALKERS: Record<number, LinkWalker> = {
  0: walkNull,
  1: walkEthernet,
  8: walkSlip,
  9: walkPpp,
  12: walkRaw,
  14: walkRaw,
  50: walkPpp,
  51: walkPppEther,
  101: walkRaw,
  104: walkCiscoHdlc,
  105: walkWlan,
  107: walkFrameRelay,
  108: walkNull,
  113: walkSll,
  119: walkPrism,
  127: walkRadiotap,
  129: walkArcnetLinux,
  163: walkAvs,
  192: walkPpi,
  228: walkRawIpv4,
  229: walkRawIpv6,
  276: walkSll2,
};

/** Walks the link layer of the packet at bytes[start, end); returns where layer 3 begins. A link type that is not known has none. */
export function walkLink(bytes: Uint8Array, start: number, end: number, linkType: number, o: Outline): number {
  const walker = WALKERS[linkType];
  if (walker) return walker(bytes, start, end, o);
  o.flags |= OutlineFlag.bytes;
  o.outerType = -1;
  o.etherType = -1;
  return end;
}
