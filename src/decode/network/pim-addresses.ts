import { field, shortfall } from '../dissector.js';
import { type Bits, bits, enumeration, ipAddress, type Laid, lay, type Part } from '../layout.js';

/** Addresses as PIM writes them, with their family in front: RFC 7761 section 4.9.1. */

const FAMILY_LENGTHS: Readonly<Record<number, number>> = { 1: 4, 2: 16 };
const FAMILIES: Readonly<Record<number, string>> = { 1: 'IPv4', 2: 'IPv6' };
const ENCODINGS: Readonly<Record<number, string>> = { 0: 'native', 1: 'join attributes' };

const GROUP_FLAGS: readonly Bits[] = [
  [0x80, 'B'],
  [0x7e, 'Reserved'],
  [0x01, 'Z'],
];
const SOURCE_FLAGS: readonly Bits[] = [
  [0xf8, 'Rsrvd'],
  [0x04, 'S'],
  [0x02, 'W'],
  [0x01, 'R'],
];

const MASKED: Readonly<Record<'group' | 'source', readonly Part[]>> = {
  group: [
    ['Flags', 1, bits(GROUP_FLAGS)],
    ['Mask Len', 1],
  ],
  source: [
    ['Flags', 1, bits(SOURCE_FLAGS)],
    ['Mask Len', 1],
  ],
};

export type EncodedKind = 'unicast' | 'group' | 'source';
const ADDRESS_NAMES: Readonly<Record<EncodedKind, string>> = {
  unicast: 'Unicast Address',
  group: 'Group Multicast Address',
  source: 'Source Address',
};

const JOIN_ATTRIBUTES = 1;

/** RFC 5384 section 3.1: attributes behind a source address, up to the one with the bit E. */
function attributes(laid: Laid, bytes: Uint8Array, end: number): void {
  for (let last = false; !last && laid.problem === null; ) {
    if (laid.at + 2 > end || laid.at + 2 + bytes[laid.at + 1] > end) {
      laid.problem = shortfall('PIM join attribute', 2, Math.max(0, end - laid.at), laid.at);
      return;
    }
    last = (bytes[laid.at] & 0x40) !== 0;
    const length = 2 + bytes[laid.at + 1];
    laid.fields.push(field('Join Attribute', laid.at, length, bytes[laid.at] & 0x3f));
    laid.at += length;
  }
}

/** Reads an encoded address as the field `name`; its text, or null when it is not there or of another family. */
export function encodedAddress(
  laid: Laid,
  name: string,
  kind: EncodedKind,
  bytes: Uint8Array,
  end: number,
): string | null {
  if (laid.problem !== null) return null;
  const at = laid.at;
  const length = at < end ? FAMILY_LENGTHS[bytes[at]] : 4;
  if (length === undefined) {
    laid.problem = `PIM address family: ${bytes[at]}, 1 or 2 required, at byte ${at}`;
    return null;
  }
  const inner = lay(`PIM ${name}`, bytes, at, end, [
    ['Addr Family', 1, enumeration(FAMILIES)],
    ['Encoding Type', 1, enumeration(ENCODINGS)],
    ...(kind === 'unicast' ? [] : MASKED[kind]),
    [ADDRESS_NAMES[kind], length, ipAddress],
  ]);
  laid.problem = inner.problem;
  if (inner.problem !== null) return null;
  const address = String(inner.fields.at(-1)!.value);
  const mask = kind === 'unicast' ? 8 * length : bytes[at + 3];
  if (kind === 'source' && bytes[at + 1] === JOIN_ATTRIBUTES) attributes(inner, bytes, end);
  const text = mask === 8 * length ? address : `${address}/${mask}`;
  laid.fields.push(field(name, at, inner.at - at, address, text, inner.fields));
  laid.at = inner.at;
  laid.problem = inner.problem;
  return text;
}
