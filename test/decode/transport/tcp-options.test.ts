import type { Layer } from '../../../src/decode/layer.js';
import { fromHex, ipv4, join } from '../../support/frames.js';
import { layerOf, lines, strayFields } from '../../support/layer-lines.js';

const IPV4 = 228;

function segment(options: string): Uint8Array {
  const bytes = fromHex(options);
  const offset = (5 + bytes.length / 4).toString(16);
  const header = fromHex(`c3ca01bb 00000bb8 00000bb5 ${offset}010ffff 0000 0000`);
  return ipv4({ protocol: 6, payload: join(header, bytes) });
}

function tcp(options: string): Layer {
  return layerOf(segment(options), IPV4, 'tcp');
}

/** Fields of the first option. */
function first(options: string): string[] {
  const layer = tcp(options);
  return lines(layer.fields.find(({ name }) => name === 'Options')!.fields!.slice(0, 1));
}

describe('fields of options', () => {
  test.each([
    [
      '020405b4',
      ['Maximum Segment Size: 1460', '  Kind: Maximum Segment Size (2)', '  Length: 4', '  Maximum Segment Size: 1460'],
    ],
    [
      '03030f01',
      [
        'Window Scale: 15 (multiply by 16384)',
        '  Kind: Window Scale (3)',
        '  Length: 3',
        '  Shift Count: 15 (multiply by 16384)',
      ],
    ],
    ['0402 0101', ['SACK Permitted: permitted', '  Kind: SACK Permitted (4)', '  Length: 2']],
    ['0101 050a 00000001 00000005', ['No-Operation: padding', '  Kind: No-Operation (1)']],
    [
      '080a 00000001 00000002 0101',
      [
        'Timestamps: value 1, echo reply 2',
        '  Kind: Timestamps (8)',
        '  Length: 10',
        '  TS Value (TSval): 1',
        '  TS Echo Reply (TSecr): 2',
      ],
    ],
    [
      '050a 00000001 00000005 0101',
      ['SACK: 1-5', '  Kind: SACK (5)', '  Length: 10', '  Left Edge of Block: 1', '  Right Edge of Block: 5'],
    ],
    [
      '1c04 8005',
      [
        'User Timeout: 5 minutes',
        '  Kind: User Timeout (28)',
        '  Length: 4',
        '  Granularity: minutes',
        '  User Timeout: 5 minutes',
      ],
    ],
    [
      '1d08 0102 aabbccdd',
      [
        'TCP Authentication: key 1, next key 2, MAC aabbccdd',
        '  Kind: TCP Authentication (29)',
        '  Length: 8',
        '  KeyID: 1',
        '  RNextKeyID: 2',
        '  MAC: aabbccdd',
      ],
    ],
    [
      '1312 00112233445566778899aabbccddeeff 0101',
      [
        'MD5 Signature: 00112233445566778899aabbccddeeff',
        '  Kind: MD5 Signature (19)',
        '  Length: 18',
        '  MD5 Digest: 00112233445566778899aabbccddeeff',
      ],
    ],
    ['2202 0101', ['TCP Fast Open Cookie: request', '  Kind: TCP Fast Open Cookie (34)', '  Length: 2']],
    [
      '2206 01020304 0101',
      ['TCP Fast Open Cookie: 01020304', '  Kind: TCP Fast Open Cookie (34)', '  Length: 6', '  Cookie: 01020304'],
    ],
    [
      'fe08 f989 01020304',
      [
        'Experiment 2: TCP Fast Open Cookie',
        '  Kind: Experiment 2 (254)',
        '  Length: 8',
        '  ExID: 0xf989',
        '  Cookie: 01020304',
      ],
    ],
    ['fd03 01 01', ['Experiment 1: 01', '  Kind: Experiment 1 (253)', '  Length: 3', '  Data: 01']],
    [
      'ac08 000001 000002',
      [
        'Accurate ECN Order 0: EE0B 1, ECEB 2',
        '  Kind: Accurate ECN Order 0 (172)',
        '  Length: 8',
        '  EE0B: 1',
        '  ECEB: 2',
      ],
    ],
    ['c804 0102', ['Option 200: 0102', '  Kind: Option 200 (200)', '  Length: 4', '  Data: 0102']],
  ])('%s', (hex, expected) => expect(first(hex)).toEqual(expected));
});

