import { type Application, Likeness, type Recognizer } from '../application.js';

/** Syslog messages: RFC 3164 and RFC 5424, over TCP also behind their length (RFC 6587). Name only. */

const OPEN = 0x3c;
const CLOSE = 0x3e;
const ZERO = 0x30;
const NINE = 0x39;
const SPACE = 0x20;
const LARGEST_PRIORITY = 191;
const ENOUGH = 24;

/** Months by their three letters, as one number each: RFC 3164 section 4.1.2. */
const MONTHS = new Set(
  ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'].map(
    (name) => (name.charCodeAt(0) << 16) | (name.charCodeAt(1) << 8) | name.charCodeAt(2),
  ),
);

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE;
}

/** Behind "<34>"; -1 when no priority stands at `at`. */
function afterPriority(bytes: Uint8Array, at: number, end: number): number {
  if (at >= end || bytes[at] !== OPEN) return -1;
  let value = 0;
  let place = at + 1;
  while (place < end && place < at + 4 && isDigit(bytes[place])) value = value * 10 + bytes[place++] - ZERO;
  if (place === at + 1 || place >= end || bytes[place] !== CLOSE || value > LARGEST_PRIORITY) return -1;
  return place + 1;
}

/** Version 1, a space and a year or "-" (RFC 5424), or a month, a day and an hour (RFC 3164). */
function isDated(bytes: Uint8Array, at: number, end: number): boolean {
  if (at + 8 > end) return false;
  if (isDigit(bytes[at]) && bytes[at + 1] === SPACE)
    return bytes[at + 2] === 0x2d || (isDigit(bytes[at + 2]) && isDigit(bytes[at + 5]) && bytes[at + 6] === 0x2d);
  const month = (bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2];
  return MONTHS.has(month) && bytes[at + 3] === SPACE && isDigit(bytes[at + 5]) && bytes[at + 6] === SPACE;
}

function isText(bytes: Uint8Array, at: number, end: number): boolean {
  const stop = Math.min(end, at + ENOUGH);
  for (let i = at; i < stop; i++)
    if (bytes[i] < SPACE && bytes[i] !== 9 && bytes[i] !== 10 && bytes[i] !== 13) return false;
  return stop > at;
}

const recognize: Recognizer = (bytes, start, end) => {
  const at = afterPriority(bytes, start, end);
  if (at < 0 || !isText(bytes, at, end)) return Likeness.no;
  return isDated(bytes, at, end) ? Likeness.sure : Likeness.perhaps;
};

/** A length in digits and a space may stand before the message. */
const recognizeStream: Recognizer = (bytes, start, end, wireLength) => {
  let at = start;
  while (at < end && at < start + 5 && isDigit(bytes[at])) at++;
  if (at === start) return recognize(bytes, start, end, wireLength);
  return at < end && bytes[at] === SPACE ? recognize(bytes, at + 1, end, wireLength) : Likeness.no;
};

export const syslog: Application = {
  name: 'syslog',
  title: 'Syslog',
  specification: 'RFC 5424, RFC 3164',
  udp: { ports: [514], leads: [OPEN], recognize },
  tcp: {
    ports: [514, 601],
    leads: [OPEN, ...Array.from({ length: 10 }, (_, digit) => ZERO + digit)],
    recognize: recognizeStream,
  },
};
