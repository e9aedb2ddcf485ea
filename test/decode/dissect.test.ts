import { describePacket } from '../../src/decode/describe.js';
import { type DissectOptions, dissect, dissection, MAX_LAYERS } from '../../src/decode/dissect.js';
import type { Layer } from '../../src/decode/layer.js';
import { ethernet, fromHex, ipv4, ipv6, join, udp } from '../support/frames.js';

const ETHERNET = 1;
const TEXT = new Uint8Array(Buffer.from('hello'));
const DATAGRAM = ipv4({ protocol: 17, payload: udp(TEXT) });

function names(bytes: Uint8Array, linkType = ETHERNET, original?: number, options?: DissectOptions): string {
  return dissection(bytes, linkType, original, options).protocols.join(':');
}

function layerOf(layers: Layer[], name: string): Layer {
  const found = layers.find((layer) => layer.name === name);
  if (found === undefined) throw new Error(`no layer ${name} among ${layers.map((layer) => layer.name)}`);
  return found;
}

function textOf(layers: Layer[], name: string, fieldName: string): string | undefined {
  return layerOf(layers, name).fields.find((field) => field.name === fieldName)?.text;
}

describe('the way from layer to layer', () => {
  const wlan = fromHex('08010000 020000000001 020000000002 020000000003 1000');
  const snap = fromHex('aaaa03 000000 0800');
  test.each<[string, number, Uint8Array]>([
    ['eth:ethertype:ip:udp:data', 1, ethernet(0x0800, DATAGRAM)],
    ['eth:ethertype:vlan:ethertype:ip:udp:data', 1, ethernet(0x8100, join(fromHex('0005 0800'), DATAGRAM))],
    [
      'eth:ethertype:ieee8021ad:ethertype:vlan:ethertype:ip:udp:data',
      1,
      ethernet(0x88a8, join(fromHex('0005 8100 b006 0800'), DATAGRAM)),
    ],
    ['eth:ethertype:vlan:ethertype:ip:udp:data', 1, ethernet(0x9100, join(fromHex('0005 0800'), DATAGRAM))],
    ['eth:ethertype:mpls:ip:udp:data', 1, ethernet(0x8847, join(fromHex('0000a040 000011ff'), DATAGRAM))],
    [
      'eth:ethertype:mpls:eth:ethertype:ip:udp:data',
      1,
      ethernet(0x8847, join(fromHex('000011ff 00000000'), ethernet(0x0800, DATAGRAM))),
    ],
    ['eth:ethertype:mpls:data', 1, ethernet(0x8848, fromHex('000011ff 1000'))],
    ['eth:ethertype:mpls:ipv6:udp:data', 1, ethernet(0x8847, join(fromHex('000011ff'), ipv6(17, udp(TEXT))))],
    ['eth:ethertype:pppoes:ppp:ip:udp:data', 1, ethernet(0x8864, join(fromHex('1100 0001 0023 0021'), DATAGRAM))],
    ['eth:ethertype:pppoed', 1, ethernet(0x8863, fromHex('1109 0000 0004 0101 0000'))],
    ['eth:llc:ip:udp:data', 1, ethernet(41, join(snap, DATAGRAM))],
    ['eth:llc:stp', 1, ethernet(7, fromHex('424203 00000000'))],
    ['eth:llc:data', 1, ethernet(7, fromHex('f0f003 00000000'))],
    ['eth:llc', 1, ethernet(6, fromHex('aaaa0300000c'))],
    ['eth:llc:cdp', 1, ethernet(10, fromHex('aaaa03 00000c 2000 0102'))],
    ['eth:data', 1, ethernet(5, fromHex('ffff000000'))],
    ['eth:data', 1, ethernet(1520, fromHex('0000'))],
    ['eth:ethertype:data', 1, ethernet(0x1234, TEXT)],
    ['null:ip:udp:data', 0, join(fromHex('02000000'), DATAGRAM)],
    ['null:ip:udp:data', 0, join(fromHex('00000002'), DATAGRAM)],
    ['null:ipv6:udp:data', 0, join(fromHex('1e000000'), ipv6(17, udp(TEXT)))],
    ['null:ip:udp:data', 0, join(fromHex('00000800'), DATAGRAM)],
    ['null:data', 108, join(fromHex('02000000'), DATAGRAM)],
    ['null:ip:udp:data', 108, join(fromHex('00000002'), DATAGRAM)],
    ['raw:ip:udp:data', 101, DATAGRAM],
    ['raw:ipv6:udp:data', 12, ipv6(17, udp(TEXT))],
    ['raw:data', 101, fromHex('1000')],
    ['ip:udp:data', 228, DATAGRAM],
    ['ipv6:udp:data', 229, ipv6(17, udp(TEXT))],
    ['ppp:ip:udp:data', 9, join(fromHex('ff03 0021'), DATAGRAM)],
    ['ppp:ip:udp:data', 9, join(fromHex('21'), DATAGRAM)],
    ['ppp:mpls:ip:udp:data', 9, join(fromHex('0281 000011ff'), DATAGRAM)],
    ['ppp:data', 9, fromHex('c021 01010004')],
    ['chdlc:ip:udp:data', 50, join(fromHex('0f00 0800'), DATAGRAM)],
    ['chdlc:ip:udp:data', 104, join(fromHex('8f00 0800'), DATAGRAM)],
    ['chdlc:data', 104, fromHex('8f00 8035 00000002')],
    ['ppp:ip:udp:data', 50, join(fromHex('ff03 0021'), DATAGRAM)],
    ['pppoes:ppp:ip:udp:data', 51, join(fromHex('1100 0001 0023 0021'), DATAGRAM)],
    ['ppp:ip:udp:data', 204, join(fromHex('01 ff03 0021'), DATAGRAM)],
    ['sll:ethertype:ip:udp:data', 113, join(fromHex('0000 0001 0006 0200000000010000 0800'), DATAGRAM)],
    ['sll:ip:udp:data', 113, join(fromHex('0000 030a 0000 0000000000000000 0800'), DATAGRAM)],
    ['sll:llc:stp', 113, fromHex('0001 0001 0006 0200000000010000 0004 42420300')],
    ['sll:data', 113, fromHex('0001 0001 0006 0200000000010000 0001 42420300')],
    ['sll:data', 113, fromHex('0004 0338 0000 0000000000000000 0000 42420300')],
    ['sll:ethertype:ip:udp:data', 276, join(fromHex('0800 0000 00000001 0001 00 06 0200000000010000'), DATAGRAM)],
    [
      'sll:radiotap:wlan_radio:wlan:llc:ip:udp:data',
      276,
      join(fromHex('0004 0000 00000001 0323 00 06 0200000000010000 0000080000000000'), wlan, snap, DATAGRAM),
    ],
    ['wlan:llc:ip:udp:data', 105, join(wlan, snap, DATAGRAM)],
    ['radiotap:wlan_radio:wlan:llc:ip:udp:data', 127, join(fromHex('0000080000000000'), wlan, snap, DATAGRAM)],
    ['ppi:wlan_radio:wlan:llc:ip:udp:data', 192, join(fromHex('0000080069000000'), wlan, snap, DATAGRAM)],
    ['ppi:eth:ethertype:ip:udp:data', 192, join(fromHex('0000080001000000'), ethernet(0x0800, DATAGRAM))],
    [
      'prism:wlan_radio:wlan:llc:ip:udp:data',
      119,
      join(fromHex('44000000 90000000'), new Uint8Array(136), wlan, snap, DATAGRAM),
    ],
    [
      'wlancap:wlan_radio:wlan:llc:ip:udp:data',
      119,
      join(fromHex('80211001 00000040'), new Uint8Array(56), wlan, snap, DATAGRAM),
    ],
    [
      'wlancap:wlan_radio:wlan:llc:ip:udp:data',
      163,
      join(fromHex('80211001 00000040'), new Uint8Array(56), wlan, snap, DATAGRAM),
    ],
    ['eth:ethertype:ip:ip:udp:data', 1, ethernet(0x0800, ipv4({ protocol: 4, payload: DATAGRAM }))],
    ['eth:ethertype:ip:ipv6:udp:data', 1, ethernet(0x0800, ipv4({ protocol: 41, payload: ipv6(17, udp(TEXT)) }))],
    ['eth:ethertype:ip:ipv6:udp:data', 1, ethernet(0x0800, ipv6(17, udp(TEXT)))],
    ['eth:ethertype:ip:data', 1, ethernet(0x0800, ipv4({ protocol: 200, payload: TEXT }))],
    ['eth:ethertype:ip:udplite:data', 1, ethernet(0x0800, ipv4({ protocol: 136, payload: udp(TEXT) }))],
    ['data', 9999, TEXT],
  ])('%s', (expected, linkType, bytes) => expect(names(bytes, linkType)).toBe(expected));

  test('the depth is bounded', () => {
    const tags = fromHex('0001 8100'.repeat(100));
    const { layers } = dissection(ethernet(0x8100, tags), ETHERNET);
    expect(layers).toHaveLength(MAX_LAYERS);
    expect(layers[MAX_LAYERS - 1].name).toBe('data');
    expect(layers[MAX_LAYERS - 1].problem).toBe(
      'layers: 32 are followed at most, what begins at byte 134 is shown as data',
    );
  });

  test('nothing at all', () => {
    expect(dissect(new Uint8Array(0), ETHERNET)).toMatchObject([
      { problem: 'Ethernet header: 14 bytes required, 0 available, at byte 0' },
    ]);
    expect(dissect(new Uint8Array(0), 9999)).toEqual([]);
  });
});