describe('Multipath TCP', () => {
  test.each([
    ['1e04 01 81', 'MP_CAPABLE (0), Flags 0x81 A, H'],
    ['1e0c 01 81 0000000000000001', "MP_CAPABLE (0), Flags 0x81 A, H, Option Sender's Key 0000000000000001"],
    [
      '1e16 01 01 0000000000000001 0000000000000002 0005 0101',
      "MP_CAPABLE (0), Flags 0x01 H, Option Sender's Key 0000000000000001, Option Receiver's Key 0000000000000002, Data-Level Length 5",
    ],
    [
      '1e0c 11 02 00000003 00000004',
      "MP_JOIN (1), Address ID 2, Receiver's Token 0x00000003, Sender's Random Number 4",
    ],
    [
      '1e10 10 02 0000000000000003 00000004',
      "MP_JOIN (1), Address ID 2, Sender's Truncated HMAC 0000000000000003, Sender's Random Number 4",
    ],
    [`1e18 1000 ${'ab'.repeat(20)}`, `MP_JOIN (1), Sender's HMAC ${'ab'.repeat(20)}`],
    ['1e0c 20 03 c8072fb90edab04e', 'DSS (2), Flags 0x03 a, A, Data ACK 14413541604287230030'],
    [
      '1e14 20 05 00000001 00000002 00000003 0004 0005',
      'DSS (2), Flags 0x05 M, A, Data ACK 1, Data Sequence Number 2, Subflow Sequence Number 3, Data-Level Length 4, Checksum 0x0005',
    ],
    ['1e08 34 01 0a000001', 'ADD_ADDR (3), Address ID 1, Address 10.0.0.1'],
    [
      '1e12 30 01 0a000001 0050 0000000000000009 0101',
      'ADD_ADDR (3), Address ID 1, Address 10.0.0.1, Port 80, Truncated HMAC 0000000000000009',
    ],
    ['1e14 36 01 20010db8000000000000000000000001', 'ADD_ADDR (3), Address ID 1, Address 2001:db8::1'],
    ['1e05 40 01 02 010101', 'REMOVE_ADDR (4), Address ID 1, Address ID 2'],
    ['1e03 51 01', 'MP_PRIO (5)'],
    ['1e0c 60 00 0000000000000007', 'MP_FAIL (6), Data Sequence Number 7'],
    ['1e0c 70 00 0000000000000007', "MP_FASTCLOSE (7), Option Receiver's Key 0000000000000007"],
    ['1e04 81 03', 'MP_TCPRST (8), Reason administratively prohibited (3)'],
    ['1e04 f0 03', 'MP_EXPERIMENTAL (15)'],
  ])('%s', (hex, text) => expect(first(hex)[0]).toBe(`Multipath TCP: ${text}`));

  test('parts that do not fit are told', () => {
    expect(tcp('1e06 20 03 0000 0101').problem).toBe('TCP DSS option: 9 bytes required, 3 available, at byte 43');
    expect(first('1e02 0101')).toEqual(['Multipath TCP: ', '  Kind: Multipath TCP (30)', '  Length: 2']);
  });
});

describe('lengths that lie', () => {
  test.each([
    ['02000000', 'TCP Maximum Segment Size option length: 0 bytes, at least 2 required, at byte 41'],
    ['02030000', 'TCP Maximum Segment Size option length: 3 bytes, 4 required, at byte 41'],
    ['05090101 01010101 01010101', 'TCP SACK option length: 9 bytes, 10, 18, 26 or 34 required, at byte 41'],
    ['08ff0101', 'TCP Timestamps option: 255 bytes required, 4 available, at byte 40'],
    ['01010108', 'TCP Timestamps option: 2 bytes required, 1 available, at byte 43'],
  ])('%s', (hex, problem) => expect(tcp(hex).problem).toBe(problem));

  test('cut anywhere', () => {
    for (const hex of [
      '020405b4 0402 080a0000000100000002 01 030307 050a00000001000000050000',
      `1e18 1000 ${'ab'.repeat(20)}`,
    ])
      expect(strayFields(segment(hex), IPV4)).toEqual([]);
  });
});
