import { u16 } from '../../bytes/big-endian.js';
import { bytesField, field } from '../dissector.js';
import { bits, enumeration, type Form, ipv4Address, type Laid, layMore, type Part } from '../layout.js';
import { ospfTlvs } from './ospf-options.js';

/** Bodies of OSPFv2's link state advertisements: RFC 2328 sections A.4.2 to A.4.5, RFC 3101 (NSSA), RFC 5250 (opaque). */

const ROUTER: readonly Part[] = [
  [
    'Flags',
    1,
    bits([
      [0x80, 'H'],
      [0x10, 'Nt'],
      [0x08, 'W'],
      [0x04, 'V'],
      [0x02, 'E'],
      [0x01, 'B'],
    ]),
  ],
  ['0', 1],
  ['# Links', 2],
];

const LINK_TYPES: Readonly<Record<number, string>> = { 1: 'point-to-point', 2: 'transit', 3: 'stub', 4: 'virtual' };
const LINK: readonly Part[] = [
  ['Link ID', 4, ipv4Address],
  ['Link Data', 4, ipv4Address],
  ['Type', 1, enumeration(LINK_TYPES)],
  ['# TOS', 1],
  ['Metric', 2],
];
const LINK_LENGTH = 12;

function routerLinks(laid: Laid, bytes: Uint8Array, end: number): void {
  const countAt = laid.at + 2;
  if (!layMore(laid, 'Router-LSA', bytes, end, ROUTER)) return;
  for (let left = u16(bytes, countAt); left > 0 && laid.problem === null; left--) {
    const at = laid.at;
    const inner: Laid = { fields: [], at, problem: null };
    if (layMore(inner, 'Router-LSA link', bytes, end, LINK)) {
      const services = bytes[at + 9];
      for (let index = 0; index < services && inner.problem === null; index++) {
        layMore(inner, 'Router-LSA link', bytes, end, [
          ['TOS', 1],
          ['0', 1],
          ['TOS Metric', 2],
        ]);
      }
      const [id, , type] = inner.fields;
      const metric = u16(bytes, at + LINK_LENGTH - 2);
      const text = `${type.text} ${id.text}  metric ${metric}`;
      laid.fields.push(field('Link', at, inner.at - at, String(id.value), text, inner.fields));
    }
    laid.at = inner.at;
    laid.problem = inner.problem;
  }
}

export function attachedRouters(laid: Laid, what: string, bytes: Uint8Array, end: number): void {
  while (laid.at < end && laid.problem === null) {
    layMore(laid, what, bytes, end, [['Attached Router', 4, ipv4Address]]);
  }
}

/** The top bit of a byte of service tells the type of an external metric. */
const externalType: Form = bits([
  [0x80, 'E'],
  [0x7f, 'TOS'],
]);

function summary(laid: Laid, bytes: Uint8Array, end: number): void {
  layMore(laid, 'Summary-LSA', bytes, end, [
    ['Network Mask', 4, ipv4Address],
    ['0', 1],
    ['Metric', 3],
  ]);
  while (laid.at < end && laid.problem === null) {
    layMore(laid, 'Summary-LSA', bytes, end, [
      ['TOS', 1],
      ['TOS Metric', 3],
    ]);
  }
}

function external(laid: Laid, bytes: Uint8Array, end: number): void {
  layMore(laid, 'AS-external-LSA', bytes, end, [['Network Mask', 4, ipv4Address]]);
  do {
    layMore(laid, 'AS-external-LSA', bytes, end, [
      ['E and TOS', 1, externalType],
      ['Metric', 3],
      ['Forwarding Address', 4, ipv4Address],
      ['External Route Tag', 4],
    ]);
  } while (laid.at < end && laid.problem === null);
}

/** Reads the body of an advertisement of `type` from `laid.at` to `end`. */
export function advertisement2(laid: Laid, type: number, bytes: Uint8Array, end: number): void {
  switch (type) {
    case 1:
      routerLinks(laid, bytes, end);
      return;
    case 2:
      layMore(laid, 'Network-LSA', bytes, end, [['Network Mask', 4, ipv4Address]]);
      attachedRouters(laid, 'Network-LSA', bytes, end);
      return;
    case 3:
    case 4:
      summary(laid, bytes, end);
      return;
    case 5:
    case 7:
      external(laid, bytes, end);
      return;
    case 9:
    case 10:
    case 11:
      ospfTlvs(laid, bytes, end);
      return;
    default:
      if (laid.at < end) laid.fields.push(bytesField('Body', bytes, laid.at, end));
      laid.at = end;
  }
}
