import { comparisonCondition } from './arithmetic-check.js';
import type { FilterNode } from './ast.js';
import { type Condition, not, test } from './condition.js';
import { syntaxError } from './filter-errors.js';
import { type HostResolver, NO_HOSTS } from './host-check.js';
import { primitiveCondition } from './primitive-check.js';
import { protocolCondition } from './transport-conditions.js';
import {
  atmOrSignallingField,
  byteCondition,
  castCondition,
  frameControlCondition,
  llcCondition,
  settingCondition,
  tagCondition,
  wordCondition,
} from './word-check.js';

export type { HostResolver } from './host-check.js';

export interface CheckOptions {
  /** Addresses of the names of hosts; without it no name of a host is known. */
  readonly hosts?: HostResolver;
}

/** Most tests that one expression may come to: it bounds the size of the generated functions. */
const MOST_TESTS = 100_000;
function countTests(condition: Condition): number {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.operands.reduce((sum, operand) => sum + countTests(operand), 0);
    case 'not':
    case 'unlabelled':
      return countTests(condition.operand);
    default:
      return 1;
  }
}

function conditionOf(node: FilterNode, hosts: HostResolver): Condition {
  switch (node.type) {
    case 'everything':
      return { kind: 'always' };
    case 'and':
    case 'or':
      return { kind: node.type, operands: node.operands.map((operand) => conditionOf(operand, hosts)) };
    case 'not':
      return not(conditionOf(node.operand, hosts));
    case 'protocol':
      return protocolCondition(node.name, node.span);
    case 'primitive':
      return primitiveCondition(node.qualifier, node.operand, node.span, hosts);
    case 'less':
      return not(test({ kind: 'length' }, '>', node.value));
    case 'greater':
      return test({ kind: 'length' }, '>=', node.value);
    case 'comparison':
      return comparisonCondition(node.relation, node.left, node.right);
    case 'word':
      return wordCondition(node);
    case 'cast':
      return castCondition(node);
    case 'tag':
      return tagCondition(node);
    case 'llc':
      return llcCondition(node);
    case 'frame-control':
      return frameControlCondition(node);
    case 'field':
      return atmOrSignallingField(node);
    case 'setting':
      return settingCondition(node);
    case 'byte':
      return byteCondition(node);
  }
}

/**
 * Checks a tree and says what it means. Throws PcapshError (kind `input`, with the place) for what no link type could give a
 * meaning: bad addresses, host bits, ports out of range, unknown names, qualifiers that do not go together.
 */
export function checkFilter(tree: FilterNode, { hosts = NO_HOSTS }: CheckOptions = {}): Condition {
  const condition = conditionOf(tree, hosts);
  const tests = countTests(condition);
  if (tests > MOST_TESTS) {
    throw syntaxError(
      `the expression comes to ${tests} tests, at most ${MOST_TESTS} are taken`,
      tree.span,
      undefined,
      'filter.too-long',
    );
  }
  return condition;
}
