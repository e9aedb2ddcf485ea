import { dissect, dissection } from '../../src/decode/dissect.js';
import type { Field, Layer } from '../../src/decode/layer.js';
import { fromHex, ipv4, ipv6, join, udp } from '../support/frames.js';

/** What single headers say in words. */

const IPV4 = 228;
const IPV6 = 229;

function layer(bytes: Uint8Array, linkType: number, name: string): Layer {
  const found = dissect(bytes, linkType).find((one) => one.name === name);
  if (found === undefined) throw new Error(`no layer ${name}`);
  return found;
}

/** "name: text" of fields within the field of that name, or of the layer. */
function lines(fields: Field[] | undefined): string[] {
  return (fields ?? []).map((field) => `${field.name}: ${field.text}`);
}

function inside(found: Layer, name: string): string[] {
  return lines(found.fields.find((field) => field.name === name)?.fields);
}

function text(found: Layer, name: string): string | undefined {
  return found.fields.find((field) => field.name === name)?.text;
}

describe('IPv4', () => {
  test('flags, service, options', () => {
    const packet = ipv4({
      protocol: 17,
      payload: udp(new Uint8Array(0)),
      flagsAndOffset: 0x4000,
      options: '01 94040000 070b04 c0000201 00000000 4408050100000000 88040007 86080000000a0102 00000000',
    });
    const found = layer(packet, IPV4, 'ip');
    expect(text(found, 'Flags')).toBe("0x2 Don't Fragment");
    expect(text(found, 'Type of Service')).toBe('0x00 DSCP 0, Not-ECT');
    expect(text(found, 'Protocol')).toBe('UDP (17)');
    expect(found.summary).toBe('10.0.0.1 → 10.0.0.2  ttl 64  id 7  DF  length 68  checksum ok');
    expect(inside(found, 'Options')).toEqual([
      'No Operation: padding',
      'Router Alert: router shall examine packet (0)',
      'Record Route: pointer 4, 192.0.2.1, 0.0.0.0',
      'Internet Timestamp: pointer 5, overflow 0, flag 1',
      'Stream Identifier: 7',
      'Commercial Security: domain of interpretation 10, 1 tag',
      'End of Option List: end',
      'Padding: 000000',
    ]);
  });

  test('options that lie', () => {
    const options = (hex: string) =>
      inside(layer(ipv4({ protocol: 17, payload: udp(new Uint8Array(0)), options: hex }), IPV4, 'ip'), 'Options');
    expect(options('07000000')).toEqual(['Malformed Option: Record Route of 0 bytes, 4 available']);
    expect(options('01010107')).toEqual([
      ...new Array(3).fill('No Operation: padding'),
      'Malformed Option: Record Route of 0 bytes, 1 available',
    ]);
    expect(options('07020000')).toEqual(['Record Route: ', 'End of Option List: end', 'Padding: 00']);
    expect(options('44020000')[0]).toBe('Internet Timestamp: ');
    expect(options('88030100')[0]).toBe('Stream Identifier: 01');
    expect(options('86030100')[0]).toBe('Commercial Security: 01');
    expect(options('4d040102')[0]).toBe('Option 77: 0102');
  });
});

