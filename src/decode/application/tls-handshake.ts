import { counted } from '../../bytes/size.js';
import {
  dissolve,
  finish,
  readBytes,
  readGroup,
  readItems,
  readNumber,
  readNumbers,
  readRest,
  readVector,
  type Structure,
} from './structure.js';
import { HandshakeType } from './tls.js';
import { GROUPS, schemeText } from './tls-extension-names.js';
import { readClientHello, readServerHello } from './tls-hello.js';
import { HANDSHAKE_TYPES, registered, versionText } from './tls-names.js';
import { readCertificate, readName } from './x509.js';

/** Handshake messages: RFC 8446 section 4, RFC 5246 section 7.4; with the header of DTLS (RFC 6347 section 4.2.2) where `datagram`. Offsets in bytes. */
export const TlsHandshake = {
  type: 0,
  length: 1,
  body: 4,
  messageSequence: 4,
  fragmentOffset: 6,
  fragmentLength: 9,
  datagramBody: 12,
} as const;

export interface HandshakeContext {
  datagram: boolean;
  /** Version of the record: some messages changed. */
  version: number;
}

/** No message of real handshakes is longer: certificates of a post-quantum chain stay below. */
const LONGEST = 1 << 18;

/** The shortest body of a message; those of one length only are in EXACT. */
const SHORTEST: Readonly<Record<number, number>> = {
  [HandshakeType.clientHello]: 38,
  [HandshakeType.serverHello]: 38,
  [HandshakeType.newSessionTicket]: 6,
  [HandshakeType.certificate]: 3,
  [HandshakeType.serverKeyExchange]: 2,
  [HandshakeType.certificateRequest]: 3,
  [HandshakeType.certificateVerify]: 4,
};
const EXACT: Readonly<Record<number, readonly number[]>> = {
  [HandshakeType.helloRequest]: [0],
  [HandshakeType.serverHelloDone]: [0],
  // 36 in SSL 3.0; in TLS 1.3 it is encrypted.
  [HandshakeType.finished]: [12, 36],
};

/** Does a handshake record whose content is at bytes[at, end) begin with a message in the clear? Encrypted content is as good as random. */
export function isClearHandshake(bytes: Uint8Array, at: number, end: number, recordLength: number): boolean {
  if (end <= at) return false;
  const type = bytes[at];
  if (HANDSHAKE_TYPES[type] === undefined) return false;
  if (end - at < TlsHandshake.body) return recordLength >= TlsHandshake.body;
  const length = bytes[at + 1] * 65536 + bytes[at + 2] * 256 + bytes[at + 3];
  // A message without a body is alone in its record, or an explicit nonce of zeros looks like many of them.
  if (type === HandshakeType.helloRequest && recordLength !== TlsHandshake.body) return false;
  if (length > LONGEST || length < (SHORTEST[type] ?? 0)) return false;
  return EXACT[type]?.includes(length) ?? true;
}

/**
 * Is a handshake record behind a Change Cipher Spec a whole hello all the same? In TLS 1.3 that message changes nothing, and the second hello of a client that
 * was told to retry follows it (RFC 8446 appendix D.4).
 */
export function isClearHello(bytes: Uint8Array, at: number, end: number, recordLength: number): boolean {
  const isHello = bytes[at] === HandshakeType.clientHello || bytes[at] === HandshakeType.serverHello;
  if (!isHello || end - at < 5 || bytes[at + 4] !== 3) return false;
  return bytes[at + 1] === 0 && bytes[at + 2] * 256 + bytes[at + 3] === recordLength - TlsHandshake.body;
}

