import { dissection, MAX_LAYERS } from '../../../src/decode/dissect.js';
import type { Layer } from '../../../src/decode/layer.js';
import { emitErspan, viewErspan } from '../../../src/decode/network/erspan.js';
import { emitEsp, viewEsp } from '../../../src/decode/network/esp.js';
import { emitGre, viewGre } from '../../../src/decode/network/gre.js';
import { ethernet, fromHex, ipv4, join, udp } from '../../support/frames.js';
import { layerOf, lines, strayFields, topLines } from '../../support/layer-lines.js';

const IPV4 = 228;
const DATAGRAM = ipv4({ protocol: 17, payload: udp(fromHex('68656c6c6f')) });

function packet(hex: string, payload: Uint8Array = DATAGRAM, protocol = 47): Uint8Array {
  return ipv4({ protocol, payload: join(fromHex(hex), payload) });
}

function gre(hex: string, payload?: Uint8Array): Layer {
  return layerOf(packet(hex, payload), IPV4, 'gre');
}

function names(bytes: Uint8Array): string {
  return dissection(bytes, IPV4).protocols.join(':');
}

test.each([
  ['ip:gre:ip:udp:data', packet('0000 0800')],
  ['ip:gre:eth:ethertype:ip:udp:data', packet('2000 6558 00000a01', ethernet(0x0800, DATAGRAM))],
  ['ip:gre:ppp:ip:udp:data', packet('3081 880b 0025 0007 00000001 00000002', join(fromHex('0021'), DATAGRAM))],
  ['ip:gre:erspan:eth:ethertype:ip:udp:data', packet('0000 88be', ethernet(0x0800, DATAGRAM))],
  [
    'ip:gre:erspan:eth:ethertype:ip:udp:data',
    packet('1000 88be 00000001 1156c29a 00007ff8', ethernet(0x0800, DATAGRAM)),
  ],
  ['ip:gre:erspan:ip:udp:data', packet('1000 22eb 00000001 2001 0065 34760b01 0000 0a08', DATAGRAM)],
  ['ip:gre:ip:udp:data', packet('0000 883e')],
  ['ip:gre:ip:udp:data', packet('0000 883e 05590048')],
  ['ip:gre:data', packet('0002 0800')],
  ['ip:gre:data', packet('0000 1234')],
  ['ip:gre', packet('0000 0000', new Uint8Array(0))],
  ['ip:ip:udp:data', ipv4({ protocol: 94, payload: DATAGRAM })],
  ['ip:ip:udp:data', ipv4({ protocol: 4, payload: DATAGRAM })],
])('%s', (expected, bytes) => expect(names(bytes)).toBe(expected));

describe('GRE', () => {
  test('checksum, key and sequence number', () => {
    const layer = gre('b000 0800 0000 0000 000000ff 00000007');
    expect(lines(layer.fields)).toEqual([
      'Flags and Version: 0xb000 Checksum Present, Key Present, Sequence Number Present',
      '  Checksum Present: set',
      '  Routing Present: not set',
      '  Key Present: set',
      '  Sequence Number Present: set',
      '  Strict Source Route: not set',
      '  Recursion Control: 0',
      '  Reserved0: 0',
      '  Version Number: 0',
      'Protocol Type: IPv4 (0x0800)',
      expect.stringMatching(/^Checksum: 0x0000 wrong, should be 0x/),
      'Reserved1: 0',
      'Key: 255 (0x000000ff)',
      'Sequence Number: 7',
    ]);
    expect(layer.fields.map(({ start, end }) => [start, end])).toEqual([
      [20, 22],
      [22, 24],
      [24, 26],
      [26, 28],
      [28, 32],
      [32, 36],
    ]);
    expect(layer.summary).toMatch(/^IPv4 \(0x0800\) {2}key 0x000000ff {2}sequence 7 {2}checksum wrong/);
  });

  test('version 1: payload length and call', () => {
    const layer = gre('3081 880b 0023 0007 00000001 00000002', join(fromHex('0021'), DATAGRAM));
    expect(topLines(layer).slice(1)).toEqual([
      'Protocol Type: PPP (0x880b)',
      'Payload Length: 35',
      'Call ID: 7',
      'Sequence Number: 1',
      'Acknowledgment Number: 2',
    ]);
    expect(layer.problem).toBeNull();
    expect(gre('3001 880b 0400 0007 00000001').problem).toMatch(
      /^GRE payload length: 1024 bytes required, 33 available, at byte 32$/,
    );
  });

  test('source routes', () => {
    const layer = gre('4800 0800 0000 0004 0800 04 08 0a000001 0a000002 0000 0000');
    expect(lines(layer.fields).slice(-7, -2)).toEqual([
      '  SRE Offset: 4',
      '  SRE Length: 8',
      '  Routing Information: 10.0.0.1, 10.0.0.2',
      'Routing: end',
      '  Address Family: 0',
    ]);
    expect(topLines(layer).slice(2)).toEqual([
      'Checksum: 0x0000 none',
      'Offset: 4',
      'Routing: 10.0.0.1, 10.0.0.2',
      'Routing: end',
    ]);
    expect(layer.problem).toBeNull();
    const cut = gre('4000 0800 0000 0000 0800 00ff 0a00', new Uint8Array(0));
    expect(cut.problem).toBe('GRE source routes: 15 bytes required, 14 available, at byte 20');
  });

  test('the redirect header of WCCP', () => {
    expect(lines(gre('0000 883e 05590048').fields).slice(-7)).toEqual([
      'Redirect Header: service 89',
      '  Dynamic Service: set',
      '  Alternative Bucket Used: not set',
      '  Redirect Header Valid: set',
      '  Service ID: 89',
      '  Alternative Bucket: 0',
      '  Primary Bucket: 72',
    ]);
  });

  test('versions that there are not', () => {
    expect(gre('0005 0800').problem).toBe('GRE version: 5, 0 or 1 required, at byte 21');
  });

  test('emit gives the bytes again, and on request the checksum and the length', () => {
    for (const hex of [
      '0000 0800',
      'b000 0800 1234 0000 000000ff 00000007',
      '3081 880b 0021 0007 00000001 00000002',
      '4800 0800 0000 0004 0800 04 08 0a000001 0a000002 0000 0000',
    ]) {
      const bytes = fromHex(hex);
      expect(emitGre(viewGre(bytes, 0, bytes.length)!)).toEqual(bytes);
      expect(viewGre(bytes, 0, 3)).toBeNull();
    }
    const view = viewGre(fromHex('8000 0800 0000 0000'), 0, 8)!;
    const made = ipv4({ protocol: 47, payload: join(emitGre(view, { payload: DATAGRAM }), DATAGRAM) });
    expect(topLines(layerOf(made, IPV4, 'gre'))[2]).toMatch(/ ok$/);
    const pptp = viewGre(fromHex('2001 880b 0000 0007'), 0, 8)!;
    expect(emitGre(pptp, { payload: new Uint8Array(300) })).toEqual(fromHex('2001 880b 012c 0007'));
  });

  test('cut anywhere', () => {
    const whole = packet('b000 0800 0000 0000 000000ff 00000007');
    expect(strayFields(whole, IPV4)).toEqual([]);
    expect(strayFields(packet('4800 0800 0000 0004 0800 04 08 0a000001 0a000002 0000 0000'), IPV4)).toEqual([]);
    expect(dissection(whole.subarray(0, 30), IPV4, whole.length).layers[1].problem).toBe(
      'GRE header: 16 bytes required, 10 available, at byte 20',
    );
  });

  test('tunnels in tunnels are followed up to a bound, which is told', () => {
    let inner = DATAGRAM;
    for (let depth = 0; depth < 40; depth++) inner = packet('0000 0800', inner);
    const { layers } = dissection(inner, IPV4);
    expect(layers).toHaveLength(MAX_LAYERS);
    expect(layers[MAX_LAYERS - 1]).toMatchObject({
      name: 'data',
      problem: `layers: ${MAX_LAYERS} are followed at most, what begins at byte 380 is shown as data`,
    });
  });
});

