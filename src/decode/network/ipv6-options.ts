import { hexNumber, u32 } from '../../bytes/big-endian.js';
import { byteCount, bytesField, field, named, shortfall } from '../dissector.js';
import type { Field } from '../layer.js';
import { type Bits, bits, bitsField, enumeration, hex, ipv6Address, lay, type Part } from '../layout.js';

/**
 * Options of the hop-by-hop and destination options headers: RFC 8200 section 4.2; tunnel limit RFC 2473, router alert RFC 2711, CALIPSO RFC 5570, quick
 * start RFC 4782, RPL RFC 6553, jumbo payload RFC 2675, home address RFC 6275, minimum path MTU RFC 9268, performance RFC 8250, MPL RFC 7731, and the IANA
 * registry.
 */
export const Ipv6Option = {
  pad1: 0x00,
  padN: 0x01,
  tunnelLimit: 0x04,
  routerAlert: 0x05,
  calipso: 0x07,
  performance: 0x0f,
  quickStart: 0x26,
  minimumPathMtu: 0x30,
  rpl: 0x23,
  oldRpl: 0x63,
  multicastLowPower: 0x6d,
  jumboPayload: 0xc2,
  homeAddress: 0xc9,
} as const;

interface OptionKind {
  name: string;
  parts?: readonly Part[];
  /** Name of the bytes behind the parts. */
  rest?: string;
}

const ALERTS = enumeration({ 0: 'MLD', 1: 'RSVP', 2: 'active networks' });
const RPL: readonly Part[] = [
  [
    'O, R and F',
    1,
    bits([
      [0x80, 'O'],
      [0x40, 'R'],
      [0x20, 'F'],
      [0x1f, 'Reserved'],
    ]),
  ],
  ['RPLInstanceID', 1],
  ['SenderRank', 2],
];

const KINDS: Readonly<Record<number, OptionKind>> = {
  [Ipv6Option.pad1]: { name: 'Pad1' },
  [Ipv6Option.padN]: { name: 'PadN', rest: 'Padding' },
  [Ipv6Option.tunnelLimit]: { name: 'Tunnel Encapsulation Limit', parts: [['Tun Encap Lim', 1]] },
  [Ipv6Option.routerAlert]: { name: 'Router Alert', parts: [['Value', 2, ALERTS]] },
  [Ipv6Option.calipso]: {
    name: 'CALIPSO',
    parts: [
      ['CALIPSO Domain of Interpretation', 4],
      ['Cmpt Length', 1],
      ['Sens Level', 1],
      ['Checksum (CRC-16)', 2, hex],
    ],
    rest: 'Compartment Bitmap',
  },
  8: { name: 'SMF_DPD' },
  [Ipv6Option.performance]: {
    name: 'Performance and Diagnostic Metrics',
    parts: [
      ['ScaleDTLR', 1],
      ['ScaleDTLS', 1],
      ['PSN This Packet', 2],
      ['PSN Last Received', 2],
      ['Delta Time Last Received', 2],
      ['Delta Time Last Sent', 2],
    ],
  },
  [Ipv6Option.quickStart]: {
    name: 'Quick-Start',
    parts: [
      ['Function and Rate', 1, hex],
      ['QS TTL', 1],
      ['QS Nonce', 4, hex],
    ],
  },
  [Ipv6Option.minimumPathMtu]: {
    name: 'Minimum Path MTU',
    parts: [
      ['Min-PMTU', 2],
      ['Rtn-PMTU and R', 2, hex],
    ],
  },
  [Ipv6Option.rpl]: { name: 'RPL Option', parts: RPL, rest: 'Sub-TLVs' },
  [Ipv6Option.oldRpl]: { name: 'RPL Option', parts: RPL, rest: 'Sub-TLVs' },
  49: { name: 'IOAM' },
  17: { name: 'IOAM' },
  18: { name: 'AltMark' },
  [Ipv6Option.multicastLowPower]: { name: 'MPL Option' },
  138: { name: 'Endpoint Identification' },
  139: { name: 'ILNP Nonce' },
  140: { name: 'Line-Identification' },
  [Ipv6Option.jumboPayload]: { name: 'Jumbo Payload', parts: [['Jumbo Payload Length', 4]] },
  [Ipv6Option.homeAddress]: { name: 'Home Address', parts: [['Home Address', 16, ipv6Address]] },
  238: { name: 'DFF' },
};

