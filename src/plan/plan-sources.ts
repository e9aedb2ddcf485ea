import { loadMatch } from './match-stage.js';
import { loadDecoders } from './packet.js';
import type { SourceFile } from './source-file.js';
import { type BaseStep, type LoadStep, type Plan, unfold } from './steps.js';

/** The open files of a plan and of each of its parts. */
export interface PlanSources {
  /** Those whose packets can come out of a plan or a part of it; a packet's `file` is the ordinal here, from 1. */
  of(plan: Plan): readonly SourceFile[];
  /** Those that have to be read to know what comes out: also of what is only compared with. */
  readonly all: readonly SourceFile[];
}

/** Opens what a plan loads, each part once. */
export async function openPlanSources(
  plan: Plan,
  open: (load: LoadStep) => Promise<readonly SourceFile[]>,
): Promise<PlanSources> {
  const found = new Map<BaseStep, readonly SourceFile[]>();
  const all = new Set<SourceFile>();
  const visit = async (part: Plan): Promise<readonly SourceFile[]> => {
    const { base, stages } = unfold(part);
    // Functions of library users look at packets as they stream by.
    if (stages.some(({ step }) => step === 'predicate')) await loadDecoders();
    if (stages.some(({ step }) => step === 'match')) await loadMatch();
    const before = found.get(base);
    if (before !== undefined) return before;
    const sources = base.step === 'load' ? await open(base) : await both(base.step, base.left, base.right);
    for (const source of sources) all.add(source);
    found.set(base, sources);
    return sources;
  };
  const both = async (step: string, left: Plan, right: Plan): Promise<readonly SourceFile[]> => {
    const own = await visit(left);
    const others = await visit(right);
    return step === 'union' ? [...new Set([...own, ...others])] : own;
  };
  await visit(plan);
  return { of: (part) => found.get(unfold(part).base)!, all: [...all] };
}
