import { clausesOf, conjuncts } from '../filter/clauses.js';
import type { Filter } from '../filter/filter.js';
import { ruleFlag } from '../filter/rule-kinds.js';
import { matchText } from './match-text.js';
import type { Plan, StageStep } from './steps.js';

/** A part of a stage that removes packets; `filter` is null for what is the stage as a whole. */
export interface StageClause {
  label: string;
  filter: Pick<Filter, 'forTable' | 'forInterface' | 'forLinkType' | 'asksDirection'> | null;
}

/** More terms than these make no picture. */
const MOST_CLAUSES = 6;

/** The parts of a stage in order: the terms that an expression joins by `and`, else the stage as it is. The last stands for the stage as a whole. */
export function stageClauses(step: StageStep): StageClause[] {
  if (step.step !== 'filter') return [{ label: labelOf(step), filter: null }];
  const terms = conjuncts(clausesOf(step.expression));
  // A term that reads bytes is cheap only together with those that leave few packets to read.
  const reads = terms.findIndex(({ decidedBy }) => decidedBy === 'bytes');
  const apart = terms.slice(0, reads < 0 ? -1 : reads);
  if (terms.length > MOST_CLAUSES) return [{ label: step.expression, filter: null }];
  const rest = terms.slice(apart.length).map(({ text }) => text);
  return [...apart.map(({ text, filter }) => ({ label: text, filter })), { label: rest.join(' and '), filter: null }];
}

/** Whether a stage may read packets, as far as its words tell. */
export function readsPackets(step: StageStep): boolean {
  if (step.step === 'filter') return clausesOf(step.expression).decidedBy === 'bytes';
  return !COLUMNS_ALONE.has(step.step);
}

const COLUMNS_ALONE: ReadonlySet<string> = new Set(['rules', 'time', 'head', 'tail', 'nth']);

function labelOf(step: Exclude<StageStep, { step: 'filter' }>): string {
  switch (step.step) {
    case 'rules':
      return rulesText(step.rules);
    case 'match':
      return matchText(step.match);
    case 'head':
    case 'tail':
      return `${step.step} ${step.count}`;
    case 'nth':
      return `nth ${step.position}`;
    default:
      return step.step;
  }
}

function rulesText(rules: object): string {
  if ('op' in rules) return 'rules';
  return Object.entries(rules)
    .map(([key, value]) => (value === true ? ruleFlag(key) : `${ruleFlag(key)} ${String(value)}`))
    .join(' ');
}

/** The stages from `base` to `plan`, in the order in which they apply; null where the plan does not begin with it. */
export function stepsBetween(base: Plan, plan: Plan): StageStep[] | null {
  const steps: StageStep[] = [];
  let at = plan;
  while (at !== base) {
    if (!('input' in at)) return null;
    steps.push(at);
    at = at.input;
  }
  return steps.reverse();
}

/** What a plan begins with: a load, or what was joined from others. */
export function bottomOf(plan: Plan): Plan {
  let at = plan;
  while ('input' in at) at = at.input;
  return at;
}
