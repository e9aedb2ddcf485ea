import { formatIpv4, formatIpv6 } from '../../bytes/address.js';
import { hexDigits, u16 } from '../../bytes/big-endian.js';
import { escapeBytes } from '../../bytes/escape.js';
import { byteCount, bytesField, field, shortfall } from '../dissector.js';
import type { Field } from '../layer.js';
import { SVC_PARAMETERS } from './dns-numbers.js';
import type { Part } from './dns-rdata.js';

/** SvcParams of SVCB and HTTPS records: RFC 9460 sections 2.2 and 7; dohpath: RFC 9461. */

function keyName(key: number): string {
  return SVC_PARAMETERS[key] ?? `key${key}`;
}

/** Addresses or keys of equal `size`; null when the value is no whole number of them. */
function list(at: number, end: number, size: number, text: (place: number) => string): string | null {
  if ((end - at) % size !== 0 || at === end) return null;
  const items: string[] = [];
  for (let place = at; place < end; place += size) items.push(text(place));
  return items.join(',');
}

/** Protocol identifiers, each behind its length (RFC 9460 section 7.1.1). */
function alpn(bytes: Uint8Array, at: number, end: number): string | null {
  const items: string[] = [];
  for (let place = at; place < end; place += 1 + bytes[place]) {
    if (bytes[place] === 0 || place + 1 + bytes[place] > end) return null;
    items.push(escapeBytes(bytes, place + 1, place + 1 + bytes[place]));
  }
  return items.join(',');
}

/** A parameter's value in words; null when it is not as its key wants it. */
function valueText(key: number, bytes: Uint8Array, at: number, end: number): string | null {
  switch (key) {
    case 0:
      return list(at, end, 2, (place) => keyName(u16(bytes, place)));
    case 1:
      return alpn(bytes, at, end);
    case 2:
    case 8:
      return at === end ? '' : null;
    case 3:
      return end - at === 2 ? String(u16(bytes, at)) : null;
    case 4:
      return list(at, end, 4, (place) => formatIpv4(bytes, place));
    case 6:
      return list(at, end, 16, (place) => formatIpv6(bytes, place));
    case 7:
      return escapeBytes(bytes, at, end);
    default:
      return bytesField('', bytes, at, end).text;
  }
}

export const serviceParameters: Part = (rdata) => {
  const { bytes, end } = rdata;
  while (rdata.at < end) {
    const { at } = rdata;
    const length = end - at < 4 ? 0 : u16(bytes, at + 2);
    if (at + 4 + length > end) {
      rdata.problem = shortfall('DNS SvcParam', 4 + length, end - at, at);
      rdata.fields.push(bytesField('SvcParam', bytes, at, end));
      rdata.at = end;
      return;
    }
    const key = u16(bytes, at);
    const next = at + 4 + length;
    const text = valueText(key, bytes, at + 4, next);
    const parts: Field[] = [
      field('SvcParamKey', at, 2, key, `${keyName(key)} (${key})`),
      field('Length of SvcParamValue', at + 2, 2, length),
    ];
    const shown = text ?? bytesField('', bytes, at + 4, next).text;
    if (length > 0) parts.push(field('SvcParamValue', at + 4, length, hexDigits(bytes, at + 4, next), shown));
    if (text === null)
      rdata.problem ??= `DNS SvcParam ${keyName(key)}: ${byteCount(length)} make no such value, at byte ${at}`;
    const word = shown === '' ? keyName(key) : `${keyName(key)}=${shown}`;
    rdata.fields.push(field('SvcParam', at, 4 + length, hexDigits(bytes, at, next), word, parts));
    rdata.words.push(word);
    rdata.at = next;
  }
};
