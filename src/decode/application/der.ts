import { hexDigits } from '../../bytes/big-endian.js';

/**
 * Elements of ASN.1 in the Basic and Distinguished Encoding Rules: ITU-T X.690 section 8.1. A tag, a length, and content that is a value or elements again.
 * Definite lengths up to 32 bits, tags up to 28 bits; an indefinite length, which DER and SNMP forbid and LDAP does not use, is no element here.
 */
export interface BerElement {
  /** 0 universal, 1 application, 2 context-specific, 3 private. */
  tagClass: number;
  constructed: boolean;
  tag: number;
  /** Where the tag begins. */
  start: number;
  /** Where the content begins. */
  content: number;
  /** Where the content ends, by its length: beyond the captured bytes when it is cut. */
  end: number;
}

export const BerTag = {
  boolean: 1,
  integer: 2,
  bitString: 3,
  octetString: 4,
  null: 5,
  objectIdentifier: 6,
  enumerated: 10,
  utf8String: 12,
  sequence: 16,
  set: 17,
  utcTime: 23,
  generalizedTime: 24,
  bmpString: 30,
} as const;

export const BerClass = { universal: 0, application: 1, context: 2, private: 3 } as const;

/** The element whose tag is at `at`; null when tag and length do not end by `end` or are of a form that is not read here. */
export function readBer(bytes: Uint8Array, at: number, end: number): BerElement | null {
  if (end - at < 2) return null;
  const first = bytes[at];
  let place = at + 1;
  let tag = first & 31;
  if (tag === 31) {
    tag = 0;
    let more = true;
    for (let i = 0; i < 4 && more; i++) {
      if (place >= end) return null;
      tag = tag * 128 + (bytes[place] & 127);
      more = bytes[place++] >= 128;
    }
    if (more) return null;
  }
  if (place >= end) return null;
  let length = bytes[place++];
  if (length >= 128) {
    const count = length & 127;
    if (count === 0 || count > 4 || end - place < count) return null;
    length = 0;
    for (let i = 0; i < count; i++) length = length * 256 + bytes[place++];
  }
  const constructed = (first & 32) !== 0;
  return { tagClass: first >>> 6, constructed, tag, start: at, content: place, end: place + length };
}

/** Is it `tag` of the universal class? */
export function isBer(element: BerElement | null, tag: number): element is BerElement {
  return element !== null && element.tagClass === BerClass.universal && element.tag === tag;
}

/** The elements inside bytes[at, end), at most `most`; the last may be cut. What follows an element that is none is left out. */
export function berElements(bytes: Uint8Array, at: number, end: number, most: number): BerElement[] {
  const elements: BerElement[] = [];
  let place = at;
  while (place < end && elements.length < most) {
    const element = readBer(bytes, place, end);
    if (element === null) break;
    elements.push(element);
    place = element.end;
  }
  return elements;
}

/** A two's complement integer: a number, from 2^53 a decimal string; null when empty or longer than 64 bytes. */
export function berInteger(bytes: Uint8Array, at: number, end: number): number | string | null {
  const length = end - at;
  if (length < 1 || length > 64) return null;
  const whole = BigInt.asIntN(8 * length, BigInt(`0x${hexDigits(bytes, at, end)}`));
  const number = Number(whole);
  return Number.isSafeInteger(number) ? number : String(whole);
}

const MOST_ARCS = 64;

/** "1.2.840.113549.1.1.11"; null when an arc is cut or above 2^53, or there are none, or more than 64 (X.690 section 8.19). */
export function berObjectIdentifier(bytes: Uint8Array, at: number, end: number): string | null {
  const arcs: number[] = [];
  let arc = 0;
  let open = true;
  for (let place = at; place < end; place++) {
    arc = arc * 128 + (bytes[place] & 127);
    if (arc > Number.MAX_SAFE_INTEGER || arcs.length > MOST_ARCS) return null;
    open = bytes[place] >= 128;
    if (open) continue;
    if (arcs.length === 0) {
      const root = Math.min(2, Math.floor(arc / 40));
      arcs.push(root, arc - 40 * root);
    } else arcs.push(arc);
    arc = 0;
  }
  return open ? null : arcs.join('.');
}

const UTC = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(Z|[+-]\d{4})$/;
const GENERALIZED = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)?(\d\d)?([.,]\d+)?(Z|[+-]\d{4})?$/;

/** "2026-11-21T03:56:00Z" of a UTCTime or GeneralizedTime (years of two digits by RFC 5280 section 4.1.2.5.1); null when it is none. */
export function berTime(tag: number, bytes: Uint8Array, at: number, end: number): string | null {
  if (end - at > 32) return null;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + at, end - at).toString('latin1');
  if (tag === BerTag.utcTime) {
    const match = UTC.exec(text);
    if (match === null) return null;
    const [, year, month, day, hour, minute, second = '00', zone] = match;
    return `${Number(year) < 50 ? '20' : '19'}${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`;
  }
  const match = GENERALIZED.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour, minute = '00', second = '00', fraction = '', zone = ''] = match;
  return `${year}-${month}-${day}T${hour}:${minute}:${second}${fraction.replace(',', '.')}${zone}`;
}
