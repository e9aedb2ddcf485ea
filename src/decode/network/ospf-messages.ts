import { u32 } from '../../bytes/big-endian.js';
import { counted } from '../../bytes/size.js';
import { bytesField, field, shortfall } from '../dissector.js';
import { amount, bits, ipv4Address, type Laid, layMore, type Part } from '../layout.js';
import { Lsa, lsa, lsaHeaders, lsType2, lsType3 } from './ospf-lsa.js';
import { ospfOptions } from './ospf-options.js';

/** What stands behind the header of each OSPF packet: RFC 2328 section A.3, RFC 5340 section A.3. */

export const OspfType = { hello: 1, description: 2, request: 3, update: 4, acknowledgment: 5 } as const;

export const OSPF_NAMES: Readonly<Record<number, string>> = {
  [OspfType.hello]: 'Hello',
  [OspfType.description]: 'Database Description',
  [OspfType.request]: 'Link State Request',
  [OspfType.update]: 'Link State Update',
  [OspfType.acknowledgment]: 'Link State Acknowledgment',
};

const seconds = amount('s');

const HELLO: Readonly<Record<2 | 3, readonly Part[]>> = {
  2: [
    ['Network Mask', 4, ipv4Address],
    ['HelloInterval', 2, seconds],
    ospfOptions[2],
    ['Rtr Pri', 1],
    ['RouterDeadInterval', 4, seconds],
    ['Designated Router', 4, ipv4Address],
    ['Backup Designated Router', 4, ipv4Address],
  ],
  3: [
    ['Interface ID', 4],
    ['Rtr Pri', 1],
    ospfOptions[3],
    ['HelloInterval', 2, seconds],
    ['RouterDeadInterval', 2, seconds],
    ['Designated Router', 4, ipv4Address],
    ['Backup Designated Router', 4, ipv4Address],
  ],
};

const DESCRIPTION_FLAGS: Part = [
  'Flags',
  1,
  bits([
    [0x08, 'R'],
    [0x04, 'I'],
    [0x02, 'M'],
    [0x01, 'MS'],
  ]),
];

const DESCRIPTION: Readonly<Record<2 | 3, readonly Part[]>> = {
  2: [['Interface MTU', 2], ospfOptions[2], DESCRIPTION_FLAGS, ['DD Sequence Number', 4]],
  3: [['0', 1], ospfOptions[3], ['Interface MTU', 2], ['0', 1], DESCRIPTION_FLAGS, ['DD Sequence Number', 4]],
};

const REQUEST: Readonly<Record<2 | 3, readonly Part[]>> = {
  2: [
    ['LS Type', 4, lsType2],
    ['Link State ID', 4, ipv4Address],
    ['Advertising Router', 4, ipv4Address],
  ],
  3: [
    ['0', 2],
    ['LS Type', 2, lsType3],
    ['Link State ID', 4, ipv4Address],
    ['Advertising Router', 4, ipv4Address],
  ],
};

function requests(laid: Laid, version: 2 | 3, bytes: Uint8Array, end: number): string {
  let count = 0;
  while (laid.at < end && laid.problem === null) {
    const at = laid.at;
    const inner: Laid = { fields: [], at, problem: null };
    if (layMore(inner, 'OSPF request', bytes, end, REQUEST[version])) {
      const [type, id, router] = inner.fields.slice(-3);
      const text = `${type.text} ${id.text} of ${router.text}`;
      laid.fields.push(field('Request', at, inner.at - at, type.value, text, inner.fields));
      count++;
    }
    laid.at = inner.at;
    laid.problem = inner.problem;
  }
  return `${count} requested`;
}

function hello(laid: Laid, version: 2 | 3, bytes: Uint8Array, end: number): string {
  layMore(laid, 'OSPF hello', bytes, end, HELLO[version]);
  while (laid.at < end && laid.problem === null) {
    layMore(laid, 'OSPF neighbor', bytes, end, [['Neighbor', 4, ipv4Address]]);
  }
  const designated = laid.fields.find(({ name }) => name === 'Designated Router')?.text ?? '?';
  const neighbors = laid.fields.filter(({ name }) => name === 'Neighbor').length;
  return `designated router ${designated}, ${counted(neighbors, 'neighbor')}`;
}

function update(laid: Laid, version: 2 | 3, bytes: Uint8Array, end: number): string {
  const countAt = laid.at;
  if (!layMore(laid, 'OSPF update', bytes, end, [['# LSAs', 4]])) return '';
  const count = u32(bytes, countAt);
  let done = 0;
  for (; done < count && laid.problem === null; done++) {
    if (laid.at >= end) laid.problem = shortfall('OSPF update', Lsa.length * (count - done), 0, laid.at);
    else lsa(laid, version, bytes, end);
  }
  const first = laid.fields[1]?.text ?? '';
  return count > 1 ? `${count} LSAs, ${first}…` : first;
}

/** Fields of the body of a packet of `type`, from `at` to `end`, and what tells most of it. */
export function ospfBody(
  type: number,
  version: 2 | 3,
  bytes: Uint8Array,
  at: number,
  end: number,
): { laid: Laid; words: string } {
  const laid: Laid = { fields: [], at, problem: null };
  switch (type) {
    case OspfType.hello:
      return { words: hello(laid, version, bytes, end), laid };
    case OspfType.description:
      layMore(laid, 'OSPF database description', bytes, end, DESCRIPTION[version]);
      lsaHeaders(laid, version, bytes, end);
      return { words: counted(laid.fields.filter(({ name }) => name === 'LSA Header').length, 'LSA'), laid };
    case OspfType.request:
      return { words: requests(laid, version, bytes, end), laid };
    case OspfType.update:
      return { words: update(laid, version, bytes, end), laid };
    case OspfType.acknowledgment:
      lsaHeaders(laid, version, bytes, end);
      return { words: counted(laid.fields.length, 'LSA'), laid };
    default:
      if (at < end) laid.fields.push(bytesField('Body', bytes, at, end));
      laid.at = Math.max(at, end);
      return { laid, words: '' };
  }
}
