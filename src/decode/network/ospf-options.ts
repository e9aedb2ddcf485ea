import { u16 } from '../../bytes/big-endian.js';
import { bytesField, field, named, shortfall } from '../dissector.js';
import { type Bits, bits, hex, type Laid, layMore, type Part, raw } from '../layout.js';

/** Parts that messages and link state advertisements of OSPF share: options (RFC 2328 section A.2, RFC 5340 section A.2), lists of type, length and value. */

const OPTIONS_2: readonly Bits[] = [
  [0x80, 'DN'],
  [0x40, 'O'],
  [0x20, 'DC'],
  [0x10, 'L'],
  [0x08, 'N/P'],
  [0x04, 'MC'],
  [0x02, 'E'],
  [0x01, 'MT'],
];

const OPTIONS_3: readonly Bits[] = [
  [0x400, 'AT'],
  [0x200, 'L'],
  [0x100, 'AF'],
  [0x20, 'DC'],
  [0x10, 'R'],
  [0x08, 'N'],
  [0x04, 'MC'],
  [0x02, 'E'],
  [0x01, 'V6'],
];

/** One byte in version 2, three in version 3. */
export const ospfOptions: Readonly<Record<2 | 3, Part>> = {
  2: ['Options', 1, bits(OPTIONS_2)],
  3: ['Options', 3, bits(OPTIONS_3)],
};

/** Reads types, lengths and values, each padded to 4 bytes (RFC 3630 section 2.3.2), up to `end`. */
export function ospfTlvs(
  laid: Laid,
  bytes: Uint8Array,
  end: number,
  names: Readonly<Record<number, string>> = {},
): void {
  while (laid.at + 4 <= end && laid.problem === null) {
    const at = laid.at;
    const type = u16(bytes, at);
    const length = u16(bytes, at + 2);
    const stop = at + 4 + length;
    if (stop > end) {
      laid.problem = shortfall('OSPF TLV', 4 + length, end - at, at);
      return;
    }
    const inner: Laid = { fields: [], at, problem: null };
    layMore(inner, 'OSPF TLV', bytes, stop, [
      ['Type', 2, (_bytes, place) => ({ value: u16(bytes, place), text: named(names, type) })],
      ['Length', 2],
    ]);
    if (length > 0) inner.fields.push(bytesField('Value', bytes, inner.at, stop));
    const text = `${named(names, type)} ${inner.fields[2]?.text ?? ''}`.trim();
    laid.at = Math.min(end, at + 4 + 4 * Math.ceil(length / 4));
    laid.fields.push(field('TLV', at, stop - at, type, text, inner.fields));
  }
}

const LLS_NAMES: Readonly<Record<number, string>> = {
  1: 'Extended Options and Flags',
  2: 'Cryptographic Authentication',
};

/** Link-local signaling: RFC 5613 section 2. Its length counts 32-bit words. */
export function linkLocalSignaling(laid: Laid, bytes: Uint8Array, end: number): void {
  const at = laid.at;
  const inner: Laid = { fields: [], at, problem: laid.problem };
  const head: readonly Part[] = [
    ['Checksum', 2, hex],
    ['LLS Data Length', 2],
  ];
  if (layMore(inner, 'OSPF LLS data block', bytes, end, head)) {
    const length = 4 * u16(bytes, at + 2);
    ospfTlvs(inner, bytes, Math.min(end, at + length), LLS_NAMES);
    if (at + length > end) inner.problem ??= shortfall('OSPF LLS data block', length, end - at, at);
    const text = inner.fields
      .slice(2)
      .map((one) => one.text)
      .join(', ');
    laid.fields.push(field('LLS Data Block', at, inner.at - at, length, text, inner.fields));
  }
  laid.at = inner.at;
  laid.problem = inner.problem;
}

const TRAILER: readonly Part[] = [
  ['Authentication Type', 2],
  ['Authentication Data Length', 2],
  ['Reserved', 2],
  ['Security Association Identifier', 2],
  ['Cryptographic Sequence Number', 8, raw],
];

/** Authentication of version 3: RFC 7166 section 4.1. */
export function authenticationTrailer(laid: Laid, bytes: Uint8Array, end: number): void {
  const at = laid.at;
  const inner: Laid = { fields: [], at, problem: laid.problem };
  if (layMore(inner, 'OSPF authentication trailer', bytes, end, TRAILER)) {
    const length = Math.max(0, u16(bytes, at + 2) - (inner.at - at));
    if (length > 0) layMore(inner, 'OSPF authentication data', bytes, end, [['Authentication Data', length, raw]]);
    const text = inner.fields[0].text;
    laid.fields.push(field('Authentication Trailer', at, inner.at - at, u16(bytes, at), text, inner.fields));
  }
  laid.at = inner.at;
  laid.problem = inner.problem;
}
