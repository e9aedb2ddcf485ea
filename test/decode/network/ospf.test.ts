import { pseudoHeaderSum } from '../../../src/decode/checksum.js';
import type { Layer } from '../../../src/decode/layer.js';
import { emitOspf, viewOspf } from '../../../src/decode/network/ospf.js';
import { fromHex, ipv4, ipv6, join } from '../../support/frames.js';
import { layerOf, lines, strayFields, topLines } from '../../support/layer-lines.js';

const IPV4 = 228;
const IPV6 = 229;

const HEAD_2 = (type: string, authentication = '0000 0000000000000000') =>
  `02 ${type} 0000 0a0000fe 00000001 0000 ${authentication}`;
const HEAD_3 = (type: string) => `03 ${type} 0000 0a0000fe 00000001 0000 05 00`;

/** The packet with its right length and checksum, `behind` it what the length leaves out. */
function packet2(hex: string, behind = ''): Uint8Array {
  const bytes = fromHex(hex);
  const made = emitOspf(viewOspf(bytes, 0, bytes.length)!, { length: true, pseudoSum: 0 });
  return ipv4({ protocol: 89, payload: join(made, fromHex(behind)) });
}

function packet3(hex: string, behind = ''): Uint8Array {
  const bytes = fromHex(hex);
  const pseudoSum = pseudoHeaderSum(ipv6(89, bytes), { family: 6, source: 8, destination: 24 }, 89, bytes.length);
  const made = emitOspf(viewOspf(bytes, 0, bytes.length)!, { length: true, pseudoSum });
  return ipv6(89, join(made, fromHex(behind)));
}

function ospf2(hex: string, behind = ''): Layer {
  return layerOf(packet2(hex, behind), IPV4, 'ospf');
}

function ospf3(hex: string, behind = ''): Layer {
  return layerOf(packet3(hex, behind), IPV6, 'ospf');
}

/** Both checksum bytes of ISO 8473 annex C put into an advertisement, counted without its age. */
function advertisement(hex: string): string {
  const bytes = fromHex(hex);
  bytes.set([bytes.length >>> 8, bytes.length & 255], 18);
  for (let first = 0; first < 256; first++) {
    for (let second = 0; second < 256; second++) {
      bytes.set([first, second], 16);
      let [low, high] = [0, 0];
      for (const byte of bytes.subarray(2)) {
        low = (low + byte) % 255;
        high = (high + low) % 255;
      }
      if (low === 0 && high === 0) return Buffer.from(bytes).toString('hex');
    }
  }
  throw new Error('no checksum');
}

const LSA_2 = (type: string, body: string) =>
  advertisement(`000a 22 ${type} 0a000001 0a0000fe 80000001 0000 0000 ${body}`);
const LSA_3 = (type: string, body: string) =>
  advertisement(`800a ${type} 00000007 0a0000fe 80000001 0000 0000 ${body}`);

test('hello of version 2', () => {
  const layer = ospf2(`${HEAD_2('01')} ffffff00 000a 02 01 00000028 0a000001 0a000002 0a000003 0a000004`);
  expect(layer.problem).toBeNull();
  expect(layer.title).toBe('OSPFv2');
  expect(layer.summary).toBe('Hello  router 10.0.0.254  designated router 10.0.0.1, 2 neighbors  checksum ok');
  expect(topLines(layer)).toEqual([
    'Version #: 2',
    'Type: Hello (1)',
    'Packet Length: 52',
    'Router ID: 10.0.0.254',
    'Area ID: 0.0.0.1',
    expect.stringMatching(/^Checksum: 0x[0-9a-f]{4} ok$/),
    'AuType: Null authentication (0)',
    'Authentication: 0000000000000000',
    'Network Mask: 255.255.255.0',
    'HelloInterval: 10 s',
    'Options: 0x02 E',
    'Rtr Pri: 1',
    'RouterDeadInterval: 40 s',
    'Designated Router: 10.0.0.1',
    'Backup Designated Router: 10.0.0.2',
    'Neighbor: 10.0.0.3',
    'Neighbor: 10.0.0.4',
  ]);
});

test('a password, a digest with link-local signaling behind it', () => {
  const body = 'ffffff00 000a 12 01 00000028 00000000 00000000';
  expect(topLines(ospf2(`${HEAD_2('01', '0001 7365637265740000')} ${body}`))[7]).toBe(
    'Authentication: "secret\\x00\\x00"',
  );
  const signaling = '0000 0009 0001 0004 00000001 0002 0014 00000005 00112233445566778899aabbccddeeff';
  const layer = ospf2(`${HEAD_2('01', '0002 0000 01 10 00000007')} ${body}`, `${'ab'.repeat(16)} ${signaling}`);
  expect(layer.problem).toBeNull();
  expect(topLines(layer)[5]).toMatch(/ none$/);
  expect(lines(layer.fields.slice(-2))).toEqual([
    `Authentication Data: ${'ab'.repeat(16)}`,
    expect.stringMatching(/^LLS Data Block: Extended Options and Flags \(1\) 00000001, Cryptographic Authentication/),
    '  Checksum: 0x0000',
    '  LLS Data Length: 9',
    '  TLV: Extended Options and Flags (1) 00000001',
    '    Type: Extended Options and Flags (1)',
    '    Length: 4',
    '    Value: 00000001',
    expect.stringMatching(/^ {2}TLV: Cryptographic Authentication \(2\)/),
    '    Type: Cryptographic Authentication (2)',
    '    Length: 20',
    '    Value: 0000000500112233445566778899aabbccddeeff',
  ]);
});

