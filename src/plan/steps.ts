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
  | { readonly step: 'head'; readonly input: Plan; readonly count: number }
  | { readonly step: 'tail'; readonly input: Plan; readonly count: number }
  | { readonly step: 'nth'; readonly input: Plan; readonly position: number };

export type LoadStep = Extract<Plan, { step: 'load' }>;
export type StageStep = Exclude<Plan, LoadStep>;

/** The plan taken apart: what is loaded, and the stages in the order in which they apply. */
export function unfold(plan: Plan): { load: LoadStep; stages: StageStep[] } {
  const stages: StageStep[] = [];
  let at = plan;
  while (at.step !== 'load') {
    stages.push(at);
    at = at.input;
  }
  return { load: at, stages: stages.reverse() };
}

/** Whether the plan is plain JSON. */
export function isSavable(plan: Plan): boolean {
  return unfold(plan).stages.every((stage) => stage.step !== 'predicate');
}
