import { PcapshError } from '../errors.js';
import { type Clause, clausesOf, conjuncts, type DecidedBy } from '../filter/clauses.js';
import type { SegmentTest } from '../filter/filter.js';
import { isOfFlow } from '../filter/rule-flows.js';
import type { BoundTree } from '../filter/rule-tests.js';
import type { RuleTree } from '../filter/rules.js';
import type { RunOptions } from '../progress.js';
import { formatTimestamp } from '../time.js';
import type { ExplainedClause, FilterExplanation, FunnelStep } from './explanation.js';
import { type BoundRules, bindRules, testsOfRules } from './rule-stage.js';
import { countSelected, type Selection } from './selection.js';
import { applyStage, filterBy, type RowJudge, selectRows } from './selection-stages.js';
import type { Plan, StageStep } from './steps.js';

/** Where the rows of plans come from. */
export interface Selector {
  select(plan: Plan, options: RunOptions): Promise<Selection>;
}

/** More clauses are listed, but no longer counted one by one. */
const MOST_COUNTED = 64;

type FilterStep = Extract<StageStep, { step: 'filter' | 'rules' | 'predicate' }>;

/** Explains the last stages of a plan, as many as one filter came to. @throws PcapshError when they are no filters */
export async function explainPlan(
  selector: Selector,
  plan: Plan,
  stages: number,
  options: RunOptions,
): Promise<FilterExplanation> {
  const steps: FilterStep[] = [];
  let input = plan;
  while (steps.length < stages) {
    if (input.step !== 'filter' && input.step !== 'rules' && input.step !== 'predicate') {
      throw new PcapshError('explain.no-filter', 'only a filter can be explained', { kind: 'input' });
    }
    steps.unshift(input);
    input = input.input;
  }
  const all = await selector.select(input, options);
  const budget = { left: MOST_COUNTED };
  const explanation: FilterExplanation = { packets: countSelected(all), kept: 0, funnel: [], trees: [], windows: [] };
  let left = all;
  for (const step of steps) {
    if (step.step === 'filter') {
      const clause = clausesOf(step.expression);
      left = await funnel(explanation.funnel, left, conjuncts(clause), 'expression', (one, at) =>
        filterBy(at, one.filter, options),
      );
      explanation.trees.push(await explainClause(clause, all, budget, options));
    } else if (step.step === 'rules') {
      const bound = await bindRules(all, step);
      const parts = bound.tree.kind === 'and' ? bound.tree.operands : [bound.tree];
      const clauses = parts.map((tree) => ({ tree, text: ruleText(tree), decidedBy: placeOfRule(tree) }));
      left = await funnel(explanation.funnel, left, clauses, 'rules', ({ tree }, at) =>
        selectByTree(at, all, { ...bound, tree }, options),
      );
      explanation.trees.push(await explainRule(bound.tree, bound, all, budget, options));
      explanation.windows.push(...windowsOf(bound.tree));
    } else {
      const clause = { text: 'a function', decidedBy: 'bytes' as const };
      left = await funnel(explanation.funnel, left, [clause], 'function', (_, at) => applyStage(at, step, options));
    }
  }
  return { ...explanation, kept: countSelected(left) };
}

async function funnel<C extends { readonly text: string; readonly decidedBy: DecidedBy }>(
  steps: FunnelStep[],
  input: Selection,
  clauses: readonly C[],
  from: FunnelStep['from'],
  apply: (clause: C, input: Selection) => Promise<Selection>,
): Promise<Selection> {
  let selection = input;
  let before = countSelected(input);
  for (const clause of clauses) {
    selection = await apply(clause, selection);
    const left = countSelected(selection);
    steps.push({ clause: clause.text, from, decidedBy: clause.decidedBy, removed: before - left, left });
    before = left;
  }
  return selection;
}

interface Budget {
  left: number;
}

async function explainClause(
  clause: Clause,
  all: Selection,
  budget: Budget,
  options: RunOptions,
): Promise<ExplainedClause> {
  const { text, op, decidedBy } = clause;
  const counted = await countBy(budget, (count) => filterBy(all, counting(clause.filter, count), options));
  const operands: ExplainedClause[] = [];
  for (const operand of clause.operands) operands.push(await explainClause(operand, all, budget, options));
  return { clause: text, op, decidedBy: placeOf(decidedBy, counted, operands), ...counted, operands };
}

type Counted = { matches: number | null; fromBytes: number | null };

