import { type Application, Likeness, type Recognizer } from '../application.js';
import { isDigit, isText, isWholeLines, LETTERS, startsWith, startsWithWord } from './text-lines.js';

/** How RESP is known, by its marks and the line behind them: specification of RESP2 and RESP3 at redis.io. */

export const PORT = 6379;

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

/** Each kind of value begins with its own. */
const VALUE_MARKS = '+-:$*_#,(!=%~>|';

/** The mark of a value at `at`, or the end of the payload. */
function isValueNext(bytes: Uint8Array, at: number, end: number): boolean {
  return at === end || VALUE_MARKS.includes(String.fromCharCode(bytes[at]));
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

const MARKS = Array.from(VALUE_MARKS, (mark) => mark.charCodeAt(0));

export const redis: Application = {
  name: 'resp',
  title: 'RESP',
  specification: 'Redis serialization protocol (redis.io)',
  tcp: { ports: [PORT], leads: [...MARKS, ...LETTERS], recognize },
};
