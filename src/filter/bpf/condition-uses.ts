import type { Condition } from './condition.js';

type Leaf = Exclude<Condition, { kind: 'and' | 'or' | 'not' | 'unlabelled' | 'only-on' }>;

function anyLeaf(condition: Condition, holds: (leaf: Leaf) => boolean): boolean {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.operands.some((operand) => anyLeaf(operand, holds));
    case 'not':
    case 'unlabelled':
      return anyLeaf(condition.operand, holds);
    case 'only-on':
      return anyLeaf(condition.condition, holds);
    default:
      return holds(condition);
  }
}

/** Whether a packet's direction may matter. */
export const asksDirection = (condition: Condition): boolean => anyLeaf(condition, ({ kind }) => kind === 'direction');

/** Whether the interface of a packet may matter, beside its link type. */
export const asksInterface = (condition: Condition): boolean =>
  anyLeaf(condition, ({ kind }) => kind === 'interface-name' || kind === 'interface-number');
