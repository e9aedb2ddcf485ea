import { little16 } from '../../bytes/little-endian.js';
import { field } from '../dissector.js';
import {
  type Bits,
  bits,
  enumeration,
  type Form,
  littleBits,
  littleLong,
  littleUnsigned,
  raw,
  unsigned,
} from '../layout.js';

/** The fields of radiotap headers (radiotap.org, "Defined Fields"): size and alignment in bytes, in the order of their bits in a present word. */

export interface RadiotapField {
  name: string;
  size: number;
  align: number;
  form: Form;
}

const FLAGS: readonly Bits[] = [
  [0x01, 'CFP'],
  [0x02, 'Short Preamble'],
  [0x04, 'WEP'],
  [0x08, 'Fragmentation'],
  [0x10, 'FCS at End'],
  [0x20, 'Data Pad'],
  [0x40, 'Bad FCS'],
  [0x80, 'Short Guard Interval'],
];

const CHANNEL_FLAGS: readonly Bits[] = [
  [0x0010, 'Turbo'],
  [0x0020, 'CCK'],
  [0x0040, 'OFDM'],
  [0x0080, '2 GHz'],
  [0x0100, '5 GHz'],
  [0x0200, 'Passive'],
  [0x0400, 'Dynamic CCK-OFDM'],
  [0x0800, 'GFSK'],
  [0x1000, 'GSM'],
  [0x2000, 'Static Turbo'],
  [0x4000, 'Half Rate'],
  [0x8000, 'Quarter Rate'],
];

const signed: Form = (bytes, at) => {
  const value = (bytes[at] << 24) >> 24;
  return { value, text: `${value} dBm` };
};

const decibels: Form = (bytes, at) => ({ value: bytes[at], text: `${bytes[at]} dB` });

const rate: Form = (bytes, at) => ({ value: bytes[at], text: `${bytes[at] / 2} Mbit/s` });

const channel: Form = (bytes, at) => {
  const frequency = little16(bytes, at);
  const flags = littleBits(CHANNEL_FLAGS)(bytes, at + 2, 2);
  return {
    value: frequency,
    text: `${frequency} MHz, flags ${flags.text}`,
    fields: [
      field('Frequency', at, 2, frequency, `${frequency} MHz`),
      field('Flags', at + 2, 2, flags.value, flags.text, flags.fields),
    ],
  };
};

const hopping: Form = (bytes, at) => ({
  value: raw(bytes, at, 2).value,
  text: `hop set ${bytes[at]}, pattern ${bytes[at + 1]}`,
  fields: [field('Hop Set', at, 1, bytes[at]), field('Hop Pattern', at + 1, 1, bytes[at + 1])],
});

const mcs: Form = (bytes, at) => {
  const known = bits([
    [0x01, 'Bandwidth'],
    [0x02, 'MCS Index'],
    [0x04, 'Guard Interval'],
    [0x08, 'HT Format'],
    [0x10, 'FEC Type'],
    [0x20, 'STBC'],
  ])(bytes, at, 1);
  const flags = bits([
    [0x03, 'Bandwidth', { 0: '20 MHz', 1: '40 MHz', 2: '20L', 3: '20U' }],
    [0x04, 'Short Guard Interval'],
    [0x08, 'HT Greenfield'],
    [0x10, 'LDPC'],
    [0x60, 'STBC Streams'],
  ])(bytes, at + 1, 1);
  return {
    value: raw(bytes, at, 3).value,
    text: `MCS ${bytes[at + 2]}`,
    fields: [
      field('Known', at, 1, known.value, known.text, known.fields),
      field('Flags', at + 1, 1, flags.value, flags.text, flags.fields),
      field('MCS Index', at + 2, 1, bytes[at + 2]),
    ],
  };
};

const list: readonly (readonly [name: string, size: number, align: number, form: Form])[] = [
  ['TSFT', 8, 8, littleLong('us')],
  ['Flags', 1, 1, bits(FLAGS)],
  ['Rate', 1, 1, rate],
  ['Channel', 4, 2, channel],
  ['FHSS', 2, 2, hopping],
  ['Antenna Signal', 1, 1, signed],
  ['Antenna Noise', 1, 1, signed],
  ['Lock Quality', 2, 2, littleUnsigned],
  ['TX Attenuation', 2, 2, littleUnsigned],
  ['dB TX Attenuation', 2, 2, littleUnsigned],
  ['dBm TX Power', 1, 1, signed],
  ['Antenna', 1, 1, unsigned],
  ['dB Antenna Signal', 1, 1, decibels],
  ['dB Antenna Noise', 1, 1, decibels],
  ['RX Flags', 2, 2, littleBits([[0x0002, 'PLCP CRC Check Failed']])],
  [
    'TX Flags',
    2,
    2,
    littleBits([
      [0x0001, 'Failed'],
      [0x0002, 'CTS-to-self'],
      [0x0004, 'RTS/CTS'],
      [0x0008, 'No Ack'],
    ]),
  ],
  ['RTS Retries', 1, 1, unsigned],
  ['Data Retries', 1, 1, unsigned],
  ['XChannel', 8, 4, raw],
  ['MCS', 3, 1, mcs],
  ['A-MPDU Status', 8, 4, raw],
  ['VHT', 12, 2, raw],
  ['Timestamp', 12, 8, raw],
  ['HE', 12, 2, raw],
  ['HE-MU', 12, 2, raw],
  ['HE-MU-other-user', 6, 2, raw],
  ['0-length-PSDU', 1, 1, enumeration({ 0: 'sounding PPDU', 1: 'data not captured', 255: 'vendor-specific' })],
  ['L-SIG', 4, 2, raw],
];

export const RADIOTAP_FIELDS: readonly RadiotapField[] = list.map(([name, size, align, form]) => ({
  name,
  size,
  align,
  form,
}));

/** Bits of a present word: the fields above, then what tells how the next word counts. */
export const PRESENT_BITS: readonly Bits[] = [
  ...list.map(([name], bit): Bits => [1 << bit, name]),
  [0x20000000, 'Radiotap Namespace Next'],
  [0x40000000, 'Vendor Namespace Next'],
  [0x80000000, 'More Present Words'],
];
