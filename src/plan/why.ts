import { type Clause, clausesOf, conjuncts } from '../filter/clauses.js';
import { Code } from '../filter/rule-codes.js';
import { compileJudge, type RuleFacts } from '../filter/rule-judge.js';
import type { BoundTree } from '../filter/rule-tests.js';
import { checkRules } from '../filter/rules.js';
import type { PacketBatch } from '../formats/batch.js';
import type { RunOptions } from '../progress.js';
import { isSet } from '../table/bitmap.js';
import { NO_FLOW } from '../table/columns.js';
import { findRow } from '../table/packet-table.js';
import { operandsOf, operationOf, ruleText, type Selector } from './explain.js';
import type { ClauseVerdict, JudgedClause, PacketHistory, StageHistory } from './explanation.js';
import { fetchRows } from './fetch-rows.js';
import { matchText } from './match-text.js';
import { loadDecoders, packetOf } from './packet.js';
import { bindRules, factReader, type RulesStep } from './rule-stage.js';
import { seenByClause, seenByRule } from './seen.js';
import type { Selection, SourceSelection } from './selection.js';
import { directionAt, interfaceTests } from './stages.js';
import { type AlgebraStep, type Plan, type StageStep, unfold } from './steps.js';

/** A packet at its place in the tables. */
interface Place {
  selected: SourceSelection;
  ordinal: number;
  segment: number;
  row: number;
  batch: PacketBatch;
  key: number;
}

/**
 * What became of one packet, stage by stage: which clause kept or dropped it. `number` counts over its file, `file` is its 1-based ordinal among those that were
 * loaded. Null when the capture has no such packet.
 */
export async function explainPacket(
  selector: Selector,
  plan: Plan,
  number: number,
  file: number,
  options: RunOptions,
): Promise<PacketHistory | null> {
  const { base, stages: steps } = unfold(plan);
  let input = await selector.select(base, options);
  const place = findPlace(input, number, file);
  if (place === null) return null;
  await loadDecoders();
  const packet = packetOf(place.batch, 0, place.selected.source, place.ordinal);
  const stages: StageHistory[] = [];
  let reached = isSelected(input, place);
  if (base.step !== 'load') {
    const sides = [await selector.select(base.left, options), await selector.select(base.right, options)];
    stages.push(
      historyOfSets(
        base.step,
        sides.map((side) => isSelected(side, place)),
      ),
    );
  }
  for (const step of steps) {
    const output = await selector.select(step, options);
    const kept = reached ? isSelected(output, place) : null;
    const clauses = await clausesOfStep(step, input, place);
    stages.push({ stage: stageText(step), kept, decidedBy: kept === null ? null : decider(clauses, kept), clauses });
    reached &&= kept === true;
    input = output;
  }
  return { packet, kept: reached, stages };
}

const OPERATIONS: Readonly<Record<AlgebraStep['step'], string>> = {
  union: 'left + right',
  intersect: 'left & right',
  subtract: 'left - right',
};

/** What an operation between two handles did to a packet, by which of them have it. */
function historyOfSets(step: AlgebraStep['step'], [left, right]: readonly boolean[]): StageHistory {
  const side = (clause: string, has: boolean): JudgedClause => {
    return { clause, op: null, verdict: has ? 'yes' : 'no', seen: null, operands: [] };
  };
  const kept = step === 'union' ? left || right : step === 'intersect' ? left && right : left && !right;
  const decidedBy = kept ? (step === 'union' ? (left ? 'left' : 'right') : null) : left ? 'right' : 'left';
  return { stage: OPERATIONS[step], kept, decidedBy, clauses: [side('left', left), side('right', right)] };
}

function findPlace(selection: Selection, number: number, file: number): Place | null {
  const ordinal = file - 1;
  const selected = selection[ordinal];
  if (selected === undefined) return null;
  const found = findRow(selected.table, number - 1);
  if (found === null) return null;
  for (const batch of fetchRows(selected.source, selected.table, found.ordinal, [found.at])) {
    return { selected, ordinal, segment: found.ordinal, row: found.at, batch, key: found.segment.flow[found.at] };
  }
  return null;
}

function isSelected(selection: Selection, { selected: { source }, segment, row }: Place): boolean {
  const own = selection.find((one) => one.source === source);
  if (own === undefined) return false;
  const bitmap = own.bitmaps[segment];
  return bitmap === null || isSet(bitmap, row);
}