describe('TCP', () => {
  const tcp = (options: string, flags = '12') => {
    const bytes = fromHex(options);
    const offset = (5 + bytes.length / 4).toString(16);
    return ipv4({
      protocol: 6,
      payload: join(fromHex(`c3ca01bb 00000bb8 00000bb5 ${offset}0${flags}ffff 0000 0000`), bytes),
    });
  };

  test('options', () => {
    const found = layer(
      tcp('020405b4 0402 080a0000000100000002 01 030307 050a0000000100000005 1c048005 0000'),
      IPV4,
      'tcp',
    );
    expect(inside(found, 'Options')).toEqual([
      'Maximum Segment Size: 1460',
      'SACK Permitted: permitted',
      'Timestamps: value 1, echo reply 2',
      'No-Operation: padding',
      'Window Scale: 7 (multiply by 128)',
      'SACK: 1-5',
      'User Timeout: 5 minutes',
      'End of Option List: end',
      'Padding: 00',
    ]);
    expect(text(found, 'Control Bits')).toBe('0x012 SYN, ACK');
    expect(found.summary).toMatch(
      /^50122 → 443 {2}\[S\.\] {2}seq 3000 {2}ack 2997 {2}win 65535 {2}length 0 {2}checksum wrong/,
    );
  });

  test('options that lie', () => {
    const options = (hex: string) => inside(layer(tcp(hex), IPV4, 'tcp'), 'Options');
    expect(options('02000000')).toEqual(['Malformed Option: Maximum Segment Size of 0 bytes, 4 available']);
    expect(options('02030000')[0]).toBe('Maximum Segment Size: 00');
    expect(options('03040101')[0]).toBe('Window Scale: 0101');
    expect(options('08040101')[0]).toBe('Timestamps: 0101');
    expect(options('1c030100')[0]).toBe('User Timeout: 01');
    expect(options('c8040101')[0]).toBe('Option 200: 0101');
    expect(text(layer(tcp('01010101'), IPV4, 'tcp'), 'Options')).toBe('padding');
  });

  test('a data offset that lies', () => {
    const short = ipv4({ protocol: 6, payload: fromHex('c3ca01bb 00000bb8 00000bb5 4002ffff 0000 0000') });
    expect(layer(short, IPV4, 'tcp').problem).toBe('TCP data offset: 16 bytes, at least 20 required, at byte 32');
    const long = ipv4({ protocol: 6, payload: fromHex('c3ca01bb 00000bb8 00000bb5 f002ffff 0000 0000') });
    expect(layer(long, IPV4, 'tcp').problem).toBe('TCP header: 60 bytes required, 20 available, at byte 20');
  });
});

test('UDP whose length is below its header', () => {
  const packet = ipv4({ protocol: 17, payload: fromHex('0001 0002 0003 0000') });
  expect(layer(packet, IPV4, 'udp').problem).toBe('UDP length: 3 bytes, at least 8 required, at byte 24');
});

describe('ICMP', () => {
  const icmp = (hex: string) => layer(ipv4({ protocol: 1, payload: fromHex(hex) }), IPV4, 'icmp');
  test.each([
    ['0800 f7fc 0001 0002', 'echo request id 1 seq 2  checksum ok'],
    ['0304 0000 0000 0578', /^fragmentation needed \(next-hop MTU 1400\)/],
    ['0501 0000 0a000009', /^redirect to 10\.0\.0\.9/],
    ['0c00 0000 05000000', /^pointer indicates the error at byte 5/],
    ['0b00 0000 00000000', /^time to live exceeded in transit/],
    ['6300 0000 00000000', /^type 99/],
  ])('%s', (hex, summary) => expect(icmp(hex).summary).toMatch(summary));

  test('RFC 4884: a length ends the quotation', () => {
    const quoted = join(ipv4({ protocol: 17, payload: udp(new Uint8Array(100)) }), fromHex('20000000'));
    const packet = ipv4({ protocol: 1, payload: join(fromHex('0b00 0000 00200000'), quoted) });
    const inner = dissect(packet, IPV4);
    expect(inner.map((one) => one.name)).toEqual(['ip', 'icmp', 'ip', 'udp', 'data']);
    expect(inner.every((one) => one.problem === null)).toBe(true);
  });
});

