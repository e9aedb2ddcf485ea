import { formatIpv6 } from '../../bytes/address.js';
import { escapeBytes } from '../../bytes/escape.js';
import { bytesField, field, named, shortfall } from '../dissector.js';
import type { Field } from '../layer.js';
import { amount, bits, type Form, ipv6Address, lay, macAddress, type Part, raw, unsigned, words } from '../layout.js';

/**
 * Options of neighbour discovery: RFC 4861 section 4.6; route information RFC 4191, DNS RFC 8106, mobility RFC 6275, nonce RFC 3971, captive portal RFC 8910,
 * PREF64 RFC 8781. Lengths count 8 bytes, type and length included.
 */
export const NeighbourOption = {
  sourceLinkAddress: 1,
  targetLinkAddress: 2,
  prefixInformation: 3,
  redirectedHeader: 4,
  mtu: 5,
  advertisementInterval: 7,
  homeAgent: 8,
  nonce: 14,
  routeInformation: 24,
  dnsServers: 25,
  dnsSearchList: 31,
  captivePortal: 37,
  pref64: 38,
} as const;

interface OptionKind {
  name: string;
  parts?: readonly Part[];
  rest?: (bytes: Uint8Array, at: number, end: number) => Field[];
}

const INFINITE = 0xffffffff;

/** Seconds; all ones never end. */
const lifetime: Form = (bytes, at, length) => {
  const made = unsigned(bytes, at, length);
  return { ...made, text: made.value === INFINITE ? 'infinity' : `${made.text} s` };
};

const PREFERENCES: Readonly<Record<number, string>> = { 0: 'medium', 1: 'high', 2: 'reserved', 3: 'low' };
const PREFIX_LENGTHS = [96, 64, 56, 48, 40, 32];

function rest(name: string, form: Form = raw): OptionKind['rest'] {
  return (bytes, at, end) => lay('', bytes, at, end, [[name, end - at, form]]).fields;
}

const linkAddress = (bytes: Uint8Array, at: number, end: number): Field[] =>
  lay('', bytes, at, end, [['Link-Layer Address', end - at, end - at === 6 ? macAddress : raw]]).fields;

function addresses(name: string): OptionKind['rest'] {
  return (bytes, at, end) => {
    const fields: Field[] = [];
    let place = at;
    for (; place + 16 <= end; place += 16) fields.push(field(name, place, 16, formatIpv6(bytes, place)));
    if (place < end) fields.push(bytesField('Data', bytes, place, end));
    return fields;
  };
}

/** A prefix of 0, 8 or 16 bytes as an address. */
function shortPrefix(bytes: Uint8Array, at: number, end: number): Field[] {
  if (at >= end) return [];
  const address = new Uint8Array(16);
  address.set(bytes.subarray(at, Math.min(end, at + 16)));
  const text = formatIpv6(address, 0);
  const fields = [field('Prefix', at, Math.min(16, end - at), text)];
  if (at + 16 < end) fields.push(bytesField('Data', bytes, at + 16, end));
  return fields;
}

/** Domain names as DNS writes them, without pointers (RFC 8106 section 5.2), then zeros. */
function searchList(bytes: Uint8Array, at: number, end: number): Field[] {
  const fields: Field[] = [];
  let place = at;
  while (place < end && bytes[place] !== 0) {
    const start = place;
    const labels: string[] = [];
    while (place < end && bytes[place] !== 0 && bytes[place] < 64 && place + 1 + bytes[place] < end) {
      labels.push(escapeBytes(bytes, place + 1, place + 1 + bytes[place]));
      place += 1 + bytes[place];
    }
    if (place >= end || bytes[place] !== 0) {
      fields.push(bytesField('Malformed Domain Name', bytes, start, end));
      return fields;
    }
    place++;
    fields.push(field('Domain Name', start, place - start, labels.join('.')));
  }
  if (place < end) fields.push(bytesField('Padding', bytes, place, end));
  return fields;
}

const PREFIX_FLAGS = bits([
  [0x80, 'L'],
  [0x40, 'A'],
  [0x20, 'R'],
  [0x1f, 'Reserved1'],
]);
const ROUTE_FLAGS = bits([
  [0x18, 'Prf', PREFERENCES],
  [0xe7, 'Resvd'],
]);
const PREF64 = bits([
  [0xfff8, 'Scaled Lifetime'],
  [0x0007, 'PLC', Object.fromEntries(PREFIX_LENGTHS.map((length, code) => [code, `/${length}`]))],
]);

