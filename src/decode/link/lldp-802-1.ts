import { hexNumber, u16, u32 } from '../../bytes/big-endian.js';
import { field, named } from '../dissector.js';
import { type Bits, bits, type Form, type Part, raw, words } from '../layout.js';
import { aggregationParts, type LldpKind, REST } from './lldp-kind.js';

/** LLDP's TLVs of IEEE 802.1: 802.1Q-2018 annex D. */

const SUPPORT: readonly Bits[] = [
  [0x02, 'Supported'],
  [0x04, 'Enabled'],
];

/** Four bits for each of eight priorities, as 802.1Q section D.2.8.4 packs them. */
const priorities: Form = (bytes, at) => {
  const value = u32(bytes, at);
  const classes = Array.from({ length: 8 }, (_, index) => (value >>> (28 - 4 * index)) & 15);
  const fields = classes.map((one, index) => field(`Priority ${index}`, at + (index >>> 1), 1, one));
  return { value, text: classes.join(', '), fields };
};

function eachClass(names: Readonly<Record<number, string>>, unit = ''): Form {
  return (bytes, at, length) => {
    const fields = Array.from({ length }, (_, index) => {
      const value = bytes[at + index];
      return field(`Traffic Class ${index}`, at + index, 1, value, `${named(names, value)}${unit}`);
    });
    const { value } = raw(bytes, at, length);
    return { value, text: fields.map((one) => one.text).join(', '), fields };
  };
}

const SELECTION: Readonly<Record<number, string>> = {
  0: 'strict priority',
  1: 'credit-based shaper',
  2: 'ETS',
  255: 'vendor',
};

const TRANSMISSION: readonly Part[] = [
  ['Priority Assignment Table', 4, priorities],
  ['TC Bandwidth Table', 8, eachClass({}, ' %')],
  ['TSA Assignment Table', 8, eachClass(SELECTION)],
];

/** Three bytes each: priority, what selects it, the protocol. */
const applications: Form = (bytes, at, length) => {
  const count = Math.floor(length / 3);
  const fields = Array.from({ length: count }, (_, index) => {
    const place = at + 3 * index;
    const [priority, selector] = [bytes[place] >>> 5, bytes[place] & 7];
    const text = `priority ${priority}, selector ${selector}, protocol ${hexNumber(u16(bytes, place + 1), 4)}`;
    return field('Application Priority', place, 3, priority, text, [
      field('Priority', place, 1, priority),
      field('Sel', place, 1, selector),
      field('Protocol ID', place + 1, 2, u16(bytes, place + 1)),
    ]);
  });
  return { value: raw(bytes, at, length).value, text: fields.map((one) => one.text).join('; '), fields };
};

export const IEEE_802_1: Readonly<Record<number, LldpKind>> = {
  1: { name: 'Port VLAN ID', parts: [['Port VLAN Identifier', 2]] },
  2: {
    name: 'Port And Protocol VLAN ID',
    parts: [
      ['Flags', 1, bits(SUPPORT)],
      ['Port And Protocol VLAN Identifier', 2],
    ],
  },
  3: {
    name: 'VLAN Name',
    parts: [
      ['VLAN ID', 2],
      ['VLAN Name Length', 1],
      ['VLAN Name', REST, words],
    ],
  },
  4: {
    name: 'Protocol Identity',
    parts: [
      ['Protocol Identity Length', 1],
      ['Protocol Identity', REST, raw],
    ],
  },
  5: { name: 'VID Usage Digest', parts: [['VID Usage Digest', 4]] },
  6: { name: 'Management VID', parts: [['Management VID', 2]] },
  7: { name: 'Link Aggregation', parts: aggregationParts() },
  8: {
    name: 'Congestion Notification',
    parts: [
      ['Per-priority CNPV Indicators', 1],
      ['Per-priority Ready Indicators', 1],
    ],
  },
  9: {
    name: 'ETS Configuration',
    parts: [
      [
        'Flags',
        1,
        bits([
          [0x80, 'Willing'],
          [0x40, 'CBS'],
          [0x07, 'Max TCs'],
        ]),
      ],
      ...TRANSMISSION,
    ],
  },
  10: { name: 'ETS Recommendation', parts: [['Reserved', 1], ...TRANSMISSION] },
  11: {
    name: 'Priority-based Flow Control Configuration',
    parts: [
      [
        'Flags',
        1,
        bits([
          [0x80, 'Willing'],
          [0x40, 'MBC'],
          [0x0f, 'PFC Cap'],
        ]),
      ],
      ['PFC Enable', 1, bits(Array.from({ length: 8 }, (_, index): Bits => [1 << index, `Priority ${index}`]))],
    ],
  },
  12: {
    name: 'Application Priority',
    parts: [
      ['Reserved', 1],
      ['Application Priority Table', REST, applications],
    ],
  },
};
