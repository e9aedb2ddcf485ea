import type { Layer } from '../../../src/decode/layer.js';
import { emitLldp, viewLldp } from '../../../src/decode/link/lldp.js';
import { ethernet, fromHex } from '../../support/frames.js';
import { layerOf, lines, strayFields, topLines } from '../../support/layer-lines.js';

const ETHERNET = 1;
const MANDATORY = '0207 04 020000000001 0405 05 65746831 0602 0078';

function lldp(hex: string): Layer {
  return layerOf(ethernet(0x88cc, fromHex(hex)), ETHERNET, 'lldp');
}

/** Head of a TLV of `type`, and its value. */
function tlv(type: number, value: string): string {
  const length = value.replace(/ /g, '').length / 2;
  return `${((type << 9) | length).toString(16).padStart(4, '0')}${value}`;
}

/** The text of an organizationally specific TLV. */
function specific(value: string): string {
  return lldp(`${MANDATORY} ${tlv(127, value)} 0000`).fields[3].text;
}

test('the TLVs of the standard', () => {
  const layer = lldp(
    [
      MANDATORY,
      tlv(4, '75706c696e6b'),
      tlv(5, '7377312e6578616d706c65'),
      tlv(6, '4c696e75780a1b5b31'),
      tlv(7, '0014 0004'),
      tlv(8, '05 01 0a000001 02 00000007 03 2b0601'),
      '0000',
    ].join(''),
  );
  expect(layer.problem).toBeNull();
  expect(layer.summary).toBe('"sw1.example"  chassis 02:00:00:00:00:01  port "eth1"');
  expect(topLines(layer)).toEqual([
    'Chassis ID: 02:00:00:00:00:01',
    'Port ID: "eth1"',
    'Time To Live: 120 s',
    'Port Description: "uplink"',
    'System Name: "sw1.example"',
    'System Description: "Linux\\x0a\\x1b[1"',
    'System Capabilities: 0x0004 Bridge',
    'Management Address: 10.0.0.1',
    'End Of LLDPDU: End Of LLDPDU',
  ]);
  expect(lines([layer.fields[7]])).toEqual([
    'Management Address: 10.0.0.1',
    '  TLV Type: Management Address (8)',
    '  TLV Information String Length: 15',
    '  Management Address String Length: 5',
    '  Management Address Subtype: IPv4 (1)',
    '  Management Address: 10.0.0.1',
    '  Interface Numbering Subtype: ifIndex (2)',
    '  Interface Number: 7',
    '  OID String Length: 3',
    '  Object Identifier: 2b0601',
  ]);
});