describe('ICMPv6', () => {
  const target = '20010db8000000000000000000000009';
  const icmpv6 = (hex: string) => layer(ipv6(58, fromHex(hex)), IPV6, 'icmpv6');
  test.each([
    ['8000 0000 0001 0002', /^echo request id 1 seq 2/],
    ['0200 0000 00000500', /^packet too big \(MTU 1280\)/],
    ['0401 0000 00000028', /^unrecognized next header at byte 40/],
    ['8500 0000 00000000 0101020000000001', /^router solicitation/],
    [`8700 0000 00000000 ${target}`, /^neighbor solicitation for 2001:db8::9/],
    [`8800 0000 60000000 ${target}`, /^neighbor advertisement of 2001:db8::9/],
    [`8900 0000 00000000 ${target} ${target}`, /^redirect to 2001:db8::9/],
    ['8700 0000 00000000 2001', /^neighbor solicitation {2}/],
    ['8600 0000 40000708 00', /^router advertisement {2}/],
    ['c800 0000 00000000', /^type 200/],
  ])('%s', (hex, summary) => expect(icmpv6(hex).summary).toMatch(summary));

  test('options of neighbour discovery', () => {
    const prefix = '0304 40c0 00015180 00003840 00000000 20010db8000000000000000000000000';
    const advertisement = icmpv6(
      `8600 0000 40c00708 00000001 00000002 0101020000000001 0501000000000578 ${prefix} 6301000000000000 0100`,
    );
    expect(lines(advertisement.fields).slice(3)).toEqual([
      'Cur Hop Limit: 64',
      'Flags: 0xc0 M, O',
      'Router Lifetime: 1800 s',
      'Reachable Time: 1 ms',
      'Retrans Timer: 2 ms',
      'Source Link-layer Address: 02:00:00:00:00:01',
      'MTU: 1400',
      'Prefix Information: Prefix Length 64, Flags 0xc0 L, A, Valid Lifetime 86400 s, Preferred Lifetime 14400 s, Prefix 2001:db8::',
      'Option 99: 000000000000',
      'Malformed Option: Source Link-layer Address of 0 bytes, 2 available',
    ]);
    const flags = icmpv6(`8800 0000 60000000 ${target} 0201020000000001`);
    expect(lines(flags.fields).slice(3, 4)).toEqual(['Flags: 0x60000000 S, O']);
    expect(inside(flags, 'Flags').slice(0, 3)).toEqual(['R: not set', 'S: set', 'O: set']);
  });
});

