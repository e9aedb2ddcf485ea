import { formatIpv4 } from '../../bytes/address.js';
import { hexNumber, u16 } from '../../bytes/big-endian.js';
import { bytesField, field, named, shortfall } from '../dissector.js';
import type { Field } from '../layer.js';
import { bits, enumeration, type Form, hex, ipv4Address, type Laid, layMore, type Part, unsigned } from '../layout.js';
import { advertisement2 } from './ospf-lsa-2.js';
import { advertisement3 } from './ospf-lsa-3.js';
import { ospfOptions } from './ospf-options.js';

/** Link state advertisements: RFC 2328 section A.4.1, RFC 5340 section A.4.2. */

export const Lsa = {
  age: 0,
  options: 2,
  type: 3,
  linkStateId: 4,
  router: 8,
  checksum: 16,
  size: 18,
  length: 20,
} as const;

export const LSA_NAMES_2: Readonly<Record<number, string>> = {
  1: 'Router-LSA',
  2: 'Network-LSA',
  3: 'Summary-LSA (IP network)',
  4: 'Summary-LSA (ASBR)',
  5: 'AS-external-LSA',
  6: 'Group-membership-LSA',
  7: 'NSSA-LSA',
  8: 'External-Attributes-LSA',
  9: 'Link-local Opaque-LSA',
  10: 'Area-local Opaque-LSA',
  11: 'AS-wide Opaque-LSA',
};

/** By function code, without the bits of flooding scope. */
const LSA_NAMES_3: Readonly<Record<number, string>> = {
  1: 'Router-LSA',
  2: 'Network-LSA',
  3: 'Inter-Area-Prefix-LSA',
  4: 'Inter-Area-Router-LSA',
  5: 'AS-External-LSA',
  7: 'NSSA-LSA',
  8: 'Link-LSA',
  9: 'Intra-Area-Prefix-LSA',
  12: 'Router-Information-LSA',
};
const SCOPES: Readonly<Record<number, string>> = { 0: 'link-local', 1: 'area', 2: 'AS', 3: 'reserved' };

const type3Bits = bits([
  [0x8000, 'U'],
  [0x6000, 'S2 S1', SCOPES],
  [0x1fff, 'LSA Function Code', LSA_NAMES_3],
]);

/** The type of version 3: a bit for unknown types, two of flooding scope, the function code (RFC 5340 section A.4.2.1). */
export const lsType3: Form = (bytes, at, length) => {
  const { value, fields } = type3Bits(bytes, at, length);
  const name = named(LSA_NAMES_3, u16(bytes, at) & 0x1fff, hexNumber(Number(value), 4));
  return { value, text: name, fields };
};
export const lsType2: Form = enumeration(LSA_NAMES_2);

const OPAQUE_TYPES: Readonly<Record<number, string>> = {
  1: 'Traffic Engineering',
  3: 'Grace',
  4: 'Router Information',
  7: 'Extended Prefix',
  8: 'Extended Link',
};

/** RFC 5250 section 3: the identifier of an opaque advertisement is a type and a number. */
const opaqueId: Form = (bytes, at) => ({
  ...ipv4Address(bytes, at, 4),
  fields: [
    field('Opaque Type', at, 1, bytes[at], named(OPAQUE_TYPES, bytes[at])),
    field('Opaque ID', at + 1, 3, (bytes[at + 1] << 16) | u16(bytes, at + 2)),
  ],
});

/** The top bit says that it does not age (RFC 1793 section 2.2). */
const ageForm: Form = (bytes, at) => {
  const value = u16(bytes, at);
  const ages = (value & 0x8000) === 0;
  return {
    value,
    text: ages ? `${value} s` : `${value & 0x7fff} s, does not age`,
    fields: [
      field('DoNotAge', at, 1, !ages, ages ? 'not set' : 'set'),
      field('Age', at, 2, value & 0x7fff, `${value & 0x7fff} s`),
    ],
  };
};

export function isOpaque(type: number): boolean {
  return type >= 9 && type <= 11;
}

/** ISO 8473 annex C: both sums of the advertisement without its age are 0 modulo 255. RFC 2328 section 12.1.7. */
function isFletcherRight(bytes: Uint8Array, at: number, end: number): boolean {
  let [first, second] = [0, 0];
  for (let i = at; i < end; i++) {
    first = (first + bytes[i]) % 255;
    second = (second + first) % 255;
  }
  return first === 0 && second === 0;
}

