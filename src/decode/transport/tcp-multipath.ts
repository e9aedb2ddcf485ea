import { hexDigits } from '../../bytes/big-endian.js';
import { bytesField, field, named } from '../dissector.js';
import type { Field } from '../layer.js';
import {
  type Bits,
  bits,
  bitsField,
  enumeration,
  type Form,
  hex,
  ipAddress,
  lay,
  type Part,
  raw,
  unsigned,
} from '../layout.js';
import type { OptionContent } from '../options.js';

/** The Multipath TCP option: RFC 8684 section 3, version 0 RFC 6824. Offsets count from behind its kind and length. */
export const Multipath = { subtype: 0, content: 1 } as const;

export const MultipathSubtype = {
  capable: 0,
  join: 1,
  sequenceSignal: 2,
  addAddress: 3,
  removeAddress: 4,
  priority: 5,
  fail: 6,
  fastClose: 7,
  reset: 8,
} as const;

const SUBTYPES: Readonly<Record<number, string>> = {
  [MultipathSubtype.capable]: 'MP_CAPABLE',
  [MultipathSubtype.join]: 'MP_JOIN',
  [MultipathSubtype.sequenceSignal]: 'DSS',
  [MultipathSubtype.addAddress]: 'ADD_ADDR',
  [MultipathSubtype.removeAddress]: 'REMOVE_ADDR',
  [MultipathSubtype.priority]: 'MP_PRIO',
  [MultipathSubtype.fail]: 'MP_FAIL',
  [MultipathSubtype.fastClose]: 'MP_FASTCLOSE',
  [MultipathSubtype.reset]: 'MP_TCPRST',
  15: 'MP_EXPERIMENTAL',
};

const RESET_REASONS: Readonly<Record<number, string>> = {
  0: 'unspecified error',
  1: 'MPTCP-specific error',
  2: 'lack of resources',
  3: 'administratively prohibited',
  4: 'too much outstanding data',
  5: 'unacceptable performance',
  6: 'middlebox interference',
};

const CAPABLE_FLAGS = bits([
  [0x80, 'A'],
  [0x40, 'B'],
  [0x20, 'C'],
  [0x1e, 'D-G'],
  [0x01, 'H'],
]);
const SIGNAL_FLAGS = bits([
  [0x10, 'F'],
  [0x08, 'm'],
  [0x04, 'M'],
  [0x02, 'a'],
  [0x01, 'A'],
]);
const BACKUP: readonly Bits[] = [[0x01, 'B']];

/** A sequence number of 8 bytes: a number, from 2^53 a decimal string. */
const wide: Form = (bytes, at, length) => {
  if (length < 8) return unsigned(bytes, at, length);
  const number = BigInt(`0x${hexDigits(bytes, at, at + length)}`);
  const value = number < 2n ** 53n ? Number(number) : String(number);
  return { value, text: String(number) };
};

/** What lies in the lower half of the subtype's byte, and the parts that follow it, by subtype and length of the whole option. */
interface Shape {
  lower: readonly Bits[];
  parts: readonly Part[];
}

const KEYS: readonly Part[] = [
  ["Option Sender's Key", 8, raw],
  ["Option Receiver's Key", 8, raw],
  ['Data-Level Length', 2],
  ['Checksum', 2, hex],
];

function capable(length: number): Shape {
  const present = length < 12 ? 0 : length < 20 ? 1 : length < 22 ? 2 : length < 24 ? 3 : 4;
  return { lower: [[15, 'Version']], parts: [['Flags', 1, CAPABLE_FLAGS], ...KEYS.slice(0, present)] };
}

function join(length: number): Shape {
  if (length >= 24)
    return {
      lower: [],
      parts: [
        ['Reserved', 1],
        ["Sender's HMAC", 20, raw],
      ],
    };
  const [name, size] = length >= 16 ? ["Sender's Truncated HMAC", 8] : ["Receiver's Token", 4];
  const first: Part = [name as string, size as number, size === 8 ? raw : hex];
  return { lower: BACKUP, parts: [['Address ID', 1], first, ["Sender's Random Number", 4]] };
}

