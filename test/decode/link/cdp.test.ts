import type { Layer } from '../../../src/decode/layer.js';
import { emitCdp, viewCdp } from '../../../src/decode/link/cdp.js';
import { ethernet, fromHex, join } from '../../support/frames.js';
import { layerOf, lines, strayFields, topLines } from '../../support/layer-lines.js';

const ETHERNET = 1;

/** The packet with its right checksum. */
function frame(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  const payload = join(fromHex('aaaa03 00000c 2000'), emitCdp(viewCdp(bytes, 0, bytes.length)!, { checksum: true }));
  return ethernet(payload.length, payload);
}

function cdp(hex: string): Layer {
  return layerOf(frame(hex), ETHERNET, 'cdp');
}

function tlv(type: number, value: string): string {
  const length = 4 + value.replace(/ /g, '').length / 2;
  return type.toString(16).padStart(4, '0') + length.toString(16).padStart(4, '0') + value;
}

const ADDRESSES = '00000002 01 01 cc 0004 0a000001 02 08 aaaa0300000086dd 0010 20010db8000000000000000000000001';

test('the TLVs of a switch', () => {
  const layer = cdp(
    [
      '02 b4 0000',
      tlv(1, '737731'),
      tlv(2, ADDRESSES),
      tlv(3, '45746830'),
      tlv(4, '00000028'),
      tlv(5, '494f53'),
      tlv(6, '7379'),
      tlv(7, '0a000000 08'),
      tlv(8, '00000c 0112 0102'),
      tlv(9, ''),
      tlv(10, '0005'),
      tlv(11, '01'),
      tlv(14, '01 0009'),
      tlv(16, '186a'),
      tlv(26, '0000 0001 00000064'),
      tlv(99, '0102'),
    ].join(''),
  );
  expect(layer.problem).toBeNull();
  expect(layer.summary).toBe('version 2  device "sw1"  port "Eth0"  checksum ok');
  expect(topLines(layer).slice(3)).toEqual([
    'Device ID: "sw1"',
    'Addresses: 2, 10.0.0.1, 2001:db8::1',
    'Port ID: "Eth0"',
    'Capabilities: 0x00000028 Switch, IGMP Capable',
    'Software Version: "IOS"',
    'Platform: "sy"',
    'IP Prefixes: 10.0.0.0, 8',
    'Protocol Hello: 0x00000c, 0x0112, 0102',
    'VTP Management Domain: VTP Management Domain',
    'Native VLAN: 5',
    'Duplex: full (1)',
    'VoIP VLAN Reply: 1, 9',
    'Power Consumption: 6250 mW',
    'Power Available: 0, 1, 100 mW',
    'TLV 99: 0102',
  ]);
  expect(lines([layer.fields[4]]).slice(4, 10)).toEqual([
    '  Address: 10.0.0.1',
    '    Protocol Type: NLPID (1)',
    '    Protocol Length: 1',
    '    Protocol: cc',
    '    Address Length: 4',
    '    Address: 10.0.0.1',
  ]);
});

// Added up by hand: an odd last byte is a signed number at the low end, 0x80 is -128.
test.each([
  ['02b4 aa13 0001 0006 5331', 'even'],
  ['02b4 fd3a 000b 0005 01', 'odd, the last byte below 128'],
  ['02b4 fdbb 000b 0005 80', 'odd, the last byte above 127'],
])('checksum of %s: %s', (hex) => {
  const bytes = fromHex(hex);
  const payload = join(fromHex('aaaa03 00000c 2000'), bytes);
  expect(layerOf(ethernet(payload.length, payload), ETHERNET, 'cdp').fields[2].text).toMatch(/ ok$/);
  expect(emitCdp({ ...viewCdp(bytes, 0, bytes.length)!, checksum: 0 }, { checksum: true })).toEqual(bytes);
  bytes[1]++;
  payload[9]++;
  expect(layerOf(ethernet(payload.length, payload), ETHERNET, 'cdp').fields[2].text).toMatch(/ wrong, should be 0x/);
});

test('what lies or is missing is told', () => {
  expect(cdp('02 b4 0000 0001 0003').problem).toBe('CDP TLV length: 3 bytes, at least 4 required, at byte 28');
  expect(cdp('02 b4 0000 0001 0009 61').problem).toBe('CDP TLV: 9 bytes required, 5 available, at byte 26');
  expect(cdp('02 b4 0000 0001').problem).toBe('CDP TLV: 4 bytes required, 2 available, at byte 26');
  expect(cdp(`02 b4 0000 ${tlv(2, 'ffffffff 01 01 cc 0004 0a00')}`).problem).toBe(
    'CDP address: 4 bytes required, 2 available, at byte 39',
  );
});

test('cut anywhere; emit of view', () => {
  expect(strayFields(frame(`02 b4 0000 ${tlv(2, ADDRESSES)} ${tlv(1, '737731')}`), ETHERNET)).toEqual([]);
  const bytes = fromHex(`02 b4 1234 ${tlv(1, '737731')}`);
  expect(emitCdp(viewCdp(bytes, 0, bytes.length)!)).toEqual(bytes);
  expect(viewCdp(bytes, 0, 3)).toBeNull();
});
