import { pseudoHeaderSum } from '../../../src/decode/checksum.js';
import { emitVrrp, viewVrrp } from '../../../src/decode/network/vrrp.js';
import { fromHex, ipv4, ipv6 } from '../../support/frames.js';
import { layerOf, strayFields, topLines } from '../../support/layer-lines.js';

const IPV4 = 228;
const IPV6 = 229;

function made(hex: string, pseudoSum: number): Uint8Array {
  const bytes = fromHex(hex);
  return emitVrrp(viewVrrp(bytes, 0, bytes.length)!, { pseudoSum });
}

const VERSION_2 = '21 2a bf 02 01 0a 0000 0a042a01 0a042a02 7365637265740000';
const VERSION_3 = '31 05 ff 01 0064 0000 0a042a01';

test('version 2 with a password', () => {
  const layer = layerOf(ipv4({ protocol: 112, payload: made(VERSION_2, 0) }), IPV4, 'vrrp');
  expect(layer.summary).toBe('version 2  router 42  priority 191  10.4.42.1, 10.4.42.2  checksum ok');
  expect(topLines(layer)).toEqual([
    'Version: 2',
    'Type: Advertisement (1)',
    'Virtual Rtr ID: 42',
    'Priority: 191',
    'Count IP Addrs: 2',
    'Auth Type: Simple Text Password (1)',
    'Adver Int: 10 s',
    expect.stringMatching(/^Checksum: 0x[0-9a-f]{4} ok$/),
    'IP Address: 10.4.42.1',
    'IP Address: 10.4.42.2',
    'Authentication Data: "secret"',
  ]);
});

test('version 3 has the pseudo-header in its checksum', () => {
  const payload = fromHex(VERSION_3);
  const bare = ipv4({ protocol: 112, payload });
  const pseudoSum = pseudoHeaderSum(bare, { family: 4, source: 12, destination: 16 }, 112, payload.length);
  const layer = layerOf(ipv4({ protocol: 112, payload: made(VERSION_3, pseudoSum) }), IPV4, 'vrrp');
  expect(topLines(layer).slice(3)).toEqual([
    'Priority: 255 (owns the addresses)',
    'Count IP Addrs: 1',
    'Rsvd: 0',
    'Max Adver Int: 1 s',
    expect.stringMatching(/ ok$/),
    'IP Address: 10.4.42.1',
  ]);
  expect(layerOf(ipv4({ protocol: 112, payload: made(VERSION_3, 0) }), IPV4, 'vrrp').summary).toMatch(/checksum wrong/);
});

test('IPv6', () => {
  const packet = ipv6(
    112,
    fromHex('31 05 00 02 0064 0000 fe800000000000000000000000000001 20010db8000000000000000000000009'),
  );
  expect(topLines(layerOf(packet, IPV6, 'vrrp')).slice(-2)).toEqual([
    'IPv6 Address: fe80::1',
    'IPv6 Address: 2001:db8::9',
  ]);
  expect(topLines(layerOf(packet, IPV6, 'vrrp'))[3]).toBe('Priority: 0 (the master stops)');
});

test('a count that lies', () => {
  const layer = layerOf(ipv4({ protocol: 112, payload: fromHex('31 05 ff 09 0064 0000 0a042a01') }), IPV4, 'vrrp');
  expect(layer.problem).toBe('VRRP addresses: 36 bytes required, 4 available, at byte 28');
});

test('cut anywhere; emit of view', () => {
  expect(strayFields(ipv4({ protocol: 112, payload: fromHex(VERSION_2) }), IPV4)).toEqual([]);
  const bytes = fromHex(VERSION_2);
  expect(emitVrrp(viewVrrp(bytes, 0, bytes.length)!)).toEqual(bytes);
  expect(viewVrrp(bytes, 0, 7)).toBeNull();
});