const KINDS: Readonly<Record<number, OptionKind>> = {
  [NeighbourOption.sourceLinkAddress]: { name: 'Source Link-layer Address', rest: linkAddress },
  [NeighbourOption.targetLinkAddress]: { name: 'Target Link-layer Address', rest: linkAddress },
  [NeighbourOption.prefixInformation]: {
    name: 'Prefix Information',
    parts: [
      ['Prefix Length', 1],
      ['Flags', 1, PREFIX_FLAGS],
      ['Valid Lifetime', 4, lifetime],
      ['Preferred Lifetime', 4, lifetime],
      ['Reserved2', 4],
      ['Prefix', 16, ipv6Address],
    ],
  },
  [NeighbourOption.redirectedHeader]: {
    name: 'Redirected Header',
    parts: [['Reserved', 6, raw]],
    rest: rest('IP header + data'),
  },
  [NeighbourOption.mtu]: {
    name: 'MTU',
    parts: [
      ['Reserved', 2],
      ['MTU', 4],
    ],
  },
  [NeighbourOption.advertisementInterval]: {
    name: 'Advertisement Interval',
    parts: [
      ['Reserved', 2],
      ['Advertisement Interval', 4, amount('ms')],
    ],
  },
  [NeighbourOption.homeAgent]: {
    name: 'Home Agent Information',
    parts: [
      ['Reserved', 2],
      ['Home Agent Preference', 2],
      ['Home Agent Lifetime', 2, amount('s')],
    ],
  },
  11: { name: 'CGA' },
  12: { name: 'RSA Signature' },
  13: { name: 'Timestamp' },
  [NeighbourOption.nonce]: { name: 'Nonce', rest: rest('Nonce') },
  [NeighbourOption.routeInformation]: {
    name: 'Route Information',
    parts: [
      ['Prefix Length', 1],
      ['Flags', 1, ROUTE_FLAGS],
      ['Route Lifetime', 4, lifetime],
    ],
    rest: shortPrefix,
  },
  [NeighbourOption.dnsServers]: {
    name: 'Recursive DNS Server',
    parts: [
      ['Reserved', 2],
      ['Lifetime', 4, lifetime],
    ],
    rest: addresses('Address of IPv6 Recursive DNS Server'),
  },
  26: { name: 'Flags Extension' },
  [NeighbourOption.dnsSearchList]: {
    name: 'DNS Search List',
    parts: [
      ['Reserved', 2],
      ['Lifetime', 4, lifetime],
    ],
    rest: searchList,
  },
  33: { name: 'Address Registration' },
  34: { name: '6LoWPAN Context' },
  35: { name: 'Authoritative Border Router' },
  [NeighbourOption.captivePortal]: { name: 'Captive Portal', rest: rest('URI', words) },
  [NeighbourOption.pref64]: {
    name: 'PREF64',
    parts: [['Scaled Lifetime and PLC', 2, PREF64]],
    // Other codes are reserved.
    rest: (bytes, at, end) =>
      (bytes[at - 1] & 7) < PREFIX_LENGTHS.length ? shortPrefix(bytes, at, end) : [bytesField('Data', bytes, at, end)],
  },
};

export interface NeighbourOptions {
  fields: Field[];
  problem: string | null;
}

function optionField(bytes: Uint8Array, at: number, end: number): { field: Field; problem: string | null } {
  const type = bytes[at];
  const kind = KINDS[type];
  const name = kind?.name ?? `Option ${type}`;
  const laid = lay(`ICMPv6 ${name} option content`, bytes, at + 2, end, kind?.parts ?? []);
  const fields = [...laid.fields];
  if (laid.at < end) {
    const more = laid.problem === null ? kind?.rest : undefined;
    fields.push(...(more?.(bytes, laid.at, end) ?? [bytesField('Data', bytes, laid.at, end)]));
  }
  const shown = fields.filter((one) => !/^(Reserved|Padding)/.test(one.name));
  const text = shown.map((one) => (shown.length > 1 ? `${one.name} ${one.text}` : one.text)).join(', ');
  const first = [
    field('Type', at, 1, type, kind === undefined ? String(type) : named({ [type]: name }, type)),
    field('Length', at + 1, 1, bytes[at + 1], `${bytes[at + 1]} (${8 * bytes[at + 1]} bytes)`),
  ];
  return { field: { ...bytesField(name, bytes, at, end), text, fields: [...first, ...fields] }, problem: laid.problem };
}

/** One field an option of bytes[at, end); an option of length 0, or one that does not fit, ends the list. */
export function readNeighbourOptions(bytes: Uint8Array, at: number, end: number): NeighbourOptions {
  const list: NeighbourOptions = { fields: [], problem: null };
  let place = at;
  while (place < end) {
    const length = place + 1 < end ? 8 * bytes[place + 1] : 0;
    if (length === 0 || place + length > end) {
      const name = KINDS[bytes[place]]?.name ?? `Option ${bytes[place]}`;
      const text = `${name} of ${length} bytes, ${end - place} available`;
      list.fields.push({ ...bytesField('Malformed Option', bytes, place, end), text });
      list.problem ??=
        length === 0 && place + 1 < end
          ? `ICMPv6 ${name} option length: 0 bytes, at least 8 required, at byte ${place + 1}`
          : shortfall(`ICMPv6 ${name} option`, Math.max(length, 8), end - place, place);
      break;
    }
    const one = optionField(bytes, place, place + length);
    list.fields.push(one.field);
    list.problem ??= one.problem;
    place += length;
  }
  return list;
}