test('description, request, acknowledgment', () => {
  const head = LSA_2('01', '').slice(0, 40);
  const description = ospf2(`${HEAD_2('02')} 05dc 02 07 00000081 ${head} ${head}`);
  expect(description.summary).toMatch(/^Database Description {2}router 10\.0\.0\.254 {2}2 LSAs/);
  expect(topLines(description).slice(8)).toEqual([
    'Interface MTU: 1500',
    'Options: 0x02 E',
    'Flags: 0x07 I, M, MS',
    'DD Sequence Number: 129',
    'LSA Header: Router-LSA 10.0.0.1 of 10.0.0.254',
    'LSA Header: Router-LSA 10.0.0.1 of 10.0.0.254',
  ]);
  expect(lines([description.fields[12]])).toContain('  Advertising Router: 10.0.0.254');
  const request = ospf2(`${HEAD_2('03')} 00000002 0a000001 0a0000fe`);
  expect(topLines(request)[8]).toBe('Request: Network-LSA (2) 10.0.0.1 of 10.0.0.254');
  expect(ospf2(`${HEAD_2('05')} ${head}`).summary).toMatch(/ 1 LSA /);
  expect(ospf2(`${HEAD_2('05')} ${head} 00`).problem).toMatch(/^LSA header: 20 bytes required, 1 available/);
});

test.each([
  ['01', '02 00 0001 0a000002 ffffff00 03 01 000a 00 00 0014', 'Link: stub (3) 10.0.0.2  metric 10'],
  ['02', 'ffffff00 0a000001 0a000002', 'Attached Router: 10.0.0.2'],
  ['03', 'ffffff00 00 00000a 08 000014', 'TOS Metric: 20'],
  ['04', '00000000 00 00000a', 'Metric: 10'],
  ['05', 'ffffff00 80 000014 00000000 00000007', 'External Route Tag: 7'],
  ['07', 'ffffff00 00 000014 0a000009 00000007', 'External Route Tag: 7'],
  ['0a', '0001 0004 0a000001 0002 0001 01000000', 'TLV: 2 01'],
  ['63', '0102', 'Body: 0102'],
])('advertisement %s of version 2', (type, body, last) => {
  const hex = `${HEAD_2('04')} 00000001 ${LSA_2(type, body)}`;
  const layer = ospf2(hex);
  expect(layer.problem).toBeNull();
  const parts = layer.fields[9].fields!;
  expect(`${parts.at(-1)!.name}: ${parts.at(-1)!.text}`).toBe(last);
  expect(parts.find(({ name }) => name === 'LS Checksum')!.text).toMatch(/ ok$/);
  expect(strayFields(packet2(hex), IPV4)).toEqual([]);
});

test.each([
  ['2001', '01 000033 01 00 000a 00000001 00000002 0a000002', 'Link: point-to-point (1) 10.0.0.2  metric 10'],
  ['2002', '00 000033 0a000001', 'Attached Router: 10.0.0.1'],
  ['2003', '00 00004a 40 00 0000 20010db800000003', 'Prefix: 2001:db8:0:3::/64'],
  ['2004', '00 000013 00 00000a 0a000009', 'Destination Router ID: 10.0.0.9'],
  [
    '4005',
    '07 000014 20 00 2001 20010db8 20010db8000000000000000000000009 00000007 0a000001',
    'Referenced Link State ID: 10.0.0.1',
  ],
  ['2007', '00 000014 00 00 0000', 'Prefix: ::/0'],
  [
    '0008',
    '01 000033 fe800000000000000000000000000001 00000001 40 00 0000 20010db800000012',
    'Prefix: 2001:db8:0:12::/64',
  ],
  ['2009', '0001 2001 00000000 0a0000fe 40 02 000a 20010db800000012', 'Prefix: 2001:db8:0:12::/64'],
  ['a00c', '0001 0004 80000000', 'TLV: 1 80000000'],
  ['2063', '0102', 'Body: 0102'],
])('advertisement %s of version 3', (type, body, last) => {
  const hex = `${HEAD_3('04')} 00000001 ${LSA_3(type, body)}`;
  const layer = ospf3(hex);
  expect(layer.problem).toBeNull();
  const parts = layer.fields[9].fields!;
  expect(`${parts.at(-1)!.name}: ${parts.at(-1)!.text}`).toBe(last);
  expect(parts.find(({ name }) => name === 'LS Checksum')!.text).toMatch(/ ok$/);
  expect(parts[0].text).toBe('10 s, does not age');
  expect(strayFields(packet3(hex), IPV6)).toEqual([]);
});

