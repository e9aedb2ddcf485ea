import type { PacketBatch } from '../formats/batch.js';
import type { PlanSources } from './plan-sources.js';
import type { SourceFile } from './source-file.js';
import { canStream, type StreamStage, streamStage } from './stages.js';
import { type AlgebraStep, type Plan, unfold } from './steps.js';

/**
 * Whether one pass over the sources can tell what comes out of a plan: every stage judges a packet by itself, and what is compared with is read anyway, in the
 * same order. `ordered`: it matters in which order packets come; that of a union is known only when all of them are.
 */
export function canStreamPlan(plan: Plan, sources: PlanSources, ordered: boolean): boolean {
  const answers = { ordered: new Map<Plan, boolean>(), unordered: new Map<Plan, boolean>() };
  const ask = (part: Plan, inOrder: boolean): boolean => {
    const known = inOrder ? answers.ordered : answers.unordered;
    const answer = known.get(part) ?? judge(part, inOrder);
    known.set(part, answer);
    return answer;
  };
  const judge = (part: Plan, inOrder: boolean): boolean => {
    const { base, stages } = unfold(part);
    if (!canStream(stages)) return false;
    if (base.step === 'load') return true;
    if (stages.length > 0) return ask(base, inOrder || stages.some(({ step }) => step === 'head' || step === 'nth'));
    if (base.step === 'union' && inOrder) return false;
    if (!isInOrderOf(sources.of(base.right), sources.of(base))) return false;
    return ask(base.left, inOrder) && ask(base.right, false);
  };
  return ask(plan, ordered);
}

/** Whether all of `some` are in `others`, one behind the other as there: equal times then come in the same order. */
function isInOrderOf(some: readonly SourceFile[], others: readonly SourceFile[]): boolean {
  let at = 0;
  for (const source of some) {
    while (at < others.length && others[at] !== source) at++;
    if (at++ >= others.length) return false;
  }
  return true;
}

/** The stages of a plan over a stream of its sources, ready to run once. Throws PcapshError for a filter that cannot be understood. */
export function planStages(plan: Plan, sources: PlanSources): StreamStage[] {
  return stagesOf(plan, { sources, sides: new Map(), batches: { count: 0 } }, true);
}

interface Streaming {
  sources: PlanSources;
  /** A handle that stands in a plan more than once judges each batch once. */
  sides: Map<Plan, Side>;
  /** How many batches have come. */
  batches: { count: number };
}

/** One side of an operation. */
interface Side {
  /** keep[i] is 1 or 0; holds until the next batch. */
  keep(batch: PacketBatch, source: SourceFile): Uint8Array;
  isDone(): boolean;
}

function stagesOf(plan: Plan, streaming: Streaming, outermost: boolean): StreamStage[] {
  const { base, stages } = unfold(plan);
  const judges = stages.map((stage) => streamStage(stage));
  return base.step === 'load' ? judges : [algebraStage(base, streaming, outermost), ...judges];
}

function algebraStage({ step, left, right }: AlgebraStep, streaming: Streaming, outermost: boolean): StreamStage {
  const a = sideOf(left, streaming);
  const b = sideOf(right, streaming);
  return {
    apply(batch, keep, source) {
      if (outermost) streaming.batches.count++;
      const [ofA, ofB] = [a.keep(batch, source), b.keep(batch, source)];
      for (let i = 0; i < batch.count; i++) {
        const kept =
          step === 'union' ? ofA[i] | ofB[i] : step === 'intersect' ? ofA[i] & ofB[i] : ofA[i] & (1 - ofB[i]);
        keep[i] &= kept;
      }
    },
    isDone: () => (step === 'union' ? a.isDone() && b.isDone() : a.isDone() || (step === 'intersect' && b.isDone())),
  };
}

function sideOf(plan: Plan, streaming: Streaming): Side {
  const before = streaming.sides.get(plan);
  if (before !== undefined) return before;
  const own = streaming.sources.of(plan);
  const stages = stagesOf(plan, streaming, false);
  let kept = new Uint8Array(0);
  let judged = 0;
  let asked = 0;
  let done = false;
  const side: Side = {
    keep(batch, source) {
      if (judged === streaming.batches.count) return kept;
      judged = streaming.batches.count;
      if (kept.length < batch.count) kept = new Uint8Array(Math.max(batch.count, 16_384));
      const ordinal = own.indexOf(source);
      kept.fill(ordinal < 0 ? 0 : 1, 0, batch.count);
      if (ordinal >= 0) for (const stage of stages) stage.apply(batch, kept, source, ordinal);
      return kept;
    },
    isDone() {
      if (asked !== streaming.batches.count) {
        asked = streaming.batches.count;
        done ||= stages.some((stage) => stage.isDone());
      }
      return done;
    },
  };
  streaming.sides.set(plan, side);
  return side;
}
