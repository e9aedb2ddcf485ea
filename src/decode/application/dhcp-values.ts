import { formatIpv4, formatMac } from '../../bytes/address.js';
import { hexDigits, u16, u32 } from '../../bytes/big-endian.js';
import { escapeBytes } from '../../bytes/escape.js';
import { bytesField, field, named } from '../dissector.js';
import type { Field } from '../layer.js';
import {
  ARCHITECTURES,
  DHCP_MESSAGES,
  DHCP_OPTIONS,
  type DhcpFormat,
  NODE_TYPES,
  RELAY_SUBOPTIONS,
} from './dhcp-options.js';
import { readDnsName } from './dns-names.js';

/** What an option of DHCP holds, in words. */
export interface DhcpValue {
  value: Field['value'];
  text: string;
  fields?: Field[];
}

type Read = (bytes: Uint8Array, at: number, end: number) => DhcpValue | null;

/** Items of `size` bytes, at least one and nothing left over. */
function items(size: number, text: (bytes: Uint8Array, at: number) => string): Read {
  return function readItems(bytes, at, end) {
    if (at === end || (end - at) % size !== 0) return null;
    const words: string[] = [];
    for (let place = at; place < end; place += size) words.push(text(bytes, place));
    return { value: end - at === size ? words[0] : hexDigits(bytes, at, end), text: words.join(', ') };
  };
}

function number(length: 1 | 2 | 4, text: (value: number) => string = String): Read {
  return function readNumber(bytes, at, end) {
    if (end - at !== length) return null;
    const value = length === 1 ? bytes[at] : length === 2 ? u16(bytes, at) : u32(bytes, at);
    return { value, text: text(value) };
  };
}

function words(value: string): DhcpValue {
  return { value, text: value };
}

/** RFC 3442: prefix lengths, as many bytes of the network as they need, the router. */
function routes(bytes: Uint8Array, at: number, end: number): DhcpValue | null {
  const found: string[] = [];
  for (let place = at; place < end; ) {
    const prefix = bytes[place];
    const size = Math.ceil(prefix / 8);
    const next = place + 1 + size + 4;
    if (prefix > 32 || next > end) return null;
    const network = new Uint8Array(4);
    network.set(bytes.subarray(place + 1, place + 1 + size));
    found.push(`${formatIpv4(network, 0)}/${prefix} via ${formatIpv4(bytes, next - 4)}`);
    place = next;
  }
  return { value: hexDigits(bytes, at, end), text: found.join(', ') };
}

/** RFC 2132 section 9.14: a hardware type and address, or an identifier of type 0; RFC 4361: 255, IAID and DUID. */
function client(bytes: Uint8Array, at: number, end: number): DhcpValue | null {
  if (end - at < 2) return null;
  const value = hexDigits(bytes, at, end);
  const fields = [field('Type', at, 1, bytes[at])];
  if (bytes[at] === 1 && end - at === 7) {
    fields.push(field('Client Hardware Address', at + 1, 6, formatMac(bytes, at + 1)));
    return { value, text: formatMac(bytes, at + 1), fields };
  }
  if (bytes[at] === 255 && end - at > 5) {
    fields.push(bytesField('IAID', bytes, at + 1, at + 5), bytesField('DUID', bytes, at + 5, end));
    return { value, text: `IAID ${fields[1].text} DUID ${fields[2].text}`, fields };
  }
  fields.push(bytesField('Identifier', bytes, at + 1, end));
  return { value, text: fields[1].text, fields };
}

/** RFC 3397: names as in DNS, pointers counted from the option's first byte. */
function names(bytes: Uint8Array, at: number, end: number): DhcpValue | null {
  const found: string[] = [];
  for (let place = at; place < end; ) {
    const name = readDnsName(bytes, at, place, end);
    if (name.problem !== null || name.end <= place) return null;
    found.push(name.text);
    place = name.end;
  }
  return { value: hexDigits(bytes, at, end), text: found.join(', ') };
}

/** RFC 4702 section 2. */
function domain(bytes: Uint8Array, at: number, end: number): DhcpValue | null {
  if (end - at < 3) return null;
  const flags = bytes[at];
  const encoded = (flags & 4) !== 0;
  const name = encoded ? readDnsName(bytes, at + 3, at + 3, end).text : escapeBytes(bytes, at + 3, end);
  const letters = ['S', 'O', 'E', 'N'].filter((_, bit) => flags & (1 << bit)).join(' ');
  const fields = [
    field('Flags', at, 1, flags, letters === '' ? 'none' : letters),
    field('RCODE1', at + 1, 1, bytes[at + 1]),
    field('RCODE2', at + 2, 1, bytes[at + 2]),
  ];
  if (end > at + 3) fields.push(field('Domain Name', at + 3, end - at - 3, name));
  return { value: name, text: name, fields };
}

