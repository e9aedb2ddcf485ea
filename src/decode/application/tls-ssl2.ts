import { finish, readBytes, readItems, readNumber, type Structure } from './structure.js';
import { cipherSuiteText } from './tls-cipher-suites.js';
import { versionText } from './tls-names.js';

/** SSL 2.0 numbers its own ciphers from 0x010080 on (draft-hickman-netscape-ssl-00); those of TLS follow a zero byte. */
const CIPHERS: Readonly<Record<number, string>> = {
  65664: 'SSL_CK_RC4_128_WITH_MD5',
  131200: 'SSL_CK_RC4_128_EXPORT40_WITH_MD5',
  196736: 'SSL_CK_RC2_128_CBC_WITH_MD5',
  262272: 'SSL_CK_RC2_128_CBC_EXPORT40_WITH_MD5',
  327808: 'SSL_CK_IDEA_128_CBC_WITH_MD5',
  393280: 'SSL_CK_DES_64_CBC_WITH_MD5',
  458944: 'SSL_CK_DES_192_EDE3_CBC_WITH_MD5',
};

function specText(spec: number): string {
  const number = `0x${spec.toString(16).padStart(6, '0')}`;
  if (CIPHERS[spec] !== undefined) return `${CIPHERS[spec]} (${number})`;
  return spec < 0x10000 ? cipherSuiteText(spec).replace(/0x[0-9a-f]{4}/, number) : number;
}

/** The hello that `s` spans. */
export function readSsl2Hello(s: Structure): void {
  readNumber(s, 'Message Length', 2, (value) => String(value & 0x7fff));
  readNumber(s, 'Message Type', 1, (value) => `Client Hello (${value})`);
  readNumber(s, 'Version', 2, versionText);
  const specs = readNumber(s, 'Cipher Spec Length', 2);
  const session = readNumber(s, 'Session ID Length', 2);
  const challenge = readNumber(s, 'Challenge Length', 2);
  if (specs === null || session === null || challenge === null) return;
  const end = Math.min(s.end, s.at + specs);
  const whole = s.end;
  s.end = end;
  readItems(s, () => readNumber(s, 'Cipher Spec', 3, specText));
  s.end = whole;
  if (s.at < end) return;
  if (session > 0) readBytes(s, 'Session ID', session);
  readBytes(s, 'Challenge', challenge);
  finish(s);
}
