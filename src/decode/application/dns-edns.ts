import { formatIpv4, formatIpv6 } from '../../bytes/address.js';
import { u16, u32 } from '../../bytes/big-endian.js';
import { escapeBytes } from '../../bytes/escape.js';
import { byteCount, bytesField, field, named, shortfall } from '../dissector.js';
import type { Field } from '../layer.js';
import { readDnsName } from './dns-names.js';
import { DNSSEC_ALGORITHMS, DS_DIGESTS, EDNS_OPTIONS, EXTENDED_ERRORS, NSEC3_HASHES } from './dns-numbers.js';
import type { Part } from './dns-rdata.js';

/** Options of EDNS: RFC 6891 section 6.1.2 and the IANA registry. An option's words and the fields of its data; what has none is shown in hex. */
interface Told {
  text: string;
  fields?: Field[];
}

function numbersOf(bytes: Uint8Array, at: number, end: number, names: Readonly<Record<number, string>>): Told {
  const words: string[] = [];
  for (let place = at; place < end; place++) words.push(named(names, bytes[place]));
  return { text: words.join(', ') };
}

/** RFC 7871 section 6. */
function clientSubnet(bytes: Uint8Array, at: number, end: number): Told | null {
  if (end - at < 4) return null;
  const family = u16(bytes, at);
  const size = family === 1 ? 4 : family === 2 ? 16 : 0;
  const fields = [
    field('FAMILY', at, 2, family, named({ 1: 'IPv4', 2: 'IPv6' }, family)),
    field('SOURCE PREFIX-LENGTH', at + 2, 1, bytes[at + 2]),
    field('SCOPE PREFIX-LENGTH', at + 3, 1, bytes[at + 3]),
  ];
  if (end - at - 4 > size) {
    fields.push(bytesField('ADDRESS', bytes, at + 4, end));
    return { text: `${fields[3].text}/${bytes[at + 2]}`, fields };
  }
  const whole = new Uint8Array(size);
  whole.set(bytes.subarray(at + 4, end));
  const address = size === 4 ? formatIpv4(whole, 0) : size === 16 ? formatIpv6(whole, 0) : 'no address';
  if (end > at + 4) fields.push(field('ADDRESS', at + 4, end - at - 4, address));
  return { text: `${address}/${bytes[at + 2]}, scope ${bytes[at + 3]}`, fields };
}

/** RFC 7873 section 4. */
function cookie(bytes: Uint8Array, at: number, end: number): Told | null {
  const length = end - at;
  if (length !== 8 && (length < 16 || length > 40)) return null;
  const fields = [bytesField('Client Cookie', bytes, at, at + 8)];
  if (length > 8) fields.push(bytesField('Server Cookie', bytes, at + 8, end));
  return { text: fields.map((one) => `${one.name.split(' ')[0].toLowerCase()} ${one.text}`).join(', '), fields };
}

/** RFC 8914 section 2. */
function extendedError(bytes: Uint8Array, at: number, end: number): Told | null {
  if (end - at < 2) return null;
  const code = u16(bytes, at);
  const fields = [field('INFO-CODE', at, 2, code, named(EXTENDED_ERRORS, code))];
  const extra = escapeBytes(bytes, at + 2, end);
  if (end > at + 2) fields.push(field('EXTRA-TEXT', at + 2, end - at - 2, extra));
  return { text: named(EXTENDED_ERRORS, code) + (extra === '' ? '' : ` "${extra}"`), fields };
}

function tell(code: number, bytes: Uint8Array, at: number, end: number): Told | null {
  const length = end - at;
  switch (code) {
    case 2:
      return length === 4 || length === 8 ? { text: `${u32(bytes, at)} s` } : null;
    case 3:
      return { text: length === 0 ? 'asked for' : escapeBytes(bytes, at, end) };
    case 5:
      return numbersOf(bytes, at, end, DNSSEC_ALGORITHMS);
    case 6:
      return numbersOf(bytes, at, end, DS_DIGESTS);
    case 7:
      return numbersOf(bytes, at, end, NSEC3_HASHES);
    case 8:
      return clientSubnet(bytes, at, end);
    case 9:
      return length === 0 ? { text: 'asked for' } : length === 4 ? { text: `${u32(bytes, at)} s` } : null;
    case 10:
      return cookie(bytes, at, end);
    case 11:
      if (length === 2) return { text: `${u16(bytes, at) / 10} s` };
      return length === 0 ? { text: 'asked for' } : null;
    case 12:
      return { text: `${byteCount(length)} of padding` };
    case 13:
    case 18: {
      const name = readDnsName(bytes, at, at, end);
      return name.problem === null && name.end === end ? { text: name.text } : null;
    }
    case 15:
      return extendedError(bytes, at, end);
    default:
      return null;
  }
}

/** All options, to the end of the OPT record's RDATA. */
export const ednsOptions: Part = (rdata) => {
  const { bytes, end } = rdata;
  while (rdata.at < end) {
    const { at } = rdata;
    const length = end - at < 4 ? 0 : u16(bytes, at + 2);
    if (at + 4 + length > end) {
      rdata.problem = shortfall('EDNS option', 4 + length, end - at, at);
      rdata.fields.push(bytesField('Option', bytes, at, end));
      rdata.at = end;
      return;
    }
    const code = u16(bytes, at);
    const next = at + 4 + length;
    const name = EDNS_OPTIONS[code] ?? `Option ${code}`;
    const data = bytesField('OPTION-DATA', bytes, at + 4, next);
    const told = tell(code, bytes, at + 4, next);
    if (told !== null) data.text = told.text;
    if (told?.fields !== undefined) data.fields = told.fields;
    const parts = [
      field('OPTION-CODE', at, 2, code, named(EDNS_OPTIONS, code)),
      field('OPTION-LENGTH', at + 2, 2, length),
      ...(length > 0 ? [data] : []),
    ];
    rdata.fields.push(field('Option', at, 4 + length, code, `${name} ${data.text}`.trim(), parts));
    rdata.words.push(name);
    rdata.at = next;
  }
};
