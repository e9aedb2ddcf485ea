import { u16 } from '../../bytes/big-endian.js';
import { bytesField, field, shortfall } from '../dissector.js';
import { amount, bits, type Form, hex, type Laid, layMore, type Part } from '../layout.js';
import { encodedAddress } from './pim-addresses.js';

/** Options of PIM hello messages: RFC 7761 section 4.9.2, RFC 3973 section 4.7.5 (state refresh), RFC 5015 section 3.7.4. */

const OPTIONS: Readonly<Record<number, string>> = {
  1: 'Holdtime',
  2: 'LAN Prune Delay',
  19: 'DR Priority',
  20: 'Generation ID',
  21: 'State Refresh Capable',
  22: 'Bidirectional Capable',
  24: 'Address List',
  26: 'Join Attribute',
};

const seconds = amount('s');
const milliseconds = amount('ms');

/** RFC 7761 section 4.9.2: all ones never times out. */
export const holdtime: Form = (bytes, at) => {
  const value = u16(bytes, at);
  return { value, text: value === 0xffff ? 'forever (65535)' : `${value} s` };
};

/** Values of options whose length is their own. */
const OPTION_VALUES: Readonly<Record<number, readonly Part[]>> = {
  1: [['Holdtime', 2, holdtime]],
  2: [
    [
      'Propagation Delay',
      2,
      bits([
        [0x8000, 'T'],
        [0x7fff, 'Propagation_Delay'],
      ]),
    ],
    ['Override_Interval', 2, milliseconds],
  ],
  19: [['DR Priority', 4]],
  20: [['Generation ID', 4, hex]],
  21: [
    ['Version', 1],
    ['Interval', 1, seconds],
    ['Reserved', 2],
  ],
};
const ADDRESS_LIST = 24;

function option(laid: Laid, bytes: Uint8Array, end: number): void {
  const at = laid.at;
  const inner: Laid = { fields: [], at, problem: null };
  const head: readonly Part[] = [
    ['OptionType', 2],
    ['OptionLength', 2],
  ];
  if (layMore(inner, 'PIM option', bytes, end, head)) {
    const type = u16(bytes, at);
    const length = u16(bytes, at + 2);
    const stop = at + 4 + length;
    const parts = OPTION_VALUES[type];
    if (stop > end) inner.problem = shortfall('PIM option', 4 + length, end - at, at);
    else if (type === ADDRESS_LIST) {
      while (inner.at < stop && inner.problem === null) {
        encodedAddress(inner, 'Secondary Address', 'unicast', bytes, stop);
      }
    } else if (parts !== undefined && parts.reduce((sum, part) => sum + part[1], 0) <= length) {
      layMore(inner, 'PIM option', bytes, stop, parts);
    }
    if (inner.at < stop && inner.problem === null) inner.fields.push(bytesField('OptionValue', bytes, inner.at, stop));
    inner.at = Math.min(stop, end);
    const value = inner.fields.slice(2).map(({ text }) => text);
    const name = OPTIONS[type] ?? `Option ${type}`;
    laid.fields.push(field(name, at, inner.at - at, type, value.join(', ') || name, inner.fields));
  }
  laid.at = inner.at;
  laid.problem = inner.problem;
}

/** Reads the options of a hello message from `laid.at` to `end`; all of them in words. */
export function pimOptions(laid: Laid, bytes: Uint8Array, end: number): string {
  const at = laid.at;
  const inner: Laid = { fields: [], at, problem: null };
  while (inner.at < end && inner.problem === null) option(inner, bytes, end);
  const text = inner.fields.map((one) => `${one.name} ${one.text}`).join(', ');
  if (inner.at > at) laid.fields.push(field('Options', at, inner.at - at, inner.fields.length, text, inner.fields));
  laid.at = inner.at;
  laid.problem = inner.problem;
  return text;
}
