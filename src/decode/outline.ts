import { walkLink } from './link/walk.js';

/**
 * What the index pass keeps of a packet's headers: one walk over the bytes, no allocation. The full decode (`dissect`) tells people more; this tells the
 * table where layers are. Offsets are bytes from the start of the packet.
 */
export interface Outline {
  /** LINKTYPE_ number, set by the caller's argument. */
  linkType: number;
  /** See Encapsulation.outerType; every 802.3 length is 0. */
  outerType: number;
  /** EtherType of layer 3 behind all tags, -1 unknown. */
  etherType: number;
  networkOffset: number;
  /** (kind, value) pairs, outermost first. */
  tags: Int32Array;
  tagCount: number;
  /** Of `OutlineFlag`. */
  flags: number;
  /** IP protocol behind the extension headers of the outermost IP header, NO_PROTOCOL without one. */
  protocol: number;
  /** 1 when both addresses of an IP header are there. */
  hasAddresses: number;
  /** Source address in words 0 to 3, destination in 4 to 7, big-endian; IPv4 as ::ffff:a.b.c.d. */
  addresses: Uint32Array;
  /** 1 when both addresses are IPv4 ones: words 3 and 7 tell all. */
  areIpv4: number;
  sourcePort: number;
  destinationPort: number;
  tcpFlags: number;
  /** ICMP, ICMPv6: type * 256 + code, else 0. */
  icmp: number;
  payloadOffset: number;
  payloadLength: number;
}

export const NO_PROTOCOL = 255;

/** Facts about a packet's headers. The table's `flags` column uses the same bits. */
export enum OutlineFlag {
  malformed = 4,
  firstFragment = 8,
  laterFragment = 16,
  bytes = 32,
  cut = 64,
}

/** Kinds of tag in `Outline.tags`. */
export const Tag = { vlan: 1, mpls: 2, pppoe: 3, llc: 4 } as const;
/** A packet that stacks more is judged by its bytes. */
export const MAX_TAGS = 16;

export function createOutline(): Outline {
  return {
    linkType: 0,
    outerType: -1,
    etherType: -1,
    networkOffset: 0,
    tags: new Int32Array(2 * MAX_TAGS),
    tagCount: 0,
    flags: 0,
    protocol: NO_PROTOCOL,
    hasAddresses: 0,
    addresses: Uint32Array.of(0, 0, 0xffff, 0, 0, 0, 0xffff, 0),
    areIpv4: 1,
    sourcePort: 0,
    destinationPort: 0,
    tcpFlags: 0,
    icmp: 0,
    payloadOffset: 0,
    payloadLength: 0,
  };
}

/** Adds a tag; false when there is no room for it (the packet is then judged by its bytes). */
export function addTag(o: Outline, kind: number, value: number): boolean {
  const at = o.tagCount;
  if (at >= 2 * MAX_TAGS) {
    o.flags |= OutlineFlag.bytes;
    return false;
  }
  o.tags[at] = kind;
  o.tags[at + 1] = value;
  o.tagCount = at + 2;
  return true;
}

/** Walks the headers of the packet at `bytes[start, end)`. `o` is overwritten. */
export function outline(bytes: Uint8Array, start: number, end: number, linkType: number, o: Outline): void {
  o.linkType = linkType;
  o.tagCount = 0;
  o.flags = 0;
  o.protocol = NO_PROTOCOL;
  o.hasAddresses = 0;
  o.sourcePort = 0;
  o.destinationPort = 0;
  o.tcpFlags = 0;
  o.icmp = 0;
  o.payloadOffset = end - start;
  o.payloadLength = 0;
  const at = walkLink(bytes, start, end, linkType, o);
  o.networkOffset = o.etherType === -1 ? 0 : at - start;
  if (o.etherType === 0x0800) walkIpv4(bytes, start, at, end, o);
  else if (o.etherType === 0x86dd) walkIpv6(bytes, start, at, end, o);
  else {
    o.payloadOffset = Math.min(at, end) - start;
    o.payloadLength = Math.max(0, end - at);
  }
}

