import type { RunOptions } from '../progress.js';
import { combineSelections } from './algebra.js';
import type { Selection } from './selection.js';
import type { SelectionCache } from './selection-cache.js';
import { applyStage } from './selection-stages.js';
import { type LoadStep, type Plan, unfold } from './steps.js';

export interface Selecting {
  /** All packets of what is loaded, from tables that are made if need be. */
  load(load: LoadStep): Promise<Selection>;
  cache: SelectionCache;
  options: RunOptions;
}

/** The rows that a plan selects. Every part is computed once, however often it stands in the plan, and found again by later plans that begin with it. */
export async function selectPlan(plan: Plan, { load, cache, options }: Selecting): Promise<Selection> {
  const found = new Map<Plan, Selection>();
  const select = async (part: Plan): Promise<Selection> => {
    const { base, stages } = unfold(part);
    let selection = found.get(base) ?? (base.step === 'load' ? null : cache.get(base));
    if (selection === null) {
      selection =
        base.step === 'load'
          ? await load(base)
          : combineSelections(base.step, await select(base.left), await select(base.right));
      if (base.step !== 'load') cache.keep(base, selection);
    }
    found.set(base, selection);
    // A stage holds its input: it is the plan up to itself.
    for (const stage of stages) {
      selection = found.get(stage) ?? cache.get(stage) ?? (await applyStage(selection, stage, options));
      found.set(stage, selection);
      cache.keep(stage, selection);
    }
    return selection;
  };
  return select(plan);
}
