import { MAX_LAYERS } from '../../src/decode/dissect.js';
import type { Difference } from './layers/compare.js';

/** One cause of differences from tshark 4.0.17. */
export interface DifferenceKind {
  kind: string;
  /** The specification, or the bug of tshark's. */
  reason: string;
  /** More than the corpora and the example hold would hide something new. */
  most: number;
  is: (difference: Difference) => boolean;
}

/** tshark's layers end where ours go on. */
function stopsThere({ what, ours, theirs }: Difference): boolean {
  return what === 'layers' && (ours.startsWith(`${theirs}:`) || theirs === '');
}

/** The layer above the transport as each side names it, where all below is alike. */
function aboveTransport({ what, ours, theirs }: Difference): { ours: string; theirs: string } | null {
  if (what !== 'layers') return null;
  const [mine, other] = [ours.split(':'), theirs.split(':')];
  const at = mine.findIndex((name, index) => name !== other[index]);
  if (at < 1 || !['tcp', 'udp'].includes(mine[at - 1])) return null;
  return { ours: mine[at], theirs: other[at] ?? '' };
}

/** tshark gave up on this layer, or on what it takes for a trailer of the frame. */
function isGivenUp({ malformed, theirNames, layer, field }: Difference): boolean {
  return malformed && (theirNames.at(-1) === layer || field === 'eth.padding');
}

/** Differences that stop there too, for a cause of their own. */
function isElsewhere({ what, layer, problem, ours, theirs }: Difference): boolean {
  const isOther =
    theirs.endsWith(':udp') || layer === 'ipv6.hopopts' || / version: | required, 0 available/.test(problem);
  return what === 'layers' && (isOther || ours.split(':').length >= MAX_LAYERS - 1);
}

/** Beside a value of ours that says nothing is wrong. */
function isStatus({ what, field }: Difference): boolean {
  return what === 'value' && field.endsWith('.status');
}

/** Protocols that bring no list of this program to a decoder, and headers that tshark 4.0.17 has no dissector for. */
const UNKNOWN_HERE = /:(eth:llc:dtp|mpls:ip:icmp|openvpn:tls|quic:tls|igmp:pim)/;
const UNKNOWN_THERE = /^eth:ppp:/;

