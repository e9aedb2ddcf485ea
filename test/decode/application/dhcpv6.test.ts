import { dhcpv6 } from '../../../src/decode/application/dhcpv6.js';
import { emitDhcpv6, viewDhcpv6 } from '../../../src/decode/application/dhcpv6-layer.js';
import { dissection } from '../../../src/decode/dissect.js';
import { fromHex, join } from '../../support/frames.js';
import { layerOf, lines, strayFields, topLines } from '../../support/layer-lines.js';
import { noise, recognized, UDP } from '../../support/payloads.js';
import { udpPacket } from './dns-messages.js';

const IPV4 = 228;
const ADDRESS = '20010db8000000000000000000000005';
const SOLICIT = fromHex(
  `01 abcdef 0001000e 0001 0001 1e240000 020000000001 0006 0004 0017 0018 0008 0002 0064 0003 000c 00000001 00000000 00000000`,
);
const REPLY = fromHex(
  `07 abcdef 0001000e 0001 0001 1e240000 020000000001 0002 000a 0003 0001 020000000002
   0003 0036 00000001 00000e10 ffffffff 0005 0018 ${ADDRESS} 00000e10 00001c20 000d 000a 0000 616c6c20676f6f64`,
);

function relayed(inner: Uint8Array, hops = 0): Uint8Array {
  const length = inner.length.toString(16).padStart(4, '0');
  return join(
    fromHex(`0c ${hops.toString(16).padStart(2, '0')} 20010db8${'00'.repeat(12)} fe80${'00'.repeat(13)}01`),
    fromHex(`0012 0002 0007 0009 ${length}`),
    inner,
  );
}

function show(bytes: Uint8Array) {
  return layerOf(udpPacket(bytes, 547, 546), IPV4, 'dhcpv6');
}

test('solicit', () => {
  const layer = show(SOLICIT);
  expect(layer).toMatchObject({
    problem: null,
    summary: 'solicit DUID-LLT 02:00:00:00:00:01  transaction 0xabcdef',
  });
  expect(topLines(layer)).toEqual([
    'msg-type: SOLICIT (1)',
    'transaction-id: 0xabcdef',
    'Client Identifier: DUID-LLT 02:00:00:00:00:01',
    'Option Request: DNS Recursive Name Server (23), Domain Search List (24)',
    'Elapsed Time: 1000 ms',
    'Identity Association for Non-temporary Addresses: IAID 1',
  ]);
  expect(lines(layer.fields[2].fields!)).toEqual([
    'option-code: Client Identifier (1)',
    'option-len: 14',
    'DUID-Type: DUID-LLT (1)',
    'hardware type: 1',
    'time: 2016-01-09T17:29:36Z',
    'link-layer address: 02:00:00:00:00:01',
  ]);
});

test('reply: options in options', () => {
  const layer = show(REPLY);
  expect(layer.problem).toBeNull();
  expect(dissection(udpPacket(REPLY, 546, 547), IPV4).column.info).toBe('reply DUID-LLT 02:00:00:00:00:01 2001:db8::5');
  const found = lines(layer.fields.at(-1)!.fields!);
  expect(found.slice(2, 5)).toEqual(['IAID: 1', 'T1: 3600 s', 'T2: infinity']);
  expect(found).toContain('  IPv6-address: 2001:db8::5');
  expect(found).toContain('  valid-lifetime: 7200 s');
  expect(found).toContain('Status Code: Success (0) "all good"');
});

test('relay messages hold messages', () => {
  const layer = show(relayed(relayed(SOLICIT), 1));
  expect(layer.problem).toBeNull();
  expect(layer.summary).toBe('relay-forw solicit DUID-LLT 02:00:00:00:00:01  transaction 0xabcdef');
  expect(topLines(layer).slice(0, 5)).toEqual([
    'msg-type: RELAY-FORW (12)',
    'hop-count: 1',
    'link-address: 2001:db8::',
    'peer-address: fe80::1',
    'Interface-Id: 0007',
  ]);
  expect(lines(layer.fields).filter((line) => line.trim() === 'transaction-id: 0xabcdef')).toHaveLength(1);
});

