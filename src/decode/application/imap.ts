import { type Application, Likeness } from '../application.js';
import { DIGITS, holds, isBlank, isDigit, LETTERS, ofWholeLines, startsWith, startsWithWord } from './text-lines.js';

/** Internet Message Access Protocol, known by name: RFC 9051 sections 6 and 7. */

const COMMANDS = [
  ...['CAPABILITY', 'LOGIN', 'LOGOUT', 'STARTTLS', 'AUTHENTICATE', 'SELECT', 'EXAMINE', 'CREATE', 'SUBSCRIBE'],
  ...['UNSUBSCRIBE', 'LIST', 'LSUB', 'NAMESPACE', 'STATUS', 'APPEND', 'IDLE', 'EXPUNGE', 'FETCH', 'STORE', 'COPY'],
  ...['MOVE', 'UID', 'NOOP', 'SEARCH', 'ENABLE', 'CLOSE', 'UNSELECT', 'ID', 'RENAME', 'DELETE'],
];
const UNTAGGED = ['CAPABILITY', 'FLAGS', 'LIST', 'LSUB', 'SEARCH', 'STATUS', 'NAMESPACE', 'ESEARCH', 'ENABLED', 'ID'];
const STATES = ['OK', 'NO', 'BAD', 'BYE', 'PREAUTH'];
const COUNTED = ['EXISTS', 'RECENT', 'EXPUNGE', 'FETCH'];
const LONGEST_TAG = 16;

function judgeUntagged(bytes: Uint8Array, at: number, end: number): Likeness {
  if (startsWithWord(bytes, at, end, STATES)) {
    const looked = Math.min(end, at + 128);
    return holds(bytes, at, looked, 'IMAP') || holds(bytes, at, at + 8, ' [') ? Likeness.sure : Likeness.perhaps;
  }
  if (startsWithWord(bytes, at, end, UNTAGGED)) return Likeness.sure;
  let i = at;
  while (i < end && isDigit(bytes[i]) && i - at < 10) i++;
  return i > at && i + 1 < end && bytes[i] === 32 && startsWithWord(bytes, i + 1, end, COUNTED)
    ? Likeness.sure
    : Likeness.no;
}

/** A tag of letters and digits that has a digit in it: words of a sentence have none. */
function tagEnd(bytes: Uint8Array, at: number, end: number): number {
  const limit = Math.min(end, at + LONGEST_TAG);
  let digits = 0;
  let i = at;
  for (; i < limit && !isBlank(bytes[i]); i++) {
    const byte = bytes[i];
    const isLetter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
    if (isDigit(byte)) digits++;
    else if (!isLetter && byte !== 0x2e) return -1;
  }
  return i < limit && digits > 0 ? i : -1;
}

/** Untagged answers by their words; commands and answers behind a tag. */
const recognize = ofWholeLines((bytes, start, end) => {
  if (startsWith(bytes, start, end, '* ')) return judgeUntagged(bytes, start + 2, end);
  if (startsWith(bytes, start, end, 'DONE\r\n') || startsWith(bytes, start, end, '+ ')) return Likeness.perhaps;
  const tag = tagEnd(bytes, start, end);
  if (tag < 0) return Likeness.no;
  // A number alone is a reply code elsewhere.
  const isNumber = isDigit(bytes[start]);
  if (startsWithWord(bytes, tag + 1, end, COMMANDS)) return isNumber ? Likeness.perhaps : Likeness.sure;
  return startsWithWord(bytes, tag + 1, end, STATES) ? Likeness.perhaps : Likeness.no;
});

export const imap: Application = {
  name: 'imap',
  title: 'IMAP',
  specification: 'RFC 9051',
  tcp: { ports: [143, 220], leads: [0x2a, 0x2b, ...DIGITS, ...LETTERS], recognize },
};