function sequenceSignal(length: number, flags: number): Shape {
  const parts: Part[] = [['Flags', 1, SIGNAL_FLAGS]];
  let used = 4;
  if (flags & 1) {
    const size = flags & 2 ? 8 : 4;
    parts.push(['Data ACK', size, wide]);
    used += size;
  }
  if (flags & 4) {
    const size = flags & 8 ? 8 : 4;
    parts.push(['Data Sequence Number', size, wide], ['Subflow Sequence Number', 4], ['Data-Level Length', 2]);
    used += size + 6;
    if (length >= used + 2) parts.push(['Checksum', 2, hex]);
  }
  return { lower: [], parts };
}

/** IPv4 or IPv6 address, port and truncated HMAC are there as the length allows; version 0 has no HMAC, and the address's version for the echo bit. */
function addAddress(length: number, lower: number): Shape {
  const isSixteen = length >= 20;
  const rest = length - 4 - (isSixteen ? 16 : 4);
  const parts: Part[] = [
    ['Address ID', 1],
    ['Address', isSixteen ? 16 : 4, ipAddress],
  ];
  if (rest === 2 || rest === 10) parts.push(['Port', 2]);
  if (rest >= 8) parts.push(['Truncated HMAC', 8, raw]);
  return { lower: lower === 4 || lower === 6 ? [[15, 'IPVer']] : [[1, 'E']], parts };
}

function shapeOf(subtype: number, length: number, first: number, second: number): Shape {
  switch (subtype) {
    case MultipathSubtype.capable:
      return capable(length);
    case MultipathSubtype.join:
      return join(length);
    case MultipathSubtype.sequenceSignal:
      return sequenceSignal(length, second);
    case MultipathSubtype.addAddress:
      return addAddress(length, first & 15);
    case MultipathSubtype.removeAddress:
      return { lower: [], parts: Array.from({ length: Math.max(1, length - 3) }, (): Part => ['Address ID', 1]) };
    case MultipathSubtype.priority:
      return { lower: BACKUP, parts: length >= 4 ? [['Address ID', 1]] : [] };
    case MultipathSubtype.fail:
      return {
        lower: [],
        parts: [
          ['Reserved', 1],
          ['Data Sequence Number', 8, wide],
        ],
      };
    case MultipathSubtype.fastClose:
      return {
        lower: [],
        parts: [
          ['Reserved', 1],
          ["Option Receiver's Key", 8, raw],
        ],
      };
    case MultipathSubtype.reset:
      return {
        lower: [
          [8, 'U'],
          [4, 'V'],
          [2, 'W'],
          [1, 'T'],
        ],
        parts: [['Reason', 1, enumeration(RESET_REASONS)]],
      };
    default:
      return { lower: [], parts: [] };
  }
}

/** Reads bytes[at, end), behind kind and length. */
export function readMultipath(bytes: Uint8Array, at: number, end: number): OptionContent {
  if (at >= end) return { fields: [], text: '' };
  const first = bytes[at];
  const subtype = first >>> 4;
  const shape = shapeOf(subtype, end - at + 2, first, at + 1 < end ? bytes[at + 1] : 0);
  const name = named(SUBTYPES, subtype);
  const laid = lay(`TCP ${SUBTYPES[subtype] ?? 'multipath'} option`, bytes, at + 1, end, shape.parts);
  const fields: Field[] = [
    field('Subtype', at, 1, subtype, name),
    ...shape.lower.map((one) => bitsField(one, first, at, 1)),
    ...laid.fields,
  ];
  if (laid.problem === null && laid.at < end) fields.push(bytesField('Data', bytes, laid.at, end));
  const shown = laid.fields.filter(({ name: field }) => !field.startsWith('Reserved'));
  const text = [name, ...shown.map((one) => `${one.name} ${one.text}`)].join(', ');
  return { fields, text, problem: laid.problem };
}
