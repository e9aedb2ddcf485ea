import { emitStp, viewStp } from '../../../src/decode/link/stp.js';
import { ethernet, fromHex, join } from '../../support/frames.js';
import { layerOf, lines, strayFields, topLines } from '../../support/layer-lines.js';

const ETHERNET = 1;
const ROOT = '8001 020000000010';
const BRIDGE = '1002 020000000020';
const TIMES = '0180 1400 0200 0f00';
const CONFIGURATION = `${ROOT} 00000013 ${BRIDGE} 8004 ${TIMES}`;
const NAME = `526567696f6e ${'00'.repeat(26)}`;
const MST = `00 ${NAME} 0007 00112233445566778899aabbccddeeff 00000bb8 ${BRIDGE} 13`;
const MSTI = '7c 8005 020000000010 00000064 80 a0 12';

function bpdu(hex: string): Uint8Array {
  const payload = join(fromHex('424203'), fromHex(hex));
  return ethernet(payload.length, payload);
}

function pvst(hex: string): Uint8Array {
  const payload = join(fromHex('aaaa03 00000c 010b'), fromHex(hex));
  return ethernet(payload.length, payload);
}

test('a rapid spanning tree unit', () => {
  const layer = layerOf(bpdu(`0000 02 02 3e ${CONFIGURATION} 00`), ETHERNET, 'stp');
  expect(layer.summary).toBe('Rapid Spanning Tree  root 32768/1/02:00:00:00:00:10  cost 19  port 0x8004');
  expect(topLines(layer)).toEqual([
    'Protocol Identifier: Spanning Tree Protocol (0x0000)',
    'Protocol Version Identifier: Rapid Spanning Tree (2)',
    'BPDU Type: Rapid or Multiple Spanning Tree (0x02)',
    'Flags: 0x3e Forwarding, Learning, Port Role Designated (3), Proposal',
    'Root Identifier: 32768/1/02:00:00:00:00:10',
    'Root Path Cost: 19',
    'Bridge Identifier: 4096/2/02:00:00:00:00:20',
    'Port Identifier: 0x8004',
    'Message Age: 1.5 s',
    'Max Age: 20 s',
    'Hello Time: 2 s',
    'Forward Delay: 15 s',
    'Version 1 Length: 0 bytes',
  ]);
  expect(layer.problem).toBeNull();
  expect([layer.start, layer.end]).toEqual([17, 53]);
});

test('bits and bridges have their parts', () => {
  const { fields } = layerOf(bpdu(`0000 00 00 81 ${CONFIGURATION}`), ETHERNET, 'stp');
  expect(lines(fields.slice(3, 5)).slice(1)).toEqual([
    '  Topology Change Acknowledgment: set',
    '  Agreement: not set',
    '  Forwarding: not set',
    '  Learning: not set',
    '  Port Role: Unknown (0)',
    '  Proposal: not set',
    '  Topology Change: set',
    'Root Identifier: 32768/1/02:00:00:00:00:10',
    '  Bridge Priority: 32768',
    '  System ID Extension: 1',
    '  Bridge Address: 02:00:00:00:00:10',
  ]);
});

test('a topology change notification is four bytes', () => {
  const layer = layerOf(bpdu('0000 00 80'), ETHERNET, 'stp');
  expect(layer.summary).toBe('Topology Change Notification');
  expect(layer.fields).toHaveLength(3);
});

test('multiple spanning trees', () => {
  const layer = layerOf(bpdu(`0000 03 02 7c ${CONFIGURATION} 00 0050 ${MST} ${MSTI}`), ETHERNET, 'stp');
  expect(layer.problem).toBeNull();
  expect(lines(layer.fields.slice(-8)).filter((line) => !line.startsWith('    '))).toEqual([
    'Configuration Identifier Format Selector: 0',
    'Configuration Name: "Region"',
    'Revision Level: 7',
    'Configuration Digest: 00112233445566778899aabbccddeeff',
    'CIST Internal Root Path Cost: 3000',
    'CIST Bridge Identifier: 4096/2/02:00:00:00:00:20',
    '  Bridge Priority: 4096',
    '  System ID Extension: 2',
    '  Bridge Address: 02:00:00:00:00:20',
    'CIST Remaining Hops: 19',
    'MSTI Configuration Message: MSTID 5, root 32768/5/02:00:00:00:00:10',
    '  MSTI Flags: 0x7c Agreement, Forwarding, Learning, Port Role Designated (3)',
    '  MSTI Regional Root Identifier: 32768/5/02:00:00:00:00:10',
    '  MSTI Internal Root Path Cost: 100',
    '  MSTI Bridge Priority: 8',
    '  MSTI Port Priority: 10',
    '  MSTI Remaining Hops: 18',
  ]);
});

