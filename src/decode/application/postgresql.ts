import { u16, u32 } from '../../bytes/big-endian.js';
import { type Application, Likeness, type Recognizer } from '../application.js';
import { isText } from './text-lines.js';

/** PostgreSQL, known by name: PostgreSQL documentation, frontend/backend protocol, message formats. */

/** Letters that messages begin with, of either side. */
const TYPES = 'BCDEFHPQSXcdfpARTZKGIN12VWnst3v';

const VERSION_3 = 3;
/** In place of a version: cancel, SSL, GSS encryption. */
const REQUESTS = [80877102, 80877103, 80877104];

function isLetter(byte: number): boolean {
  for (let i = 0; i < TYPES.length; i++) if (TYPES.charCodeAt(i) === byte) return true;
  return false;
}

/** A message without a type: its length, a version or the number of a request, the name of a first parameter. */
function isStartup(bytes: Uint8Array, start: number, end: number, wireLength: number): boolean {
  if (end - start < 8 || u32(bytes, start) !== wireLength) return false;
  if (u16(bytes, start + 4) === VERSION_3) return wireLength > 8 && end - start > 9 && isText(bytes[start + 8]);
  return REQUESTS.includes(u32(bytes, start + 4)) && (wireLength === 8 || wireLength >= 16);
}

const COPY_DATA = 0x64;
const LF = 10;

/** Data of a copy may be anything's: lines of text, rows (below 256 columns) or replication. */
function judgeCopy(bytes: Uint8Array, at: number, end: number): Likeness {
  if (end - at > 1 && bytes[at] === 0 && bytes[at + 1] !== 0) return Likeness.perhaps;
  if (bytes[at] === 0x77 || bytes[at] === 0x6b || bytes[at] === 0x72) return Likeness.perhaps;
  const limit = Math.min(end, at + 16);
  for (let i = at; i < limit; i++) if (!isText(bytes[i]) && bytes[i] !== LF) return Likeness.no;
  return Likeness.perhaps;
}

const MESSAGES_LOOKED_AT = 8;
const LONGEST = 0x1000000;

/** Messages whose letters are known and whose lengths fill the segment; what goes beyond it may be anything's. */
function judgeMessages(bytes: Uint8Array, start: number, end: number, wireEnd: number): Likeness {
  let at = start;
  for (let i = 0; i < MESSAGES_LOOKED_AT; i++) {
    if (end - at < 5) return i > 1 ? Likeness.perhaps : Likeness.no;
    const length = u32(bytes, at + 1);
    if (!isLetter(bytes[at]) || length < 4 || length > LONGEST) return Likeness.no;
    at += 1 + length;
    if (at === wireEnd) return i === 0 && bytes[start] === COPY_DATA ? judgeCopy(bytes, start + 5, end) : Likeness.sure;
    // A long answer goes on in the next segment: one byte in 256 is zero, but rows also say how many columns they have.
    if (at > end) return i > 0 ? Likeness.perhaps : Likeness.no;
  }
  return Likeness.sure;
}

const recognize: Recognizer = (bytes, start, end, wireLength) => {
  if (bytes[start] === 0) return isStartup(bytes, start, end, wireLength) ? Likeness.sure : Likeness.no;
  // The answer to a request for encryption is one letter.
  if (wireLength === 1) return bytes[start] === 0x53 || bytes[start] === 0x4e ? Likeness.perhaps : Likeness.no;
  return judgeMessages(bytes, start, end, start + wireLength);
};

export const postgresql: Application = {
  name: 'pgsql',
  title: 'PostgreSQL',
  specification: 'PostgreSQL frontend/backend protocol 3.0',
  tcp: { ports: [5432], leads: [0, ...Array.from(TYPES, (type) => type.charCodeAt(0))], recognize },
};
