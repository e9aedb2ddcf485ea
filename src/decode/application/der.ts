import { BerClass } from './ber.js';
import { berContent, berEnd } from './ber-lengths.js';

/** Elements of certificates in the Distinguished Encoding Rules, ITU-T X.690 section 10, on the reader of BER; here an element may be cut. */
export interface DerElement {
  /** Universal, application, context-specific or private: see BerClass. */
  tagClass: number;
  tag: number;
  /** Where the tag begins. */
  start: number;
  /** Where the content begins. */
  content: number;
  /** Where the content ends, by its length: beyond the captured bytes when it is cut. */
  end: number;
}

/** Universal tags of certificates. */
export const DerTag = {
  boolean: 1,
  octetString: 4,
  objectIdentifier: 6,
  sequence: 16,
  utcTime: 23,
  bmpString: 30,
} as const;

/** Tags from 31 on, which certificates do not use, would take further bytes. */
const LONG_TAG = 31;

/** The element whose tag is at `at`; null when tag and length do not end by `end` or are of no form that DER knows. */
export function readDer(bytes: Uint8Array, at: number, end: number): DerElement | null {
  const content = at < end ? berContent(bytes, at, end, bytes[at]) : -1;
  if (content < 0 || (bytes[at] & 31) === LONG_TAG) return null;
  return { tagClass: bytes[at] >>> 6, tag: bytes[at] & 31, start: at, content, end: berEnd(bytes, at, content) };
}

/** Is it `tag` of the universal class? */
export function isDer(element: DerElement | null, tag: number): element is DerElement {
  return element !== null && element.tagClass === BerClass.universal && element.tag === tag;
}

/** The elements inside bytes[at, end), at most `most`; the last may be cut. What follows an element that is none is left out. */
export function derElements(bytes: Uint8Array, at: number, end: number, most: number): DerElement[] {
  const elements: DerElement[] = [];
  let place = at;
  while (place < end && elements.length < most) {
    const element = readDer(bytes, place, end);
    if (element === null) break;
    elements.push(element);
    place = element.end;
  }
  return elements;
}

const LONGEST_TIME = 32;
const UTC = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(Z|[+-]\d{4})$/;
const GENERALIZED = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)?(\d\d)?([.,]\d+)?(Z|[+-]\d{4})?$/;

/** "2026-11-21T03:56:00Z" of a UTCTime or GeneralizedTime (years of two digits by RFC 5280 section 4.1.2.5.1); null when it is none. */
export function derTime(tag: number, bytes: Uint8Array, at: number, end: number): string | null {
  if (end - at > LONGEST_TIME) return null;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + at, Math.max(0, end - at)).toString('latin1');
  if (tag === DerTag.utcTime) {
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
