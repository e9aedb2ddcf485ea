import { bits, enumeration, raw, words } from '../layout.js';
import { type LldpKind, REST, tenthsOfWatt } from './lldp-kind.js';

/** LLDP's TLVs of media endpoints: ANSI/TIA-1057 section 10.2. */

function inventory(name: string): LldpKind {
  return { name, parts: [[name, REST, words]] };
}

export const MED: Readonly<Record<number, LldpKind>> = {
  1: {
    name: 'LLDP-MED Capabilities',
    parts: [
      [
        'LLDP-MED Capabilities',
        2,
        bits([
          [0x01, 'LLDP-MED Capabilities'],
          [0x02, 'Network Policy'],
          [0x04, 'Location Identification'],
          [0x08, 'Extended Power via MDI-PSE'],
          [0x10, 'Extended Power via MDI-PD'],
          [0x20, 'Inventory'],
        ]),
      ],
      [
        'LLDP-MED Device Type',
        1,
        enumeration({
          0: 'not defined',
          1: 'Endpoint Class I',
          2: 'Endpoint Class II',
          3: 'Endpoint Class III',
          4: 'Network Connectivity',
        }),
      ],
    ],
  },
  2: {
    name: 'Network Policy',
    parts: [
      ['Application Type', 1],
      [
        'Policy',
        3,
        bits([
          [0x800000, 'U'],
          [0x400000, 'T'],
          [0x1ffe00, 'VLAN ID'],
          [0x0001c0, 'L2 Priority'],
          [0x00003f, 'DSCP Value'],
        ]),
      ],
    ],
  },
  3: {
    name: 'Location Identification',
    parts: [
      ['Location Data Format', 1],
      ['Location ID', REST, raw],
    ],
  },
  4: {
    name: 'Extended Power-via-MDI',
    parts: [
      ['Power Type/Source/Priority', 1],
      ['Power Value', 2, tenthsOfWatt],
    ],
  },
  5: inventory('Hardware Revision'),
  6: inventory('Firmware Revision'),
  7: inventory('Software Revision'),
  8: inventory('Serial Number'),
  9: inventory('Manufacturer Name'),
  10: inventory('Model Name'),
  11: inventory('Asset ID'),
};
