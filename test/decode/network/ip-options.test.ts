import { dissection } from '../../../src/decode/dissect.js';
import type { Layer } from '../../../src/decode/layer.js';
import { fromHex, ipv4, ipv6, join, udp } from '../../support/frames.js';
import { layerOf, lines, strayFields, topLines } from '../../support/layer-lines.js';

const IPV4 = 228;
const IPV6 = 229;
const EMPTY = udp(new Uint8Array(0));

function packet(options: string): Uint8Array {
  return ipv4({ protocol: 17, payload: EMPTY, options });
}

/** Fields of the first option behind its type and length. */
function first(options: string): string[] {
  const [found] = layerOf(packet(options), IPV4, 'ip').fields.slice(-1)[0].fields!;
  return lines(found.fields!.slice(2));
}

describe('IPv4', () => {
  test.each([
    ['070b 08 0a000001 0a000009 00', ['Pointer: 8', 'Route Data: 10.0.0.1', 'Route Data: 10.0.0.9 (next)']],
    ['8309 04 0a000001 0a00 000000', ['Pointer: 4', 'Route Data: 10.0.0.1 (next)', 'Data: 0a00']],
    [
      '4408 09 10 00000005',
      ['Pointer: 9', 'Overflow: 1', 'Flag: time stamps only (0)', 'Timestamp: 5 ms since midnight UT'],
    ],
    [
      '440c 0d 01 0a000001 80000005',
      [
        'Pointer: 13',
        'Overflow: 0',
        'Flag: time stamps and addresses (1)',
        'Internet Address: 10.0.0.1',
        'Timestamp: 2147483653 (non-standard)',
      ],
    ],
    ['4403 09 00', ['Data: 09']],
    [
      '820b abc5 0001 0002 000003 00',
      [
        'Security: 0xabc5',
        'Compartments: 0x0001',
        'Handling Restrictions: 0x0002',
        'Transmission Control Code: 000003',
      ],
    ],
    ['8204 ab80', ['Classification Level: Unclassified (171)', 'Protection Authority Flags: 80']],
    ['8803 07 00', ['Data: 07']],
    [
      '860c 00000007 0106 00020001',
      [
        'Domain of Interpretation: 7',
        'Tag: 010600020001',
        '  Tag Type: 1',
        '  Tag Length: 6',
        '  Tag Information: 00020001',
      ],
    ],
    ['1908 05 40 00000008', ['Function and Rate: 0x05', 'QS TTL: 64', 'QS Nonce: 0x00000008']],
    [
      '520c 0001 0002 ffff 0a000001',
      ['ID Number: 1', 'Outbound Hop Count: 2', 'Return Hop Count: 65535', 'Originator IP Address: 10.0.0.1'],
    ],
    ['9404 0001', ['Value: 1']],
  ])('%s', (hex, expected) => expect(first(hex)).toEqual(expected));

  test('the type, by its bits', () => {
    const [found] = layerOf(packet('94040000'), IPV4, 'ip').fields.slice(-1)[0].fields!;
    expect(lines(found.fields!.slice(0, 2))).toEqual([
      'Type: Router Alert (148)',
      '  Copied Flag: copied on fragmentation',
      '  Option Class: control (0)',
      '  Option Number: 20',
      'Length: 4',
    ]);
  });

  test('a problem is told', () => {
    const problem = (options: string) => layerOf(packet(options), IPV4, 'ip').problem;
    expect(problem('94030001')).toBe('IPv4 Router Alert option length: 3 bytes, 4 required, at byte 21');
    expect(problem('070c0400')).toBe('IPv4 Record Route option: 12 bytes required, 4 available, at byte 20');
    expect(problem('94040000')).toBeNull();
  });

  test('a checksum behind a source route covers the last address', () => {
    // The pseudo-header of 10.0.0.1 to 10.0.0.9, UDP, 8 bytes, ports 40000 and 40001, length 8.
    let sum = 0x0a00 + 1 + 0x0a00 + 9 + 17 + 8 + 40000 + 40001 + 8;
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
    const payload = udp(new Uint8Array(0), ~sum & 0xffff);
    const routed = ipv4({ protocol: 17, payload, options: '8307 04 0a000009 00' });
    expect(topLines(layerOf(routed, IPV4, 'udp'))[3]).toMatch(/ ok$/);
    const arrived = ipv4({ protocol: 17, payload, options: '8307 08 0a000009 00' });
    expect(topLines(layerOf(arrived, IPV4, 'udp'))[3]).toMatch(/ wrong/);
  });

  test('cut anywhere', () => {
    expect(strayFields(packet('440c 0d 01 0a000001 80000005'), IPV4)).toEqual([]);
    expect(strayFields(packet('070b 08 0a000001 0a000009 00'), IPV4)).toEqual([]);
  });
});

function extension(next: number, hex: string, name: string): Layer {
  return layerOf(ipv6(next, fromHex(hex)), IPV6, name);
}

