import { walkLink } from '../../../src/decode/link/walk.js';
import { createOutline, MAX_TAGS, type Outline, OutlineFlag, Tag } from '../../../src/decode/outline.js';
import { fromHex } from '../../support/frames.js';

const MACS = '020000000002 020000000001';
const IP = '4500 0014 0000 0000 4011 0000 0a000001 0a000002';

function walk(hex: string, linkType: number): { at: number; o: Outline; tags: number[] } {
  const bytes = fromHex(`eeeeee${hex}`);
  const o = createOutline();
  const at = walkLink(bytes, 3, bytes.length, linkType, o) - 3;
  return { at, o, tags: [...o.tags.subarray(0, o.tagCount)] };
}

const IPV4 = 0x0800;
const IPV6 = 0x86dd;

/** Frames down to their layer 3: link type, name, hex in front of IP, EtherType that is found, EtherType that filters see outside, tags. */
const FRAMES: [number, string, string, number, number, number[]][] = [
  [1, 'Ethernet', `${MACS}0800`, IPV4, IPV4, []],
  [1, 'a VLAN', `${MACS}8100 6007 0800`, IPV4, 0x8100, [Tag.vlan, 7]],
  [1, 'a service and a customer VLAN', `${MACS}88a8 0064 8100 0007 86dd`, IPV6, 0x88a8, [Tag.vlan, 100, Tag.vlan, 7]],
  [1, 'two MPLS labels', `${MACS}8847 00064040 000c81ff`, IPV4, 0x8847, [Tag.mpls, 100, Tag.mpls, 200]],
  [1, 'PPPoE', `${MACS}8864 1100 0102 0016 0021`, IPV4, 0x8864, [Tag.pppoe, 0x102]],
  [1, 'PPPoE with a compressed protocol field', `${MACS}8864 1100 0102 0015 57`, IPV6, 0x8864, [Tag.pppoe, 0x102]],
  [1, 'PPPoE with MPLS', `${MACS}8864 1100 0001 001a 0281 000641ff`, IPV4, 0x8864, [Tag.pppoe, 1, Tag.mpls, 100]],
  [1, 'SNAP', `${MACS}001c aaaa03 000000 0800`, IPV4, 0, [Tag.llc, 0xaaaa]],
  [1, 'LLC with the SAP of IP', `${MACS}0017 060603`, IPV4, 0, [Tag.llc, 0x0606]],
  [1, 'LLC of another protocol', `${MACS}0003 424203`, -1, 0, [Tag.llc, 0x4242]],
  [1, 'ARP', `${MACS}0806`, 0x0806, 0x0806, []],
  [113, 'Linux cooked', '0000 0001 0006 020000000001 0000 0800', IPV4, IPV4, []],
  [113, 'Linux cooked with a VLAN', '0000 0001 0006 020000000001 0000 8100 0007 0800', IPV4, 0x8100, [Tag.vlan, 7]],
  [113, 'Linux cooked 802.2', '0000 0001 0006 020000000001 0000 0004 aaaa03 000000 86dd', IPV6, 4, [Tag.llc, 0xaaaa]],
  [113, 'netlink', '0000 0338 0000 0000000000000000 0000', -1, 0, []],
  [276, 'Linux cooked, version 2', '86dd 0000 00000003 0001 00 06 020000000001 0000', IPV6, IPV6, []],
  [0, 'BSD loopback, little-endian', '02000000', IPV4, IPV4, []],
  [0, 'BSD loopback, big-endian, as Darwin numbers IPv6', '0000001e', IPV6, IPV6, []],
  [108, 'OpenBSD loopback', '00000018', IPV6, IPV6, []],
  [0, 'BSD loopback of another family', '07000000', -1, -1, []],
  [9, 'PPP', 'ff03 0021', IPV4, -1, []],
  [50, 'PPP without framing, compressed', '21', IPV4, -1, []],
  [9, 'PPP that is Cisco HDLC', '0f00 0800', IPV4, IPV4, []],
  [51, 'PPPoE without Ethernet', '1100 0005 0016 0021', IPV4, -1, [Tag.pppoe, 5]],
  [104, 'Cisco HDLC', '0f00 86dd', IPV6, IPV6, []],
  [107, 'frame relay', '1841 03 cc', IPV4, -1, []],
  [107, 'frame relay with SNAP', '1841 03 00 80 000000 86dd', IPV6, -1, []],
  [107, 'frame relay that is not Q.922 UI', '1841 08 02', -1, -1, []],
  [129, 'ARCNET of RFC 1201', '01 02 0000 d4 00 0000', IPV4, -1, []],
  [129, 'ARCNET of RFC 1051', '01 02 0000 f0', IPV4, -1, []],
  [8, 'SLIP', '00'.repeat(16), IPV4, -1, []],
  [105, '802.11 data', `0801 0000 ${'02'.repeat(18)} 0000 aaaa03 000000 0800`, IPV4, -1, [Tag.llc, 0xaaaa]],
  [
    105,
    '802.11 between access points, with QoS',
    `8803 0000 ${'02'.repeat(18)} 0000 ${'02'.repeat(6)} 0000 aaaa03 000000 0800`,
    IPV4,
    -1,
    [Tag.llc, 0xaaaa],
  ],
  [
    127,
    '802.11 with radiotap',
    `00 00 0800 00000000 0801 0000 ${'02'.repeat(18)} 0000 aaaa03 000000 86dd`,
    IPV6,
    -1,
    [Tag.llc, 0xaaaa],
  ],
  [
    127,
    '802.11 with radiotap that says that it is padded',
    `00 00 0900 02000000 20 8801 0000 ${'02'.repeat(18)} 0000 0000 0000 aaaa03 000000 0800`,
    IPV4,
    -1,
    [Tag.llc, 0xaaaa],
  ],
  [
    163,
    '802.11 with an AVS header',
    `80211001 0000000c 00000000 0801 0000 ${'02'.repeat(18)} 0000 aaaa03 000000 0800`,
    IPV4,
    -1,
    [Tag.llc, 0xaaaa],
  ],
  [
    119,
    '802.11 with a Prism header',
    `${'00'.repeat(144)} 0801 0000 ${'02'.repeat(18)} 0000 aaaa03 000000 0800`,
    IPV4,
    -1,
    [Tag.llc, 0xaaaa],
  ],
  [192, 'PPI around Ethernet', `00 00 0800 01000000 ${MACS}0800`, IPV4, -1, []],
];