describe('ERSPAN', () => {
  const second = fromHex('1156c29a 00007ff8');
  const third = fromHex('2001 1865 34760b01 0007 1e0f 04000000 00000001');

  test('type II', () => {
    const layer = layerOf(packet('1000 88be 00000001', join(second, ethernet(0x0800, DATAGRAM))), IPV4, 'erspan');
    expect(topLines(layer)).toEqual([
      'Ver: type II (1)',
      'VLAN: 342',
      'COS: 6',
      'En: originally without VLAN tag (0)',
      'T: not truncated',
      'Session ID: 666',
      'Reserved: 0',
      'Index: 32760',
    ]);
  });

  test('type III with its subheader', () => {
    const layer = layerOf(packet('1000 22eb 00000001', join(third, DATAGRAM)), IPV4, 'erspan');
    expect(topLines(layer)).toEqual([
      'Ver: type III (2)',
      'VLAN: 1',
      'COS: 0',
      'BSO: oversized (3)',
      'T: not truncated',
      'Session ID: 101',
      'Timestamp: 880151297',
      'SGT: 7',
      'P: not an Ethernet protocol frame',
      'FT: 7',
      'Hw ID: 32',
      'D: egress (1)',
      'Gra: platform-specific (3)',
      'O: platform subheader follows',
      'Platform Specific SubHeader: 0400000000000001',
    ]);
  });

  test('versions that there are not', () => {
    const layer = layerOf(packet('1000 88be 00000001 7156c29a 00007ff8'), IPV4, 'erspan');
    expect(layer.problem).toBe('ERSPAN version: 7, 1 or 2 required, at byte 28');
  });

  test('emit, cut', () => {
    expect(emitErspan(viewErspan(second, 0, 8)!)).toEqual(second);
    expect(emitErspan(viewErspan(third, 0, 20)!)).toEqual(third);
    expect(viewErspan(third, 0, 19)).toBeNull();
    expect(strayFields(packet('1000 22eb 00000001', third), IPV4)).toEqual([]);
  });
});

test('ESP', () => {
  const bytes = packet('00001234 00000005', fromHex('aabbccdd'), 50);
  const layer = layerOf(bytes, IPV4, 'esp');
  expect(topLines(layer)).toEqual([
    'Security Parameters Index: 0x00001234',
    'Sequence Number: 5',
    'Encrypted Data: aabbccdd',
  ]);
  expect(names(bytes)).toBe('ip:esp');
  expect(emitEsp(viewEsp(bytes, 20, 28)!)).toEqual(bytes.slice(20, 28));
  expect(viewEsp(bytes, 20, 27)).toBeNull();
  expect(strayFields(bytes, IPV4)).toEqual([]);
});
