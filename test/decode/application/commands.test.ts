import { hexDigits } from '../../../src/bytes/big-endian.js';
import { emitFtp, viewFtp } from '../../../src/decode/application/ftp-layer.js';
import { emitSmtp, viewSmtp } from '../../../src/decode/application/smtp-layer.js';
import { carry, dissected, payloadAt, recognized, TCP } from '../../support/payloads.js';
import {
  bytesOf,
  expectNoNoise,
  expectSoundWhenCut,
  FOREIGN,
  layerOf,
  linesOf,
  problemWhenCut,
  rewritten,
} from './messages.js';

/** Line by line: SMTP and FTP with their fields, POP3 and IMAP by name. */

const GREETING = bytesOf('220 mail.example.org ESMTP ready\r\n');
const EXTENSIONS = bytesOf('250-mail.example.org\r\n250-PIPELINING\r\n250 SIZE 1000\r\n');
const PIPELINED = bytesOf('MAIL FROM:<a@b> SIZE=3\r\nRCPT TO:<c@d>\r\nDATA\r\n');

describe('SMTP', () => {
  test('replies', () => {
    expect(linesOf(TCP, EXTENSIONS, 'smtp')).toEqual([
      'Reply Line: 250-mail.example.org',
      '  Reply Code: 250',
      '  Text String: mail.example.org',
      'Reply Line: 250-PIPELINING',
      '  Reply Code: 250',
      '  Text String: PIPELINING',
      'Reply Line: 250 SIZE 1000',
      '  Reply Code: 250',
      '  Text String: SIZE 1000',
    ]);
    expect(dissected(carry(TCP, GREETING)).column.info).toBe('S: 220 mail.example.org ESMTP ready');
    const code = layerOf(TCP, GREETING, 'smtp').fields[0].fields![0];
    expect([code.value, code.start, code.end]).toEqual([220, payloadAt[TCP], payloadAt[TCP] + 3]);
  });

  test('commands', () => {
    expect(linesOf(TCP, PIPELINED, 'smtp')).toEqual([
      'Command Line: MAIL FROM:<a@b> SIZE=3',
      '  Command: MAIL',
      '  Parameter: FROM:<a@b> SIZE=3',
      'Command Line: RCPT TO:<c@d>',
      '  Command: RCPT',
      '  Parameter: TO:<c@d>',
      'Command Line: DATA',
      '  Command: DATA',
    ]);
    expect(layerOf(TCP, PIPELINED, 'smtp').summary).toBe('MAIL FROM:<a@b> SIZE=3  (3 lines)');
  });

  test('cut', () => {
    expect(problemWhenCut(TCP, EXTENSIONS, 26, 'smtp', 25)).toBeNull();
    expectSoundWhenCut(TCP, EXTENSIONS, 25);
    expectSoundWhenCut(TCP, PIPELINED, 25);
  });

  test('more lines than are read', () => {
    const { layers } = dissected(carry(TCP, bytesOf('250-SIZE 10\r\n'.repeat(1001)), 25));
    expect(layers.map(({ name }) => name)).toEqual(['ip', 'tcp', 'smtp', 'data']);
    expect(layers[2].problem).toBe('SMTP: more than 1000 lines, the rest is not read, at byte 40');
  });
});

describe('FTP', () => {
  test('commands and replies', () => {
    expect(linesOf(TCP, bytesOf('CWD  a b\r\n'), 'ftp')).toEqual([
      'Command: CWD  a b',
      '  Command Code: CWD',
      '  Argument: a b',
    ]);
    const features = bytesOf('211-Features:\r\n MDTM\r\n211 End\r\n');
    expect(linesOf(TCP, features, 'ftp', 21)).toEqual([
      'Reply: 211-Features:',
      '  Reply Code: 211',
      '  Text: Features:',
      'Reply:  MDTM',
      '  Text:  MDTM',
      'Reply: 211 End',
      '  Reply Code: 211',
      '  Text: End',
    ]);
    expect(dissected(carry(TCP, bytesOf('PASS x\x1b\r\n'), 21)).column.info).toBeDefined();
    expect(dissected(carry(TCP, bytesOf('USER joe\r\n'), 21)).column.info).toBe('Request: USER joe');
    expectSoundWhenCut(TCP, features, 21);
  });
});

