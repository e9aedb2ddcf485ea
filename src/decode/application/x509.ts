import { formatIpv4, formatIpv6 } from '../../bytes/address.js';
import { hexDigits, u16 } from '../../bytes/big-endian.js';
import { escapeBytes, escapeText } from '../../bytes/escape.js';
import { byteCount, bytesField, field } from '../dissector.js';
import type { Field } from '../layer.js';
import { BerClass, berInteger, berObjectIdentifier } from './ber.js';
import { type DerElement, DerTag, derElements, derTime, isDer, readDer } from './der.js';
import type { Structure } from './structure.js';
import { ALGORITHMS, ATTRIBUTES, CERTIFICATE_EXTENSIONS, COMMON_NAME, SUBJECT_ALT_NAME } from './x509-names.js';

/** X.509 certificates: RFC 5280 section 4.1. A certificate may be cut anywhere, since a handshake message often fills several segments: what is there is shown. */

/** Elements of one list that are looked at. */
const MOST = 256;
const MOST_SHOWN = 512;

function shorten(text: string): string {
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}

/** Text of a string type; BMPString is UTF-16 (X.690 section 8.23.9), all others are read as UTF-8. */
function stringText(bytes: Uint8Array, element: DerElement): string {
  const wide = element.tagClass === BerClass.universal && element.tag === DerTag.bmpString;
  if (!wide) return shorten(escapeBytes(bytes, element.content, element.end));
  let text = '';
  for (let at = element.content; at + 2 <= element.end; at += 2) text += String.fromCharCode(u16(bytes, at));
  return shorten(escapeText(text));
}

function oidText(bytes: Uint8Array, element: DerElement, names: Readonly<Record<string, string>>): string {
  const oid =
    berObjectIdentifier(bytes, element.content, element.end) ?? hexDigits(bytes, element.content, element.end);
  return names[oid] ?? oid;
}