async function countBy(
  budget: Budget,
  select: (count: (rows: number) => void) => Promise<Selection>,
): Promise<Counted> {
  if (budget.left-- <= 0) return { matches: null, fromBytes: null };
  let fromBytes = 0;
  const selection = await select((rows) => {
    fromBytes += rows;
  });
  return { matches: countSelected(selection), fromBytes };
}

/** Words tell what usually decides; what was read tells more. */
function placeOf(decidedBy: DecidedBy, { fromBytes }: Counted, operands: readonly ExplainedClause[]): DecidedBy {
  if (operands.length > 0 || fromBytes === null) return decidedBy;
  return decidedBy === 'bytes' && fromBytes === 0 ? 'column' : decidedBy;
}

/** A filter whose test of segments tells how many rows it leaves to the bytes. */
function counting(
  filter: Clause['filter'],
  count: (rows: number) => void,
): Pick<Clause['filter'], keyof Clause['filter']> {
  return { ...filter, forTable: (table) => countingTest(filter.forTable(table), count) };
}

function countingTest(test: SegmentTest, count: (rows: number) => void): SegmentTest {
  return (segment, rows, out) => {
    const undecided = test(segment, rows, out);
    count(undecided.length);
    return undecided;
  };
}

/** The packets of `at` that a part of the rules keeps; `all` is the stage's input, by which the rules were bound. */
function selectByTree(
  at: Selection,
  all: Selection,
  bound: BoundRules,
  options: RunOptions,
  count: (rows: number) => void = () => undefined,
): Promise<Selection> {
  const { testFor, judge } = testsOfRules(all, bound);
  const judgeRow: RowJudge = judge;
  return selectRows(
    at,
    (selected) => countingTest(testFor(selected), count),
    () => judgeRow,
    options,
  );
}

async function explainRule(
  tree: BoundTree,
  bound: BoundRules,
  all: Selection,
  budget: Budget,
  options: RunOptions,
): Promise<ExplainedClause> {
  const counted = await countBy(budget, (count) => selectByTree(all, all, { ...bound, tree }, options, count));
  const operands: ExplainedClause[] = [];
  for (const operand of operandsOf(tree)) operands.push(await explainRule(operand, bound, all, budget, options));
  return { clause: ruleText(tree), op: operationOf(tree), decidedBy: placeOfRule(tree), ...counted, operands };
}

/** The parts of a part of rules. A negated flag is one clause. */
export function operandsOf<T extends BoundTree | RuleTree>(tree: T): readonly T[] {
  if (tree.kind === 'test') return [];
  if (tree.kind !== 'not') return tree.operands as readonly T[];
  return isNegatedFlag(tree.operand) ? [] : [tree.operand as T];
}

/** How its parts are joined; null for a single clause. */
export function operationOf(tree: BoundTree): 'and' | 'or' | 'not' | null {
  return tree.kind === 'test' || operandsOf(tree).length === 0 ? null : tree.kind;
}

function isNegatedFlag(tree: BoundTree | RuleTree): tree is (BoundTree | RuleTree) & { kind: 'test' } {
  return tree.kind === 'test' && tree.label.startsWith('--not-');
}

/** A part of rules as it would be written. */
export function ruleText(tree: BoundTree | RuleTree): string {
  if (tree.kind === 'test') return tree.label;
  if (tree.kind === 'not') return isNegatedFlag(tree.operand) ? tree.operand.label : `not (${ruleText(tree.operand)})`;
  if (tree.operands.length === 0) return 'everything';
  const texts = tree.operands.map((each) => (operandsOf(each).length > 1 ? `(${ruleText(each)})` : ruleText(each)));
  return texts.join(` ${tree.kind} `);
}

function placeOfRule(tree: BoundTree): DecidedBy {
  return isOfFlow(tree) ? 'flow' : 'column';
}

function windowsOf(tree: BoundTree): FilterExplanation['windows'] {
  const windows: FilterExplanation['windows'] = [];
  const visit = (node: BoundTree): void => {
    if (node.kind === 'not') visit(node.operand);
    else if (node.kind !== 'test') node.operands.forEach(visit);
    else if (node.test.kind === 'time') {
      const { start, end } = node.test.bounds.range;
      windows.push({
        rule: node.label,
        start: start === null ? null : formatTimestamp(start),
        end: end === null ? null : formatTimestamp(end),
      });
    }
  };
  visit(tree);
  return windows;
}