test('shortest path trees', () => {
  const four = `0055 ${MST.slice(0, MST.indexOf('00000bb8'))} 12 00 01 20 0003 ${'00'.repeat(8)} ${'ab'.repeat(20)}`;
  const layer = layerOf(bpdu(`0000 04 02 7c ${CONFIGURATION} 00 0040 ${MST} ${four}`), ETHERNET, 'stp');
  expect(layer.problem).toBeNull();
  expect(topLines(layer).slice(-12)).toEqual([
    'Version 4 Length: 85 bytes',
    'Auxiliary Configuration Identifier Format Selector: 0',
    'Auxiliary Configuration Name: "Region"',
    'Auxiliary Revision Level: 7',
    'Auxiliary Configuration Digest: 00112233445566778899aabbccddeeff',
    'Agreement Flags: 0x12 Agreement Number 2, Agreement Valid',
    'Reserved: 0',
    'Agreement Digest Format: 0x01 Agreement Digest Format Capabilities 1',
    'Agreement Digest Convention: 0x20 Agreement Digest Convention Identifier 2',
    'Agreement Digest Edge Count: 3',
    `Reserved: ${'00'.repeat(8)}`,
    `Computed Topology Digest: ${'ab'.repeat(20)}`,
  ]);
});

test('the VLAN of a unit of one VLAN stands behind it', () => {
  expect(topLines(layerOf(pvst(`0000 02 02 3c ${CONFIGURATION} 00 0000 0002 0005`), ETHERNET, 'stp')).at(-1)).toBe(
    'Originating VLAN: 5',
  );
  const padded = layerOf(pvst(`0000 00 00 00 ${CONFIGURATION} 00 0000 0002 0fff`), ETHERNET, 'stp');
  expect(topLines(padded).slice(-4)).toEqual([
    'Padding: 00',
    'Originating VLAN Type: 0',
    'Originating VLAN Length: 2',
    'Originating VLAN: 4095',
  ]);
});

test('what lies or is missing is told', () => {
  expect(layerOf(bpdu('0000 02 02 3c 8001'), ETHERNET, 'stp').problem).toBe(
    'BPDU: 31 bytes required, 3 available, at byte 21',
  );
  expect(layerOf(bpdu(`0000 03 02 7c ${CONFIGURATION} 00 0010 ${MST}`), ETHERNET, 'stp').problem).toBe(
    'MSTP version 3 length: 16 bytes, at least 64 required, at byte 53',
  );
  expect(layerOf(bpdu(`0000 03 02 7c ${CONFIGURATION} 00 0060 ${MST}`), ETHERNET, 'stp').problem).toBe(
    'MSTP version 3 length: 96 bytes required, 64 available, at byte 55',
  );
  expect(layerOf(bpdu(`0000 03 02 7c ${CONFIGURATION} 00 0042 ${MST} 0000`), ETHERNET, 'stp').problem).toBe(
    'MSTP version 3 length: 66 bytes, not 64 and up to 64 messages of 16',
  );
  expect(layerOf(bpdu('0001 00 00 0102'), ETHERNET, 'stp').fields.at(-1)).toMatchObject({
    name: 'BPDU Parameters',
    value: '0102',
  });
});

test('cut anywhere, no field lies outside', () => {
  expect(strayFields(bpdu(`0000 03 02 7c ${CONFIGURATION} 00 0050 ${MST} ${MSTI}`), ETHERNET)).toEqual([]);
  expect(strayFields(pvst(`0000 00 00 00 ${CONFIGURATION} 00 0000 0002 0fff`), ETHERNET)).toEqual([]);
});

test('emit of view gives the bytes', () => {
  const bytes = fromHex(`0000 03 02 7c ${CONFIGURATION} 00 0050 ${MST} ${MSTI}`);
  expect(emitStp(viewStp(bytes, 0, bytes.length)!)).toEqual(bytes);
  expect(viewStp(bytes, 0, 3)).toBeNull();
});
