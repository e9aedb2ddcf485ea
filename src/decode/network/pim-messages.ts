import { u16 } from '../../bytes/big-endian.js';
import { bytesField, field, named } from '../dissector.js';
import { amount, bits, hex, type Laid, layMore, type Part, unsigned } from '../layout.js';
import { encodedAddress } from './pim-addresses.js';
import { holdtime, pimOptions } from './pim-options.js';

/** What stands behind the header of each PIM message: RFC 7761 section 4.9, RFC 3973 section 4.7 (dense mode), RFC 5059 section 4 (bootstrap). */

export const PimType = {
  hello: 0,
  register: 1,
  registerStop: 2,
  joinPrune: 3,
  bootstrap: 4,
  assert: 5,
  graft: 6,
  graftAck: 7,
  candidate: 8,
  stateRefresh: 9,
  election: 10,
} as const;

/** Reads a body that begins at `laid.at`; the words that tell most of it. */
type Body = (laid: Laid, bytes: Uint8Array, end: number) => string;

const REGISTER_FLAGS = bits([
  [0x80000000, 'B'],
  [0x40000000, 'N'],
]);

function register(laid: Laid, bytes: Uint8Array, end: number): string {
  const at = laid.at;
  layMore(laid, 'PIM register', bytes, end, [['Flags', 4, REGISTER_FLAGS]]);
  return laid.problem === null && bytes[at] & 0x40 ? 'null register' : '';
}

function registerStop(laid: Laid, bytes: Uint8Array, end: number): string {
  const group = encodedAddress(laid, 'Group Address', 'group', bytes, end);
  const source = encodedAddress(laid, 'Source Address', 'unicast', bytes, end);
  return `group ${group ?? '?'}, source ${source ?? '?'}`;
}

/** One group of a join or prune message: RFC 7761 section 4.9.5. */
function groupSet(laid: Laid, bytes: Uint8Array, end: number): string {
  const at = laid.at;
  const inner: Laid = { fields: [], at, problem: laid.problem };
  const group = encodedAddress(inner, 'Multicast Group Address', 'group', bytes, end) ?? '?';
  const countsAt = inner.at;
  layMore(inner, 'PIM group', bytes, end, [
    ['Number of Joined Sources', 2],
    ['Number of Pruned Sources', 2],
  ]);
  const sources: string[] = [];
  for (const [offset, name, sign] of [
    [0, 'Joined Source Address', '+'],
    [2, 'Pruned Source Address', '-'],
  ] as const) {
    const count = inner.problem === null ? u16(bytes, countsAt + offset) : 0;
    // Every address takes bytes, or ends the loop by its problem.
    for (let index = 0; index < count && inner.problem === null; index++) {
      const source = encodedAddress(inner, name, 'source', bytes, end);
      if (source !== null && sources.length < SHOWN) sources.push(`${sign}${source}`);
    }
  }
  const text = `${group} ${sources.join(' ')}`.trim();
  if (inner.at > at) laid.fields.push(field('Group', at, inner.at - at, group, text, inner.fields));
  laid.at = inner.at;
  laid.problem = inner.problem;
  return text;
}

const SHOWN = 3;

function joinPrune(laid: Laid, bytes: Uint8Array, end: number): string {
  const neighbor = encodedAddress(laid, 'Upstream Neighbor Address', 'unicast', bytes, end);
  const countAt = laid.at + 1;
  layMore(laid, 'PIM join/prune', bytes, end, [
    ['Reserved', 1],
    ['Num Groups', 1],
    ['Holdtime', 2, holdtime],
  ]);
  const groups: string[] = [];
  const count = laid.problem === null ? bytes[countAt] : 0;
  for (let index = 0; index < count && laid.problem === null; index++) groups.push(groupSet(laid, bytes, end));
  return `to ${neighbor ?? '?'}  ${groups.slice(0, SHOWN).join(', ')}`.trimEnd();
}

function bootstrap(laid: Laid, bytes: Uint8Array, end: number): string {
  layMore(laid, 'PIM bootstrap', bytes, end, [
    ['Fragment Tag', 2, hex],
    ['Hash Mask Len', 1],
    ['BSR Priority', 1],
  ]);
  const router = encodedAddress(laid, 'BSR Address', 'unicast', bytes, end);
  while (laid.at < end && laid.problem === null) groupRange(laid, bytes, end);
  return `BSR ${router ?? '?'}`;
}

