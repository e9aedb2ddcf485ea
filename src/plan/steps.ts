import type { MatchSpec } from '../filter/content.js';
import type { Rules } from '../filter/rules.js';
import type { Packet } from './packet.js';

/**
 * A plan: what a handle means, as plain JSON. It can be saved, compared, hashed, cached by prefix and run elsewhere. Immutable: each stage wraps its input.
 * The one exception is `predicate`, which holds a function of a library user: such a plan runs on the main thread and cannot be saved.
 */
export type Plan =
  | { readonly step: 'load'; readonly files: readonly string[] }
  | { readonly step: 'filter'; readonly input: Plan; readonly expression: string }
  /** `zone`: that of times which name none; UTC without it. */
  | { readonly step: 'rules'; readonly input: Plan; readonly rules: Rules; readonly zone?: string }
  | { readonly step: 'predicate'; readonly input: Plan; readonly test: (packet: Packet) => boolean }
  /** Both ends belong to it. `zone`: that of times which name none. */
  | { readonly step: 'time'; readonly input: Plan; readonly window: WindowText; readonly zone: string }
  /** A file of indicators or alerts is read when the plan is evaluated; its content must then be what it was. */
  | { readonly step: 'match'; readonly input: Plan; readonly match: MatchSpec }
  | { readonly step: 'head'; readonly input: Plan; readonly count: number }
  | { readonly step: 'tail'; readonly input: Plan; readonly count: number }
  | { readonly step: 'nth'; readonly input: Plan; readonly position: number }
  /**
   * Set algebra by packet identity. `intersect`, `subtract`: packets of `left`, in its order. `union`: those of `left`, and those of `right` that it lacks,
   * by time, then source, then number.
   */
  | { readonly step: 'union' | 'intersect' | 'subtract'; readonly left: Plan; readonly right: Plan };

/** A window of time as typed: `14:30..14:35`, or so long before and after a packet or time (`frame 812`, `2m`). */
export type WindowText = string | { readonly around: string; readonly within: string };

export type LoadStep = Extract<Plan, { step: 'load' }>;
export type AlgebraStep = Extract<Plan, { left: Plan }>;
/** What a row of stages works on. */
export type BaseStep = LoadStep | AlgebraStep;
export type StageStep = Exclude<Plan, BaseStep>;
export type TimeStep = Extract<Plan, { step: 'time' }>;

/** The plan taken apart: what it begins with, and the stages in the order in which they apply. */
export function unfold(plan: Plan): { base: BaseStep; stages: StageStep[] } {
  const stages: StageStep[] = [];
  let at = plan;
  while (isStage(at)) {
    stages.push(at);
    at = at.input;
  }
  return { base: at, stages: stages.reverse() };
}

export function isStage(plan: Plan): plan is StageStep {
  return 'input' in plan;
}

/** In what order packets come: that of the files on one timeline, or sorted by time. */
export type PlanOrder = 'files' | 'time';

interface PlanFacts {
  savable: boolean;
  order: PlanOrder;
  /** Loads whose packets can come out, in the order of their first use. */
  loads: readonly LoadStep[];
  /** Every window of time under the plan, in the order in which they apply. */
  windows: readonly TimeStep[];
}

/** A handle may stand in a plan many times over, so what is known of a part is found once. */
const known = new WeakMap<Plan, PlanFacts>();

function factsOf(plan: Plan): PlanFacts {
  const before = known.get(plan);
  if (before !== undefined) return before;
  const { base, stages } = unfold(plan);
  let facts = known.get(base) ?? (base.step === 'load' ? factsOfLoad(base) : factsOfAlgebra(base));
  known.set(base, facts);
  if (stages.length > 0) {
    const savable = facts.savable && stages.every(({ step }) => step !== 'predicate');
    const windows = unique([...facts.windows, ...stages.filter((stage) => stage.step === 'time')]);
    facts = { ...facts, savable, windows };
    known.set(plan, facts);
  }
  return facts;
}

function factsOfLoad(load: LoadStep): PlanFacts {
  return { savable: true, order: 'files', loads: [load], windows: [] };
}

function factsOfAlgebra({ step, left, right }: AlgebraStep): PlanFacts {
  const [a, b] = [factsOf(left), factsOf(right)];
  return {
    savable: a.savable && b.savable,
    order: step === 'union' ? 'time' : a.order,
    loads: step === 'union' ? unique([...a.loads, ...b.loads]) : a.loads,
    windows: unique([...a.windows, ...b.windows]),
  };
}

function unique<T>(items: readonly T[]): T[] {
  return [...new Set(items)];
}

/** Whether the plan is plain JSON. */
export function isSavable(plan: Plan): boolean {
  return factsOf(plan).savable;
}

export function orderOf(plan: Plan): PlanOrder {
  return factsOf(plan).order;
}

/** The loads whose packets can come out of a plan. */
export function loadsOf(plan: Plan): readonly LoadStep[] {
  return factsOf(plan).loads;
}

/** The windows of time under a plan, each once. */
export function windowSteps(plan: Plan): readonly TimeStep[] {
  return factsOf(plan).windows;
}