describe('IPv6 extension headers', () => {
  test('options, a jumbogram', () => {
    const found = layer(
      ipv6(0, join(fromHex('1102 05020000 c90a 00000000000000000000 040101 0100 00'), udp(new Uint8Array(0)))),
      IPV6,
      'ipv6.hopopts',
    );
    expect(lines(found.fields).slice(2)).toEqual([
      'Router Alert: MLD (0)',
      'Home Address: 00000000000000000000',
      'Tunnel Encapsulation Limit: 1',
      'PadN: 0 bytes of padding',
      'Pad1: padding',
    ]);
    const jumbo = join(
      fromHex('60000000 0000 00 40'),
      new Uint8Array(32),
      fromHex('1100 c204 00011170'),
      udp(new Uint8Array(0)),
    );
    const header = layer(jumbo, IPV6, 'ipv6');
    expect(header.problem).toBe('IPv6 payload: 70000 bytes required, 16 available, at byte 40');
    expect(lines(layer(jumbo, IPV6, 'ipv6.hopopts').fields)[2]).toBe('Jumbo Payload: 70000');
  });

  test('an option that does not fit', () => {
    const found = layer(ipv6(60, fromHex('3b00 3f20 00000000')), IPV6, 'ipv6.dstopts');
    expect(lines(found.fields)[2]).toBe('Malformed Option: Option 0x3f of 34 bytes, 6 available');
    expect(layer(ipv6(60, fromHex('3b05 0000 00000000')), IPV6, 'ipv6.dstopts').problem).toBe(
      'IPv6 destination options: 48 bytes required, 8 available, at byte 40',
    );
  });

  test('routing: the last segment is in the pseudo-header', () => {
    const segment = '20010db8000000000000000000000007';
    const routed = (type: string) =>
      ipv6(43, join(fromHex(`1102 ${type}01 00000000 ${segment}`), udp(new Uint8Array(0), 1)));
    const found = layer(routed('04'), IPV6, 'ipv6.routing');
    expect(found.summary).toBe('Segment Routing (4)  segments left 1  2001:db8::7');
    const expected = layer(ipv6(17, udp(new Uint8Array(0), 1)), IPV6, 'udp').summary;
    for (const type of ['00', '04']) expect(layer(routed(type), IPV6, 'udp').summary).not.toBe(expected);
    expect(lines(layer(routed('05'), IPV6, 'ipv6.routing').fields)).toContain(`Type-specific Data: ${segment}`);
  });

  test('a home address stands in for the source', () => {
    const home = join(fromHex('1102 01020000 c910 20010db8000000000000000000000007'), udp(new Uint8Array(0), 1));
    const moved = layer(ipv6(60, home), IPV6, 'udp').summary;
    expect(moved).not.toBe(layer(ipv6(17, udp(new Uint8Array(0), 1)), IPV6, 'udp').summary);
  });

  test('fragment, mobility, AH, HIP', () => {
    expect(layer(ipv6(44, fromHex('1100 00b9 00000007 0102')), IPV6, 'ipv6.fraghdr').summary).toBe(
      'offset 184  id 0x00000007  More Fragments',
    );
    expect(layer(ipv6(135, fromHex('3b00 0500 1234 0000')), IPV6, 'mipv6').summary).toBe('Binding Update (5)');
    expect(layer(ipv6(51, fromHex('3b04 0000 00000001 00000002')), IPV6, 'ah').problem).toBe(
      'AH header: 24 bytes required, 12 available, at byte 40',
    );
    expect(layer(ipv6(139, fromHex('3b00 0000 00000000')), IPV6, 'hip').summary).toBe('8 bytes');
  });
});

describe('SCTP', () => {
  const sctp = (chunks: string) =>
    layer(
      ipv4({ protocol: 132, payload: join(fromHex('0001 0002 00000003 00000000'), fromHex(chunks)) }),
      IPV4,
      'sctp',
    );
  test('chunks by type', () => {
    const found = sctp('00030013 00000001 0002 0003 00000000 616263 00 0b000004 c8000005 01 000000');
    expect(found.summary).toMatch(
      /^1 → 2 {2}DATA, COOKIE ACK, chunk 200 {2}tag 0x00000003 {2}checksum wrong \(offload\?\)/,
    );
    expect(inside(found, 'DATA').slice(3)).toEqual([
      'TSN: 1',
      'Stream Identifier: 2',
      'Stream Sequence Number: 3',
      'Payload Protocol Identifier: 0',
      'User Data: 616263',
    ]);
  });
  test('chunks that lie', () => {
    expect(sctp('0b000003').problem).toBe('SCTP chunk length: 3 bytes, at least 4 required, at byte 34');
    expect(sctp('0b0000').problem).toBe('SCTP chunk header: 4 bytes required, 3 available, at byte 32');
    expect(sctp('0b000009').problem).toBe('SCTP chunk: 9 bytes required, 4 available, at byte 32');
  });
});

describe('ARP', () => {
  const arp = (opcode: string, addresses = '020000000001 0a000002 020000000009 0a000001') =>
    layer(fromHex(`ffffffffffff 020000000001 0806 0001 0800 06 04 ${opcode} ${addresses}`), 1, 'arp');
  test.each([
    ['0001', 'who has 10.0.0.1, tell 10.0.0.2'],
    ['0002', '10.0.0.2 is at 02:00:00:00:00:01'],
    ['0003', 'who is 02:00:00:00:00:09, tell 02:00:00:00:00:01'],
    ['0004', '02:00:00:00:00:09 is at 10.0.0.1'],
    ['0008', 'inverse request (8) from 10.0.0.2 to 10.0.0.1'],
  ])('%s', (opcode, summary) => expect(arp(opcode).summary).toBe(summary));
  test('announcement, cut', () => {
    expect(arp('0001', '020000000001 0a000002 000000000000 0a000002').summary).toBe('announcement of 10.0.0.2');
    expect(arp('0001', '020000000001 0a00').problem).toBe('ARP addresses: 20 bytes required, 8 available, at byte 22');
  });
});