/** RFC 5059 section 4.1: a range of groups and its rendezvous points, of which `Frag RP Cnt` are in this fragment. */
function groupRange(laid: Laid, bytes: Uint8Array, end: number): void {
  const at = laid.at;
  const inner: Laid = { fields: [], at, problem: null };
  const group = encodedAddress(inner, 'Group Address', 'group', bytes, end) ?? '?';
  const countAt = inner.at + 1;
  layMore(inner, 'PIM group', bytes, end, [
    ['RP Count', 1],
    ['Frag RP Cnt', 1],
    ['Reserved', 2],
  ]);
  const count = inner.problem === null ? bytes[countAt] : 0;
  for (let index = 0; index < count && inner.problem === null; index++) {
    encodedAddress(inner, 'RP Address', 'unicast', bytes, end);
    layMore(inner, 'PIM rendezvous point', bytes, end, [
      ['RP Holdtime', 2, amount('s')],
      ['RP Priority', 1],
      ['Reserved', 1],
    ]);
  }
  if (inner.at > at) laid.fields.push(field('Group Range', at, inner.at - at, group, group, inner.fields));
  laid.at = inner.at;
  laid.problem = inner.problem;
}

const METRIC: readonly Part[] = [
  [
    'Metric Preference',
    4,
    bits([
      [0x80000000, 'R'],
      [0x7fffffff, 'Metric Preference'],
    ]),
  ],
  ['Metric', 4],
];

function assert(laid: Laid, bytes: Uint8Array, end: number): string {
  const text = registerStop(laid, bytes, end);
  layMore(laid, 'PIM assert', bytes, end, METRIC);
  return text;
}

function candidate(laid: Laid, bytes: Uint8Array, end: number): string {
  const at = laid.at;
  layMore(laid, 'PIM candidate', bytes, end, [
    ['Prefix Count', 1],
    ['Priority', 1],
    ['Holdtime', 2, holdtime],
  ]);
  const point = encodedAddress(laid, 'RP Address', 'unicast', bytes, end);
  const count = laid.problem === null ? bytes[at] : 0;
  for (let index = 0; index < count && laid.problem === null; index++) {
    encodedAddress(laid, 'Group Address', 'group', bytes, end);
  }
  return `rendezvous point ${point ?? '?'}`;
}

function stateRefresh(laid: Laid, bytes: Uint8Array, end: number): string {
  const text = registerStop(laid, bytes, end);
  encodedAddress(laid, 'Originator Address', 'unicast', bytes, end);
  layMore(laid, 'PIM state refresh', bytes, end, [
    ...METRIC,
    ['Masklen', 1],
    ['TTL', 1],
    [
      'Flags',
      1,
      bits([
        [0x80, 'P'],
        [0x40, 'N'],
        [0x20, 'O'],
        [0x1f, 'Reserved'],
      ]),
    ],
    ['Interval', 1, amount('s')],
  ]);
  return text;
}

/** RFC 5015 section 3.7: the first part that all of its messages share. */
function election(laid: Laid, bytes: Uint8Array, end: number): string {
  const point = encodedAddress(laid, 'RP Address', 'unicast', bytes, end);
  layMore(laid, 'PIM DF election', bytes, end, [
    ['Sender Metric Preference', 4],
    ['Sender Metric', 4, unsigned],
  ]);
  return `rendezvous point ${point ?? '?'}`;
}

const NAMES: Readonly<Record<number, string>> = {
  [PimType.hello]: 'Hello',
  [PimType.register]: 'Register',
  [PimType.registerStop]: 'Register-Stop',
  [PimType.joinPrune]: 'Join/Prune',
  [PimType.bootstrap]: 'Bootstrap',
  [PimType.assert]: 'Assert',
  [PimType.graft]: 'Graft',
  [PimType.graftAck]: 'Graft-Ack',
  [PimType.candidate]: 'Candidate-RP-Advertisement',
  [PimType.stateRefresh]: 'State Refresh',
  [PimType.election]: 'DF Election',
};

const BODIES: Readonly<Record<number, Body>> = {
  [PimType.hello]: pimOptions,
  [PimType.register]: register,
  [PimType.registerStop]: registerStop,
  [PimType.joinPrune]: joinPrune,
  [PimType.bootstrap]: bootstrap,
  [PimType.assert]: assert,
  [PimType.graft]: joinPrune,
  [PimType.graftAck]: joinPrune,
  [PimType.candidate]: candidate,
  [PimType.stateRefresh]: stateRefresh,
  [PimType.election]: election,
};

export function pimTypeText(type: number): string {
  return named(NAMES, type);
}

export function pimTypeName(type: number): string {
  return NAMES[type] ?? `type ${type}`;
}

/** Fields of the body of a message of `type` (null: of another version), and what tells most of it. */
export function pimBody(
  type: number | null,
  bytes: Uint8Array,
  at: number,
  end: number,
): { laid: Laid; words: string } {
  const laid: Laid = { fields: [], at, problem: null };
  const words = BODIES[type ?? -1]?.(laid, bytes, end) ?? '';
  if (type !== PimType.register && laid.at < end && laid.problem === null) {
    laid.fields.push(bytesField('Additional Data', bytes, laid.at, end));
    laid.at = end;
  }
  return { laid, words };
}
