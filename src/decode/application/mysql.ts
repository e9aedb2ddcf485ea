import { little16, little32 } from '../../bytes/little-endian.js';
import { type Application, Likeness, type Recognizer } from '../application.js';
import { isText, startsWithWord } from './text-lines.js';

/** MySQL and MariaDB, known by name: MySQL client/server protocol, packets (length of 3 bytes little-endian, sequence number), connection phase, commands. */

const PROTOCOL_VERSION = 10;
const Capability = { protocol41: 0x200, ssl: 0x800 } as const;
const STATEMENTS = [
  ...[
    'SELECT',
    'INSERT',
    'UPDATE',
    'DELETE',
    'REPLACE',
    'CREATE',
    'ALTER',
    'DROP',
    'SET',
    'SHOW',
    'USE',
    'BEGIN',
    'COMMIT',
  ],
  ...[
    'ROLLBACK',
    'START',
    'CALL',
    'WITH',
    'EXPLAIN',
    'DESCRIBE',
    'DESC',
    'TRUNCATE',
    'LOCK',
    'UNLOCK',
    'KILL',
    'GRANT',
  ],
];
const Command = { query: 3, prepare: 22, last: 31 } as const;
const ERROR = 0xff;
/** Bytes of each command, itself counted; 0: text follows; negative: at least so many. */
const SIZES: readonly number[] = [
  ...[1, 1, 0, 0, 0, 0, 0, 2, 2, 1, 1, 5, 5, 1, 1, 1],
  ...[1, 0, -11, -3, 1, -18, 0, -10, -7, 5, 5, 3, 9, 1, -11, 1],
];
const LONGEST_VERSION = 64;

/** A version in text, ended by a zero, and after the thread's number and eight bytes of salt another zero. */
function isGreeting(bytes: Uint8Array, at: number, end: number): boolean {
  if (bytes[at] !== PROTOCOL_VERSION) return false;
  const limit = Math.min(end, at + LONGEST_VERSION);
  let i = at + 1;
  while (i < limit && bytes[i] !== 0 && isText(bytes[i])) i++;
  return i < limit && bytes[i] === 0 && i - at > 4 && i + 13 < end && bytes[i + 13] === 0;
}

/** Capabilities of protocol 4.1, and 23 bytes of filling, of which MariaDB uses the last four. */
function isResponse(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at < 32 || (little16(bytes, at) & Capability.protocol41) === 0) return false;
  for (let i = at + 9; i < at + 28; i++) if (bytes[i] !== 0) return false;
  return end - at > 32 || (little16(bytes, at) & Capability.ssl) !== 0;
}

/** Too many connections and the like, in place of a greeting: an error's number, then text. */
function isRefusal(bytes: Uint8Array, at: number, end: number): boolean {
  if (bytes[at] !== ERROR || end - at < 8) return false;
  const number = little16(bytes, at + 1);
  return number >= 1000 && number < 5000 && isText(bytes[at + 3]) && isText(bytes[at + 4]);
}

/** A command whose content is as long as its own is, or text: four bytes of a little-endian length precede the messages of many. */
function isCommand(bytes: Uint8Array, at: number, text: number, end: number, length: number): boolean {
  const size = SIZES[bytes[at]];
  if (size > 0) return length === size;
  if (size < 0) return length >= -size;
  const limit = Math.min(end, text + 8);
  for (let i = text; i < limit; i++) {
    const isBreak = bytes[i] === 9 || bytes[i] === 10 || bytes[i] === 13;
    if (bytes[i] === 0 && i > text) return true;
    if (!isText(bytes[i]) && !isBreak) return false;
  }
  return limit > text;
}

const PACKETS_LOOKED_AT = 6;

/** Packets whose lengths fill the segment and whose sequence numbers go up by one. */
function areAnswers(bytes: Uint8Array, start: number, end: number, wireEnd: number): Likeness {
  let at = start;
  for (let i = 0; i < PACKETS_LOOKED_AT; i++) {
    if (end - at < 5 || bytes[at + 3] !== ((bytes[start + 3] + i) & 255)) return Likeness.no;
    at += 4 + (little32(bytes, at) & 0xffffff);
    if (at === wireEnd) return i > 0 ? Likeness.sure : Likeness.perhaps;
    if (at > end) return Likeness.no;
  }
  return Likeness.sure;
}

const recognize: Recognizer = (bytes, start, end, wireLength) => {
  if (end - start < 5) return Likeness.no;
  const length = little32(bytes, start) & 0xffffff;
  const sequence = bytes[start + 3];
  const at = start + 4;
  if (length === 0) return Likeness.no;
  if (length + 4 !== wireLength) return sequence > 0 ? areAnswers(bytes, start, end, start + wireLength) : Likeness.no;
  if (sequence === 0) {
    if (isGreeting(bytes, at, end)) return Likeness.sure;
    if (bytes[at] > Command.last) return isRefusal(bytes, at, end) ? Likeness.perhaps : Likeness.no;
    const isStatement = bytes[at] === Command.query || bytes[at] === Command.prepare;
    // Query attributes of MySQL 8 (none, in one set) stand before the statement.
    const hasAttributes = bytes[at] === Command.query && end - at > 3 && bytes[at + 1] === 0 && bytes[at + 2] === 1;
    const text = at + (hasAttributes ? 3 : 1);
    if (isStatement && startsWithWord(bytes, text, end, STATEMENTS)) return Likeness.sure;
    return isCommand(bytes, at, text, end, length) ? Likeness.perhaps : Likeness.no;
  }
  return sequence === 1 && isResponse(bytes, at, end) ? Likeness.sure : Likeness.perhaps;
};

export const mysql: Application = {
  name: 'mysql',
  title: 'MySQL',
  specification: 'MySQL client/server protocol',
  tcp: { ports: [3306], recognize },
};
