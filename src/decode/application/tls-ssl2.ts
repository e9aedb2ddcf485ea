import { u16 } from '../../bytes/big-endian.js';
import { finish, readBytes, readItems, readNumber, type Structure } from './structure.js';
import { cipherSuiteText } from './tls-cipher-suites.js';
import { VERSIONS, versionText } from './tls-names.js';

/**
 * The Client Hello in the form of SSL 2.0, by which old clients greet servers of any version: RFC 5246 appendix E.2. Offsets in bytes; the length, of 15 bits,
 * counts from `type` on.
 */
export const Ssl2Hello = {
  length: 0,
  type: 2,
  version: 3,
  cipherSpecLength: 5,
  sessionIdLength: 7,
  challengeLength: 9,
  cipherSpecs: 11,
} as const;

const LENGTH_BYTES = 2;

/** Do its lengths agree? At least the fixed part must be there. */
export function isSsl2Hello(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at < Ssl2Hello.cipherSpecs || bytes[at] < 0x80 || bytes[at + Ssl2Hello.type] !== 1) return false;
  if (VERSIONS[u16(bytes, at + Ssl2Hello.version)] === undefined) return false;
  const specs = u16(bytes, at + Ssl2Hello.cipherSpecLength);
  const session = u16(bytes, at + Ssl2Hello.sessionIdLength);
  const challenge = u16(bytes, at + Ssl2Hello.challengeLength);
  if (specs === 0 || specs % 3 !== 0 || (session !== 0 && session !== 16) || challenge < 16 || challenge > 32)
    return false;
  return (u16(bytes, at) & 0x7fff) === Ssl2Hello.cipherSpecs - LENGTH_BYTES + specs + session + challenge;
}

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
