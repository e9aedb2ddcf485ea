import { type Application, Likeness } from '../application.js';
import { isReply, replyCode } from './replies.js';
import { DIGITS, holds, isDigit, LETTERS, ofWholeLines, startsWith, startsWithWord } from './text-lines.js';

/** How SMTP is known: RFC 5321 section 4, by its commands and reply codes. */

const OWN_COMMANDS = ['EHLO', 'HELO', 'LHLO', 'STARTTLS', 'BDAT', 'VRFY', 'EXPN', 'XCLIENT'];
const OWN_BEGINNINGS = ['MAIL FROM:', 'RCPT TO:'];
/** FTP and POP3 have these too. */
const SHARED_COMMANDS = ['QUIT', 'NOOP', 'RSET', 'HELP', 'AUTH'];
const EXTENSIONS = ['SIZE', 'PIPELINING', '8BITMIME', 'ENHANCEDSTATUSCODES', 'STARTTLS', 'AUTH PLAIN', 'AUTH LOGIN'];

/** RFC 5321 section 4.2.3, RFC 4954, RFC 3207, RFC 7504. */
const CODES: ReadonlySet<number> = new Set([
  211, 214, 220, 221, 235, 250, 251, 252, 334, 354, 421, 432, 450, 451, 452, 454, 455, 500, 501, 502, 503, 504, 521,
  523, 530, 534, 535, 538, 550, 551, 552, 553, 554, 555, 556,
]);

function judgeReply(bytes: Uint8Array, start: number, end: number): Likeness {
  const code = replyCode(bytes, start);
  if (!CODES.has(code)) return Likeness.no;
  const text = start + 4;
  if (code === 334 || code === 354) return Likeness.sure;
  if (end - text >= 5 && bytes[text] === bytes[start] && isDigit(bytes[text + 2])) {
    // An enhanced status code repeats the reply's first digit: "250 2.1.0".
    if (bytes[text + 1] === 0x2e && (bytes[text + 3] === 0x2e || bytes[text + 4] === 0x2e)) return Likeness.sure;
  }
  const looked = Math.min(end, start + 256);
  if (code === 220 || code === 421 || code === 554) {
    if (holds(bytes, text, looked, 'SMTP') || holds(bytes, text, looked, 'POSTFIX')) return Likeness.sure;
    if (holds(bytes, text, looked, 'FTP')) return Likeness.no;
  }
  if (code === 250 && bytes[start + 3] === 0x2d) {
    for (let i = 0; i < EXTENSIONS.length; i++) if (holds(bytes, text, looked, EXTENSIONS[i])) return Likeness.sure;
  }
  return Likeness.perhaps;
}

/** Commands and replies that only SMTP has are surely its own; a greeting by the word SMTP in it. */
const recognize = ofWholeLines((bytes, start, end) => {
  if (isReply(bytes, start, end)) return judgeReply(bytes, start, end);
  if (startsWithWord(bytes, start, end, OWN_COMMANDS)) return Likeness.sure;
  for (let i = 0; i < OWN_BEGINNINGS.length; i++) {
    if (startsWith(bytes, start, end, OWN_BEGINNINGS[i])) return Likeness.sure;
  }
  if (startsWith(bytes, start, end, 'DATA\r\n')) return Likeness.sure;
  return startsWithWord(bytes, start, end, SHARED_COMMANDS) ? Likeness.perhaps : Likeness.no;
});

export const smtp: Application = {
  name: 'smtp',
  title: 'SMTP',
  specification: 'RFC 5321',
  tcp: { ports: [25, 587, 2525], leads: [...DIGITS, ...LETTERS], recognize },
};