test.each([
  ['0080c2 01 0005', 'IEEE 802.1 Port VLAN ID Port VLAN Identifier 5'],
  [
    '0080c2 02 06 0007',
    'IEEE 802.1 Port And Protocol VLAN ID Flags 0x06 Supported, Enabled, Port And Protocol VLAN Identifier 7',
  ],
  ['0080c2 03 0005 03 6c616e', 'IEEE 802.1 VLAN Name VLAN ID 5, VLAN Name Length 3, VLAN Name "lan"'],
  ['0080c2 04 02 88cc', 'IEEE 802.1 Protocol Identity Protocol Identity Length 2, Protocol Identity 88cc'],
  [
    '0080c2 09 c2 01234567 0a14000000000046 00020000000000ff',
    'IEEE 802.1 ETS Configuration Flags 0xc2 Willing, CBS, Max TCs 2, Priority Assignment Table 0, 1, 2, 3, 4, 5, 6, 7, TC Bandwidth Table 10 %, 20 %, 0 %, 0 %, 0 %, 0 %, 0 %, 70 %, TSA Assignment Table strict priority (0), ETS (2), strict priority (0), strict priority (0), strict priority (0), strict priority (0), strict priority (0), vendor (255)',
  ],
  [
    '0080c2 0c 00 61 8906',
    'IEEE 802.1 Application Priority Reserved 0, Application Priority Table priority 3, selector 1, protocol 0x8906',
  ],
  [
    '00120f 01 03 8001 0010',
    'IEEE 802.3 MAC/PHY Configuration/Status Auto-negotiation Support/Status 0x03 Supported, Enabled, PMD Auto-negotiation Advertised Capability 0x8001 Other, 1000BASE-T full duplex, Operational MAU Type 16',
  ],
  ['00120f 02 07 01 05', /MDI Power Support 0x07 .* PSE Power Pair signal \(1\), Power Class 5$/],
  ['00120f 02 07 01 05 52 0082 0082', /Power Type type 2 PD \(1\), .* PD Requested Power Value 13 W, /],
  ['00120f 03 01 00000000', /Aggregation Status 0x01 Capability, Aggregated Port ID 0$/],
  ['00120f 04 05ee', 'IEEE 802.3 Maximum Frame Size Maximum Frame Size 1518'],
  ['0012bb 01 0033 03', /LLDP-MED Device Type Endpoint Class III \(3\)$/],
  ['0012bb 02 01 400a6e', /Policy 0x400a6e T, VLAN ID 5, L2 Priority 1, DSCP Value 46$/],
  ['0012bb 05 6877', 'LLDP-MED Hardware Revision Hardware Revision "hw"'],
  ['00005e 01 68747470', 'IANA Manufacturer Usage Description MUD URL "http"'],
  ['00aabb 07 0102', 'organization subtype 7'],
  ['0080c2 63 0102', 'IEEE 802.1 subtype 99'],
])('%s', (value, text) => expect(specific(value)).toMatch(text));

test('identifiers of other kinds', () => {
  const texts = topLines(lldp(`${tlv(1, '05 01 0a000001')}${tlv(2, '03 020000000002')}${tlv(3, '0000')}0000`));
  expect(texts.slice(0, 2)).toEqual(['Chassis ID: 10.0.0.1', 'Port ID: 02:00:00:00:00:02']);
  expect(topLines(lldp(`${tlv(1, '09 0102')}${tlv(2, '07 61')}${tlv(3, '0000')}0000`)).slice(0, 2)).toEqual([
    'Chassis ID: 0102',
    'Port ID: "a"',
  ]);
});

test('what lies or is missing is told', () => {
  expect(lldp(MANDATORY).problem).toBe('LLDP: no End Of LLDPDU TLV in 3 TLVs');
  expect(lldp(`${MANDATORY} 0aff 61`).problem).toBe('LLDP TLV: 257 bytes required, 3 available, at byte 34');
  expect(lldp(`${MANDATORY} 0a`).problem).toBe('LLDP TLV: 2 bytes required, 1 available, at byte 34');
  expect(lldp('0602 0078 0000').problem).toBe('LLDP TLV 1: type 3, Chassis ID (1) required, at byte 14');
  expect(lldp(`${MANDATORY} ${tlv(8, '09 01 0a000001')} 0000`).problem).toBe(
    'LLDP management address: 14 bytes required, 4 available, at byte 38',
  );
  expect(lldp(`${MANDATORY} ${tlv(127, '0080c2 01')} 0000`).problem).toBe(
    'LLDP Port VLAN ID: 2 bytes required, 0 available, at byte 40',
  );
});

test('cut anywhere; emit of view', () => {
  const hex = `${MANDATORY} ${tlv(8, '05 01 0a000001 02 00000007 00')} ${tlv(127, '00120f 01 03 8001 0010')} 0000`;
  expect(strayFields(ethernet(0x88cc, fromHex(hex)), ETHERNET)).toEqual([]);
  const bytes = fromHex(hex);
  expect(emitLldp(viewLldp(bytes, 0, bytes.length)!)).toEqual(bytes);
  const open = fromHex(`${MANDATORY} 0aff 61`);
  expect(emitLldp(viewLldp(open, 0, open.length)!)).toEqual(open);
  expect(viewLldp(bytes, 0, 1)).toBeNull();
});