export const DIFFERENCE_KINDS: readonly DifferenceKind[] = [
  {
    kind: 'a header that contradicts itself or is cut is shown as far as it goes',
    reason:
      'tshark stops at the first length that it takes for a lie (bogus IP, TCP and option lengths, an IPv6 header of another version, addresses of ARP that do not all fit); here the fields that were captured are shown and the problem is told, as the issue asks of damaged and cut headers',
    most: 700,
    is: (difference) =>
      (difference.what === 'extra' || stopsThere(difference)) &&
      !isElsewhere(difference) &&
      (difference.problem !== '' || isGivenUp(difference)),
  },
  {
    kind: 'tshark goes on reading behind the end or past a bound',
    reason:
      'here lists end where their length says and are bounded, and the problem tells it; tshark reads on until the frame ends',
    most: 45,
    is: ({ what, problem }) => what === 'missing' && problem !== '',
  },
  {
    kind: 'headers of another version',
    reason:
      'RFC 8200 section 3: version 6; IEEE 802.11-2020 section 9.2.4.1.2: version 0; tshark then names no layer or reads another layout, here the header is shown with the problem',
    most: 10,
    is: (difference) =>
      ['ipv6', 'wlan'].includes(difference.layer) &&
      ['layers', 'range', 'value'].includes(difference.what) &&
      / version: /.test(difference.problem),
  },
  {
    kind: 'depth',
    reason: `a dissection follows at most ${MAX_LAYERS} headers; the packet nests 74, which RFC 8200 section 4.1 advises against`,
    most: 1,
    is: ({ what, ours }) => what === 'layers' && ours.split(':').length >= MAX_LAYERS - 1,
  },
  {
    kind: 'a header that was on the wire and not captured',
    reason: 'tshark names a layer only when a byte of it was captured; here it is named, with what is missing',
    most: 5,
    is: (difference) => stopsThere(difference) && / required, 0 available/.test(difference.problem),
  },
  {
    kind: 'a length of 0 without a jumbo option',
    reason:
      'segmentation offload leaves lengths of 0 (RFC 2675 section 4 and 5 give them to jumbograms alone): here the packet then fills its frame, tshark stops',
    most: 12,
    is: (difference) =>
      (stopsThere(difference) && (difference.theirs.endsWith(':udp') || difference.layer === 'ipv6.hopopts')) ||
      (difference.what === 'extra' && difference.field.startsWith('udp.checksum')),
  },
  {
    kind: 'source routes',
    reason:
      'RFC 791 section 3.1: the destination address stands at byte 16 of the header; tshark calls so the last address of a source route, and that one a part of the route',
    most: 40,
    is: ({ field, what }) => ['value', 'range'].includes(what) && (field === 'ip.dst' || field === 'ip.rec_rt'),
  },
  {
    kind: 'extended echo',
    reason:
      'RFC 8335 section 2: a probe holds an extension structure and no ICMP header; tshark lets its ICMP dissector read that and counts it as a layer',
    most: 3,
    is: ({ what, ours, theirs }) => what === 'layers' && ours.endsWith(':icmpv6') && theirs === `${ours}:icmp`,
  },
  {
    kind: 'checksums within quotations',
    reason:
      'tshark judges no checksum within the packet that an ICMP error quotes; here it is judged where the whole packet was quoted',
    most: 10,
    is: (difference) =>
      isStatus(difference) && difference.theirs === '2' && difference.ourNames.some((name) => name.startsWith('icmp')),
  },
  {
    kind: 'checksums of packets that are not all there',
    reason:
      'what the checksum covers was not captured (the IP length exceeds the frame): tshark sums up what is there and calls it bad; and where all that UDP counts (RFC 768) was captured, tshark does not judge it because the IP payload is longer',
    most: 6,
    is: (difference) =>
      isStatus(difference) &&
      ((difference.ours === '2' && difference.theirs === '0') ||
        (difference.field === 'udp.checksum.status' && difference.theirs === '2')),
  },
  {
    kind: 'content before ports',
    reason:
      'the issue asks for hints by content first; tshark knows this protocol by its port alone, which is another one here',
    most: 60,
    is: (difference) => ['data', 'tpkt'].includes(aboveTransport(difference)?.theirs ?? ''),
  },
  {
    kind: 'what a connection carried before',
    reason:
      'one packet is read: a segment in the midst of a message, or one of bytes without a mark (encrypted SSH, short headers of QUIC), is data; tshark remembers the connection or goes by its port',
    most: 700,
    is: (difference) => aboveTransport(difference)?.ours === 'data',
  },
  {
    kind: 'segments that tshark has seen',
    reason:
      'one packet is read: that its bytes came before, on another interface of the same capture, does not change what they are',
    most: 40,
    is: (difference) => difference.repeated && stopsThere(difference),
  },
  {
    kind: 'HTTP/2 on a port of HTTP',
    reason:
      'RFC 9113 section 3: its frames are HTTP/2 and nothing else; tshark shows them within HTTP, those before the preface not at all and the last as a continuation',
    most: 10,
    is: ({ what, layer, theirNames }) => what === 'layers' && layer === 'http2' && !theirNames.includes('tls'),
  },
  {
    kind: 'a CR alone in a request line',
    reason:
      'RFC 9112 section 2.2: it ends no line and is to be taken for a space or an error; tshark ends the line there',
    most: 4,
    is: ({ field, packet }) => /^http\.request\.(uri|version)$/.test(field) && packet.startsWith('malformed/flip_'),
  },
  {
    kind: 'padding',
    reason:
      'where the payload ends is known to its own protocol only (EAPOL, PTP, DTP): without it all that follows is data; tshark 4.0.17 in turn takes some LLDPDUs for shorter than their end value (IEEE 802.1AB section 8.5.1) tells, and shows none in a cut frame',
    most: 320,
    is: ({ field, what, ours, ourNames, packet }) =>
      field === 'eth.padding' &&
      ((what === 'missing' && ours === '' && ourNames.at(-1) === 'data') ||
        ourNames.includes('lldp') ||
        packet.includes('ng_spb_origlen_big')),
  },
  {
    kind: 'PPP address without its control',
    reason: 'RFC 1662 section 3.1: the framing is ff 03; tshark takes any ff for an address',
    most: 8,
    is: ({ layer, packet }) => layer === 'ppp' && /ppp_error_hexdump|ppp_ip_udp_dns/.test(packet),
  },
  {
    kind: 'headers that only one side decodes',
    reason:
      'Cisco ISL is read as the IEEE 802.3 frame that it looks like, MPLS in UDP (RFC 7510), version 1 of PIM (inside IGMP, superseded by RFC 2117) and the TLS inside OpenVPN are not among the headers of this program; tshark 4.0.17 has no dissector for EtherType 0x880b (PPP)',
    most: 140,
    is: ({ theirNames, ours, theirs, what }) =>
      theirNames[1] === 'eth' || UNKNOWN_HERE.test(theirs) || (what === 'layers' && UNKNOWN_THERE.test(ours)),
  },
  {
    kind: 'registers and hello options of PIM',
    reason:
      'RFC 7761 section 4.9.3: the checksum of a Register covers its first 8 bytes; over IPv6 tshark adds a pseudo-header with another length and calls good ones bad, and it names a PIM layer of a dummy header (section 4.9.3, Null-Register) of which there is no byte; in hello options of another length than theirs (section 4.9.2) it reads fields all the same; of a join with tens of thousands of fields the first MAX_FIELDS are shown',
    most: 31,
    is: ({ field, what, ours, theirs, packet }) =>
      field === 'pim.cksum.status' ||
      (packet.includes('pimv2-oobr') && what === 'missing') ||
      (what === 'layers' && ours.endsWith(':pim:ipv6') && theirs === `${ours}:pim`),
  },
];