describe('what is cut', () => {
  test('a cut header shows the fields that are whole', () => {
    const ip = layerOf(dissect(ethernet(0x0800, DATAGRAM).subarray(0, 26), ETHERNET, 100), 'ip');
    expect(ip.problem).toBe('IPv4 header: 20 bytes required, 12 available, at byte 14');
    expect(ip.fields.map((field) => field.name)).toEqual([
      'Version',
      'IHL',
      'Type of Service',
      'Total Length',
      'Identification',
      'Flags',
      'Fragment Offset',
      'Time to Live',
      'Protocol',
      'Header Checksum',
    ]);
    expect(textOf([ip], 'ip', 'Header Checksum')).toMatch(/not verified: header cut$/);
  });

  test('a payload that the capture cut is no problem of its headers', () => {
    const bytes = ethernet(0x0800, DATAGRAM);
    const { layers, payload } = dissection(bytes.subarray(0, 44), ETHERNET, bytes.length);
    expect(layers.map((layer) => layer.problem)).toEqual([null, null, null, null]);
    expect(layers[3].summary).toBe('5 bytes, 2 captured');
    expect(payload).toEqual({ start: 42, end: 44 });
  });

  test('a length beyond the frame is one', () => {
    const lies = ethernet(0x0800, ipv4({ protocol: 17, payload: udp(TEXT), totalLength: 1500 }));
    expect(layerOf(dissect(lies, ETHERNET), 'ip').problem).toBe(
      'IPv4 total length: 1500 bytes required, 33 available, at byte 14',
    );
  });

  test('a total length below the header stops there', () => {
    const { layers } = dissection(
      ethernet(0x0800, ipv4({ protocol: 17, payload: udp(TEXT), totalLength: 19 })),
      ETHERNET,
    );
    expect(layers.map((layer) => layer.name)).toEqual(['eth', 'ip']);
    expect(layers[1].problem).toBe('IPv4 total length: 19 bytes, at least 20 required, at byte 16');
  });

  test('a total length of 0 means the rest of the frame', () => {
    const offloaded = ethernet(0x0800, ipv4({ protocol: 17, payload: udp(TEXT), totalLength: 0 }));
    expect(names(offloaded)).toBe('eth:ethertype:ip:udp:data');
    expect(textOf(dissect(offloaded, ETHERNET), 'ip', 'Total Length')).toBe('0 (segmentation offload? 33 bytes)');
  });

  test('a packet that ends with its IP header says what is missing', () => {
    const { layers } = dissection(ethernet(0x0800, ipv4({ protocol: 6, payload: new Uint8Array(0) })), ETHERNET);
    expect(layers.map((layer) => layer.name)).toEqual(['eth', 'ip']);
    expect(layers[1].problem).toBe('TCP header: 20 bytes required, 0 available, at byte 34');
  });

  test.each([
    [
      'IPv4 header length',
      `4${'1'}00001c00000000401100000a0000010a000002`,
      'IPv4 header length: 4 bytes, at least 20 required, at byte 14',
    ],
    ['options', '4f00001c00000000401100000a0000010a000002', 'IPv4 header: 60 bytes required, 20 available, at byte 14'],
    ['version', '5500001c00000000401100000a0000010a000002', 'IPv4 version: 5, 4 required, at byte 14'],
  ])('IPv4: %s', (_what, hex, problem) => {
    expect(layerOf(dissect(ethernet(0x0800, fromHex(hex)), ETHERNET), 'ip').problem).toBe(problem);
  });

  test('IPv6 that the number of IPv4 announces is read as such, and what is wrong stands inside its layer', () => {
    const { layers } = dissection(ethernet(0x0800, ipv6(17, udp(TEXT))), ETHERNET);
    expect(layers.map(({ name }) => name)).toEqual(['eth', 'ip', 'ipv6', 'udp', 'data']);
    expect(layers[1]).toMatchObject({ start: 14, end: 15, fields: [{ name: 'Version', start: 14, end: 15 }] });
  });
});

