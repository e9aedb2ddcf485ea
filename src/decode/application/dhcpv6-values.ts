import { formatIpv6, formatMac } from '../../bytes/address.js';
import { hexDigits, u16, u32 } from '../../bytes/big-endian.js';
import { escapeBytes } from '../../bytes/escape.js';
import { bytesField, field, named } from '../dissector.js';
import type { Field } from '../layer.js';
import { ARCHITECTURES } from './dhcp-options.js';
import { DHCPV6_MESSAGES, DHCPV6_OPTIONS, DHCPV6_STATUS, type Dhcpv6Format, DUID_TYPES } from './dhcpv6-options.js';
import { readDnsName } from './dns-names.js';
import { secondsText } from './dns-rdata.js';

/** What an option of DHCPv6 holds; what options nest in it is read by the caller. */
export interface Dhcpv6Value {
  text: string;
  fields: Field[];
  /** Where options begin within it. */
  nested?: number;
}

type Read = (bytes: Uint8Array, at: number, end: number) => Dhcpv6Value | null;

const FOREVER = 0xffffffff;
/** Seconds from 1970 to 2000, from which DUIDs count (RFC 8415 section 11.2). */
const YEAR_2000 = 946_684_800;

function lifetime(name: string, bytes: Uint8Array, at: number): Field {
  const value = u32(bytes, at);
  return field(name, at, 4, value, value === FOREVER ? 'infinity' : `${value} s`);
}

/** RFC 8415 section 11: the DHCP Unique Identifier. */
const duid: Read = (bytes, at, end) => {
  if (end - at < 2) return null;
  const type = u16(bytes, at);
  const fields = [field('DUID-Type', at, 2, type, named(DUID_TYPES, type))];
  let rest = at + 2;
  if ((type === 1 && end - at >= 8) || (type === 3 && end - at >= 4)) {
    fields.push(field('hardware type', rest, 2, u16(bytes, rest)));
    rest += 2;
    if (type === 1) {
      const time = u32(bytes, rest);
      fields.push(field('time', rest, 4, time, secondsText(time + YEAR_2000)));
      rest += 4;
    }
    const mac = end - rest === 6;
    if (end > rest)
      fields.push(
        mac
          ? field('link-layer address', rest, 6, formatMac(bytes, rest))
          : bytesField('link-layer address', bytes, rest, end),
      );
  } else if (type === 2 && end - at >= 6) {
    fields.push(field('enterprise-number', rest, 4, u32(bytes, rest)));
    if (end > rest + 4) fields.push(bytesField('identifier', bytes, rest + 4, end));
  } else if (end > rest) fields.push(bytesField(type === 4 ? 'UUID' : 'identifier', bytes, rest, end));
  return { text: `${DUID_TYPES[type] ?? `DUID type ${type}`} ${fields.at(-1)!.text}`, fields };
};

/** IA_NA and IA_PD: RFC 8415 sections 21.4 and 21.21. */
const identity: Read = (bytes, at, end) => {
  if (end - at < 12) return null;
  const iaid = u32(bytes, at);
  const fields = [field('IAID', at, 4, iaid), lifetime('T1', bytes, at + 4), lifetime('T2', bytes, at + 8)];
  return { text: `IAID ${iaid}`, fields, nested: at + 12 };
};

const temporary: Read = (bytes, at, end) =>
  end - at < 4
    ? null
    : { text: `IAID ${u32(bytes, at)}`, fields: [field('IAID', at, 4, u32(bytes, at))], nested: at + 4 };

const address: Read = (bytes, at, end) => {
  if (end - at < 24) return null;
  const text = formatIpv6(bytes, at);
  const fields = [
    field('IPv6-address', at, 16, text),
    lifetime('preferred-lifetime', bytes, at + 16),
    lifetime('valid-lifetime', bytes, at + 20),
  ];
  return { text, fields, nested: at + 24 };
};

const prefix: Read = (bytes, at, end) => {
  if (end - at < 25) return null;
  const text = formatIpv6(bytes, at + 9);
  const fields = [
    lifetime('preferred-lifetime', bytes, at),
    lifetime('valid-lifetime', bytes, at + 4),
    field('prefix-length', at + 8, 1, bytes[at + 8]),
    field('IPv6-prefix', at + 9, 16, text),
  ];
  return { text: `${text}/${bytes[at + 8]}`, fields, nested: at + 25 };
};