/** Addresses of the IPv4 header at `at`. The words between stay what the last packet left there if that was IPv4 too. */
function setIpv4Addresses(bytes: Uint8Array, at: number, o: Outline): void {
  const words = o.addresses;
  if (o.areIpv4 === 0) {
    words.fill(0);
    words[2] = 0xffff;
    words[6] = 0xffff;
    o.areIpv4 = 1;
  }
  words[3] = (bytes[at + 12] << 24) | (bytes[at + 13] << 16) | (bytes[at + 14] << 8) | bytes[at + 15];
  words[7] = (bytes[at + 16] << 24) | (bytes[at + 17] << 16) | (bytes[at + 18] << 8) | bytes[at + 19];
  o.hasAddresses = 1;
}

/** Sets `addresses` from elsewhere, four words each. */
export function setAddresses(
  o: Outline,
  source: Uint32Array,
  sourceAt: number,
  destination: Uint32Array,
  destinationAt: number,
): void {
  const words = o.addresses;
  for (let i = 0; i < 4; i++) {
    words[i] = source[sourceAt + i];
    words[4 + i] = destination[destinationAt + i];
  }
  judgeFamily(o);
}

/** An IPv4-mapped IPv6 address counts as the IPv4 address. */
function judgeFamily(o: Outline): void {
  const w = o.addresses;
  o.areIpv4 = (w[0] | w[1] | w[4] | w[5]) === 0 && w[2] === 0xffff && w[6] === 0xffff ? 1 : 0;
  o.hasAddresses = 1;
}

/** RFC 791. */
function walkIpv4(bytes: Uint8Array, start: number, at: number, end: number, o: Outline): void {
  if (end - at < 20) {
    o.flags |= OutlineFlag.cut | OutlineFlag.bytes;
    return;
  }
  const first = bytes[at];
  const headerLength = (first & 15) << 2;
  if (first >>> 4 !== 4 || headerLength < 20) {
    o.flags |= OutlineFlag.malformed | OutlineFlag.bytes;
    return;
  }
  setIpv4Addresses(bytes, at, o);
  const protocol = bytes[at + 9];
  o.protocol = protocol;
  const totalLength = (bytes[at + 2] << 8) | bytes[at + 3];
  let limit = end;
  if (totalLength >= headerLength) {
    if (at + totalLength < end) limit = at + totalLength;
  } else if (totalLength !== 0) o.flags |= OutlineFlag.malformed; // 0: segmentation offload, the frame's own length counts
  const fragment = (bytes[at + 6] << 8) | bytes[at + 7];
  const transport = at + headerLength;
  if ((fragment & 0x1fff) !== 0) {
    o.flags |= OutlineFlag.laterFragment;
    setPayload(start, transport, limit, o);
    return;
  }
  if ((fragment & 0x2000) !== 0) o.flags |= OutlineFlag.firstFragment;
  walkTransport(bytes, start, transport, limit, end, protocol, o);
}