test.each([
  ['0004 0004 00000007', 'Identity Association for Temporary Addresses: IAID 7'],
  ['0007 0001 ff', 'Preference: 255'],
  ['000b 000b 03 01 00 0000000000000001', 'Authentication: protocol 3, algorithm 1'],
  ['000e 0000', 'Rapid Commit: present'],
  ['000f 0005 0003 616263', 'User Class: abc'],
  ['0010 0009 00000009 0003 616263', 'Vendor Class: abc'],
  ['0011 0006 00000009 0102', 'Vendor-specific Information: enterprise 9'],
  ['0013 0001 05', 'Reconfigure Message: RENEW (5)'],
  [`0017 0010 ${ADDRESS}`, 'DNS Recursive Name Server: 2001:db8::5'],
  ['0018 000a 036c616e00 0377777700', 'Domain Search List: lan, www'],
  ['0019 000c 00000001 00000002 00000003', 'Identity Association for Prefix Delegation: IAID 1'],
  [`001a 0019 00000e10 00001c20 38 ${ADDRESS}`, 'IA Prefix: 2001:db8::5/56'],
  ['0020 0004 00000e10', 'Information Refresh Time: 3600 s'],
  ['0025 0006 00000009 0102', 'Relay Agent Remote-ID: enterprise 9 0102'],
  ['0027 0005 01 03 706331', 'Client FQDN: pc1'],
  [`0038 0014 0001 0010 ${ADDRESS}`, 'NTP Server: 2001:db8::5'],
  ['0038 0009 0003 0005 036c616e00', 'NTP Server: lan'],
  ['003b 0003 612f62', 'Boot File URL: a/b'],
  ['003c 0003 0001 61', 'Boot File Parameters: a'],
  ['003d 0002 0007', 'Client System Architecture Type: x64 UEFI (7)'],
  ['003e 0003 010300', 'Client Network Interface Identifier: type 1 3.0'],
  ['0087 0002 0223', 'DHCPv6 Relay Source Port: 547'],
  ['0002 0012 0004 00112233445566778899aabbccddeeff', 'Server Identifier: DUID-UUID 00112233445566778899aabbccddeeff'],
  ['0002 0008 0002 00000009 0102', 'Server Identifier: DUID-EN 0102'],
  ['00c8 0002 0102', 'Option 200: 0102'],
])('option %s', (hex, text) => {
  const layer = show(join(SOLICIT, fromHex(hex)));
  expect(layer.problem).toBeNull();
  expect(topLines(layer).at(-1)).toBe(text);
});

describe('damage', () => {
  test.each([
    ['0007 0002 0102', /^DHCPv6 option Preference: 2 bytes make no such value, at byte \d+$/],
    ['0007 0009 01', /^DHCPv6 option: 13 bytes required, 5 available, at byte \d+$/],
    ['0007', /^DHCPv6 option: 4 bytes required, 2 available, at byte \d+$/],
    ['0009 0002 0c01', /^DHCPv6 header: 34 bytes required, 2 available, at byte \d+$/],
    ['0009 0000', /^DHCPv6 option Relay Message: 0 bytes make no such value, at byte \d+$/],
    ['0018 0002 c000', /^DHCPv6 option Domain Search List: 2 bytes make no such value/],
    ['000f 0004 0009 6162', /^DHCPv6 option User Class: 4 bytes make no such value/],
  ])('%s', (hex, problem) => expect(show(join(SOLICIT, fromHex(hex))).problem).toMatch(problem));

  test('nesting is bounded', () => {
    let bytes = SOLICIT;
    for (let i = 0; i < 40; i++) bytes = relayed(bytes);
    expect(show(bytes).problem).toMatch(/^DHCPv6 option Relay Message: nested deeper than 24, at byte \d+$/);
    let options = new Uint8Array(0);
    for (let i = 0; i < 40; i++) {
      const length = (12 + options.length).toString(16).padStart(4, '0');
      options = new Uint8Array(join(fromHex(`0003 ${length}`), new Uint8Array(12), options));
    }
    expect(show(join(SOLICIT, options)).problem).toMatch(/^DHCPv6 options: nested deeper than 24, at byte \d+$/);
  });

  test('cut anywhere', () => expect(strayFields(udpPacket(relayed(REPLY), 547, 546), IPV4)).toEqual([]));
});

test('emit(view) is the message, lengths computed on request', () => {
  for (const bytes of [SOLICIT, REPLY, relayed(SOLICIT), SOLICIT.subarray(0, 20)]) {
    expect(emitDhcpv6(viewDhcpv6(bytes, 0, bytes.length)!)).toEqual(new Uint8Array(bytes));
  }
  const view = viewDhcpv6(SOLICIT, 0, SOLICIT.length)!;
  const wrong = view.options.map((option) => ({ ...option, length: 0 }));
  expect(emitDhcpv6({ ...view, options: wrong }, { lengths: true })).toEqual(SOLICIT);
  expect(viewDhcpv6(SOLICIT, 0, 3)).toBeNull();
  expect(viewDhcpv6(SOLICIT, 0, 0)).toBeNull();
});

test('recognition', () => {
  for (const bytes of [SOLICIT, REPLY, relayed(SOLICIT)])
    for (const port of [547, 40001]) expect(recognized(UDP, bytes, port)).toBe('dhcpv6');
  expect(recognized(UDP, SOLICIT.subarray(0, 30), 547, SOLICIT.length)).toBe('dhcpv6');
  for (let seed = 0; seed < 2000; seed++) {
    const bytes = noise(40 + (seed % 100), seed);
    bytes[0] = 1 + (seed % 13);
    expect(dhcpv6.udp!.recognize(bytes, 0, bytes.length, bytes.length)).toBe(0);
  }
  expect(dhcpv6.udp!.recognize(new Uint8Array(40), 0, 40, 40)).toBe(0);
});