/** The messages inside a record's content, which `s` spans; answers their names for one line, and the bytes that the last one lacks. */
export function readHandshakes(s: Structure, context: HandshakeContext): { names: string[]; missing: number } {
  const names: string[] = [];
  let missing = 0;
  readItems(s, () => {
    const start = s.at;
    const outer = s.fields;
    s.fields = [];
    const type = readNumber(s, 'Handshake Type', 1, (value) => {
      const name = HANDSHAKE_TYPES[value];
      return name === undefined ? String(value) : `${name} (${value})`;
    });
    const total = readNumber(s, 'Length', 3);
    const fragment = context.datagram ? readFragment(s) : null;
    const name = type === null ? 'Handshake' : (HANDSHAKE_TYPES[type] ?? `Handshake ${type}`);
    let text: string = name;
    const length = context.datagram ? (fragment?.length ?? null) : total;
    if (type !== null && total !== null && length !== null) {
      const there = s.end - s.at;
      // A message may go on in the next record: said in words, for nothing is damaged.
      if (length > there && !context.datagram) {
        missing = length - there;
        s.open = true;
      }
      const isPart = fragment !== null && (fragment.offset > 0 || fragment.length < total);
      if (isPart) {
        readBytes(s, 'Fragment', length);
        text = `${name} (fragment, bytes ${fragment.offset} to ${fragment.offset + fragment.length} of ${total})`;
      } else if (length > 0) {
        text = readGroup(s, 'Body', length, (body) => readMessage(body, type, context)) ?? name;
        dissolve(s);
      }
    }
    const { fields } = s;
    s.fields = outer;
    if (fields.length === 0) return;
    names.push(text);
    s.fields.push({ name: 'Handshake', value: type, text, start, end: s.at, fields });
  });
  return { names, missing };
}

/** Members that DTLS adds to the header. */
function readFragment(s: Structure): { offset: number; length: number } | null {
  readNumber(s, 'Message Sequence', 2);
  const offset = readNumber(s, 'Fragment Offset', 3);
  const length = readNumber(s, 'Fragment Length', 3);
  return offset === null || length === null ? null : { offset, length };
}

/** A message's body; answers what one line says of it. */
function readMessage(s: Structure, type: number, context: HandshakeContext): string {
  s.what = `${context.datagram ? 'DTLS' : 'TLS'} ${HANDSHAKE_TYPES[type] ?? `handshake ${type}`}`;
  const name = HANDSHAKE_TYPES[type] ?? `Handshake ${type}`;
  switch (type) {
    case HandshakeType.clientHello:
      return readClientHello(s, context.datagram);
    case HandshakeType.serverHello:
      return readServerHello(s);
    case HandshakeType.helloVerifyRequest: {
      readNumber(s, 'Server Version', 2, versionText);
      const length = readNumber(s, 'Cookie Length', 1);
      if (length !== null) readBytes(s, 'Cookie', length);
      finish(s);
      return name;
    }
    case HandshakeType.newSessionTicket: {
      readNumber(s, 'Ticket Lifetime Hint', 4, (value) => `${value} s`);
      const length = readNumber(s, 'Ticket Length', 2);
      if (length !== null) readBytes(s, 'Ticket', length);
      finish(s);
      return name;
    }
    case HandshakeType.certificate:
      return readCertificates(s) ?? name;
    case HandshakeType.certificateRequest:
      readCertificateRequest(s, context);
      return name;
    case HandshakeType.certificateVerify:
      if (isTls12(context)) readNumber(s, 'Algorithm', 2, schemeText);
      readSignature(s);
      finish(s);
      return name;
    case HandshakeType.serverKeyExchange:
      readServerKeyExchange(s, context);
      return name;
    case HandshakeType.certificateStatus: {
      readNumber(s, 'Status Type', 1, (value) => (value === 1 ? 'ocsp (1)' : String(value)));
      const length = readNumber(s, 'Response Length', 3);
      if (length !== null) readBytes(s, 'OCSP Response', length);
      return name;
    }
    case HandshakeType.finished:
      readRest(s, 'Verify Data');
      return name;
    default:
      readRest(s, type === HandshakeType.clientKeyExchange ? 'Exchange Keys' : 'Message Bytes');
      return name;
  }
}

/** Signature algorithms are named in messages since TLS 1.2 and DTLS 1.2. */
function isTls12({ version }: HandshakeContext): boolean {
  return version >= 0x0303 && version <= 0xfefd;
}