/** `end`: of the whole advertisement, or null where its header stands alone and the checksum cannot be judged. */
function headerParts(version: 2 | 3, bytes: Uint8Array, at: number, end: number | null): readonly Part[] {
  const checksum: Form = (_bytes, place) => {
    const { value, text } = hex(bytes, place, 2);
    if (end === null) return { value, text: `${text} not verified: header alone` };
    return { value, text: `${text} ${isFletcherRight(bytes, at + Lsa.options, end) ? 'ok' : 'wrong'}` };
  };
  const head: readonly Part[] = version === 2 ? [ospfOptions[2], ['LS Type', 1, lsType2]] : [['LS Type', 2, lsType3]];
  return [
    ['LS Age', 2, ageForm],
    ...head,
    ['Link State ID', 4, version === 2 && isOpaque(bytes[at + Lsa.type]) ? opaqueId : ipv4Address],
    ['Advertising Router', 4, ipv4Address],
    ['LS Sequence Number', 4, hex],
    ['LS Checksum', 2, checksum],
    ['Length', 2, unsigned],
  ];
}

function describe(version: 2 | 3, bytes: Uint8Array, at: number): string {
  const type = version === 2 ? bytes[at + Lsa.type] : u16(bytes, at + Lsa.options) & 0x1fff;
  const name = (version === 2 ? LSA_NAMES_2 : LSA_NAMES_3)[type] ?? `type ${type}`;
  return `${name} ${formatIpv4(bytes, at + Lsa.linkStateId)} of ${formatIpv4(bytes, at + Lsa.router)}`;
}

/** Headers alone, as many as there are up to `end`: database descriptions and acknowledgments. */
export function lsaHeaders(laid: Laid, version: 2 | 3, bytes: Uint8Array, end: number): void {
  while (laid.at < end && laid.problem === null) {
    const at = laid.at;
    const inner: Laid = { fields: [], at, problem: null };
    if (at + Lsa.length > end) inner.problem = shortfall('LSA header', Lsa.length, end - at, at);
    else layMore(inner, 'LSA header', bytes, end, headerParts(version, bytes, at, null));
    if (inner.problem === null) {
      laid.fields.push(
        field('LSA Header', at, Lsa.length, typeOf(inner.fields), describe(version, bytes, at), inner.fields),
      );
    }
    laid.at = inner.at;
    laid.problem = inner.problem;
  }
}

function typeOf(fields: Field[]): number {
  return Number(fields.find(({ name }) => name === 'LS Type')?.value ?? 0);
}

/** One advertisement with its body. */
export function lsa(laid: Laid, version: 2 | 3, bytes: Uint8Array, end: number): void {
  const at = laid.at;
  if (at + Lsa.length > end) {
    laid.problem = shortfall('LSA header', Lsa.length, Math.max(0, end - at), at);
    return;
  }
  const length = u16(bytes, at + Lsa.size);
  const stop = at + length;
  const inner: Laid = { fields: [], at, problem: null };
  layMore(
    inner,
    'LSA header',
    bytes,
    end,
    headerParts(version, bytes, at, length >= Lsa.length && stop <= end ? stop : null),
  );
  const type = typeOf(inner.fields);
  if (length < Lsa.length) {
    inner.problem = `LSA length: ${length} bytes, at least ${Lsa.length} required, at byte ${at + Lsa.size}`;
  } else {
    const bodyEnd = Math.min(stop, end);
    if (version === 2) advertisement2(inner, type, bytes, bodyEnd);
    else advertisement3(inner, type & 0x1fff, bytes, bodyEnd);
    if (inner.at < bodyEnd && inner.problem === null) {
      inner.fields.push(bytesField('Additional Data', bytes, inner.at, bodyEnd));
    }
    inner.at = bodyEnd;
    if (stop > end) inner.problem = shortfall('LSA', length, end - at, at);
  }
  laid.fields.push(field('LSA', at, inner.at - at, type, describe(version, bytes, at), inner.fields));
  laid.at = inner.at;
  laid.problem = inner.problem;
}