/** What a node does that does not know the option (RFC 8200 section 4.2). */
const ACTIONS = {
  0: 'skip over this option',
  1: 'discard the packet',
  2: 'discard the packet and tell the source',
  3: 'discard the packet and tell a unicast source',
};
const TYPE_BITS: readonly Bits[] = [
  [0xc0, 'act', ACTIONS],
  [0x20, 'chg'],
  [0x1f, 'rest'],
];

function nameOf(type: number): string {
  return KINDS[type]?.name ?? `Option ${hexNumber(type, 2)}`;
}

function typeField(type: number, at: number): Field {
  const text = named({ [type]: nameOf(type) }, type, hexNumber(type, 2));
  // A byte of padding has no meaning by its bits.
  const inner = type === Ipv6Option.pad1 ? [] : TYPE_BITS.map((one) => bitsField(one, type, at, 1));
  return field('Option Type', at, 1, type, text, inner);
}

export interface Ipv6Options {
  fields: Field[];
  problem: string | null;
}

function optionField(bytes: Uint8Array, at: number, end: number): { field: Field; problem: string | null } {
  const type = bytes[at];
  const kind = KINDS[type];
  const name = nameOf(type);
  const laid = lay(`IPv6 ${name} option content`, bytes, at + 2, end, kind?.parts ?? []);
  const fields = [...laid.fields];
  if (laid.at < end) fields.push(bytesField(kind?.rest ?? 'Option Data', bytes, laid.at, end));
  const shown = fields.map((one) => (fields.length > 1 ? `${one.name} ${one.text}` : one.text)).join(', ');
  const text = type === Ipv6Option.padN ? `${byteCount(end - at - 2)} of padding` : shown;
  return {
    field: {
      ...bytesField(name, bytes, at, end),
      text,
      fields: [typeField(type, at), field('Opt Data Len', at + 1, 1, bytes[at + 1]), ...fields],
    },
    problem: laid.problem,
  };
}

/** One field an option between `at` and `end`; an option that does not fit ends the list. */
export function readIpv6Options(bytes: Uint8Array, at: number, end: number): Ipv6Options {
  const list: Ipv6Options = { fields: [], problem: null };
  let place = at;
  while (place < end) {
    const type = bytes[place];
    if (type === Ipv6Option.pad1) {
      const pad = { ...bytesField('Pad1', bytes, place, place + 1), text: 'padding', fields: [typeField(type, place)] };
      list.fields.push(pad);
      place++;
      continue;
    }
    const required = 2 + (place + 1 < end ? bytes[place + 1] : 0);
    if (place + required > end) {
      const text = `${nameOf(type)} of ${required} bytes, ${end - place} available`;
      list.fields.push({ ...bytesField('Malformed Option', bytes, place, end), text });
      list.problem ??= shortfall(`IPv6 ${nameOf(type)} option`, required, end - place, place);
      break;
    }
    const one = optionField(bytes, place, place + required);
    list.fields.push(one.field);
    list.problem ??= one.problem;
    place += required;
  }
  return list;
}

/** Payload length of a jumbogram (RFC 2675) whose hop-by-hop header begins at `at`; null when it has no such option. */
export function jumboLength(bytes: Uint8Array, at: number, end: number): number | null {
  if (at + 8 > end) return null;
  const limit = Math.min(end, at + (bytes[at + 1] + 1) * 8);
  let place = at + 2;
  while (place + 6 <= limit) {
    if (bytes[place] === Ipv6Option.jumboPayload && bytes[place + 1] === 4) return u32(bytes, place + 2);
    place += bytes[place] === Ipv6Option.pad1 ? 1 : 2 + bytes[place + 1];
  }
  return null;
}