function readSignature(s: Structure): void {
  const length = readNumber(s, 'Signature Length', 2);
  if (length !== null) readBytes(s, 'Signature', length);
}

/** RFC 5246 section 7.4.2: the subject of the first certificate, with its end of validity. */
function readCertificates(s: Structure): string | null {
  let first: string | null = null;
  let count = 0;
  readVector(s, 'Certificate List', 3, (list) => {
    readItems(list, () => {
      const length = readNumber(list, 'Certificate Length', 3);
      if (length === null) return;
      count++;
      readGroup(list, 'Certificate', length, (one) => {
        const facts = readCertificate(one);
        if (count === 1) first = facts?.subject ?? null;
        return facts === null
          ? undefined
          : [facts.subject, facts.notAfter && `valid to ${facts.notAfter}`].filter(Boolean).join(', ');
      });
    });
    return counted(count, 'certificate');
  });
  finish(s);
  return first === null ? null : `Certificate ${first}`;
}

const CERTIFICATE_TYPES: Readonly<Record<number, string>> = {
  1: 'rsa_sign (1)',
  2: 'dss_sign (2)',
  3: 'rsa_fixed_dh (3)',
  4: 'dss_fixed_dh (4)',
  5: 'rsa_ephemeral_dh (5)',
  6: 'dss_ephemeral_dh (6)',
  20: 'fortezza_dms (20)',
  64: 'ecdsa_sign (64)',
  65: 'rsa_fixed_ecdh (65)',
  66: 'ecdsa_fixed_ecdh (66)',
};

/** RFC 5246 section 7.4.4; without signature algorithms before TLS 1.2. */
function readCertificateRequest(s: Structure, context: HandshakeContext): void {
  readVector(s, 'Certificate Types', 1, (inner) =>
    readNumbers(inner, 'Certificate Type', 1, (value) => CERTIFICATE_TYPES[value] ?? String(value)),
  );
  if (isTls12(context)) {
    readVector(s, 'Supported Signature Algorithms', 2, (inner) =>
      readNumbers(inner, 'Signature Algorithm', 2, schemeText),
    );
  }
  readVector(s, 'Certificate Authorities', 2, (list) => {
    readItems(list, () => {
      const length = readNumber(list, 'Distinguished Name Length', 2);
      if (length === null) return;
      readGroup(list, 'Distinguished Name', length, (name) => {
        const { text, fields } = readName(name.bytes, name.at + headerLength(name), name.end);
        name.fields.push(...fields);
        return text === '' ? undefined : text;
      });
    });
    return list.fields.length === 0 ? 'none' : counted(list.fields.length / 2, 'name');
  });
  finish(s);
}

/** Tag and length of the sequence that a name is. */
function headerLength({ bytes, at, end }: Structure): number {
  return end - at > 1 && bytes[at + 1] >= 128 ? 2 + (bytes[at + 1] & 127) : 2;
}

/** RFC 8422 section 5.4: the only form that tells itself apart, by a known curve whose point the lengths confirm; the cipher suite was told elsewhere. */
function readServerKeyExchange(s: Structure, context: HandshakeContext): void {
  const { bytes, at, end } = s;
  const group = end - at > 4 && bytes[at] === 3 ? bytes[at + 1] * 256 + bytes[at + 2] : -1;
  if (GROUPS[group] === undefined) {
    readRest(s, 'Parameters');
    return;
  }
  readNumber(s, 'Curve Type', 1, () => 'named_curve (3)');
  readNumber(s, 'Named Curve', 2, (value) => registered(GROUPS, value));
  const length = readNumber(s, 'Public Length', 1);
  if (length !== null) readBytes(s, 'Public', length);
  // Nothing follows where nobody signs.
  if (s.at === s.end && !s.open) return;
  if (isTls12(context)) readNumber(s, 'Algorithm', 2, schemeText);
  readSignature(s);
  finish(s);
}