describe('padding and check sequences', () => {
  test('what a length leaves over belongs to the layer around', () => {
    const padded = join(ethernet(0x0800, DATAGRAM), new Uint8Array(13));
    const { layers, payload } = dissection(padded, ETHERNET);
    expect(layers[0].fields.at(-1)).toMatchObject({ name: 'Padding', start: 47, end: 60 });
    expect(payload).toEqual({ start: 42, end: 47 });
    expect(layers.at(-1)?.summary).toBe('5 bytes');
  });

  test('a length of 802.3', () => {
    const [frame, header] = dissect(join(ethernet(3, fromHex('424203')), new Uint8Array(20)), ETHERNET);
    expect(frame.fields.at(-1)).toMatchObject({ name: 'Padding', start: 17, end: 37 });
    expect(header.end).toBe(17);
    expect(dissect(ethernet(900, fromHex('424203')), ETHERNET)[0].problem).toBe(
      'Ethernet length: 900 bytes required, 3 available, at byte 14',
    );
  });

  test('the frame check sequence that the interface declares', () => {
    const bytes = join(ethernet(0x0800, DATAGRAM), fromHex('01020304'));
    const { layers, payload } = dissection(bytes, ETHERNET, bytes.length, { fcsLength: 4 });
    expect(layers[0].fields.at(-1)).toEqual({
      name: 'Frame Check Sequence',
      value: '01020304',
      text: '01020304',
      start: 47,
      end: 51,
    });
    expect(payload.end).toBe(47);
  });
});

