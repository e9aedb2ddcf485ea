import { formatIpv6 } from '../../bytes/address.js';
import { u16, u32 } from '../../bytes/big-endian.js';
import { bytesField, field, shortfall } from '../dissector.js';
import {
  type Bits,
  bits,
  enumeration,
  hex,
  ipv4Address,
  ipv6Address,
  type Laid,
  layMore,
  type Part,
} from '../layout.js';
import { attachedRouters } from './ospf-lsa-2.js';
import { ospfOptions, ospfTlvs } from './ospf-options.js';

/** Bodies of OSPFv3's link state advertisements: RFC 5340 sections A.4.1 and A.4.3 to A.4.10. */

const PREFIX_OPTIONS: readonly Bits[] = [
  [0x10, 'DN'],
  [0x08, 'P'],
  [0x04, 'x'],
  [0x02, 'LA'],
  [0x01, 'NU'],
];
const LONGEST_PREFIX = 128;

/** RFC 5340 section A.4.1: length and options, two bytes of another meaning in each advertisement, as many words as the length needs. */
function prefix(laid: Laid, bytes: Uint8Array, end: number, between: Part): void {
  const at = laid.at;
  const inner: Laid = { fields: [], at, problem: laid.problem };
  const head: readonly Part[] = [['PrefixLength', 1], ['PrefixOptions', 1, bits(PREFIX_OPTIONS)], between];
  if (layMore(inner, 'OSPF prefix', bytes, end, head)) {
    const length = bytes[at];
    const size = 4 * Math.ceil(length / 32);
    if (length > LONGEST_PREFIX) {
      inner.problem = `OSPF prefix length: ${length} bits, at most ${LONGEST_PREFIX} allowed, at byte ${at}`;
    } else if (inner.at + size > end) inner.problem = shortfall('OSPF prefix', size, end - inner.at, inner.at);
    else {
      const whole = new Uint8Array(16);
      whole.set(bytes.subarray(inner.at, inner.at + size));
      const address = formatIpv6(whole, 0);
      if (size > 0) inner.fields.push(field('Address Prefix', inner.at, size, address));
      inner.at += size;
      laid.fields.push(field('Prefix', at, inner.at - at, `${address}/${length}`, undefined, inner.fields));
    }
  }
  laid.at = inner.at;
  laid.problem = inner.problem;
}

const LINK_TYPES: Readonly<Record<number, string>> = { 1: 'point-to-point', 2: 'transit', 4: 'virtual' };
const LINK: readonly Part[] = [
  ['Type', 1, enumeration(LINK_TYPES)],
  ['0', 1],
  ['Metric', 2],
  ['Interface ID', 4],
  ['Neighbor Interface ID', 4],
  ['Neighbor Router ID', 4, ipv4Address],
];

function routerLinks(laid: Laid, bytes: Uint8Array, end: number): void {
  layMore(laid, 'Router-LSA', bytes, end, [
    [
      'Flags',
      1,
      bits([
        [0x10, 'Nt'],
        [0x08, 'W'],
        [0x04, 'V'],
        [0x02, 'E'],
        [0x01, 'B'],
      ]),
    ],
    ospfOptions[3],
  ]);
  while (laid.at < end && laid.problem === null) {
    const inner: Laid = { fields: [], at: laid.at, problem: null };
    if (layMore(inner, 'Router-LSA link', bytes, end, LINK)) {
      const text = `${inner.fields[0].text} ${inner.fields[5].text}  metric ${inner.fields[2].text}`;
      laid.fields.push(field('Link', laid.at, inner.at - laid.at, String(inner.fields[5].value), text, inner.fields));
    }
    laid.at = inner.at;
    laid.problem = inner.problem;
  }
}

const E_BIT_NAMES: readonly Bits[] = [
  [0x04, 'E'],
  [0x02, 'F'],
  [0x01, 'T'],
];

function external(laid: Laid, bytes: Uint8Array, end: number): void {
  const at = laid.at;
  layMore(laid, 'AS-External-LSA', bytes, end, [
    ['Flags', 1, bits(E_BIT_NAMES)],
    ['Metric', 3],
  ]);
  const prefixAt = laid.at;
  prefix(laid, bytes, end, ['Referenced LS Type', 2, hex]);
  if (laid.problem !== null) return;
  const rest: Part[] = [];
  if (bytes[at] & 2) rest.push(['Forwarding Address', 16, ipv6Address]);
  if (bytes[at] & 1) rest.push(['External Route Tag', 4]);
  if (u16(bytes, prefixAt + 2) !== 0) rest.push(['Referenced Link State ID', 4, ipv4Address]);
  layMore(laid, 'AS-External-LSA', bytes, end, rest);
}

/** `count` prefixes; each takes 4 bytes at least, or ends the loop by its problem. */
function prefixes(laid: Laid, bytes: Uint8Array, end: number, count: number, between: Part): void {
  for (let left = count; left > 0 && laid.problem === null; left--) prefix(laid, bytes, end, between);
}

function link(laid: Laid, bytes: Uint8Array, end: number): void {
  const countAt = laid.at + 20;
  const isThere = layMore(laid, 'Link-LSA', bytes, end, [
    ['Rtr Priority', 1],
    ospfOptions[3],
    ['Link-local Interface Address', 16, ipv6Address],
    ['# Prefixes', 4],
  ]);
  if (isThere) prefixes(laid, bytes, end, u32(bytes, countAt), ['0', 2]);
}

function intraArea(laid: Laid, bytes: Uint8Array, end: number): void {
  const countAt = laid.at;
  const isThere = layMore(laid, 'Intra-Area-Prefix-LSA', bytes, end, [
    ['# Prefixes', 2],
    ['Referenced LS Type', 2, hex],
    ['Referenced Link State ID', 4, ipv4Address],
    ['Referenced Advertising Router', 4, ipv4Address],
  ]);
  if (isThere) prefixes(laid, bytes, end, u16(bytes, countAt), ['Metric', 2]);
}

/** Reads the body of an advertisement of this function code from `laid.at` to `end`. */
export function advertisement3(laid: Laid, code: number, bytes: Uint8Array, end: number): void {
  switch (code) {
    case 1:
      routerLinks(laid, bytes, end);
      return;
    case 2:
      layMore(laid, 'Network-LSA', bytes, end, [['0', 1], ospfOptions[3]]);
      attachedRouters(laid, 'Network-LSA', bytes, end);
      return;
    case 3:
      layMore(laid, 'Inter-Area-Prefix-LSA', bytes, end, [
        ['0', 1],
        ['Metric', 3],
      ]);
      prefix(laid, bytes, end, ['0', 2]);
      return;
    case 4:
      layMore(laid, 'Inter-Area-Router-LSA', bytes, end, [
        ['0', 1],
        ospfOptions[3],
        ['0', 1],
        ['Metric', 3],
        ['Destination Router ID', 4, ipv4Address],
      ]);
      return;
    case 5:
    case 7:
      external(laid, bytes, end);
      return;
    case 8:
      link(laid, bytes, end);
      return;
    case 9:
      intraArea(laid, bytes, end);
      return;
    case 12:
      ospfTlvs(laid, bytes, end);
      return;
    default:
      if (laid.at < end) laid.fields.push(bytesField('Body', bytes, laid.at, end));
      laid.at = end;
  }
}
