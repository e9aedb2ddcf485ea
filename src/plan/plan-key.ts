import { createHash } from 'node:crypto';
import { isSavable, type Plan, unfold } from './steps.js';

/** A handle may stand in a plan many times over, so the key of a part is made once. */
const known = new WeakMap<Plan, string>();

/** What a plan is found by again; null for one that holds a function, which has no identity that could be compared. */
export function planKey(plan: Plan): string | null {
  return isSavable(plan) ? keyOf(plan) : null;
}

function keyOf(plan: Plan): string {
  const before = known.get(plan);
  if (before !== undefined) return before;
  const { base, stages } = unfold(plan);
  let key: string = known.get(base) ?? '';
  if (key === '') {
    const parts = base.step === 'load' ? [base] : [base.step, keyOf(base.left), keyOf(base.right)];
    key = digest(parts);
    known.set(base, key);
  }
  for (const stage of stages) {
    const { input: _, ...own } = stage;
    key = known.get(stage) ?? digest([key, own]);
    known.set(stage, key);
  }
  return key;
}

function digest(parts: readonly unknown[]): string {
  return createHash('sha1').update(JSON.stringify(parts)).digest('base64');
}
