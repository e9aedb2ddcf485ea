import type { Span } from './ast.js';
import { allOf, type Condition, constant, equals, load, not, test, type Value } from './condition.js';
import { syntaxError } from './filter-errors.js';

/** SS7 on MTP2 (ITU-T Q.703, annex A of it for the high speed links) and the routing label of MTP3 (Q.704). */

const under = (left: Value, mask: number): Value => ({ kind: 'operation', operator: '&', left, right: constant(mask) });
const LENGTH = under(load('signalling', 2, 1), 0x3f);
const HIGH_SPEED_LENGTH = under(load('signalling', 4, 2), 0xff80);

/** Kinds of signal units, by their length indicator: 0 fill-in, 1 and 2 link status, more a message. */
export function signalUnit(word: string): Condition {
  const fast = word.startsWith('h');
  const length = fast ? HIGH_SPEED_LENGTH : LENGTH;
  const two = fast ? 2 << 7 : 2;
  switch (fast ? word.slice(1) : word) {
    case 'fisu':
      return equals(length, 0);
    case 'lssu':
      return allOf(test(length, '>', 0), not(test(length, '>', two)));
    default:
      return test(length, '>', two);
  }
}

interface Field {
  readonly offset: number;
  readonly size: number;
  readonly mask: number;
  readonly highest: number;
  /** The number as it stands in the masked field. */
  readonly place: (value: number) => number;
}

/** Point codes have 14 bits and stand with their lowest byte first. */
const FIELDS: ReadonlyMap<string, Field> = new Map([
  ['sio', { offset: 3, size: 1, mask: 0xff, highest: 255, place: (value) => value }],
  [
    'opc',
    {
      offset: 4,
      size: 4,
      mask: 0x00c0ff0f,
      highest: 16383,
      place: (value) => (((value & 3) << 22) | ((value & 0x3fc) << 6) | ((value & 0x3c00) >>> 10)) >>> 0,
    },
  ],
  [
    'dpc',
    {
      offset: 4,
      size: 4,
      mask: 0xff3f0000,
      highest: 16383,
      place: (value) => (((value & 0xff) << 24) | ((value & 0x3f00) << 8)) >>> 0,
    },
  ],
  ['sls', { offset: 7, size: 1, mask: 0xf0, highest: 15, place: (value) => value << 4 }],
]);
/** The high speed links have 3 bytes more in front. */
const HIGH_SPEED = 3;

/** A field of the routing label, masked, and the number to compare it with. */
export function fieldCondition(word: string, value: number, span: Span): { field: Value; shifted: number } {
  const fast = word.startsWith('h');
  const { offset, size, mask, highest, place } = FIELDS.get(fast ? word.slice(1) : word) as Field;
  if (value > highest) {
    throw syntaxError(`${word} ${value} is more than ${highest}`, span, undefined, 'filter.bad-number');
  }
  const bytes = load('signalling', offset + (fast ? HIGH_SPEED : 0), size);
  return { field: mask === 0xff ? bytes : under(bytes, mask), shifted: place(value) };
}