/** Commas, quotes and the like inside a value, as RFC 4514 section 2.4 writes them. */
function quote(text: string): string {
  return text.replace(/[,+"<>;]|^[ #]| $/g, '\\$&');
}

interface NameText {
  text: string;
  commonName: string | null;
  fields: Field[];
}

/** "CN=example.org, O=Beispiel AG, C=DE": the most specific part first, as RFC 4514 section 2.1 writes names. */
export function readName(bytes: Uint8Array, at: number, end: number): NameText {
  const parts: string[] = [];
  const fields: Field[] = [];
  let commonName: string | null = null;
  for (const set of derElements(bytes, at, end, MOST)) {
    for (const pair of derElements(bytes, set.content, Math.min(set.end, end), MOST)) {
      if (pair.end > end || parts.length === MOST) break;
      const [type, value] = derElements(bytes, pair.content, pair.end, 2);
      if (!isDer(type ?? null, DerTag.objectIdentifier) || value === undefined || value.end > pair.end) continue;
      const name = oidText(bytes, type, ATTRIBUTES);
      const text = stringText(bytes, value);
      if (name === ATTRIBUTES[COMMON_NAME]) commonName = text;
      parts.unshift(`${name}=${quote(text)}`);
      fields.push(field(name, pair.start, pair.end - pair.start, text));
    }
  }
  return { text: parts.join(', '), commonName, fields };
}

const GENERAL_NAMES = [
  'otherName',
  'rfc822Name',
  'dNSName',
  'x400Address',
  'directoryName',
  'ediPartyName',
  'uniformResourceIdentifier',
  'iPAddress',
  'registeredID',
];

function generalNameText(bytes: Uint8Array, name: DerElement): string {
  const { tag, content, end } = name;
  if (tag === 7 && end - content === 4) return formatIpv4(bytes, content);
  if (tag === 7 && end - content === 16) return formatIpv6(bytes, content);
  if (tag === 4) {
    const inner = readDer(bytes, content, end);
    if (inner !== null) return readName(bytes, inner.content, Math.min(inner.end, end)).text;
  }
  if (tag === 1 || tag === 2 || tag === 6) return shorten(escapeBytes(bytes, content, end));
  if (tag === 8) return berObjectIdentifier(bytes, content, end) ?? hexDigits(bytes, content, end);
  return shorten(hexDigits(bytes, content, end));
}

/** Alternative names of the subject: RFC 5280 section 4.2.1.6. */
function alternativeNames(bytes: Uint8Array, at: number, end: number): Field[] {
  const list = readDer(bytes, at, end);
  if (list === null) return [];
  return derElements(bytes, list.content, Math.min(list.end, end), MOST)
    .filter((name) => name.end <= end && name.tagClass === BerClass.context)
    .map((name) => contentField(GENERAL_NAMES[name.tag] ?? `Name ${name.tag}`, name, generalNameText(bytes, name)));
}

function extensionField(bytes: Uint8Array, extension: DerElement): Field {
  const parts = derElements(bytes, extension.content, extension.end, 3);
  const [type] = parts;
  const value = parts.at(-1);
  const length = extension.end - extension.start;
  if (type === undefined || value === undefined || !isDer(value, DerTag.octetString) || value.end > extension.end)
    return bytesField('Extension', bytes, extension.start, extension.end);
  const name = oidText(bytes, type, CERTIFICATE_EXTENSIONS);
  const critical = isDer(parts[1] ?? null, DerTag.boolean) && bytes[parts[1].content] !== 0 ? ' (critical)' : '';
  const oid = berObjectIdentifier(bytes, type.content, type.end);
  const names = oid === SUBJECT_ALT_NAME ? alternativeNames(bytes, value.content, value.end) : [];
  const text = names.length > 0 ? names.map((one) => one.text).join(', ') : byteCount(value.end - value.content);
  return field(
    'Extension',
    extension.start,
    length,
    oid,
    shorten(`${name}${critical}: ${text}`),
    names.length > 0 ? names : [bytesField('Extension Value', bytes, value.content, value.end)],
  );
}

/** A primitive value: its field spans the value, not tag and length. */
function contentField(name: string, { content, end }: DerElement, value: Field['value'], text = String(value)): Field {
  return field(name, content, end - content, value, text);
}

function timeField(name: string, bytes: Uint8Array, time: DerElement): Field {
  const text = derTime(time.tag, bytes, time.content, time.end);
  return contentField(name, time, text ?? hexDigits(bytes, time.content, time.end));
}

/** What one line says of a certificate. */
export interface CertificateFacts {
  subject: string;
  notAfter: string | null;
}

/**
 * The certificate that fills s: one field a member of TBSCertificate, and the signature. Answers the subject; null when the subject is not there.
 */
export function readCertificate(s: Structure): CertificateFacts | null {
  const { bytes, end } = s;
  const start = s.at;
  s.at = end;
  const whole = readDer(bytes, start, end);
  const tbs = isDer(whole, DerTag.sequence) ? readDer(bytes, whole.content, end) : null;
  if (!isDer(whole, DerTag.sequence) || !isDer(tbs, DerTag.sequence)) {
    if (!s.open) s.problem ??= `${s.what}: no certificate in DER, at byte ${start}`;
    s.fields.push(bytesField('Certificate Bytes', bytes, start, end));
    return null;
  }
  if (!s.open && whole.end !== end) {
    s.problem ??= `${s.what}: ${byteCount(whole.end - start)} by its DER length, ${end - start} available, at byte ${start}`;
  }
  const members = derElements(bytes, tbs.content, Math.min(tbs.end, end), 10).filter((one) => one.end <= end);
  let facts: CertificateFacts | null = null;
  let next = 0;
  if (members[0]?.tagClass === BerClass.context && members[0].tag === 0) {
    const number = readDer(bytes, members[0].content, members[0].end);
    const version = number === null ? null : berInteger(bytes, number.content, Math.min(number.end, members[0].end));
    if (number !== null && number.end <= members[0].end)
      s.fields.push(contentField('Version', number, version, `v${Number(version) + 1} (${version})`));
    next = 1;
  }
  const [serial, signature, issuer, validity, subject, key] = members.slice(next);
  if (serial !== undefined) {
    const digits = hexDigits(bytes, serial.content, serial.end);
    s.fields.push(contentField('Serial Number', serial, digits));
  }
  if (signature !== undefined) s.fields.push(algorithmField('Signature', bytes, signature));
  if (issuer !== undefined) s.fields.push(nameField('Issuer', bytes, issuer));
  let notAfter: string | null = null;
  if (validity !== undefined) {
    const times = derElements(bytes, validity.content, validity.end, 2).filter((one) => one.end <= validity.end);
    const fields = times.map((time, index) => timeField(['Not Before', 'Not After'][index], bytes, time));
    notAfter = fields[1]?.text ?? null;
    s.fields.push(memberField('Validity', validity, null, fields.map((one) => one.text).join(' to '), fields));
  }
  if (subject !== undefined) {
    const name = readName(bytes, subject.content, subject.end);
    s.fields.push(memberField('Subject', subject, name.text, name.text, name.fields));
    facts = { subject: name.commonName ?? name.text, notAfter };
  }
  if (key !== undefined) s.fields.push(keyField(bytes, key));
  const rest = members.slice(next + 6).find((one) => one.tagClass === BerClass.context && one.tag === 3);
  if (rest !== undefined) s.fields.push(...extensionFields(bytes, rest));
  if (tbs.end <= end) {
    const [algorithm, value] = derElements(bytes, tbs.end, Math.min(whole.end, end), 2);
    if (algorithm !== undefined && algorithm.end <= end)
      s.fields.push(algorithmField('Signature Algorithm', bytes, algorithm));
    if (value !== undefined)
      s.fields.push(bitsField('Signature Value', bytes, value.content, Math.min(value.end, end)));
  }
  return facts;
}

/** A bit string of whole bytes: the count of unused bits, which comes first, is left out. */
function bitsField(name: string, bytes: Uint8Array, at: number, end: number): Field {
  return bytesField(name, bytes, Math.min(at + 1, end), end);
}

function memberField(name: string, member: DerElement, value: Field['value'], text: string, fields?: Field[]): Field {
  return field(name, member.start, member.end - member.start, value, text, fields);
}

function nameField(name: string, bytes: Uint8Array, member: DerElement): Field {
  const { text, fields } = readName(bytes, member.content, member.end);
  return memberField(name, member, text, text, fields);
}

function algorithmField(name: string, bytes: Uint8Array, member: DerElement): Field {
  const oid = readDer(bytes, member.content, member.end);
  if (!isDer(oid, DerTag.objectIdentifier) || oid.end > member.end)
    return bytesField(name, bytes, member.start, member.end);
  return memberField(name, member, berObjectIdentifier(bytes, oid.content, oid.end), oidText(bytes, oid, ALGORITHMS));
}

/** "rsaEncryption, 2048 bits", "ecPublicKey, secp256r1". */
function keyField(bytes: Uint8Array, key: DerElement): Field {
  const [algorithm, value] = derElements(bytes, key.content, key.end, 2);
  if (algorithm === undefined || value === undefined || value.end > key.end)
    return bytesField('Subject Public Key Info', bytes, key.start, key.end);
  const [oid, parameters] = derElements(bytes, algorithm.content, algorithm.end, 2);
  const name = oid === undefined || oid.end > algorithm.end ? 'unknown' : oidText(bytes, oid, ALGORITHMS);
  let detail = '';
  if (isDer(parameters ?? null, DerTag.objectIdentifier) && parameters.end <= algorithm.end)
    detail = `, ${oidText(bytes, parameters, ALGORITHMS)}`;
  if (name === 'rsaEncryption') {
    // The bit string holds a sequence of modulus and exponent (RFC 3279 section 2.3.1), behind a byte that counts unused bits.
    const pair = readDer(bytes, value.content + 1, value.end);
    const modulus = pair === null ? null : readDer(bytes, pair.content, Math.min(pair.end, value.end));
    if (modulus !== null && modulus.end <= value.end) {
      const zero = bytes[modulus.content] === 0 ? 1 : 0;
      detail = `, ${8 * (modulus.end - modulus.content - zero)} bits`;
    }
  }
  return memberField('Subject Public Key Info', key, null, name + detail, [
    algorithmField('Algorithm', bytes, algorithm),
    bitsField('Subject Public Key', bytes, value.content, value.end),
  ]);
}

function extensionFields(bytes: Uint8Array, wrapper: DerElement): Field[] {
  const list = readDer(bytes, wrapper.content, wrapper.end);
  if (list === null) return [];
  return derElements(bytes, list.content, Math.min(list.end, wrapper.end), MOST)
    .filter((extension) => extension.end <= wrapper.end)
    .map((extension) => extensionField(bytes, extension));
}
