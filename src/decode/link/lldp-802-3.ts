import { type Bits, bits, enumeration, type Form } from '../layout.js';
import { aggregationParts, type LldpKind, tenthsOfWatt } from './lldp-kind.js';

/** LLDP's TLVs of IEEE 802.3: 802.3-2018 section 79. */

/** IEEE 802.3 table 79-3: operational MAU types of RFC 4836 are numbers; the capabilities are bits of ifMauAutoNegCapAdvertisedBits. */
const NEGOTIATION: readonly Bits[] = [
  [0x8000, 'Other'],
  [0x4000, '10BASE-T'],
  [0x2000, '10BASE-T full duplex'],
  [0x1000, '100BASE-T4'],
  [0x0800, '100BASE-TX'],
  [0x0400, '100BASE-TX full duplex'],
  [0x0200, '100BASE-T2'],
  [0x0100, '100BASE-T2 full duplex'],
  [0x0080, 'PAUSE'],
  [0x0040, 'Asymmetric PAUSE'],
  [0x0020, 'Symmetric PAUSE'],
  [0x0010, 'Asymmetric and symmetric PAUSE'],
  [0x0008, '1000BASE-X'],
  [0x0004, '1000BASE-X full duplex'],
  [0x0002, '1000BASE-T'],
  [0x0001, '1000BASE-T full duplex'],
];

const POWER_BITS: Form = bits([
  [0xc0, 'Power Type', { 0: 'type 2 PSE', 1: 'type 2 PD', 2: 'type 1 PSE', 3: 'type 1 PD' }],
  [0x30, 'Power Source'],
  [0x03, 'Power Priority', { 0: 'unknown', 1: 'critical', 2: 'high', 3: 'low' }],
]);

export const IEEE_802_3: Readonly<Record<number, LldpKind>> = {
  1: {
    name: 'MAC/PHY Configuration/Status',
    parts: [
      [
        'Auto-negotiation Support/Status',
        1,
        bits([
          [0x01, 'Supported'],
          [0x02, 'Enabled'],
        ]),
      ],
      ['PMD Auto-negotiation Advertised Capability', 2, bits(NEGOTIATION)],
      ['Operational MAU Type', 2],
    ],
  },
  2: {
    name: 'Power Via MDI',
    parts: [
      [
        'MDI Power Support',
        1,
        bits([
          [0x01, 'Port Class PSE'],
          [0x02, 'Supported'],
          [0x04, 'Enabled'],
          [0x08, 'Pairs Control Ability'],
        ]),
      ],
      ['PSE Power Pair', 1, enumeration({ 1: 'signal', 2: 'spare' })],
      ['Power Class', 1],
      ['Power Type/Source/Priority', 1, POWER_BITS],
      ['PD Requested Power Value', 2, tenthsOfWatt],
      ['PSE Allocated Power Value', 2, tenthsOfWatt],
    ],
    optionalFrom: 3,
  },
  3: { name: 'Link Aggregation', parts: aggregationParts() },
  4: { name: 'Maximum Frame Size', parts: [['Maximum Frame Size', 2]] },
  5: {
    name: 'Energy-Efficient Ethernet',
    parts: [
      ['Transmit Tw', 2],
      ['Receive Tw', 2],
      ['Fallback Receive Tw', 2],
      ['Echo Transmit Tw', 2],
      ['Echo Receive Tw', 2],
    ],
  },
};
