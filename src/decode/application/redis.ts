import { escapeBytes } from '../../bytes/escape.js';
import { type Application, Likeness, type Recognizer } from '../application.js';
import { bytesField, field, type Input, type Step } from '../dissector.js';
import type { Field } from '../layer.js';
import { type RespValue, respLength, viewResp } from './resp-values.js';
import { shownText, textField } from './text-fields.js';
import { isDigit, isText, isWholeLines, LETTERS, startsWith, startsWithWord } from './text-lines.js';

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

const PORT = 6379;

function readRedis({ bytes, at, end, wireEnd, scope }: Input): Step {
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

/** Commands that are typed by hand. */
const INLINE = [
  ...[
    'PING',
    'INFO',
    'GET',
    'SET',
    'KEYS',
    'QUIT',
    'AUTH',
    'SELECT',
    'MONITOR',
    'CONFIG',
    'CLIENT',
    'DBSIZE',
    'EXISTS',
  ],
  ...['DEL', 'INCR', 'DECR', 'TTL', 'SUBSCRIBE', 'HELLO', 'LPUSH', 'RPUSH', 'LRANGE', 'HGET', 'HSET', 'SADD', 'EVAL'],
  ...['ECHO', 'TYPE', 'MGET', 'MSET', 'FLUSHALL', 'FLUSHDB', 'SHUTDOWN', 'SLAVEOF', 'REPLICAOF', 'COMMAND', 'SCAN'],
];
const ERRORS = ['WRONGTYPE', 'NOAUTH', 'MOVED', 'ASK', 'LOADING', 'NOSCRIPT', 'WRONGPASS', 'CROSSSLOT', 'MASTERDOWN'];
const STATUSES = ['+PONG\r\n', '+QUEUED\r\n', '+FULLRESYNC ', '+CONTINUE'];
const MOST_DIGITS = 20;

/** Where the digits at `at` end that a line ending follows, -1 when there are none. */
function numberEnd(bytes: Uint8Array, at: number, end: number): number {
  let i = at;
  if (i < end && bytes[i] === 0x2d) i++;
  const first = i;
  while (i < end && i - first < MOST_DIGITS && isDigit(bytes[i])) i++;
  return i > first && i + 1 < end && bytes[i] === 13 && bytes[i + 1] === 10 ? i : -1;
}

function judgeError(bytes: Uint8Array, start: number, end: number): Likeness {
  if (!isWholeLines(bytes, start, end)) return Likeness.no;
  if (startsWithWord(bytes, start + 1, end, ERRORS)) return Likeness.sure;
  return startsWith(bytes, start, end, '-ERR ') ? Likeness.perhaps : Likeness.no;
}

/** The mark of a value at `at`, or the end of the payload. */
function isValueNext(bytes: Uint8Array, at: number, end: number): boolean {
  return at === end || '+-:$*_#,(!=%~>|'.includes(String.fromCharCode(bytes[at]));
}

/**
 * An array or a bulk string whose lengths are followed by what they announce is sure; so are a number alone and errors and answers that only Redis gives. "+OK"
 * and "-ERR" are POP3's too; a line of words is one of many protocols'.
 */
const recognize: Recognizer = (bytes, start, end) => {
  const mark = bytes[start];
  if (mark === 0x2d) return judgeError(bytes, start, end);
  if (mark === 0x2b) {
    for (let i = 0; i < STATUSES.length; i++) if (startsWith(bytes, start, end, STATUSES[i])) return Likeness.sure;
    return isWholeLines(bytes, start, end) ? Likeness.perhaps : Likeness.no;
  }
  if (mark === 0x2a || mark === 0x24 || mark === 0x3a || mark === 0x25 || mark === 0x3e || mark === 0x7e) {
    const digits = numberEnd(bytes, start + 1, end);
    if (digits < 0) return Likeness.no;
    return judgeNumbered(mark, bytes, start, end, digits + 2);
  }
  if (!isText(mark) || !isWholeLines(bytes, start, end)) return Likeness.no;
  if (mark === 0x5f || mark === 0x23 || mark === 0x2c || mark === 0x28) return judgeShort(mark, bytes, start, end);
  return startsWithWord(bytes, start, end, INLINE) ? Likeness.perhaps : Likeness.no;
};

/** Null, boolean, double and big number of version 3. */
function judgeShort(mark: number, bytes: Uint8Array, start: number, end: number): Likeness {
  if (mark === 0x5f) return bytes[start + 1] === 13 ? Likeness.perhaps : Likeness.no;
  if (mark === 0x23) return end - start >= 4 && bytes[start + 2] === 13 ? Likeness.perhaps : Likeness.no;
  return isDigit(bytes[start + 1]) || bytes[start + 1] === 0x2d ? Likeness.perhaps : Likeness.no;
}

function judgeNumbered(mark: number, bytes: Uint8Array, start: number, end: number, at: number): Likeness {
  // "*-1" and "$-1" are nulls; "*0" is empty.
  const isEmpty = bytes[start + 1] === 0x2d || bytes[start + 1] === 0x30;
  if (mark === 0x3a || (isEmpty && mark !== 0x24)) return isValueNext(bytes, at, end) ? Likeness.sure : Likeness.no;
  if (bytes[start + 1] === 0x2d) return isValueNext(bytes, at, end) ? Likeness.sure : Likeness.no;
  if (mark !== 0x24) {
    if (at === end) return Likeness.perhaps;
    return isValueNext(bytes, at, end) && numberOrText(bytes, at, end) ? Likeness.sure : Likeness.no;
  }
  let length = 0;
  for (let i = start + 1; i < at - 2; i++) length = length * 10 + bytes[i] - 0x30;
  const last = at + length;
  if (last + 2 > end) return Likeness.perhaps;
  return bytes[last] === 13 && bytes[last + 1] === 10 && isValueNext(bytes, last + 2, end)
    ? Likeness.sure
    : Likeness.no;
}

/** What follows the mark of an array's first value: digits, or the text of a simple string. */
function numberOrText(bytes: Uint8Array, at: number, end: number): boolean {
  return numberEnd(bytes, at + 1, end) > 0 || (bytes[at] !== 0x24 && bytes[at] !== 0x2a && isText(bytes[at + 1] ?? 0));
}

const MARKS = Object.keys(NAMES)
  .filter((mark) => mark !== '')
  .map((mark) => mark.charCodeAt(0));

export const redis: Application = {
  name: 'resp',
  title: 'RESP',
  specification: 'Redis serialization protocol (redis.io)',
  tcp: { ports: [PORT], leads: [...MARKS, ...LETTERS], recognize },
  layer: readRedis,
};
