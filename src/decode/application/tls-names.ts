import { hexNumber } from '../../bytes/big-endian.js';
import { ContentType } from './tls.js';

/** Numbers of TLS and their names: RFC 8446, RFC 5246 and the IANA registries "Transport Layer Security (TLS) Parameters" and "TLS ExtensionType Values". */

type Names = Readonly<Record<number, string>>;

export const CONTENT_TYPES: Names = {
  [ContentType.changeCipherSpec]: 'Change Cipher Spec',
  [ContentType.alert]: 'Alert',
  [ContentType.handshake]: 'Handshake',
  [ContentType.applicationData]: 'Application Data',
  [ContentType.heartbeat]: 'Heartbeat',
  [ContentType.connectionId]: 'Connection ID',
};

export const HANDSHAKE_TYPES: Names = {
  0: 'Hello Request',
  1: 'Client Hello',
  2: 'Server Hello',
  3: 'Hello Verify Request',
  4: 'New Session Ticket',
  5: 'End of Early Data',
  6: 'Hello Retry Request',
  8: 'Encrypted Extensions',
  11: 'Certificate',
  12: 'Server Key Exchange',
  13: 'Certificate Request',
  14: 'Server Hello Done',
  15: 'Certificate Verify',
  16: 'Client Key Exchange',
  20: 'Finished',
  21: 'Certificate URL',
  22: 'Certificate Status',
  23: 'Supplemental Data',
  24: 'Key Update',
  25: 'Compressed Certificate',
  67: 'Next Protocol',
  254: 'Message Hash',
};

/** Datagram versions are the ones' complements of the stream's. */
export const VERSIONS: Names = {
  2: 'SSL 2.0',
  768: 'SSL 3.0',
  769: 'TLS 1.0',
  770: 'TLS 1.1',
  771: 'TLS 1.2',
  772: 'TLS 1.3',
  65276: 'DTLS 1.3',
  65277: 'DTLS 1.2',
  65279: 'DTLS 1.0',
  256: 'DTLS 1.0 (OpenSSL before 0.9.8f)',
};

export const ALERT_LEVELS: Names = { 1: 'warning', 2: 'fatal' };

export const ALERTS: Names = {
  0: 'close notify',
  10: 'unexpected message',
  20: 'bad record MAC',
  21: 'decryption failed',
  22: 'record overflow',
  30: 'decompression failure',
  40: 'handshake failure',
  41: 'no certificate',
  42: 'bad certificate',
  43: 'unsupported certificate',
  44: 'certificate revoked',
  45: 'certificate expired',
  46: 'certificate unknown',
  47: 'illegal parameter',
  48: 'unknown CA',
  49: 'access denied',
  50: 'decode error',
  51: 'decrypt error',
  52: 'too many CIDs requested',
  60: 'export restriction',
  70: 'protocol version',
  71: 'insufficient security',
  80: 'internal error',
  86: 'inappropriate fallback',
  90: 'user canceled',
  100: 'no renegotiation',
  109: 'missing extension',
  110: 'unsupported extension',
  111: 'certificate unobtainable',
  112: 'unrecognized name',
  113: 'bad certificate status response',
  114: 'bad certificate hash value',
  115: 'unknown PSK identity',
  116: 'certificate required',
  120: 'no application protocol',
  121: 'ECH required',
};

export const COMPRESSION_METHODS: Names = { 0: 'null', 1: 'DEFLATE', 64: 'LZS' };

/** Numbers that clients invent so that servers learn to ignore what they do not know (RFC 8701). */
export function isGrease(value: number): boolean {
  return (value & 0x0f0f) === 0x0a0a && value >>> 8 === (value & 0xff);
}

/** "x25519 (0x001d)"; GREASE by that name, other unknown numbers alone. */
export function registered(names: Names, value: number): string {
  const number = hexNumber(value, 4);
  const name = isGrease(value) ? 'GREASE' : names[value];
  return name === undefined ? number : `${name} (${number})`;
}

/** "TLS 1.2 (0x0303)". */
export function versionText(version: number): string {
  // RFC 8446 section 4.2.1 and drafts: 0x7fNN is draft NN of TLS 1.3.
  if (version >>> 8 === 0x7f) return `TLS 1.3 draft ${version & 0xff} (${hexNumber(version, 4)})`;
  return registered(VERSIONS, version);
}
