import { comparisonCondition } from './arithmetic-check.js';
import type { FilterNode } from './ast.js';
import { type Condition, not, test } from './condition.js';
import { syntaxError } from './filter-errors.js';
import { primitiveCondition } from './primitive-check.js';
import { protocolCondition } from './transport-conditions.js';

/** Most tests that one expression may come to: it bounds the size of the generated functions. */
const MOST_TESTS = 100_000;
function countTests(condition: Condition): number {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.operands.reduce((sum, operand) => sum + countTests(operand), 0);
    case 'not':
      return countTests(condition.operand);
    default:
      return 1;
  }
}

function conditionOf(node: FilterNode): Condition {
  switch (node.type) {
    case 'everything':
      return { kind: 'always' };
    case 'and':
    case 'or':
      return { kind: node.type, operands: node.operands.map(conditionOf) };
    case 'not':
      return not(conditionOf(node.operand));
    case 'protocol':
      return protocolCondition(node.name, node.span);
    case 'primitive':
      return primitiveCondition(node.qualifier, node.operand, node.span);
    case 'less':
      return not(test({ kind: 'length' }, '>', node.value));
    case 'greater':
      return test({ kind: 'length' }, '>=', node.value);
    case 'comparison':
      return comparisonCondition(node.relation, node.left, node.right);
  }
}

/**
 * Checks a tree and says what it means. Throws PcapshError (kind `input`, with the place) for what no link type could give a
 * meaning: bad addresses, host bits, ports out of range, unknown names, qualifiers that do not go together.
 */
export function checkFilter(tree: FilterNode): Condition {
  const condition = conditionOf(tree);
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
