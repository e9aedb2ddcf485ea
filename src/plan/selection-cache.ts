import { planKey } from './plan-key.js';
import type { Selection } from './selection.js';
import type { Plan } from './steps.js';

/** So many are kept; what was asked for longest ago goes first. */
const MOST_SELECTIONS = 32;

/** Selections by plan prefix, so that a pipeline that grows is not computed anew from its beginning. */
export interface SelectionCache {
  get(plan: Plan): Selection | null;
  keep(plan: Plan, selection: Selection): void;
  clear(): void;
}

/** An empty cache. A plan that holds a function is never found in it: it has no identity that could be compared. */
export function createSelectionCache(): SelectionCache {
  const selections = new Map<string, Selection>();
  return {
    get(plan) {
      const key = planKey(plan);
      return key === null ? null : (selections.get(key) ?? null);
    },
    keep(plan, selection) {
      const key = planKey(plan);
      if (key === null) return;
      selections.delete(key);
      selections.set(key, selection);
      if (selections.size <= MOST_SELECTIONS) return;
      const [oldest] = selections.keys();
      selections.delete(oldest);
    },
    clear: () => selections.clear(),
  };
}
