import { type Application, Likeness } from '../application.js';
import { isReply, replyCode } from './replies.js';
import { DIGITS, holds, isDigit, LETTERS, ofWholeLines, startsWithWord } from './text-lines.js';

/** How FTP is known: RFC 959 sections 4 and 5, by its commands and reply codes. */

const OWN_COMMANDS = [
  ...['PASV', 'EPSV', 'EPRT', 'PORT', 'TYPE', 'CWD', 'CDUP', 'PWD', 'XPWD', 'MKD', 'RMD', 'RNFR', 'RNTO', 'STOR'],
  ...['STOU', 'APPE', 'SYST', 'SIZE', 'MDTM', 'MLSD', 'MLST', 'FEAT', 'OPTS', 'PBSZ', 'PROT', 'NLST', 'ABOR', 'REST'],
  ...['SITE', 'ALLO', 'STRU', 'MODE', 'SMNT', 'REIN', 'CCC', 'MFMT', 'CLNT'],
];
/** SMTP and POP3 have these too. */
const SHARED_COMMANDS = [
  'USER',
  'PASS',
  'ACCT',
  'QUIT',
  'NOOP',
  'HELP',
  'LIST',
  'STAT',
  'RETR',
  'DELE',
  'AUTH',
  'HOST',
];

/** RFC 959 section 4.2.2, RFC 2228, RFC 2428, RFC 3659. */
const CODES: ReadonlySet<number> = new Set([
  110, 120, 125, 150, 200, 202, 211, 212, 213, 214, 215, 220, 221, 225, 226, 227, 228, 229, 230, 232, 234, 235, 250,
  257, 331, 332, 334, 335, 336, 350, 421, 425, 426, 430, 431, 434, 450, 451, 452, 500, 501, 502, 503, 504, 522, 530,
  532, 533, 534, 535, 536, 537, 550, 551, 552, 553,
]);
/** Of those, what neither SMTP nor NNTP has. */
const OWN_CODES: ReadonlySet<number> = new Set([125, 150, 226, 227, 229, 230, 257, 331, 332, 350, 425, 426]);

function judgeReply(bytes: Uint8Array, start: number, end: number): Likeness {
  const code = replyCode(bytes, start);
  if (!CODES.has(code)) return Likeness.no;
  if (end - start < 6) return Likeness.perhaps;
  if (OWN_CODES.has(code)) return Likeness.sure;
  // "2.1.0" behind the code is an enhanced status code of SMTP.
  if (end - start >= 9 && isDigit(bytes[start + 4]) && bytes[start + 5] === 0x2e) return Likeness.no;
  if (code !== 220) return Likeness.perhaps;
  const looked = Math.min(end, start + 256);
  if (holds(bytes, start, looked, 'SMTP')) return Likeness.no;
  return holds(bytes, start, looked, 'FTP') ? Likeness.sure : Likeness.perhaps;
}

/** Commands and replies that only FTP has are surely its own; a greeting by the word FTP in it. */
const recognize = ofWholeLines((bytes, start, end) => {
  if (isReply(bytes, start, end)) return judgeReply(bytes, start, end);
  if (startsWithWord(bytes, start, end, OWN_COMMANDS)) return Likeness.sure;
  return startsWithWord(bytes, start, end, SHARED_COMMANDS) ? Likeness.perhaps : Likeness.no;
});

export const ftp: Application = {
  name: 'ftp',
  title: 'FTP',
  specification: 'RFC 959',
  tcp: { ports: [21], leads: [...DIGITS, ...LETTERS], recognize },
};
