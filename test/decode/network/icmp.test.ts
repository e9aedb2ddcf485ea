import { dissection } from '../../../src/decode/dissect.js';
import type { Layer } from '../../../src/decode/layer.js';
import { fromHex, ipv4, ipv6, join, udp } from '../../support/frames.js';
import { layerOf, lines, strayFields, topLines } from '../../support/layer-lines.js';

const IPV4 = 228;
const IPV6 = 229;
const QUOTED = ipv4({ protocol: 17, payload: udp(new Uint8Array(100)) });

function packet(hex: string, ...rest: Uint8Array[]): Uint8Array {
  return ipv4({ protocol: 1, payload: join(fromHex(hex), ...rest) });
}

function icmp(hex: string, ...rest: Uint8Array[]): Layer {
  return layerOf(packet(hex, ...rest), IPV4, 'icmp');
}

function icmpv6(hex: string): Layer {
  return layerOf(ipv6(58, fromHex(hex)), IPV6, 'icmpv6');
}

describe('ICMP', () => {
  test.each([
    [
      '0d00 0000 0001 0002 00000005 00000006 80000007',
      [
        'Identifier: 1 (0x0001)',
        'Sequence Number: 2',
        'Originate Timestamp: 5 ms since midnight UT',
        'Receive Timestamp: 6 ms since midnight UT',
        'Transmit Timestamp: 2147483655 (non-standard)',
      ],
    ],
    ['1200 0000 0001 0002 ffffff00', ['Identifier: 1 (0x0001)', 'Sequence Number: 2', 'Address Mask: 255.255.255.0']],
    [
      '0900 0000 01 02 0708 0a000001 00000005',
      ['Num Addrs: 1', 'Addr Entry Size: 2', 'Lifetime: 1800 s', 'Router Address: 10.0.0.1', 'Preference Level: 5'],
    ],
    ['0a00 0000 00000000', ['Reserved: 00000000']],
    ['0400 0000 00000000', ['Unused: 00000000']],
    ['0304 0000 0000 0578', ['Unused: 0000', 'Next-Hop MTU: 1400']],
    ['0304 0000 0008 0578', ['Unused: 00', 'Length: 8 (32 bytes of the original datagram)', 'Next-Hop MTU: 1400']],
    ['0c00 0000 05000000', ['Pointer: 5', 'Unused: 000000']],
    ['2b00 0000 0001 02 67', ['Identifier: 1 (0x0001)', 'Sequence Number: 2', 'State: 0x67 State 3, A, 4, 6']],
    [
      '1e00 0000 0001 0000 0002 0003 00000004 00000005',
      [
        'ID Number: 1',
        'Unused: 0000',
        'Outbound Hop Count: 2',
        'Return Hop Count: 3',
        'Output Link Speed: 4',
        'Output Link MTU: 5',
      ],
    ],
  ])('%s', (hex, expected) => expect(topLines(icmp(hex)).slice(3)).toEqual(expected));

  test('a message that ends too early', () => {
    expect(icmp('0d00 0000 0001 0002 00000005').problem).toBe(
      'ICMP message: 16 bytes required, 8 available, at byte 24',
    );
  });

  test('the checksum of a quoted message is not judged', () => {
    const echo = packet('0800 f7fc 0001 0002');
    const { layers } = dissection(packet('0301 0000 00000000', echo), IPV4);
    expect(topLines(layers[3])[2]).toBe('Checksum: 0xf7fc not verified: quoted');
  });
});

