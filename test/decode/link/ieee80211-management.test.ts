import type { Layer } from '../../../src/decode/layer.js';
import { fromHex } from '../../support/frames.js';
import { layerOf, lines, strayFields, topLines } from '../../support/layer-lines.js';

const WLAN = 105;
const ADDRESSES = '0000 ffffffffffff 020000000001 020000000001 1000';

function frame(control: string, body: string): Uint8Array {
  return fromHex(`${control} ${ADDRESSES} ${body}`);
}

function wlan(control: string, body: string): Layer {
  return layerOf(frame(control, body), WLAN, 'wlan');
}

const RSN = '30 14 0100 000fac04 0100 000fac04 0100 000fac02 8000';
const BEACON = `0102030405060708 6400 3104 00 03 6c616e 01 04 82848b96 03 01 06 05 04 00 01 00 00 2a 01 04 ${RSN} dd 05 0050f2 01 ff 7f 00`;

test('a beacon', () => {
  const layer = wlan('8000', BEACON);
  expect(layer.problem).toBeNull();
  expect(layer.summary).toBe('02:00:00:00:00:01 → ff:ff:ff:ff:ff:ff  beacon, SSID "lan"');
  expect(topLines(layer).slice(6)).toEqual([
    'Timestamp: 578437695752307201 us',
    'Beacon Interval: 100 TU (102.4 ms)',
    'Capability Information: 0x0431 ESS, Privacy, Short Preamble, Short Slot Time',
    'SSID: "lan"',
    'Supported Rates and BSS Membership Selectors: 1*, 2*, 5.5*, 11* Mbit/s',
    'DSSS Parameter Set: 6',
    'TIM: 0, 1, 0x00',
    'ERP: 0x04 Barker Preamble Mode',
    'RSN: CCMP-128 (4), PSK (2)',
    'Vendor Specific: 0x0050f2, 1',
    'Extended Capabilities: 0x7f',
  ]);
  expect(layer.fields[6].value).toBe('578437695752307201');
  expect(lines([layer.fields[14]])).toEqual([
    'RSN: CCMP-128 (4), PSK (2)',
    '  Element ID: RSN (48)',
    '  Length: 20',
    '  Version: 1',
    '  Group Data Cipher Suite: CCMP-128 (4)',
    '    OUI: 000fac',
    '    Suite Type: CCMP-128 (4)',
    '  Pairwise Cipher Suite Count: 1',
    '  Pairwise Cipher Suite: CCMP-128 (4)',
    '    OUI: 000fac',
    '    Suite Type: CCMP-128 (4)',
    '  AKM Suite Count: 1',
    '  AKM Suite: PSK (2)',
    '    OUI: 000fac',
    '    Suite Type: PSK (2)',
    '  RSN Capabilities: 0x0080 Management Frame Protection Capable',
    '    Preauthentication: not set',
    '    No Pairwise: not set',
    '    PTKSA Replay Counter: 0',
    '    GTKSA Replay Counter: 0',
    '    Management Frame Protection Required: not set',
    '    Management Frame Protection Capable: set',
  ]);
});

test.each([
  ['0000', '3104 0a00 00 00', 'association request, SSID 0x00', 'SSID: 0x00'],
  ['1000', '3104 0000 01c0', 'association response, success (0)', 'AID: 1'],
  ['2000', '3104 0a00 020000000009', 'reassociation request', 'Current AP Address: 02:00:00:00:00:09'],
  ['4000', '0000', 'probe request, SSID 0x00', 'SSID: 0x00'],
  ['b000', '0000 0100 0000', 'authentication, success (0)', 'Status Code: success (0)'],
  ['b000', '0300 0100 0000 1300', 'authentication, success (0)', 'Frame Body: 1300'],
  ['c000', '0700', 'deauthentication, class 3 frame from a station not associated (7)', /^Reason Code/],
  ['d000', '04 09 0102', 'action', 'Frame Body: 0102'],
  ['7000', '0102', 'management 7', 'Frame Body: 0102'],
  ['c040', '0700', 'deauthentication, encrypted', 'Frame Body: 0700'],
])('%s %s', (control, body, info, last) => {
  const layer = wlan(control, body);
  expect(layer.problem).toBeNull();
  expect(layer.summary.split('  ').slice(1).join('  ')).toBe(info);
  expect(topLines(layer).at(-1)).toMatch(last);
});

test('what lies or is missing is told', () => {
  expect(wlan('4000', '00 09 6162').problem).toBe('802.11 element: 11 bytes required, 4 available, at byte 24');
  expect(wlan('4000', '00').problem).toBe('802.11 element: 2 bytes required, 1 available, at byte 24');
  expect(wlan('c000', '07').problem).toBe('802.11 frame body: 2 bytes required, 1 available, at byte 24');
  expect(wlan('4000', '30 08 0100 000fac04 ffff').problem).toBe(
    'RSN element: 4 bytes required, 0 available, at byte 34',
  );
  expect(wlan('8100', BEACON).problem).toBe('802.11 version: 1, 0 required, at byte 0');
});

test('cut anywhere, no field lies outside', () => {
  expect(strayFields(frame('8000', BEACON), WLAN)).toEqual([]);
});
