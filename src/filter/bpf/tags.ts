import type { Span } from './ast.js';
import {
  allOf,
  anyOf,
  type Condition,
  constant,
  equals,
  linkProtocol,
  load,
  PROTOCOL,
  type Value,
} from './condition.js';
import { syntaxError } from './filter-errors.js';
import { type LinkState, passGeneve, passLabel, passLane, passPppoe, passVlan, placeOf } from './link-state.js';
import { labelType, vlanTypes } from './link-words.js';
import { lower, refused } from './lower.js';
import type { LoweredTree } from './lowered.js';
import { geneveVersion } from './transport-conditions.js';

type TagCondition = Extract<Condition, { kind: 'tag' }>;

const under = (left: Value, mask: number): Value => ({ kind: 'operation', operator: '&', left, right: constant(mask) });
const numbered = (test: Condition, number: number | null, field: Condition): Condition =>
  number === null ? test : allOf(test, field);

function vlan(state: LinkState, { number, span }: TagCondition): LoweredTree {
  if (state.labels > 0) {
    throw syntaxError(
      'no VLAN tag can stand behind MPLS labels',
      span,
      'put "vlan" in front of "mpls"',
      'filter.behind-mpls',
    );
  }
  const types = vlanTypes(state);
  if (types === null) throw refused(state, 'has no VLAN tags', span);
  const tagged = anyOf(...types.map((type) => linkProtocol(type, span)));
  const test = lower(state, numbered(tagged, number, equals(under(load('ip', 0, 2), 0x0fff), number ?? 0)));
  passVlan(state);
  return test;
}

function mpls(state: LinkState, { number, span }: TagCondition): LoweredTree {
  let labelled: Condition;
  if (state.labels > 0) labelled = equals(under(load('ip', -2, 1), 1), 0);
  else {
    const type = labelType(state);
    if (type === null) throw refused(state, 'has no MPLS labels', span);
    labelled = linkProtocol(type, span);
  }
  const label = equals(under(load('ip', 0, 4), 0xfffff000), (number ?? 0) * 4096);
  const test = lower(state, numbered(labelled, number, label));
  passLabel(state);
  return test;
}

function pppoe(state: LinkState, { number, span }: TagCondition): LoweredTree {
  const session = linkProtocol(PROTOCOL.pppoeSession, span);
  const id = equals(under(load('ip', 0, 4), 0xffff), number ?? 0);
  const test = lower(state, numbered(session, number, id));
  passPppoe(state);
  return test;
}

function lane(state: LinkState, { span }: TagCondition): LoweredTree {
  const test = lower(state, {
    kind: 'only-on',
    family: 'atm',
    word: 'lane',
    condition: equals(under(load('link', 0, 1), 0x0f), 1),
    span,
  });
  passLane(state);
  return test;
}

/** Version 0 of Geneve over UDP, with this virtual network identifier. */
function geneveOver(state: LinkState, version: 4 | 6, { number, span }: TagCondition, target: string): LoweredTree {
  const base = version === 4 ? 'ip-payload' : 'ip6-payload';
  const isGeneve = allOf(
    geneveVersion(version, span),
    equals(under(load(base, 8, 1), 0xc0), 0),
    ...(number === null ? [] : [equals(under(load(base, 12, 4), 0xffffff00), number * 256)]),
  );
  const network = placeOf(state, version === 4 ? 'ip' : 'ip6');
  return { kind: 'and', operands: [lower(state, isGeneve), { kind: 'header-end', target, network, version }] };
}

/** Each takes four variables; libpcap runs out of memory at six. */
const MOST_GENEVE_HEADERS = 100;

function geneve(state: LinkState, condition: TagCondition): LoweredTree {
  if (state.geneveHeaders === MOST_GENEVE_HEADERS) {
    const message = `the expression has "geneve" more than ${MOST_GENEVE_HEADERS} times`;
    throw syntaxError(message, condition.span, undefined, 'filter.too-deep');
  }
  const start = `start${state.geneveHeaders}`;
  const either: LoweredTree = {
    kind: 'or',
    operands: [geneveOver(state, 4, condition, start), geneveOver(state, 6, condition, start)],
  };
  // The UDP header stands between the network layer and Geneve.
  const offset = placeOf(state, 'ip').constant + 8;
  return { kind: 'and', operands: [either, { kind: 'geneve', start, offset, ...passGeneve(state) }] };
}

const HIGHEST_NUMBER = { vlan: 0xfff, mpls: 0xfffff, pppoes: 0xffff, geneve: 0xffffff, lane: 0 } as const;
const NUMBER_NAMES = {
  vlan: 'VLAN id',
  mpls: 'MPLS label',
  pppoes: 'PPPoE session',
  geneve: 'Geneve network',
  lane: '',
};

/** A tag, and `state` moved behind it. */
export function lowerTag(state: LinkState, condition: TagCondition): LoweredTree {
  switch (condition.tag) {
    case 'vlan':
      return vlan(state, condition);
    case 'mpls':
      return mpls(state, condition);
    case 'pppoes':
      return pppoe(state, condition);
    case 'geneve':
      return geneve(state, condition);
    case 'lane':
      return lane(state, condition);
  }
}

/** Checks the number of a tag, which is the same for all link types. */
export function checkTagNumber(tag: TagCondition['tag'], number: number, span: Span): void {
  const highest = HIGHEST_NUMBER[tag];
  if (number <= highest) return;
  throw syntaxError(`${NUMBER_NAMES[tag]} ${number} is more than ${highest}`, span, undefined, 'filter.bad-number');
}