const PLAIN = new Set([0, 1, 108, 113, 276]);

describe('the way through a link layer', () => {
  it.each(FRAMES)('of type %i: %s', (linkType, _, hex, etherType, outerType, tags) => {
    const found = walk(hex + IP, linkType);
    expect({ etherType: found.o.etherType, outerType: found.o.outerType, tags: found.tags }).toEqual({
      etherType,
      outerType,
      tags,
    });
    if (etherType === IPV4 || etherType === IPV6) expect(found.at).toBe(fromHex(hex).length);
    if (!PLAIN.has(linkType)) expect(found.o.flags & OutlineFlag.bytes).toBe(OutlineFlag.bytes);
  });

  it.each(FRAMES)('of type %i: %s, cut anywhere, ends where the packet does', (linkType, _, hex) => {
    const whole = fromHex(hex);
    for (let length = 0; length < whole.length; length++) {
      const o = createOutline();
      const at = walkLink(whole.subarray(0, length), 0, length, linkType, o);
      if (o.etherType === IPV4 || o.etherType === IPV6) expect(at).toBeLessThanOrEqual(length);
    }
  });

  it.each([
    [101, '45', IPV4],
    [12, '60', IPV6],
    [14, '00', -1],
    [228, '60', IPV4],
    [229, '45', IPV6],
  ])('of raw IP, type %i beginning with %s', (linkType, hex, etherType) => {
    const { at, o } = walk(hex, linkType);
    expect({ at, etherType: o.etherType, outerType: o.outerType }).toEqual({ at: 0, etherType, outerType: etherType });
  });

  it.each([
    ['802.11 that is protected', 105, `0841 0000 ${'02'.repeat(18)} 0000 aaaa03 000000 0800`],
    ['802.11 management', 105, `8000 0000 ${'02'.repeat(18)} 0000 aaaa03 000000 0800`],
    ['802.11 aggregates', 105, `8801 0000 ${'02'.repeat(18)} 0000 8000 aaaa03 000000 0800`],
    ['radiotap whose length lies', 127, '00 00 ff00 00000000'],
    ['PPI within PPI', 192, '00 00 0800 c0000000 0000 0800 01000000'],
    ['a link type that nobody knows', 250, IP],
    ['an EtherType that SNAP must not carry', 1, `${MACS}0008 aaaa03 000000 0100`],
    ['SNAP of another organisation', 1, `${MACS}0008 aaaa03 00000c 2000`],
  ])('finds no layer 3 in %s', (_, linkType, hex) => {
    const { o } = walk(hex, linkType);
    expect(o.etherType).toBe(-1);
    expect(o.flags & OutlineFlag.bytes).toBe(OutlineFlag.bytes);
  });

  it('counts no more tags than it has room for', () => {
    const { o, tags } = walk(`${MACS}8100 ${'0001 8100 '.repeat(MAX_TAGS + 3)} 0001 0800 ${IP}`, 1);
    expect(tags.length).toBe(2 * MAX_TAGS);
    expect(o.etherType).toBe(-1);
    expect(o.flags & OutlineFlag.bytes).toBe(OutlineFlag.bytes);
  });
});
