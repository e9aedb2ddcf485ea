import { dissection } from '../../../src/decode/dissect.js';
import { ethernet, fromHex, join } from '../../support/frames.js';
import { layerOf, lines, strayFields } from '../../support/layer-lines.js';

const ETHERNET = 1;

function frame(hex: string, payload: Uint8Array = new Uint8Array(0)): Uint8Array {
  const content = join(fromHex(hex), payload);
  return ethernet(content.length, content);
}

test.each([
  ['e0e003', 'Unnumbered Information'],
  ['f0f153', '0x40'],
  ['f0f043', 'Disconnect'],
  ['f0f07f', 'Set Asynchronous Balanced Mode Extended'],
  ['0000af', 'Exchange Identification'],
  ['0001e3', 'Test'],
  ['f0f173', 'Unnumbered Acknowledgment'],
  ['f0f11f', 'Disconnected Mode'],
  ['f0f197', 'Frame Reject'],
])('unnumbered %s', (hex, words) => {
  const control = layerOf(frame(hex), ETHERNET, 'llc').fields[2];
  expect(control.text).toContain(words);
  expect(control.fields?.map(({ name }) => name)).toEqual(['Modifier Function', 'P/F', 'Format']);
  expect(control.end - control.start).toBe(1);
});

test('information and supervisory frames count', () => {
  expect(lines(layerOf(frame('f0f0 0a07'), ETHERNET, 'llc').fields)).toEqual([
    'DSAP: NetBIOS (0xf0)',
    '  Address: 120',
    '  I/G: individual',
    'SSAP: NetBIOS (0xf0)',
    '  Address: 120',
    '  C/R: command',
    'Control: 0x070a Information, N(S) 5, N(R) 3',
    '  N(S): 5',
    '  P/F: set',
    '  N(R): 3',
    '  Format: Information (0)',
  ]);
  expect(lines(layerOf(frame('f0f1 0906'), ETHERNET, 'llc').fields).slice(6)).toEqual([
    'Control: 0x0609 Reject (2), N(R) 3',
    '  Supervisory Function: Reject (2)',
    '  P/F: not set',
    '  N(R): 3',
    '  Format: Supervisory (1)',
  ]);
});

test.each([
  ['aaaa03 00000c 2000', 'CDP (0x2000)'],
  ['aaaa03 00000c 9999', '0x9999'],
  ['aaaa03 0080c2 000e', 'BPDU (0x000e)'],
  ['aaaa03 0000f8 0806', 'ARP (0x0806)'],
  ['aaaa03 080007 809b', '0x809b'],
])('SNAP %s', (hex, words) => {
  expect(layerOf(frame(hex), ETHERNET, 'llc').summary).toBe(`SNAP  ${words}`);
});

test('bridged frames of RFC 2684', () => {
  const bpdu = fromHex('0000 00 80');
  expect(dissection(frame('aaaa03 0080c2 000e', bpdu), ETHERNET).protocols.join(':')).toBe('eth:llc:stp');
  const inner = ethernet(0x0806, new Uint8Array(28));
  expect(dissection(frame('aaaa03 0080c2 0007', inner), ETHERNET).protocols.join(':')).toBe(
    'eth:llc:eth:ethertype:arp',
  );
});

test('what only answers carries nothing of the service access point', () => {
  expect(dissection(frame('4242f3 00000000'), ETHERNET).protocols.join(':')).toBe('eth:llc:data');
  expect(dissection(frame('4242 0000 00000080'), ETHERNET).protocols.join(':')).toBe('eth:llc:stp');
});

test('cut headers', () => {
  expect(layerOf(frame('aaaa03 0000'), ETHERNET, 'llc').problem).toBe(
    'SNAP header: 8 bytes required, 5 available, at byte 14',
  );
  expect(layerOf(frame('f0f000'), ETHERNET, 'llc').problem).toBe(
    'LLC header: 4 bytes required, 3 available, at byte 14',
  );
  expect(strayFields(frame('aaaa03 00000c 2000 0102'), ETHERNET)).toEqual([]);
});
