import { compileFilter } from '../filter/filter.js';
import type { Plan, StageStep } from './steps.js';

/** An expression that keeps nothing where it would keep packets behind a VLAN tag. */
export interface TaggedForm {
  /** As it was written, and with `vlan and`. */
  expression: string;
  tagged: string;
  /** Packets that the second form keeps, of the same input. */
  packets: number;
}

/**
 * Of a plan that keeps nothing: the first of its expressions to keep nothing, if its form with `vlan` would keep some. libpcap looks for protocols at their place
 * without a tag, so a capture of a trunk answers `port 80` with nothing at all, which nobody means.
 */
export async function findTaggedForm(plan: Plan, count: (plan: Plan) => Promise<number>): Promise<TaggedForm | null> {
  const steps: StageStep[] = [];
  for (let at = plan; 'input' in at; at = at.input) steps.unshift(at);
  for (const step of steps) {
    if ((await count(step)) > 0) continue;
    if (step.step !== 'filter' || /\bvlan\b/.test(step.expression)) return null;
    const tagged = `vlan and ${asOperand(step.expression)}`;
    const packets = await countWith(step, tagged, count);
    return packets === 0 ? null : { expression: step.expression, tagged, packets };
  }
  return null;
}

/** In brackets, unless it is one word or a chain of `and`. */
function asOperand(expression: string): string {
  const text = expression.trim();
  const { tree } = compileFilter(text);
  return tree.type === 'or' || tree.type === 'not' ? `(${text})` : text;
}

/** 0 where a link type has no tags and the expression is refused for it. */
async function countWith(
  step: StageStep & { step: 'filter' },
  expression: string,
  count: (plan: Plan) => Promise<number>,
): Promise<number> {
  try {
    compileFilter(expression);
    return await count({ ...step, expression });
  } catch {
    return 0;
  }
}