describe('link layers', () => {
  test('PPPoE discovery', () => {
    const tags = '0101 0000 0102 0003 61 1b 62 0103 0002 beef 7777 0001 00 0104 00ff';
    const found = layer(
      fromHex(`ffffffffffff 020000000001 8863 1107 0000 ${(27).toString(16).padStart(4, '0')} ${tags}`),
      1,
      'pppoed',
    );
    expect(lines(found.fields).slice(5)).toEqual([
      'Service-Name: ""',
      'AC-Name: "a\\x1bb"',
      'Host-Uniq: beef',
      'Tag 0x7777: 00',
      'Malformed Tag: AC-Cookie of 255 bytes, 0 available',
    ]);
    expect(layer(fromHex('ffffffffffff 020000000001 8863 1107 0000 0009 00000000'), 1, 'pppoed').problem).toBe(
      'PPPoE discovery payload: 9 bytes required, 4 available, at byte 20',
    );
  });

  test('addresses in words', () => {
    const found = layer(fromHex('ffffffffffff 020000000001 1234'), 1, 'eth');
    expect(lines(found.fields)).toEqual([
      'Destination Address: ff:ff:ff:ff:ff:ff broadcast',
      'Source Address: 02:00:00:00:00:01 locally administered',
      'Type: 0x1234',
    ]);
    expect(text(layer(fromHex('01005e000001 000000000001 1234'), 1, 'eth'), 'Destination Address')).toBe(
      '01:00:5e:00:00:01 multicast',
    );
  });

  test('MPLS without a bottom', () => {
    const found = layer(fromHex('020000000002 020000000001 8847 0001 0040'), 1, 'mpls');
    expect(found.problem).toBe('MPLS label stack entry: 4 bytes required, 0 available, at byte 18');
    expect(found.summary).toBe('label 16');
    const many = layer(fromHex(`020000000002 020000000001 8847 ${'00010040'.repeat(40)}`), 1, 'mpls');
    expect(many.problem).toBe('MPLS label stack: 32 entries are read at most, what begins at byte 142 is not');
  });

  test.each([
    ['c021 01010004', 'LCP configure request'],
    ['c021 0a010004', 'LCP echo reply'],
    ['8021 02010004', 'IPCP configure ack'],
    ['c023 03010004', 'PAP authenticate nak'],
    ['c223 01010004', 'CHAP challenge'],
    ['80fd 0f010004', 'CCP reset ack'],
    ['80fd 09010004', 'CCP code 9'],
    ['c021 00', 'LCP code 0'],
    ['c021', 'LCP (0xc021)'],
    ['c025 00', 'LQR (0xc025)'],
  ])('what PPP says of itself: %s', (hex, info) => {
    expect(dissection(fromHex(hex), 9).column.info).toBe(info);
  });

  test('PPP cut', () => {
    expect(layer(fromHex('ff03'), 9, 'ppp').problem).toBe('PPP header: 4 bytes required, 2 available, at byte 0');
    expect(layer(fromHex('00'), 9, 'ppp').problem).toBe('PPP header: 2 bytes required, 1 available, at byte 0');
  });
});