/** Items of `size` bytes, each a field. */
function items(name: string, size: number, read: (bytes: Uint8Array, at: number) => [Field['value'], string]): Read {
  return function readItems(bytes, at, end) {
    if (at === end || (end - at) % size !== 0) return null;
    const fields: Field[] = [];
    for (let place = at; place < end; place += size) fields.push(field(name, place, size, ...read(bytes, place)));
    return { text: fields.map(({ text }) => text).join(', '), fields };
  };
}

function number(name: string, length: 1 | 2 | 4, text: (value: number) => string = String): Read {
  return function readNumber(bytes, at, end) {
    if (end - at !== length) return null;
    const value = length === 1 ? bytes[at] : length === 2 ? u16(bytes, at) : u32(bytes, at);
    return { text: text(value), fields: [field(name, at, length, value, text(value))] };
  };
}

/** Names as in DNS, without pointers (RFC 8415 section 10). */
const names: Read = (bytes, at, end) => {
  const fields: Field[] = [];
  for (let place = at; place < end; ) {
    const name = readDnsName(bytes, place, place, end);
    if (name.problem !== null) return null;
    fields.push(field('Name', place, name.end - place, name.text));
    place = name.end;
  }
  return { text: fields.map(({ text }) => text).join(', '), fields };
};

const text: Read = (bytes, at, end) => {
  const found = escapeBytes(bytes, at, end);
  return { text: found, fields: [field('Text', at, end - at, found)] };
};

/** Items behind their two-byte lengths. */
function sized(name: string, start: number, asText: boolean): Read {
  return function readSized(bytes, at, end) {
    const fields: Field[] = [];
    if (end - at < start) return null;
    if (start === 4) fields.push(field('enterprise-number', at, 4, u32(bytes, at)));
    const words: string[] = [];
    for (let place = at + start; place < end; ) {
      const next = place + 2 > end ? end + 1 : place + 2 + u16(bytes, place);
      if (next > end) return null;
      const made = bytesField(name, bytes, place + 2, next);
      if (asText) made.text = escapeBytes(bytes, place + 2, next);
      if (next > place + 2) fields.push(made);
      words.push(made.text);
      place = next;
    }
    return { text: words.join(', '), fields };
  };
}