describe('a packet on one line', () => {
  const end = (address: string | null, port: number | null) =>
    [address ?? '', ...(port === null ? [] : [port])].join(' port ');
  const line = (bytes: Uint8Array, linkType = ETHERNET) => {
    const { source, sourcePort, destination, destinationPort, protocol, info } = describePacket(
      dissection(bytes, linkType),
    );
    return { source: end(source, sourcePort), destination: end(destination, destinationPort), protocol, info };
  };
  const tcp = (flags: string, payload: Uint8Array) =>
    join(fromHex(`c3ca01bb 00000bb8 00000bb5 50${flags}ffff 0000 0000`), payload);

  test('TCP', () => {
    expect(line(ethernet(0x0800, ipv4({ protocol: 6, payload: tcp('18', new Uint8Array(1448)) })))).toEqual({
      source: '10.0.0.1 port 50122',
      destination: '10.0.0.2 port 443',
      protocol: 'TCP',
      info: '[P.] 1448 bytes',
    });
    expect(line(ethernet(0x86dd, ipv6(6, tcp('02', new Uint8Array(0)))))).toMatchObject({
      source: '2001:db8::1 port 50122',
      destination: '2001:db8::2 port 443',
      info: '[S]',
    });
    expect(line(ethernet(0x86dd, ipv6(6, tcp('00', new Uint8Array(1)))))).toMatchObject({ info: '[none] 1 byte' });
  });

  test('the quote of an ICMP error may end early, what quotes it may not', () => {
    const error = (quote: Uint8Array, type = '0304'): string =>
      line(ethernet(0x0800, ipv4({ protocol: 1, payload: join(fromHex(`${type} 0000 0000 05dc`), quote) }))).info;
    const quoted = ipv4({ protocol: 6, payload: tcp('18', new Uint8Array(20)) });
    expect(error(quoted.subarray(0, 28))).toBe('fragmentation needed (next-hop MTU 1500)');
    const cut = ipv4({ protocol: 1, payload: fromHex('0304 00') });
    expect(line(ethernet(0x0800, cut)).info).toContain('[ICMP header: 8 bytes required, 3 available');
  });

  test('a packet that ends with an extension header is IPv6, and says with which', () => {
    const later = join(fromHex('11 00 0028 00000005'), TEXT);
    expect(line(ethernet(0x86dd, ipv6(44, later)))).toMatchObject({
      protocol: 'IPv6',
      info: 'fragment offset 40, id 0x00000005, UDP (17)',
    });
  });

  test('ARP', () => {
    const who = ethernet(0x0806, fromHex('0001 0800 06 04 0001 020000000001 0a000002 000000000000 0a000001'));
    expect(line(who)).toEqual({
      source: '02:00:00:00:00:01',
      destination: '02:00:00:00:00:02',
      protocol: 'ARP',
      info: 'who has 10.0.0.1, tell 10.0.0.2',
    });
  });

  test('a fragment has no ports', () => {
    expect(line(ethernet(0x0800, ipv4({ protocol: 17, payload: TEXT, flagsAndOffset: 185 })))).toEqual({
      source: '10.0.0.1',
      destination: '10.0.0.2',
      protocol: 'IPv4',
      info: 'fragment offset 1480, id 0x0007, UDP (17)',
    });
  });

  test('an ICMP error speaks for itself, not for what it quotes', () => {
    const error = ipv4({ protocol: 1, payload: join(fromHex('0303 0000 00000000'), DATAGRAM) });
    expect(line(ethernet(0x0800, error))).toEqual({
      source: '10.0.0.1',
      destination: '10.0.0.2',
      protocol: 'ICMP',
      info: 'port unreachable',
    });
    const { source, payload } = dissection(ethernet(0x0800, error), ETHERNET);
    expect(source).toBe('10.0.0.1');
    expect(payload.start).toBe(42);
  });

  test('a tunnel shows its inner addresses, the packet its outer ones', () => {
    const bytes = ethernet(0x0800, ipv4({ protocol: 41, payload: ipv6(17, udp(TEXT)) }));
    expect(line(bytes)).toMatchObject({ source: '2001:db8::1 port 40000', protocol: 'UDP', info: '5 bytes' });
    expect(dissection(bytes, ETHERNET)).toMatchObject({ source: '10.0.0.1', destination: '10.0.0.2' });
  });

  test('what is wrong is said', () => {
    expect(line(ethernet(0x0800, DATAGRAM).subarray(0, 20)).info).toBe(
      'IPv4 (0x0800)  [IPv4 header: 20 bytes required, 6 available, at byte 14]',
    );
    expect(line(new Uint8Array(0), 9999)).toEqual({ source: '', destination: '', protocol: 'Data', info: 'no bytes' });
    expect(line(TEXT, 9999)).toEqual({ source: '', destination: '', protocol: 'Data', info: '5 bytes' });
  });
});