/** RFC 8200. Any extension header marks the packet `bytes`: libpcap looks at the first next-header field only. */
function walkIpv6(bytes: Uint8Array, start: number, at: number, end: number, o: Outline): void {
  if (end - at < 40) {
    o.flags |= OutlineFlag.cut | OutlineFlag.bytes;
    return;
  }
  if (bytes[at] >>> 4 !== 6) {
    o.flags |= OutlineFlag.malformed | OutlineFlag.bytes;
    return;
  }
  const words = o.addresses;
  for (let i = 0, from = at + 8; i < 8; i++, from += 4) {
    words[i] = (bytes[from] << 24) | (bytes[from + 1] << 16) | (bytes[from + 2] << 8) | bytes[from + 3];
  }
  judgeFamily(o);
  const payloadLength = (bytes[at + 4] << 8) | bytes[at + 5];
  let limit = end;
  if (payloadLength !== 0 && at + 40 + payloadLength < end) limit = at + 40 + payloadLength; // 0: jumbogram or offload
  let next = bytes[at + 6];
  let header = at + 40;
  // Hop-by-hop, routing, fragment, AH, destination options, mobility, HIP, shim6 (RFC 7045).
  while (
    next === 0 ||
    next === 43 ||
    next === 44 ||
    next === 51 ||
    next === 60 ||
    next === 135 ||
    next === 139 ||
    next === 140
  ) {
    o.flags |= OutlineFlag.bytes;
    o.protocol = next;
    if (end - header < 8) {
      o.flags |= OutlineFlag.cut;
      setPayload(start, header, limit, o);
      return;
    }
    const length = next === 44 ? 8 : next === 51 ? (bytes[header + 1] + 2) << 2 : (bytes[header + 1] + 1) << 3;
    if (next === 44) {
      const fragment = (bytes[header + 2] << 8) | bytes[header + 3];
      if ((fragment & 0xfff8) !== 0) {
        o.flags |= OutlineFlag.laterFragment;
        o.protocol = bytes[header];
        setPayload(start, header + 8, limit, o);
        return;
      }
      if ((fragment & 1) !== 0) o.flags |= OutlineFlag.firstFragment;
    }
    next = bytes[header];
    header += length;
  }
  o.protocol = next;
  walkTransport(bytes, start, header, limit, end, next, o);
}

/** Ports, flags and payload. `limit` is where the IP header says that the packet ends, `end` where the captured bytes do. */
function walkTransport(
  bytes: Uint8Array,
  start: number,
  at: number,
  limit: number,
  end: number,
  protocol: number,
  o: Outline,
): void {
  if (protocol === 6) {
    // RFC 9293
    if (end - at < 14) {
      o.flags |= OutlineFlag.cut | OutlineFlag.bytes;
      if (end - at < 4) {
        setPayload(start, at, limit, o);
        return;
      }
    } else {
      o.tcpFlags = bytes[at + 13];
      const headerLength = (bytes[at + 12] >>> 4) << 2;
      if (headerLength < 20) o.flags |= OutlineFlag.malformed;
      else if (end - at < headerLength) o.flags |= OutlineFlag.cut;
      setPayload(start, at + headerLength, limit, o);
    }
    o.sourcePort = (bytes[at] << 8) | bytes[at + 1];
    o.destinationPort = (bytes[at + 2] << 8) | bytes[at + 3];
  } else if (protocol === 17 || protocol === 136 || protocol === 132 || protocol === 33) {
    // UDP (RFC 768), UDP-Lite (RFC 3828), SCTP (RFC 9260), DCCP (RFC 4340): ports first
    const headerLength = protocol === 132 ? 12 : protocol === 33 ? 16 : 8;
    if (end - at < headerLength) {
      o.flags |= OutlineFlag.cut;
      if (end - at < 4) {
        o.flags |= OutlineFlag.bytes;
        setPayload(start, at, limit, o);
        return;
      }
    }
    o.sourcePort = (bytes[at] << 8) | bytes[at + 1];
    o.destinationPort = (bytes[at + 2] << 8) | bytes[at + 3];
    setPayload(start, at + headerLength, limit, o);
  } else if (protocol === 1 || protocol === 58) {
    // RFC 792, RFC 4443
    if (end - at < 2) o.flags |= OutlineFlag.cut;
    else o.icmp = (bytes[at] << 8) | bytes[at + 1];
    setPayload(start, at + 8, limit, o);
  } else setPayload(start, at, limit, o);
}

function setPayload(start: number, at: number, limit: number, o: Outline): void {
  if (at >= limit) {
    o.payloadOffset = Math.max(limit - start, 0);
    o.payloadLength = 0;
  } else {
    o.payloadOffset = at - start;
    o.payloadLength = limit - at;
  }
}