describe('extensions behind a quotation', () => {
  const MPLS = '2000 0000 0008 0101 00010b40';
  const padded = (length: number) => new Uint8Array(length - QUOTED.length);

  test('MPLS labels', () => {
    const layer = icmp('0b00 0000 0020 0000', QUOTED, fromHex(MPLS));
    const quoted = dissection(packet('0b00 0000 0020 0000', QUOTED, fromHex(MPLS)), IPV4);
    expect(quoted.protocols.join(':')).toBe('ip:icmp:ip:udp:data');
    expect(quoted.layers[4].end).toBe(28 + 128);
    expect(lines(layer.fields).slice(6)).toEqual([
      'Extension Structure: MPLS Label Stack: label 16, ttl 64',
      '  Version: 2',
      '  Reserved: 0x000',
      '  Checksum: 0x0000 none',
      '  MPLS Label Stack: label 16, ttl 64',
      '    Length: 8',
      '    Class-Num: MPLS Label Stack (1)',
      '    C-Type: 1',
      '    Label Stack Entry: label 16, ttl 64',
      '      Label: 16',
      '      Exp: 5',
      '      S: bottom of stack',
      '      TTL: 64',
    ]);
    expect(layer.problem).toBeNull();
  });

  test('a length of 0: the quotation takes 128 bytes where a sound structure follows', () => {
    const structure = fromHex('2000 0000 0008 0101 00010b40');
    let sum = 0x2000 + 0x0008 + 0x0101 + 0x0001 + 0x0b40;
    sum = (sum & 0xffff) + (sum >>> 16);
    structure.set([(~sum >>> 8) & 255, ~sum & 255], 2);
    const layer = icmp('0b00 0000 00000000', QUOTED, padded(128), structure);
    expect(topLines(layer).slice(-1)[0]).toBe('Extension Structure: MPLS Label Stack: label 16, ttl 64');
    for (const other of [
      '2001 1234 0008 0101 00000000',
      '4500 1234 0008 0101 00000000',
      '2000 0000 0008 0101 00000000',
    ]) {
      const found = topLines(icmp('0b00 0000 00000000', QUOTED, padded(128), fromHex(other)));
      expect(found.filter((line) => line.startsWith('Extension'))).toEqual([]);
    }
  });

  test('interfaces', () => {
    const information = '001a 020f 00000007 00010000 0a000001 06 6574683030 000005dc';
    const layer = icmp('0b00 0000 0020 0000', QUOTED, fromHex(`2000 0000 ${information}`));
    expect(lines(layer.fields)).toEqual(
      expect.arrayContaining([
        '    ifIndex: 7',
        '      IP Address: 10.0.0.1',
        '      Interface Name: "eth00"',
        '    MTU: 1500',
      ]),
    );
    const probe = icmp('2a00 0000 0001 02 01 2000 0000 0008 0302 00000007');
    expect(topLines(probe).slice(3)).toEqual([
      'Identifier: 1 (0x0001)',
      'Sequence Number: 2',
      'L: 0x01 L',
      'Extension Structure: Interface Identification: 7',
    ]);
  });

  test.each([
    ['2000 0000 0003 0101', 'ICMP extension object length: 3 bytes, at least 4 required, at byte 160'],
    ['2000 0000 0030 0101', 'ICMP extension object: 48 bytes required, 4 available, at byte 160'],
    ['2000', 'ICMP extension header: 4 bytes required, 2 available, at byte 156'],
    ['3000 0000', 'ICMP extension version: 3, 2 required, at byte 156'],
    ['2000 0000 0006 0208 0000', 'ICMP Interface Information object: 4 bytes required, 2 available, at byte 164'],
  ])('%s', (hex, problem) => {
    expect(icmp('0b00 0000 0020 0000', QUOTED, fromHex(hex)).problem).toBe(problem);
  });

  test('cut anywhere', () => {
    expect(strayFields(packet('0b00 0000 0020 0000', QUOTED, fromHex(MPLS)), IPV4)).toEqual([]);
  });
});

const GROUP = 'ff020000000000000000000000000001';