/** A stage as it would be typed. */
export function stageText(step: StageStep): string {
  switch (step.step) {
    case 'filter':
      return `filter ${step.expression}`;
    case 'rules':
      return `filter ${rulesText(step)}`;
    case 'predicate':
      return 'filter by a function';
    case 'match':
      return matchText(step.match);
    case 'head':
    case 'tail':
      return `${step.step} ${step.count}`;
    case 'nth':
      return `nth ${step.position}`;
    case 'time':
      return typeof step.window === 'string'
        ? `time ${step.window}`
        : `time --around "${step.window.around}" --within ${step.window.within}`;
  }
}

function rulesText({ rules }: RulesStep): string {
  const { tree } = checkRules(rules);
  const parts = tree.kind === 'and' ? tree.operands : [tree];
  return parts.map((part) => ruleText(part)).join(' ');
}

async function clausesOfStep(step: StageStep, input: Selection, place: Place): Promise<JudgedClause[]> {
  if (step.step === 'filter') return conjuncts(clausesOf(step.expression)).map((clause) => judgeClause(clause, place));
  if (step.step === 'rules') return judgeRules(step, input, place);
  return [];
}

function judgeClause(clause: Clause, place: Place): JudgedClause {
  const { batch, selected } = place;
  const { text, op, filter } = clause;
  const test = interfaceTests(filter)(batch.interface[0], selected.source.description);
  const direction = filter.asksDirection ? directionAt(batch, 0, selected.source.description) : 0;
  const holds = test(batch.bytes, batch.start[0], batch.length[0], batch.originalLength[0], direction);
  const operands = clause.operands.map((each) => judgeClause(each, place));
  const seen = op === null ? seenByClause(clause, batch, selected.source) : null;
  return { clause: text, op, verdict: holds ? 'yes' : 'no', seen, operands };
}

const VERDICTS: readonly ClauseVerdict[] = ['ignored', 'yes', 'no', 'unknown'];

async function judgeRules(step: RulesStep, input: Selection, place: Place): Promise<JudgedClause[]> {
  const bound = await bindRules(input, step);
  const ordinal = input.findIndex(({ source }) => source === place.selected.source);
  const flowCodes = bound.flowCodes(ordinal);
  const facts = factReader()(place.batch, 0, place.selected.source);
  facts.key = place.key === NO_FLOW ? -1 : place.key;
  const about = { facts, table: place.selected.table };
  const judge = async (tree: BoundTree): Promise<JudgedClause> => {
    const operands: JudgedClause[] = [];
    for (const operand of operandsOf(tree)) operands.push(await judge(operand));
    const test = tree.kind === 'not' ? tree.operand : tree;
    const verdict = VERDICTS[codeOf(tree, facts, flowCodes)];
    const seen = operands.length === 0 && test.kind === 'test' ? await seenByRule(test.test, about) : null;
    return { clause: ruleText(tree), op: operationOf(tree), verdict, seen, operands };
  };
  const parts = bound.tree.kind === 'and' && bound.tree.operands.length > 0 ? bound.tree.operands : [bound.tree];
  const judged: JudgedClause[] = [];
  for (const part of parts) judged.push(await judge(part));
  return judged;
}

function codeOf(tree: BoundTree, facts: RuleFacts, flowCodes: Parameters<typeof compileJudge>[1]): number {
  const code = compileJudge(tree, flowCodes)(facts);
  return code >= Code.ignored && code <= Code.unknown ? code : Code.unknown;
}

/** The clause that dropped a packet, or, of an `or`, the one that kept it: as far down as one alone decided. */
function decider(clauses: readonly JudgedClause[], kept: boolean): string | null {
  if (kept) return clauses.length === 1 ? keeper(clauses[0]) : null;
  const dropping = clauses.find(({ verdict }) => verdict === 'no' || verdict === 'unknown');
  return dropping === undefined ? null : dropper(dropping);
}

function dropper(clause: JudgedClause): string {
  if (clause.op === 'and') {
    const part = clause.operands.find(({ verdict }) => verdict === 'no' || verdict === 'unknown');
    return part === undefined ? clause.clause : dropper(part);
  }
  return clause.clause;
}

function keeper(clause: JudgedClause): string {
  if (clause.op === 'or') {
    const part = clause.operands.find(({ verdict }) => verdict === 'yes');
    return part === undefined ? clause.clause : keeper(part);
  }
  return clause.clause;
}