test('hello of version 3 with an authentication trailer', () => {
  const layer = ospf3(
    `${HEAD_3('01')} 00000002 01 000413 000a 0028 0a000001 0a000002 0a000003`,
    `0001 0014 0000 0001 0000000000000007 ${'cd'.repeat(4)}`,
  );
  expect(layer.problem).toBeNull();
  expect(layer.summary).toBe('Hello  router 10.0.0.254  designated router 10.0.0.1, 1 neighbor  checksum ok');
  expect(topLines(layer).slice(6, 9)).toEqual(['Instance ID: 5', '0: 0', 'Interface ID: 2']);
  expect(lines(layer.fields.slice(-1))).toEqual([
    'Authentication Trailer: 1',
    '  Authentication Type: 1',
    '  Authentication Data Length: 20',
    '  Reserved: 0',
    '  Security Association Identifier: 1',
    '  Cryptographic Sequence Number: 0000000000000007',
    '  Authentication Data: cdcdcdcd',
  ]);
  expect(ospf3(`${HEAD_3('02')} 00 000013 05dc 00 07 00000081`).problem).toBeNull();
  expect(topLines(ospf3(`${HEAD_3('03')} 0000 2001 00000000 0a0000fe`)).at(-1)).toBe(
    'Request: Router-LSA (0x2001) 0.0.0.0 of 10.0.0.254',
  );
});

test('what lies or is missing is told', () => {
  const raw = (hex: string) => layerOf(ipv4({ protocol: 89, payload: fromHex(hex) }), IPV4, 'ospf').problem;
  expect(raw(HEAD_2('01').slice(0, 30))).toMatch(/^OSPF header: 16 bytes required, \d+ available, at byte 20$/);
  expect(raw(`02 01 0018 0a0000fe 00000001 0000 0000 000000`)).toBe(
    'OSPF header: 24 bytes required, 19 available, at byte 20',
  );
  expect(raw(`02 01 0010 0a0000fe 00000001 0000 0000 0000000000000000`)).toBe(
    'OSPF packet length: 16 bytes, at least 24 required, at byte 22',
  );
  expect(raw(`02 01 0099 0a0000fe 00000001 0000 0000 0000000000000000`)).toBe(
    'OSPF packet length: 153 bytes required, 24 available, at byte 20',
  );
  expect(raw(`07 01 0018 0a0000fe 00000001 0000 0000 0000000000000000`)).toBe(
    'OSPF version: 7, 2 or 3 required, at byte 20',
  );
  expect(ospf2(`${HEAD_2('04')} ffffffff ${LSA_2('02', 'ffffff00')}`).problem).toBe(
    'OSPF update: 85899345880 bytes required, 0 available, at byte 72',
  );
  expect(ospf2(`${HEAD_2('04')} 00000001 000a 22 02 0a000001 0a0000fe 80000001 0000 0013`).problem).toBe(
    'LSA length: 19 bytes, at least 20 required, at byte 66',
  );
  expect(ospf2(`${HEAD_2('04')} 00000001 000a 22 02 0a000001 0a0000fe 80000001 0000 0063 ffffff00`).problem).toBe(
    'LSA: 99 bytes required, 24 available, at byte 48',
  );
  expect(ospf3(`${HEAD_3('04')} 00000001 ${LSA_3('2003', '00 00004a ff 00 0000')}`).problem).toBe(
    'OSPF prefix length: 255 bits, at most 128 allowed, at byte 84',
  );
});

test('an advertisement with a wrong checksum', () => {
  const layer = ospf2(`${HEAD_2('04')} 00000001 000a 22 02 0a000001 0a0000fe 80000001 1234 0018 ffffff00`);
  expect(lines([layer.fields[9]]).find((line) => line.includes('LS Checksum'))).toBe('  LS Checksum: 0x1234 wrong');
});

test('emit of view', () => {
  const two = fromHex(`${HEAD_2('01', '0001 7365637265740000')} ffffff00 000a 12 01 00000028 00000000 00000000`);
  expect(emitOspf(viewOspf(two, 0, two.length)!)).toEqual(two);
  const three = fromHex(`${HEAD_3('01')} 00000002 01 000413 000a 0028 0a000001 0a000002`);
  expect(emitOspf(viewOspf(three, 0, three.length)!)).toEqual(three);
  expect(viewOspf(two, 0, 23)).toBeNull();
  expect(viewOspf(three, 0, 15)).toBeNull();
  expect(viewOspf(two, 0, 0)).toBeNull();
});