const READERS: Readonly<Record<Dhcpv6Format, Read>> = {
  duid,
  identity,
  temporary,
  address,
  prefix,
  codes: items('requested-option-code', 2, (bytes, at) => {
    const code = u16(bytes, at);
    return [code, `${DHCPV6_OPTIONS[code]?.[0] ?? 'Option'} (${code})`];
  }),
  byte: number('pref-value', 1),
  short: number('Value', 2),
  shorts: items('Value', 2, (bytes, at) => [u16(bytes, at), String(u16(bytes, at))]),
  seconds: number('Value', 4, (value) => (value === FOREVER ? 'infinity' : `${value} s`)),
  elapsed: number('elapsed-time', 2, (value) => `${value * 10} ms`),
  relayed: () => null,
  authentication: (bytes, at, end) => {
    if (end - at < 11) return null;
    const fields = [
      field('protocol', at, 1, bytes[at]),
      field('algorithm', at + 1, 1, bytes[at + 1]),
      field('RDM', at + 2, 1, bytes[at + 2]),
      bytesField('replay detection', bytes, at + 3, at + 11),
    ];
    if (end > at + 11) fields.push(bytesField('authentication information', bytes, at + 11, end));
    return { text: `protocol ${bytes[at]}, algorithm ${bytes[at + 1]}`, fields };
  },
  addresses: items('Address', 16, (bytes, at) => [formatIpv6(bytes, at), formatIpv6(bytes, at)]),
  names,
  text,
  present: (_bytes, at, end) => (at === end ? { text: 'present', fields: [] } : null),
  status: (bytes, at, end) => {
    if (end - at < 2) return null;
    const code = u16(bytes, at);
    const message = escapeBytes(bytes, at + 2, end);
    const fields = [field('status-code', at, 2, code, named(DHCPV6_STATUS, code))];
    if (message !== '') fields.push(field('status-message', at + 2, end - at - 2, message));
    return { text: named(DHCPV6_STATUS, code) + (message === '' ? '' : ` "${message}"`), fields };
  },
  userClass: sized('user-class-data', 0, true),
  vendorClass: sized('vendor-class-data', 4, true),
  vendorOptions: (bytes, at, end) => {
    if (end - at < 4) return null;
    const number = u32(bytes, at);
    const fields = [field('enterprise-number', at, 4, number)];
    if (end > at + 4) fields.push(bytesField('vendor-option-data', bytes, at + 4, end));
    return { text: `enterprise ${number}`, fields };
  },
  message: number('msg-type', 1, (value) => named(DHCPV6_MESSAGES, value)),
  domain: (bytes, at, end) => {
    if (end - at < 1) return null;
    const letters = ['S', 'O', 'N'].filter((_, bit) => bytes[at] & (1 << bit)).join(' ');
    const name = end > at + 1 ? readDnsName(bytes, at + 1, at + 1, end) : null;
    const fields = [field('flags', at, 1, bytes[at], letters === '' ? 'none' : letters)];
    // A name that is not ended is a part of one (RFC 4704 section 4.2).
    if (name !== null) fields.push(field('domain-name', at + 1, end - at - 1, name.text));
    return { text: name?.text ?? 'no name', fields };
  },
  enterprise: (bytes, at, end) => {
    if (end - at < 4) return null;
    const fields = [field('enterprise-number', at, 4, u32(bytes, at))];
    if (end > at + 4) fields.push(bytesField('remote-id', bytes, at + 4, end));
    return { text: `enterprise ${u32(bytes, at)} ${fields.at(1)?.text ?? ''}`.trimEnd(), fields };
  },
  /** RFC 5908 section 4. */
  time: (bytes, at, end) => {
    const fields: Field[] = [];
    for (let place = at; place < end; ) {
      const next = place + 4 > end ? end + 1 : place + 4 + u16(bytes, place + 2);
      if (next > end) return null;
      const code = u16(bytes, place);
      const data = place + 4;
      const isAddress = (code === 1 || code === 2) && next - data === 16;
      const shown = isAddress ? formatIpv6(bytes, data) : code === 3 ? readDnsName(bytes, data, data, next).text : null;
      const name =
        { 1: 'NTP Server Address', 2: 'Multicast Address', 3: 'NTP Server FQDN' }[code] ?? `Suboption ${code}`;
      const value = hexDigits(bytes, place, next);
      fields.push(field(name, place, next - place, shown ?? value, shown ?? bytesField('', bytes, data, next).text));
      place = next;
    }
    return { text: fields.map((one) => one.text).join(', '), fields };
  },
  bootParameters: sized('parameter', 0, true),
  architectures: items('architecture-type', 2, (bytes, at) => [u16(bytes, at), named(ARCHITECTURES, u16(bytes, at))]),
  interface: (bytes, at, end) =>
    end - at === 3 ? { text: `type ${bytes[at]} ${bytes[at + 1]}.${bytes[at + 2]}`, fields: [] } : null,
  options: (_bytes, at) => ({ text: '', fields: [], nested: at }),
  /** RFC 5007 section 4.1.2.1. */
  query: (bytes, at, end) => {
    if (end - at < 17) return null;
    const fields = [
      field('query-type', at, 1, bytes[at], named({ 1: 'QUERY_BY_ADDRESS', 2: 'QUERY_BY_CLIENTID' }, bytes[at])),
      field('link-address', at + 1, 16, formatIpv6(bytes, at + 1)),
    ];
    return { text: fields[0].text, fields, nested: at + 17 };
  },
  hex: (bytes, at, end) => {
    const made = bytesField('Data', bytes, at, end);
    return { text: made.text, fields: end > at ? [made] : [] };
  },
};

/** The value of an option's data at bytes[at, end); null when they are not as the option wants them. */
export function dhcpv6Value(code: number, bytes: Uint8Array, at: number, end: number): Dhcpv6Value | null {
  return READERS[DHCPV6_OPTIONS[code]?.[1] ?? 'hex'](bytes, at, end);
}