describe('wireless', () => {
  const addresses = '020000000001 020000000002 020000000003';
  test('four addresses, QoS and HT control', () => {
    const found = layer(fromHex(`8883 0000 ${addresses} 1000 020000000004 0500 01000000`), 105, 'wlan');
    expect(lines(found.fields).slice(5)).toEqual([
      'Sequence Control: fragment 0, sequence 1',
      'Address 4: 02:00:00:00:00:04 locally administered',
      'QoS Control: 0x0005 TID 5',
      'HT Control: 0x00000001',
    ]);
    expect(found.summary).toBe('02:00:00:00:00:04 → 02:00:00:00:00:03  QoS data');
  });

  test('what stops the way to LLC', () => {
    const names = (hex: string) => dissect(fromHex(hex), 105).map((one) => one.name);
    expect(names(`0841 0000 ${addresses} 1000 aaaa03`)).toEqual(['wlan', 'data']);
    expect(names(`8801 0000 ${addresses} 1000 8000 aaaa03`)).toEqual(['wlan', 'data']);
    expect(names(`0801 0000 ${addresses} 1100 aaaa03`)).toEqual(['wlan', 'data']);
    expect(names(`8000 0000 ${addresses} 1000 0000`)).toEqual(['wlan']);
    expect(names('d400 0000 020000000001')).toEqual(['wlan']);
  });

  test('a header cut behind its first ten bytes', () => {
    const found = layer(fromHex('0801 0000 020000000001 0200'), 105, 'wlan');
    expect(found.problem).toBe('802.11 header: 24 bytes required, 12 available, at byte 0');
    expect(found.fields.map((field) => field.name)).toEqual(['Frame Control', 'Duration/ID', 'Address 1']);
  });

  test('radiotap: fields, check sequence, padding', () => {
    const header = '0000 2000 7f000000 0100000000000000 30 04 6c09a000 1234 d8 a0 000000000000';
    const body = `8801 0000 ${addresses} 1000 0000 0000 aaaa03 000000 0806`;
    const layers = dissect(fromHex(`${header} ${body} 01020304`), 127);
    expect(lines(layers[0].fields).slice(4)).toEqual([
      'TSFT: 1 us',
      'Flags: 0x30 FCS at End, Data Pad',
      'Rate: 2 Mbit/s',
      'Channel: 2412 MHz, flags 0x00a0 CCK, 2 GHz',
      'FHSS: hop set 18, pattern 52',
      'Antenna Signal: -40 dBm',
      'Antenna Noise: -96 dBm',
      'Other Fields: 000000000000',
      'Frame Check Sequence: 01020304',
    ]);
    expect(layers.map((one) => one.name)).toEqual(['radiotap', 'wlan', 'llc', 'arp']);
  });

  test('headers that lie', () => {
    expect(layer(fromHex('0000 0700 00000000'), 127, 'radiotap').problem).toBe(
      'radiotap header length: 7 bytes, at least 8 required, at byte 2',
    );
    expect(layer(fromHex('0000 0900 00000000'), 127, 'radiotap').problem).toBe(
      'radiotap header: 9 bytes required, 8 available, at byte 0',
    );
    expect(layer(fromHex('0000 0700 69000000'), 192, 'ppi').problem).toBe(
      'PPI header length: 7 bytes, at least 8 required, at byte 2',
    );
    expect(layer(fromHex('0000 0900 69000000'), 192, 'ppi').problem).toBe(
      'PPI header: 9 bytes required, 8 available, at byte 0',
    );
    const avs = join(fromHex('80211001 00000050'), new Uint8Array(56));
    expect(layer(avs, 163, 'wlancap').problem).toBe('AVS header: 80 bytes required, 64 available, at byte 0');
  });

  test('PPI: a check sequence told by 802.11-Common', () => {
    const common = `0200 1400 0000000000000000 0100 ${'00'.repeat(10)}`;
    const layers = dissect(fromHex(`0000 2400 69000000 ${common} 0900 0000 d400 0000 020000000001 01020304`), 192);
    expect(
      lines(layers[0].fields)
        .slice(4)
        .map((line) => line.split(':')[0]),
    ).toEqual(['802.11-Common', 'Field 9', 'Frame Check Sequence']);
    expect(layers[1]).toMatchObject({ name: 'wlan', start: 36, end: 46 });
  });
});
