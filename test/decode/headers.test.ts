import fc from 'fast-check';
import * as chdlc from '../../src/decode/link/chdlc.js';
import * as ethernet from '../../src/decode/link/ethernet.js';
import * as ieee80211 from '../../src/decode/link/ieee80211.js';
import * as llc from '../../src/decode/link/llc.js';
import * as mpls from '../../src/decode/link/mpls.js';
import * as bsd from '../../src/decode/link/null.js';
import * as ppi from '../../src/decode/link/ppi.js';
import * as ppp from '../../src/decode/link/ppp.js';
import * as pppoe from '../../src/decode/link/pppoe.js';
import * as prism from '../../src/decode/link/prism.js';
import * as radiotap from '../../src/decode/link/radiotap.js';
import * as sll from '../../src/decode/link/sll.js';
import * as sll2 from '../../src/decode/link/sll2.js';
import * as vlan from '../../src/decode/link/vlan.js';
import * as ah from '../../src/decode/network/ah.js';
import * as arp from '../../src/decode/network/arp.js';
import * as icmp from '../../src/decode/network/icmp.js';
import * as icmpv6 from '../../src/decode/network/icmpv6.js';
import * as ipv4 from '../../src/decode/network/ipv4.js';
import * as ipv6 from '../../src/decode/network/ipv6.js';
import * as extensions from '../../src/decode/network/ipv6-extensions.js';
import * as sctp from '../../src/decode/transport/sctp.js';
import * as tcp from '../../src/decode/transport/tcp.js';
import * as udp from '../../src/decode/transport/udp.js';

type View<T> = (bytes: Uint8Array, at: number, end: number) => T | null;

interface HeaderKind {
  /** Bytes of the header made from the view of `bytes`, or null where the view found none. */
  again(bytes: Uint8Array, at: number, end: number): Uint8Array | null;
  /** A header's own length may say that it is shorter than its fixed part, or longer than what is there: then it is not whole. */
  isSound(bytes: Uint8Array, at: number): boolean;
  /** Bytes below which there is no view. */
  minimum: number;
  /** Makes the length field of random bytes one that fits. */
  prepare(bytes: Uint8Array, at: number): void;
}

function kind<T>(
  view: View<T>,
  emit: (view: T) => Uint8Array,
  minimum: number,
  length?: (view: T) => number,
  prepare: HeaderKind['prepare'] = () => undefined,
): HeaderKind {
  return {
    again(bytes, at, end) {
      const seen = view(bytes, at, end);
      return seen === null ? null : emit(seen);
    },
    isSound(bytes, at) {
      const seen = view(bytes, at, bytes.length);
      if (seen === null) return false;
      return length === undefined || (length(seen) >= minimum && at + length(seen) <= bytes.length);
    },
    minimum,
    prepare,
  };
}

/** Leaves 9 bits of a little-endian length of 16 bits at 2. */
function shortLittle(bytes: Uint8Array, at: number): void {
  bytes[at + 3] &= 1;
}

const KINDS: [string, HeaderKind][] = [
  ['Ethernet', kind(ethernet.viewEthernet, ethernet.emitEthernet, 14)],
  ['VLAN', kind(vlan.viewVlan, vlan.emitVlan, 4)],
  ['MPLS', kind(mpls.viewMpls, mpls.emitMpls, 4)],
  ['PPPoE', kind(pppoe.viewPppoe, pppoe.emitPppoe, 6)],
  ['PPP', kind(ppp.viewPpp, ppp.emitPpp, 1)],
  ['Cisco HDLC', kind(chdlc.viewChdlc, chdlc.emitChdlc, 4)],
  ['LLC', kind(llc.viewLlc, llc.emitLlc, 3)],
  ['SLL', kind(sll.viewSll, sll.emitSll, 16)],
  ['SLL2', kind(sll2.viewSll2, sll2.emitSll2, 20)],
  ['null', kind(bsd.viewNull, bsd.emitNull, 4)],
  ['loop', kind(bsd.viewLoop, bsd.emitNull, 4)],
  ['802.11', kind(ieee80211.viewIeee80211, ieee80211.emitIeee80211, 10)],
  ['radiotap', kind(radiotap.viewRadiotap, radiotap.emitRadiotap, 8, (view) => view.headerLength, shortLittle)],
  ['PPI', kind(ppi.viewPpi, ppi.emitPpi, 8, (view) => view.headerLength, shortLittle)],
  [
    'AVS',
    kind(
      prism.viewAvs,
      prism.emitAvs,
      64,
      (view) => view.headerLength,
      (bytes, at) => bytes.set([0, 0, 0], at + 4),
    ),
  ],
  ['Prism', kind(prism.viewPrism, prism.emitPrism, 144)],
  [
    'ARP',
    kind(
      arp.viewArp,
      arp.emitArp,
      8,
      (view) => 8 + 2 * (view.hardwareLength + view.protocolLength),
      (bytes, at) => bytes.set([bytes[at + 4] & 63, bytes[at + 5] & 63], at + 4),
    ),
  ],
  ['IPv4', kind(ipv4.viewIpv4, ipv4.emitIpv4, 20, (view) => view.headerLength)],
  ['IPv6', kind(ipv6.viewIpv6, ipv6.emitIpv6, 40)],
  [
    'IPv6 extension',
    kind(
      extensions.viewIpv6Extension,
      extensions.emitIpv6Extension,
      8,
      (view) => view.headerLength,
      (bytes, at) => bytes.set([bytes[at + 1] & 31], at + 1),
    ),
  ],
  ['IPv6 fragment', kind(extensions.viewIpv6Fragment, extensions.emitIpv6Fragment, 8)],
  [
    'AH',
    kind(
      ah.viewAuthentication,
      ah.emitAuthentication,
      12,
      (view) => view.headerLength,
      (bytes, at) => bytes.set([bytes[at + 1] & 63], at + 1),
    ),
  ],
  ['ICMP', kind(icmp.viewIcmp, icmp.emitIcmp, 8)],
  ['ICMPv6', kind(icmpv6.viewIcmpv6, icmpv6.emitIcmpv6, 8)],
  ['TCP', kind(tcp.viewTcp, tcp.emitTcp, 20, (view) => view.headerLength)],
  ['UDP', kind(udp.viewUdp, udp.emitUdp, 8)],
  ['SCTP', kind(sctp.viewSctp, sctp.emitSctp, 12)],
  ['SCTP chunk', kind(sctp.viewSctpChunk, sctp.emitSctpChunk, 4)],
];

describe.each(KINDS)('%s', (_name, header) => {
  test('emit of view gives the bytes of every whole header', () => {
    const octets = fc.uint8Array({ minLength: 400, maxLength: 400, size: 'max' });
    fc.assert(
      fc.property(octets, fc.constantFrom(0, 0, 0xaa, 0xff), fc.nat(7), (bytes, lead, at) => {
        // LLC and PPP have forms that random bytes seldom take.
        if (lead > 0) bytes.set([lead, lead === 0xff ? 3 : lead, 3], at);
        header.prepare(bytes, at);
        fc.pre(header.isSound(bytes, at));
        const again = header.again(bytes, at, bytes.length)!;
        expect(Buffer.compare(again, bytes.subarray(at, at + again.length))).toBe(0);
        expect(again.length).toBeGreaterThanOrEqual(header.minimum);
      }),
      { numRuns: 150, seed: 2 },
    );
  });

  test('there is no view below its fixed length', () => {
    const bytes = new Uint8Array(400);
    expect(header.again(bytes, 5, 5 + header.minimum - 1)).toBeNull();
    expect(header.again(bytes, 5, bytes.length)).not.toBeNull();
  });
});
