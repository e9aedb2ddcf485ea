import { bytesField, field, named, shortfall } from '../dissector.js';
import type { Field } from '../layer.js';
import { bits, hex, ipv6Address, lay, type Part, raw } from '../layout.js';
import type { Message } from './icmpv6-body.js';

/**
 * RPL control messages (RFC 6550 section 6) and their options, known by name: a type and a length that counts what follows; Pad1 is a byte alone
 * (section 6.7).
 */
export const RplOption = { pad1: 0, padN: 1 } as const;

const NAMES: Readonly<Record<number, string>> = {
  [RplOption.pad1]: 'Pad1',
  [RplOption.padN]: 'PadN',
  2: 'DAG Metric Container',
  3: 'Route Information',
  4: 'DODAG Configuration',
  5: 'RPL Target',
  6: 'Transit Information',
  7: 'Solicited Information',
  8: 'Prefix Information',
  9: 'RPL Target Descriptor',
};

/** One field an option of bytes[at, end); one that does not fit ends the list. */
function readRplOptions(bytes: Uint8Array, at: number, end: number): { fields: Field[]; problem: string | null } {
  const fields: Field[] = [];
  let place = at;
  while (place < end) {
    const type = bytes[place];
    const name = NAMES[type] ?? `Option ${type}`;
    const typeField = field('Type', place, 1, type, named(NAMES, type));
    if (type === RplOption.pad1) {
      fields.push({ ...bytesField(name, bytes, place, place + 1), text: 'padding', fields: [typeField] });
      place++;
      continue;
    }
    const required = 2 + (place + 1 < end ? bytes[place + 1] : 0);
    if (place + required > end) {
      fields.push(bytesField('Malformed Option', bytes, place, end));
      return { fields, problem: shortfall(`RPL ${name} option`, required, end - place, place) };
    }
    const stop = place + required;
    const inner = [typeField, field('Option Length', place + 1, 1, required - 2)];
    const option = bytesField(name, bytes, place, stop);
    if (place + 2 < stop) inner.push(bytesField('Option Data', bytes, place + 2, stop));
    fields.push({ ...option, fields: inner });
    place = stop;
  }
  return { fields, problem: null };
}

const RPL_INSTANCE: Part = ['RPLInstanceID', 1];
const DODAG: Part = ['DODAGID', 16, ipv6Address];

/** RPL control messages by their code (RFC 6550 section 6); those that carry security and others are bytes. */
export function rplMessage(code: number, bytes: Uint8Array, at: number, end: number): Message {
  const second = at + 1 < end ? bytes[at + 1] : 0;
  switch (code) {
    case 0:
      return {
        parts: [
          ['Flags', 1, hex],
          ['Reserved', 1],
        ],
        rest: readRplOptions,
      };
    case 1:
      return {
        parts: [
          RPL_INSTANCE,
          ['Version Number', 1],
          ['Rank', 2],
          [
            'G, MOP and Prf',
            1,
            bits([
              [0x80, 'G'],
              [0x38, 'MOP'],
              [0x07, 'Prf'],
            ]),
          ],
          ['DTSN', 1],
          ['Flags', 1, hex],
          ['Reserved', 1],
          DODAG,
        ],
        rest: readRplOptions,
      };
    case 2: {
      const flags = bits([
        [0x80, 'K'],
        [0x40, 'D'],
        [0x3f, 'Flags'],
      ]);
      const parts: Part[] = [RPL_INSTANCE, ['K, D and Flags', 1, flags], ['Reserved', 1], ['DAOSequence', 1]];
      return { parts: second & 0x40 ? [...parts, DODAG] : parts, rest: readRplOptions };
    }
    case 3: {
      const flags = bits([
        [0x80, 'D'],
        [0x7f, 'Reserved'],
      ]);
      const parts: Part[] = [RPL_INSTANCE, ['D and Reserved', 1, flags], ['DAOSequence', 1], ['Status', 1]];
      return { parts: second & 0x80 ? [...parts, DODAG] : parts, rest: readRplOptions };
    }
    default:
      return { parts: [], rest: (b, from, to) => lay('', b, from, to, from < to ? [['Data', to - from, raw]] : []) };
  }
}
