import type { Layer } from '../../../src/decode/layer.js';
import { emitIgmp, viewIgmp } from '../../../src/decode/network/igmp.js';
import { fromHex, ipv4 } from '../../support/frames.js';
import { layerOf, lines, strayFields, topLines } from '../../support/layer-lines.js';

const IPV4 = 228;

/** The message with its right checksum, in an IPv4 packet. */
function packet(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  return ipv4({ protocol: 2, payload: emitIgmp(viewIgmp(bytes, 0, bytes.length)!, { checksum: true }) });
}

function igmp(hex: string): Layer {
  return layerOf(packet(hex), IPV4, 'igmp');
}

test.each([
  ['11 00 0000 00000000', 'Membership Query, version 1, general  checksum ok'],
  ['11 64 0000 e0000005', 'Membership Query, version 2  224.0.0.5  checksum ok'],
  ['11 64 0000 e0000005 02 7d 0000', 'Membership Query, version 3  224.0.0.5  checksum ok'],
  ['12 00 0000 e0000005', 'Version 1 Membership Report  224.0.0.5  checksum ok'],
  ['16 00 0000 e0000005', 'Version 2 Membership Report  224.0.0.5  checksum ok'],
  ['17 00 0000 e0000005', 'Leave Group  224.0.0.5  checksum ok'],
  ['99 00 0000 e0000005', 'type 153  checksum ok'],
])('%s', (hex, summary) => expect(igmp(hex).summary).toBe(summary));

test('a query of version 3 and its codes', () => {
  expect(lines(igmp('11 9a 0000 e1020304 0a 85 0002 0a000007 0a000008').fields)).toEqual([
    'Type: Membership Query (17)',
    'Max Resp Code: 154 (41.6 s)',
    '  exp: 1',
    '  mant: 10',
    expect.stringMatching(/^Checksum: 0x[0-9a-f]{4} ok$/),
    'Group Address: 225.2.3.4',
    'Querier Flags: 0x0a S, QRV 2',
    '  Resv: 0',
    '  S: set',
    '  QRV: 2',
    'QQIC: 133 (168 s)',
    '  exp: 0',
    '  mant: 5',
    'Number of Sources: 2',
    'Source Address: 10.0.0.7',
    'Source Address: 10.0.0.8',
  ]);
});

test('a report of version 3', () => {
  const layer = igmp('22 00 0000 0000 0002 04 00 0000 e1010101 01 01 0001 e1010102 0a000007 cafe0001 beef');
  expect(layer.problem).toBeNull();
  expect(lines(layer.fields).slice(3)).toEqual([
    'Reserved: 0',
    'Number of Group Records: 2',
    'Group Record: CHANGE_TO_EXCLUDE_MODE (4) 225.1.1.1',
    '  Record Type: CHANGE_TO_EXCLUDE_MODE (4)',
    '  Aux Data Len: 0',
    '  Number of Sources: 0',
    '  Multicast Address: 225.1.1.1',
    'Group Record: MODE_IS_INCLUDE (1) 225.1.1.2',
    '  Record Type: MODE_IS_INCLUDE (1)',
    '  Aux Data Len: 1',
    '  Number of Sources: 1',
    '  Multicast Address: 225.1.1.2',
    '  Source Address: 10.0.0.7',
    '  Auxiliary Data: cafe0001',
    'Additional Data: beef',
  ]);
});

test('counts that lie', () => {
  expect(igmp('11 64 0000 e0000005 02 7d 0003 0a000001').problem).toBe(
    'IGMP sources: 12 bytes required, 4 available, at byte 32',
  );
  expect(igmp('22 00 0000 0000 ffff 04 00 0000 e1010101').problem).toBe(
    'IGMP group records: 524272 bytes required, 0 available, at byte 36',
  );
  expect(igmp('22 00 0000 0000 0001 04 02 0000 e1010101 0000').problem).toBe(
    'IGMP auxiliary data: 8 bytes required, 2 available, at byte 36',
  );
  expect(igmp('22 00 0000 0000 0001 04 00 0009 e1010101 0a0000').problem).toBe(
    'IGMP sources: 36 bytes required, 3 available, at byte 36',
  );
});

test('a wrong checksum, a fragment', () => {
  const wrong = layerOf(ipv4({ protocol: 2, payload: fromHex('16 00 1234 e0000005') }), IPV4, 'igmp');
  expect(topLines(wrong)[2]).toBe('Checksum: 0x1234 wrong, should be 0x09fa');
  const part = ipv4({ protocol: 2, payload: fromHex('16 00 1234 e0000005'), flagsAndOffset: 0x2000 });
  expect(topLines(layerOf(part, IPV4, 'igmp'))[2]).toBe('Checksum: 0x1234 not verified: fragment');
});

test('cut anywhere; emit of view', () => {
  const whole = '22 00 0000 0000 0002 04 00 0000 e1010101 01 01 0001 e1010102 0a000007 cafe0001 beef';
  expect(strayFields(packet(whole), IPV4)).toEqual([]);
  const bytes = fromHex(whole);
  expect(emitIgmp(viewIgmp(bytes, 0, bytes.length)!)).toEqual(bytes);
  expect(viewIgmp(bytes, 0, 7)).toBeNull();
});