/** RFC 3046 section 2. */
function relay(bytes: Uint8Array, at: number, end: number): DhcpValue | null {
  const fields: Field[] = [];
  for (let place = at; place < end; ) {
    const next = place + 2 + (place + 1 < end ? bytes[place + 1] : 0);
    if (next > end) return null;
    const code = bytes[place];
    const name = RELAY_SUBOPTIONS[code] ?? `Sub-option ${code}`;
    const text = next - place === 6 && (code === 5 || code === 11) ? formatIpv4(bytes, place + 2) : null;
    const made = bytesField(name, bytes, place, next);
    made.text = text ?? bytesField('', bytes, place + 2, next).text;
    made.fields = [
      field('SubOpt', place, 1, code, named(RELAY_SUBOPTIONS, code)),
      field('Length', place + 1, 1, bytes[place + 1]),
    ];
    if (next > place + 2)
      made.fields.push(field('Value', place + 2, next - place - 2, hexDigits(bytes, place + 2, next), made.text));
    fields.push(made);
    place = next;
  }
  return {
    value: hexDigits(bytes, at, end),
    text: fields.map(({ name, text }) => `${name} ${text}`).join(', '),
    fields,
  };
}

/** RFC 3361 section 3. */
function sip(bytes: Uint8Array, at: number, end: number): DhcpValue | null {
  if (at === end || bytes[at] > 1) return null;
  const addresses = bytes[at] === 1;
  const list = addresses ? items(4, formatIpv4)(bytes, at + 1, end) : names(bytes, at + 1, end);
  if (list === null) return null;
  const fields = [
    field('enc', at, 1, bytes[at], addresses ? 'addresses (1)' : 'names (0)'),
    field('SIP Servers', at + 1, end - at - 1, list.value, list.text),
  ];
  return { value: hexDigits(bytes, at, end), text: list.text, fields };
}

/** RFC 3925: enterprise numbers, each with a length and data. */
function vendors(bytes: Uint8Array, at: number, end: number): DhcpValue | null {
  const fields: Field[] = [];
  for (let place = at; place < end; ) {
    const next = place + 5 + (place + 4 < end ? bytes[place + 4] : 0);
    if (next > end) return null;
    const data = bytesField('data', bytes, place + 5, next);
    const parts = [
      field('enterprise-number', place, 4, u32(bytes, place)),
      field('data-len', place + 4, 1, bytes[place + 4]),
      ...(next > place + 5 ? [data] : []),
    ];
    const text = `enterprise ${u32(bytes, place)} ${data.text}`.trimEnd();
    fields.push(field('Vendor', place, next - place, hexDigits(bytes, place, next), text, parts));
    place = next;
  }
  return { value: hexDigits(bytes, at, end), text: fields.map(({ text }) => text).join(', '), fields };
}

const FLAG_WORDS = ['disabled', 'enabled'];
const OVERLOADS = { 1: 'file holds options', 2: 'sname holds options', 3: 'file and sname hold options' };

const READERS: Readonly<Record<DhcpFormat, Read>> = {
  address: (bytes, at, end) => (end - at === 4 ? words(formatIpv4(bytes, at)) : null),
  addresses: items(4, formatIpv4),
  addressPairs: items(8, (bytes, at) => `${formatIpv4(bytes, at)} ${formatIpv4(bytes, at + 4)}`),
  routes,
  byte: number(1),
  short: number(2),
  shorts: items(2, (bytes, at) => String(u16(bytes, at))),
  long: number(4),
  seconds: number(4, (value) => (value === 0xffffffff ? 'infinity' : `${value} s`)),
  offset: (bytes, at, end) => {
    if (end - at !== 4) return null;
    const value = u32(bytes, at) | 0;
    return { value, text: `${value} s` };
  },
  flag: number(1, (value) => `${FLAG_WORDS[value] ?? 'not defined'} (${value})`),
  text: (bytes, at, end) => words(escapeBytes(bytes, at, end)),
  present: (_bytes, at, end) => (at === end ? { value: null, text: 'present' } : null),
  message: number(1, (value) => named(DHCP_MESSAGES, value)),
  overload: number(1, (value) => named(OVERLOADS, value)),
  codes: (bytes, at, end) => {
    const list = Array.from(bytes.subarray(at, end), (code) => `${DHCP_OPTIONS[code]?.[0] ?? 'Option'} (${code})`);
    return { value: hexDigits(bytes, at, end), text: list.join(', ') };
  },
  client,
  nodeType: number(1, (value) => named(NODE_TYPES, value)),
  names,
  domain,
  relay,
  sip,
  architectures: items(2, (bytes, at) => named(ARCHITECTURES, u16(bytes, at))),
  interface: (bytes, at, end) => {
    if (end - at !== 3) return null;
    const name = bytes[at] === 1 ? 'UNDI' : `type ${bytes[at]}`;
    return { value: hexDigits(bytes, at, end), text: `${name} ${bytes[at + 1]}.${bytes[at + 2]}` };
  },
  machine: (bytes, at, end) =>
    end - at === 17
      ? { value: hexDigits(bytes, at, end), text: `type ${bytes[at]} ${hexDigits(bytes, at + 1, end)}` }
      : null,
  vendors,
  hex: (bytes, at, end) => {
    const { value, text } = bytesField('', bytes, at, end);
    return { value, text };
  },
};

/** The value of an option's data at bytes[at, end); null when they are not as the option wants them. */
export function dhcpValue(code: number, bytes: Uint8Array, at: number, end: number): DhcpValue | null {
  return READERS[DHCP_OPTIONS[code]?.[1] ?? 'hex'](bytes, at, end);
}