test.each([
  '220 x ESMTP\r\n',
  '250-a\r\n250 b\n',
  'EHLO  x \r\nQUIT\r\n',
  '\r\n',
  '250',
  'NOOP \t\r\n\xff\xfe\r\n',
  '220\r\n',
])('lines viewed are emitted: %j', (text) => {
  const bytes = bytesOf(text);
  expect(rewritten(bytes, viewSmtp, emitSmtp)).toBe(hexDigits(bytes));
  expect(rewritten(bytes, viewFtp, emitFtp)).toBe(hexDigits(bytes));
});

test.each([
  ['220 mail.example.org ESMTP Postfix\r\n', 'smtp'],
  ['220 (vsFTPd 3.0.3)\r\n', 'ftp'],
  ['220 ProFTPD Server ready.\r\n', 'ftp'],
  ['EHLO client\r\n', 'smtp'],
  ['RCPT TO:<a@b>\r\n', 'smtp'],
  ['354 End data with <CR><LF>.<CR><LF>\r\n', 'smtp'],
  ['250 2.1.0 Ok\r\n', 'smtp'],
  ['535 5.7.8 Error: authentication failed\r\n', 'smtp'],
  ['PASV\r\n', 'ftp'],
  ['EPRT |2|::1|6275|\r\n', 'ftp'],
  ['227 Entering Passive Mode (127,0,0,1,4,1).\r\n', 'ftp'],
  ['331 Password required\r\n', 'ftp'],
  ['+OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>\r\n', 'pop'],
  ['+OK 120 octets\r\n', 'pop'],
  ['UIDL\r\n', 'pop'],
  ['RETR 1\r\n', 'pop'],
  ['* OK [CAPABILITY IMAP4rev1] ready\r\n', 'imap'],
  ['* CAPABILITY IMAP4rev1 STARTTLS\r\n', 'imap'],
  ['* 18 EXISTS\r\n', 'imap'],
  ['a001 LOGIN joe secret\r\n', 'imap'],
  ['A3 SELECT INBOX\r\n', 'imap'],
  // What many protocols say needs the port.
  ['220 ready\r\n', ''],
  ['QUIT\r\n', ''],
  ['+OK\r\n', ''],
  ['a001 OK done\r\n', ''],
  ['221 Bye', ''],
])('%s is %s on a foreign port', (text, name) => {
  expect(recognized(TCP, bytesOf(text), FOREIGN)).toBe(name);
});

test.each([
  ['220 ready\r\n', 25, 'smtp'],
  ['220 ready\r\n', 21, 'ftp'],
  ['QUIT\r\n', 25, 'smtp'],
  ['AUTH PLAIN AGEAYg==\r\n', 587, 'smtp'],
  ['AUTH PLAIN\r\n', 110, 'pop'],
  ['QUIT\r\n', 21, 'ftp'],
  ['QUIT\r\n', 110, 'pop'],
  ['+OK\r\n', 110, 'pop'],
  ['+OK\r\n', 6379, 'resp'],
  ['RETR 2024.txt\r\n', 21, 'ftp'],
  ['a001 OK done\r\n', 143, 'imap'],
  ['220 x ESMTP\r\n', 21, 'smtp'],
  ['220 x FTP server\r\n', 25, 'ftp'],
])('%s on port %d is %s', (text, port, name) => {
  expect(recognized(TCP, bytesOf(text), port)).toBe(name);
});

test.each([
  ['MAIL FROM:<\0@x>\r\n', 25, 'smtp'],
  ['220 \x1b[2J\r\n', 25, 'smtp'],
  ['250 2.1.0 \x1b[2J\r\n', 25, 'smtp'],
  ['USER \x1b[2J\r\n', 21, 'ftp'],
  ['220 \x1b[2J\r\n', 21, 'ftp'],
  ['USER \x1b[2J\r\n', 110, 'pop'],
  ['a1 LOGIN \x1b x\r\n', 143, 'imap'],
  ['USERS \x1b[2J\r\n', 21, ''],
  ['\x1b MAIL FROM:<a>\r\n', 25, ''],
  ['USER \x1b', 21, ''],
])('control characters, %j on port %d is %s', (text, port, name) => {
  expect(recognized(TCP, bytesOf(text), port)).toBe(name);
  expect(recognized(TCP, bytesOf(text), FOREIGN)).toBe('');
});

test('noise on their ports', () => {
  expectNoNoise(TCP, 'smtp', 25);
  expectNoNoise(TCP, 'ftp', 21);
  expectNoNoise(TCP, 'pop', 110);
  expectNoNoise(TCP, 'imap', 143);
});
