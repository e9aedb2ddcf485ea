import { escapeBytes } from '../../bytes/escape.js';
import { bytesField, field, type Input, type Step } from '../dissector.js';
import type { Field } from '../layer.js';
import { PORT } from './redis.js';
import { type RespValue, respLength, viewResp } from './resp-values.js';
import { shownText, textField } from './text-fields.js';

/** Redis serialization protocol: specification of RESP2 and RESP3 at redis.io. Requests are arrays of bulk strings, or a line of words. */

const NAMES: Readonly<Record<string, string>> = {
  '': 'Inline Command',
  '+': 'Simple String',
  '-': 'Simple Error',
  ':': 'Integer',
  $: 'Bulk String',
  '*': 'Array',
  _: 'Null',
  '#': 'Boolean',
  ',': 'Double',
  '(': 'Big Number',
  '!': 'Bulk Error',
  '=': 'Verbatim String',
  '%': 'Map',
  '~': 'Set',
  '>': 'Push',
  '|': 'Attribute',
};

const WORDS_SHOWN = 8;
const WORD_LENGTH = 40;

/** "SET key value" of an array of strings; "Array(3)" of another. */
function wordsOf(fields: Field[], name: string, count: string): string {
  const words = fields.filter((one) => one.name !== 'Length').slice(0, WORDS_SHOWN);
  if (words.length === 0 || words.some((one) => one.name !== 'Bulk String' || one.fields === undefined)) {
    return `${name}(${count})`;
  }
  const shown = words.map(({ text }) => (text.length > WORD_LENGTH ? `${text.slice(0, WORD_LENGTH)}…` : text));
  return shown.join(' ') + (Number(count) > WORDS_SHOWN ? ' …' : '');
}

/** The line that says how much follows. */
function lengthField({ mark, text, ending }: RespValue, at: number): Field {
  const length = /^-?\d{1,9}$/.test(text) ? Number(text) : shownText(text);
  return field('Length', at, mark.length + text.length + ending.length, length);
}

function valueField(value: RespValue, bytes: Uint8Array, at: number): Field {
  const name = NAMES[value.mark];
  const start = at + value.mark.length;
  const textEnd = start + value.text.length;
  const end = at + respLength(value);
  if (value.items !== null) {
    let place = textEnd + value.ending.length;
    const inner = [lengthField(value, at)];
    for (const item of value.items) {
      inner.push(valueField(item, bytes, place));
      place = inner[inner.length - 1].end;
    }
    const text = value.text === '-1' ? 'null' : wordsOf(inner, name, inner[0].text);
    return field(name, at, end - at, inner[0].value, text, inner);
  }
  if (value.data !== null) {
    const place = textEnd + value.ending.length;
    const data = textField('Data', bytes, place, place + value.data.length);
    const inner = [lengthField(value, at)];
    if (value.data !== '') inner.push(data);
    const shown = value.text === '-1' ? 'null' : data.text;
    return field(name, at, end - at, value.text === '-1' ? null : data.text, shown, inner);
  }
  const shown = escapeBytes(bytes, start, textEnd);
  const isNumber = value.mark === ':' && /^[-+]?\d{1,15}$/.test(value.text);
  return field(name, at, end - at, isNumber ? Number(value.text) : shown, shown);
}

export function layerRedis({ bytes, at, end, wireEnd, scope }: Input): Step {
  const view = viewResp(bytes, at, end);
  const fields: Field[] = [];
  let place = at;
  for (const value of view.values) {
    const made = valueField(value, bytes, place);
    fields.push(made);
    place = made.end;
  }
  if (place < end) fields.push(bytesField('Incomplete Value', bytes, place, end));
  const words = fields.slice(0, WORDS_SHOWN).map(({ name, text }) => (name === 'Incomplete Value' ? '…' : text));
  if (fields.length > WORDS_SHOWN) words.push('…');
  const { sourcePort, destinationPort } = scope.transport ?? { sourcePort: 0, destinationPort: 0 };
  const role = destinationPort === PORT ? 'Request: ' : sourcePort === PORT ? 'Response: ' : '';
  let { problem } = view;
  if (problem === null && place < end && end < wireEnd) {
    problem = `RESP value: not all among the ${end - place} bytes available, at byte ${place}`;
  }
  return {
    layer: { name: 'resp', title: 'RESP', summary: words.join('; '), start: at, end, fields, problem },
    next: null,
    column: { info: role + words.join('; ') },
  };
}
