import { createOutline, outline } from '../decode/outline.js';
import type { SegmentTest } from '../filter/filter.js';
import { isKept } from '../filter/rule-codes.js';
import { compileRuleTest } from '../filter/rule-columns.js';
import { compileJudge, createFacts, type FlowCodes, type RuleFacts, setHeaderFacts } from '../filter/rule-judge.js';
import { type BoundTree, bindTimes, needsInput } from '../filter/rule-tests.js';
import { checkRules } from '../filter/rules.js';
import { type PacketBatch, TIME_EXACT } from '../formats/batch.js';
import { RowFlag } from '../table/columns.js';
import { flowCodesOf, inputTimes } from './rule-input.js';
import type { Selection, SourceSelection } from './selection.js';
import type { SourceFile } from './source-file.js';
import type { StreamStage } from './stages.js';
import type { StageStep } from './steps.js';

export type RulesStep = Extract<StageStep, { step: 'rules' }>;

/** Some rule asks about the stage's whole input: its flows, or its first and last packet. */
export function rulesNeedInput(step: RulesStep): boolean {
  const { times, flows } = needsInput(checkRules(step.rules).tree);
  return times || flows;
}

/** Rules as a stage that judges each packet by its own headers. */
export function streamRules(step: RulesStep): StreamStage {
  const tree = bindTimes(checkRules(step.rules).tree, { zone: step.zone, first: null, last: null });
  const judge = packetJudge(tree, () => {
    throw new TypeError('rules about flows need the whole capture and cannot stream');
  });
  return {
    apply(batch, keep, source) {
      for (let i = 0; i < batch.count; i++) if (keep[i] !== 0 && !isKept(judge(batch, i, source))) keep[i] = 0;
    },
    isDone: () => false,
  };
}

/** The code of a packet that is at hand. */
export function packetJudge(
  tree: BoundTree,
  flowCodes: FlowCodes,
): (batch: PacketBatch, i: number, source: SourceFile) => number {
  const judge = compileJudge(tree, flowCodes);
  const readFacts = factReader();
  return (batch, i, source) => judge(readFacts(batch, i, source));
}

/** Reads what rules look at from the bytes of a packet. The object is the same each time. */
export function factReader(): (batch: PacketBatch, i: number, source: SourceFile) => RuleFacts {
  const facts = createFacts();
  const o = createOutline();
  return (batch, i, source) => {
    const start = batch.start[i];
    const { linkType } = source.description.interfaces[batch.interface[i]];
    outline(batch.bytes, start, start + batch.length[i], linkType, o);
    setHeaderFacts(facts, o);
    if (batch.length[i] < batch.originalLength[i]) facts.flags |= RowFlag.truncated;
    facts.length = batch.length[i];
    facts.seconds = batch.seconds[i];
    facts.nanoseconds = batch.nanoseconds[i];
    facts.exactTime = (batch.flags[i] & TIME_EXACT) === 0 ? undefined : (batch.exactTimes.get(i) ?? null);
    facts.key = -1;
    return facts;
  };
}

/** The rules of a step with everything known that they ask about the stage's input. */
export interface BoundRules {
  tree: BoundTree;
  /** By the ordinal of a source in the selection. */
  flowCodes: (ordinal: number) => FlowCodes;
}

export async function bindRules(selection: Selection, step: RulesStep): Promise<BoundRules> {
  const { tree } = checkRules(step.rules);
  const needs = needsInput(tree);
  const times = needs.times ? inputTimes(selection) : { first: null, last: null };
  const bound = bindTimes(tree, { zone: step.zone, ...times });
  return { tree: bound, flowCodes: await flowCodesOf(selection, bound) };
}

/** Tests of segments for rules, and of the few rows that columns cannot tell. */
export async function selectByRules(
  selection: Selection,
  step: RulesStep,
): Promise<{
  testFor: (selected: SourceSelection) => SegmentTest;
  judge: (batch: PacketBatch, i: number, source: SourceFile) => boolean;
}> {
  return testsOfRules(selection, await bindRules(selection, step));
}

export function testsOfRules(
  selection: Selection,
  { tree, flowCodes }: BoundRules,
): ReturnType<typeof selectByRules> extends Promise<infer Tests> ? Tests : never {
  // Rows whose encapsulation found no room in its dictionary, and that are in no flow: no code of a flow is asked for.
  const judge = packetJudge(tree, () => new Uint8Array(0));
  return {
    testFor: (selected) =>
      compileRuleTest(tree, selected.table, flowCodes(selection.findIndex(({ source }) => source === selected.source))),
    judge: (batch, i, source) => isKept(judge(batch, i, source)),
  };
}
