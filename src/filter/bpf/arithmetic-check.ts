import type { Arithmetic, Relation } from './ast.js';
import {
  allOf,
  type Base,
  type Condition,
  constant,
  ETHERTYPE,
  equals,
  linkProtocol,
  load,
  type Value,
} from './condition.js';
import { syntaxError } from './filter-errors.js';
import { IP_PROTOCOL, notLaterFragment, protocolCondition } from './transport-conditions.js';
import { LINK_WORDS, RADIO } from './vocabulary.js';
import { relationTest } from './word-check.js';

interface Checked {
  readonly value: Value;
  /** What must hold before the value may be read: that the packet has the protocol. */
  readonly conditions: readonly Condition[];
}

/** Protocols behind an IPv4 header whose bytes can be read by an index. */
const INDEXED_TRANSPORTS: ReadonlySet<string> = new Set('tcp udp sctp icmp igmp igrp pim vrrp carp'.split(' '));
const NETWORK_BASES: ReadonlyMap<string, Base> = new Map([
  ['ip', 'ip'],
  ['ip6', 'ip6'],
  ...['arp', 'rarp', 'atalk', 'decnet', 'lat', 'sca', 'moprc', 'mopdl'].map((name): [string, Base] => [name, 'arp']),
]);

type Access = Extract<Arithmetic, { type: 'access' }>;

function loadAt(base: Base, index: Value, size: number): Value {
  if (index.kind === 'constant') return { kind: 'load', base, offset: index.value, index: null, size };
  return { kind: 'load', base, offset: 0, index, size };
}

function checkAccess(node: Access): Checked {
  const { value: index, conditions } = checkArithmetic(node.index);
  const { protocol, size, span } = node;
  if (LINK_WORDS.has(protocol)) return { value: loadAt('link', index, size), conditions };
  if (protocol === RADIO) {
    const isRadio: Condition = { kind: 'only-on', family: 'radio', word: RADIO, condition: { kind: 'always' }, span };
    return { value: loadAt('packet', index, size), conditions: [...conditions, isRadio] };
  }
  const network = NETWORK_BASES.get(protocol);
  if (network !== undefined) {
    return { value: loadAt(network, index, size), conditions: [...conditions, protocolCondition(protocol, span)] };
  }
  if (INDEXED_TRANSPORTS.has(protocol)) {
    const needed = [
      linkProtocol(ETHERTYPE.ip, span),
      ...conditions,
      protocolCondition(protocol, span),
      notLaterFragment(),
    ];
    return { value: loadAt('ip-payload', index, size), conditions: needed };
  }
  if (protocol === 'icmp6') {
    const needed = [linkProtocol(ETHERTYPE.ip6, span), ...conditions, equals(load('ip6', 6, 1), IP_PROTOCOL.icmp6)];
    return { value: loadAt('ip6-payload', index, size), conditions: needed };
  }
  throw syntaxError(
    `bytes of "${protocol}" cannot be read by an index`,
    span,
    'ip, ip6, arp, tcp, udp, icmp and ether can',
    'filter.bad-index',
  );
}

function checkOperation(node: Extract<Arithmetic, { type: 'operation' }>): Checked {
  const left = checkArithmetic(node.left);
  const right = checkArithmetic(node.right);
  if (right.value.kind === 'constant') {
    const amount = right.value.value;
    if (amount === 0 && (node.operator === '/' || node.operator === '%')) {
      throw syntaxError('division by zero', node.right.span, undefined, 'filter.division-by-zero');
    }
    if (amount > 31 && (node.operator === '<<' || node.operator === '>>')) {
      throw syntaxError(
        `a shift by ${amount} bits leaves nothing of 32`,
        node.right.span,
        undefined,
        'filter.bad-shift',
      );
    }
  }
  const value: Value = { kind: 'operation', operator: node.operator, left: left.value, right: right.value };
  // libpcap keeps the protocol tests of the left operand alone: `5 + tcp[0]` reads its byte from whatever is there.
  return { value, conditions: left.conditions };
}

function checkArithmetic(node: Arithmetic): Checked {
  switch (node.type) {
    case 'number':
      return { value: constant(node.value), conditions: [] };
    case 'length':
      return { value: { kind: 'length' }, conditions: [] };
    case 'negation': {
      const { value, conditions } = checkArithmetic(node.operand);
      return { value: { kind: 'negation', operand: value }, conditions };
    }
    case 'operation':
      return checkOperation(node);
    case 'access':
      return checkAccess(node);
  }
}

/** A comparison of unsigned 32-bit numbers. The protocols of both sides are tested before any of their bytes is read. */
export function comparisonCondition(relation: Relation, leftNode: Arithmetic, rightNode: Arithmetic): Condition {
  const left = checkArithmetic(leftNode);
  const right = checkArithmetic(rightNode);
  return allOf(...left.conditions, ...right.conditions, relationTest(left.value, relation, right.value));
}