describe('IPv6', () => {
  test.each([
    ['3b00 0502 0000 0100', ['Router Alert: MLD (0)', 'PadN: 0 bytes of padding']],
    ['3b00 c204 00020000', ['Jumbo Payload: 131072']],
    ['3b00 0401 04 010100', ['Tunnel Encapsulation Limit: 4', 'PadN: 1 byte of padding']],
    ['3b00 6304 80 1e 0003', ['RPL Option: O, R and F 0x80 O, RPLInstanceID 30, SenderRank 3']],
    ['3b00 3f04 01020304', ['Option 0x3f: 01020304']],
    [
      '3b01 0f0a 01 02 0003 0004 0005 0006 00 00',
      [
        expect.stringContaining('Performance and Diagnostic Metrics: ScaleDTLR 1, ScaleDTLS 2'),
        'Pad1: padding',
        'Pad1: padding',
      ],
    ],
  ])('%s', (hex, expected) => expect(topLines(extension(0, hex, 'ipv6.hopopts')).slice(2)).toEqual(expected));

  test('the type of an option, by its bits', () => {
    const layer = extension(60, '3b00 c204 00020000', 'ipv6.dstopts');
    expect(lines(layer.fields[2].fields!)).toEqual([
      'Option Type: Jumbo Payload (0xc2)',
      '  act: discard the packet and tell a unicast source (3)',
      '  chg: not set',
      '  rest: 2',
      'Opt Data Len: 4',
      'Jumbo Payload Length: 131072',
    ]);
    expect(extension(60, '3b00 0501 00 000000', 'ipv6.dstopts').problem).toBe(
      'IPv6 Router Alert option content: 2 bytes required, 1 available, at byte 44',
    );
  });

  test('routing headers', () => {
    const address = '20010db8000000000000000000000009';
    const segments = extension(43, `3b03 04 00 00 00 0000 ${address} 0506aabbccddeeff`, 'ipv6.routing');
    expect(topLines(segments).slice(4)).toEqual([
      'Last Entry: 0',
      'Flags: 0x00',
      'Tag: 0x0000',
      'Address[0]: 2001:db8::9',
      'HMAC: 0506aabbccddeeff',
    ]);
    const padded = extension(43, `3b03 04 00 00 00 0000 ${address} 00 0402 0000 00 0900`, 'ipv6.routing');
    expect(topLines(padded).slice(8)).toEqual(['Pad1: 00', 'PadN: 04020000', 'Pad1: 00', 'TLV 9: 0900']);
    const cut = extension(43, `3b03 04 00 00 00 0000 ${address} 0518000000000000`, 'ipv6.routing');
    expect(cut.problem).toBe('IPv6 segment routing HMAC TLV: 26 bytes required, 8 available, at byte 64');
    const rpl = extension(43, '3b02 03 02 88 000000 0000000000000001 0000000000000002', 'ipv6.routing');
    expect(topLines(rpl).slice(4)).toEqual([
      'CmprI: 8',
      'CmprE: 8',
      'Pad: 0',
      'Reserved: 0',
      'Address[0]: 0000000000000001',
      'Address[1]: 0000000000000002',
    ]);
  });

  test('mobility messages and their checksum', () => {
    const update = (checksum: string) => extension(135, `3b01 05 00 ${checksum} 0001 c000 0002 0102 0000`, 'mipv6');
    expect(topLines(update('0000')).slice(2)).toEqual([
      'MH Type: Binding Update (5)',
      'Reserved: 0',
      expect.stringMatching(/^Checksum: 0x0000 wrong, should be 0x[0-9a-f]{4}$/),
      'Sequence #: 1',
      'Flags: 0xc000 A, H',
      'Lifetime: 2',
      'PadN: 01020000',
    ]);
    const correct = /should be 0x(....)/.exec(topLines(update('0000'))[4])![1];
    expect(topLines(update(correct))[4]).toMatch(/ ok$/);
    expect(topLines(extension(135, '3b00 0b 00 0000 0102', 'mipv6')).slice(2)).toEqual([
      'MH Type: 11',
      'Reserved: 0',
      expect.stringContaining('Checksum'),
      'Message Data: 0102',
    ]);
    expect(extension(135, '3b00 01 00 0000 0102', 'mipv6').problem).toBe(
      'IPv6 mobility message: 10 bytes required, 2 available, at byte 46',
    );
  });

  test('fragments', () => {
    const layer = extension(44, '1100 000f 00000007', 'ipv6.fraghdr');
    expect(topLines(layer)).toEqual([
      'Next Header: UDP (17)',
      'Reserved: 0',
      'Fragment Offset: 1 (8 bytes)',
      'Res: 3',
      'M Flag: More Fragments',
      'Identification: 0x00000007',
    ]);
  });

  test('cut anywhere', () => {
    const frame = ipv6(
      0,
      join(fromHex('3c00 0502 0000 0100 2b00 c204 00020000 3b00 0401 04 010100'), new Uint8Array(4)),
    );
    expect(strayFields(frame, IPV6)).toEqual([]);
    expect(dissection(frame, IPV6).layers.map(({ name }) => name)).toContain('ipv6.routing');
  });
});
