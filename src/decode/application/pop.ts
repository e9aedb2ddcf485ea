import { type Application, Likeness } from '../application.js';
import { holds, isDigit, LETTERS, ofWholeLines, startsWith, startsWithWord } from './text-lines.js';

/** Post Office Protocol version 3, known by name: RFC 1939; CAPA, STLS and AUTH by RFC 2449, RFC 2595 and RFC 5034. */

const OWN_COMMANDS = ['UIDL', 'APOP', 'CAPA', 'STLS', 'XTND'];
const NUMBERED = ['RETR ', 'DELE ', 'TOP '];
const MOST_DIGITS = 9;
/** FTP and SMTP have these too. */
const SHARED_COMMANDS = ['USER', 'PASS', 'STAT', 'LIST', 'QUIT', 'NOOP', 'RSET', 'AUTH'];

/** Digits and spaces up to the line's end: in FTP a file name stands there. */
function isNumbers(bytes: Uint8Array, at: number, end: number): boolean {
  let i = at;
  while (i < end && i - at < MOST_DIGITS && (isDigit(bytes[i]) || bytes[i] === 32)) i++;
  return i > at && i < end && (bytes[i] === 13 || bytes[i] === 10);
}

/** Redis answers "+OK" and "-ERR" as well, but only POP3 says its name, counts messages or octets, or has these commands. */
const recognize = ofWholeLines((bytes, start, end) => {
  const looked = Math.min(end, start + 128);
  if (startsWith(bytes, start, end, '+OK ') || startsWith(bytes, start, end, '+OK\r\n')) {
    const isOwn =
      holds(bytes, start, looked, 'POP') ||
      holds(bytes, start, looked, ' OCTETS') ||
      holds(bytes, start, looked, ' MESSAGE') ||
      holds(bytes, start, looked, 'UIDL');
    return isOwn ? Likeness.sure : Likeness.perhaps;
  }
  if (startsWith(bytes, start, end, '-ERR ')) return Likeness.perhaps;
  if (startsWithWord(bytes, start, end, OWN_COMMANDS)) return Likeness.sure;
  for (let i = 0; i < NUMBERED.length; i++) {
    if (startsWith(bytes, start, end, NUMBERED[i]) && isNumbers(bytes, start + NUMBERED[i].length, end)) {
      return Likeness.sure;
    }
  }
  return startsWithWord(bytes, start, end, SHARED_COMMANDS) ? Likeness.perhaps : Likeness.no;
});

export const pop: Application = {
  name: 'pop',
  title: 'POP',
  specification: 'RFC 1939',
  tcp: { ports: [110], leads: [0x2b, 0x2d, ...LETTERS], recognize },
};