describe('ICMPv6', () => {
  test.each([
    [`8200 0000 2710 0000 ${GROUP}`, ['Maximum Response Delay: 10000 ms', 'Reserved: 0', 'Multicast Address: ff02::1']],
    [
      `8200 0000 2710 0000 ${GROUP} 0a 7d 0001 ${GROUP}`,
      [
        'Maximum Response Code: 10000 ms',
        'Reserved: 0',
        'Multicast Address: ff02::1',
        'Resv, S and QRV: 0x0a S, QRV 2',
        'QQIC: 125',
        'Number of Sources: 1',
        'Source Address: ff02::1',
      ],
    ],
    [
      `8f00 0000 0000 0001 04 00 0000 ${GROUP}`,
      ['Reserved: 0', 'Nr of Mcast Address Records: 1', 'Multicast Address Record: CHANGE_TO_EXCLUDE_MODE (4) ff02::1'],
    ],
    ['9b00 0000 0000', ['Flags: 0x00', 'Reserved: 0']],
    [
      `9b01 0000 01 02 0003 88 04 0000 ${GROUP} 00 0402aabb`,
      [
        'RPLInstanceID: 1',
        'Version Number: 2',
        'Rank: 3',
        'G, MOP and Prf: 0x88 G, MOP 1',
        'DTSN: 4',
        'Flags: 0x00',
        'Reserved: 0',
        'DODAGID: ff02::1',
        'Pad1: padding',
        'DODAG Configuration: 0402aabb',
      ],
    ],
    ['9b02 0000 01 80 00 05', ['RPLInstanceID: 1', 'K, D and Flags: 0x80 K', 'Reserved: 0', 'DAOSequence: 5']],
    ['9b03 0000 01 00 05 00', ['RPLInstanceID: 1', 'D and Reserved: 0x00', 'DAOSequence: 5', 'Status: 0']],
    ['9800 0000', []],
    ['6400 0000 01020304', ['Message Body: 01020304']],
  ])('%s', (hex, expected) => expect(topLines(icmpv6(hex)).slice(3)).toEqual(expected));

  test.each([
    [
      '1804 40 18 00000708 20010db800000000',
      'Route Information',
      'Prefix Length 64, Flags 0x18 Prf low (3), Route Lifetime 1800 s, Prefix 2001:db8::',
    ],
    [
      `1903 0000 ffffffff ${GROUP}`,
      'Recursive DNS Server',
      'Lifetime infinity, Address of IPv6 Recursive DNS Server ff02::1',
    ],
    [
      '1f03 0000 00000708 036c616e 00 3f6e6574 1b000000 000000',
      'DNS Search List',
      'Lifetime 1800 s, Domain Name lan, Malformed Domain Name 3f6e65741b000000000000',
    ],
    [
      '2602 0708 20010db8 0000 0000 0000 0000',
      'PREF64',
      /^Scaled Lifetime and PLC 0x0708 Scaled Lifetime 225, Prefix 2001:db8::$/,
    ],
    ['2502 687474703a2f2f7800000000 0000', 'Captive Portal', '"http://x"'],
    ['0e01 010203040506', 'Nonce', '010203040506'],
    ['0701 0000 00001388', 'Advertisement Interval', '5000 ms'],
  ])('%s', (hex, name, text) => {
    const bytes = hex.replace(/ /g, '');
    const length = Math.ceil(bytes.length / 16);
    const option =
      bytes.slice(0, 2) + length.toString(16).padStart(2, '0') + bytes.slice(4).padEnd(length * 16 - 4, '0');
    const found = icmpv6(`8600 0000 40c00708 00000001 00000002 ${option}`).fields.find((one) => one.name === name)!;
    if (typeof text === 'string') expect(found.text).toBe(text);
    else expect(found.text).toMatch(text);
  });

  test.each([
    [
      '8500 0000 00000000 0100',
      'ICMPv6 Source Link-layer Address option length: 0 bytes, at least 8 required, at byte 49',
    ],
    [
      '8500 0000 00000000 0102 0200',
      'ICMPv6 Source Link-layer Address option: 16 bytes required, 4 available, at byte 48',
    ],
    [
      '8500 0000 00000000 0301 0200 00000000',
      'ICMPv6 Prefix Information option content: 30 bytes required, 6 available, at byte 50',
    ],
    ['8f00 0000 0000 0001 0400', 'MLDv2 multicast address record: 20 bytes required, 2 available, at byte 48'],
    ['9b00 0000 0000 0405', 'RPL DODAG Configuration option: 7 bytes required, 2 available, at byte 46'],
    ['8700 0000 00000000 2001', 'ICMPv6 message: 20 bytes required, 6 available, at byte 44'],
    ['9b', 'ICMPv6 header: 8 bytes required, 1 available, at byte 40'],
  ])('%s', (hex, problem) => expect(icmpv6(hex).problem).toBe(problem));

  test('extensions behind a quotation', () => {
    const quoted = ipv6(17, udp(new Uint8Array(80)));
    const layer = layerOf(
      ipv6(58, join(fromHex('0300 0000 10000000'), quoted, fromHex('2000 0000 0008 0101 00010b40'))),
      IPV6,
      'icmpv6',
    );
    expect(topLines(layer).slice(-1)[0]).toBe('Extension Structure: MPLS Label Stack: label 16, ttl 64');
  });

  test('cut anywhere', () => {
    expect(strayFields(ipv6(58, fromHex(`8f00 0000 0000 0001 04 00 0001 ${GROUP} ${GROUP}`)), IPV6)).toEqual([]);
    expect(strayFields(ipv6(58, fromHex(`9b01 0000 01 02 0003 88 04 0000 ${GROUP} 00 0402aabb`)), IPV6)).toEqual([]);
  });
});

test.each([
  [1, 'multicast listener report v2 ff02::1'],
  [3, 'multicast listener report v2 ff02::1, ff02::1, ff02::1'],
  [5, 'multicast listener report v2 ff02::1, ff02::1, ff02::1 and 2 more'],
])('groups of a report of %d on its line', (count, info) => {
  const records = `04 00 0000 ${GROUP}`.repeat(count);
  expect(dissection(ipv6(58, fromHex(`8f00 0000 0000 000${count} ${records}`)), IPV6).column.info).toBe(info);
});
