import { type FlowReport, reportFlows } from '../analyze/flows.js';
import { finishSummary, type Summary } from '../analyze/summary.js';
import { PcapshError } from '../errors.js';
import { resolveMatch } from '../filter/content.js';
import { compileFilter } from '../filter/filter.js';
import { withAddresses } from '../filter/host-names.js';
import { checkRules } from '../filter/rules.js';
import { openReader } from '../formats/reader.js';
import type { RunOptions } from '../progress.js';
import { checkZone, type Nanos } from '../time.js';
import { type Figures, selectionFigures, streamFigures } from './answers.js';
import { breathe } from './cancellation.js';
import type { Capture, CaptureSource, FlowOptions, WriteOptions, WriteReport } from './capture.js';
import { fetchPlaced } from './fetch-rows.js';
import { createFlowMemory } from './flow-memory.js';
import { countMatches, createTagger, requestOf, skippedLines } from './match-report.js';
import { loadDecoders, type Packet, packetOf, timeOf } from './packet.js';
import { type NumberedPackets, type NumberRange, numberedOfSelection, numberedOfStream } from './packet-numbers.js';
import type { PlanSources } from './plan-sources.js';
import { canStreamPlan, planStages } from './plan-stream.js';
import { countSelected, type Selection } from './selection.js';
import { type PlacedRow, rowsInOrder } from './selection-order.js';
import { hasGrown } from './selection-stream.js';
import type { SourceFile } from './source-file.js';
import type { StreamStage } from './stages.js';
import { orderOf, type Plan, windowSteps } from './steps.js';
import { streamBatches } from './stream.js';
import { findTaggedForm, type TaggedForm } from './tagged-form.js';
import type { ProtectedFile } from './target.js';
import { checkWindow, type ResolvedWindow, resolveWindow, timeNeedsInput } from './time-stage.js';
import { writeCapture } from './write.js';

/** What a handle needs of the workspace that it belongs to. */
export interface Engine {
  /** The files whose packets can come out of a plan, opened if need be. */
  sourcesOf(plan: Plan, options: RunOptions): Promise<SourceFile[]>;
  /** These and those of its parts. */
  sources(plan: Plan, options: RunOptions): Promise<PlanSources>;
  /** The rows that a plan selects, from tables that are made if need be. */
  select(plan: Plan, options: RunOptions): Promise<Selection>;
  /** A table is open, or cheaply had, or wanted anyway: then plans run on it. */
  prefersTable(sources: readonly SourceFile[]): boolean;
  threads: number;
  background: boolean;
  /** Files that no write may touch. */
  protectedFiles(): ProtectedFile[];
}

/** Rows fetched at a time when packets are walked one by one. */
const PAGE_ROWS = 256;

/** A handle on a plan. Every method makes a new handle or computes an answer; nothing is computed before. */
export function createCapture(engine: Engine, plan: Plan): Capture {
  const derive = (next: Plan): Capture => createCapture(engine, next);
  const capture: Capture = {
    plan,
    filter(filter, options = {}) {
      if (typeof filter === 'function') return derive({ step: 'predicate', input: plan, test: filter });
      if (typeof filter !== 'string') {
        const { rules } = checkRules(filter);
        const zone = options.zone === undefined ? {} : { zone: checkZone(options.zone) };
        return derive({ step: 'rules', input: plan, rules, ...zone });
      }
      // A filter that cannot be understood is told now, not when it is first looked at.
      if (options.hosts === undefined) compileFilter(filter);
      const expression = options.hosts === undefined ? filter : withAddresses(filter, options.hosts);
      return derive({ step: 'filter', input: plan, expression });
    },
    time(window, { zone = 'UTC' } = {}) {
      checkWindow(window, checkZone(zone));
      return derive({ step: 'time', input: plan, window, zone });
    },
    match: (what) => derive({ step: 'match', input: plan, match: resolveMatch(requestOf(what)) }),
    intersect: (other) => derive({ step: 'intersect', left: plan, right: planOf(other) }),
    subtract: (other) => derive({ step: 'subtract', left: plan, right: planOf(other) }),
    union: (other) => derive({ step: 'union', left: plan, right: planOf(other) }),
    head: (count = 10) => derive({ step: 'head', input: plan, count: wholeNumber('head', count) }),
    tail: (count = 10) => derive({ step: 'tail', input: plan, count: wholeNumber('tail', count) }),
    nth: (position) => derive({ step: 'nth', input: plan, position: wholeNumber('nth', position) }),
    count: (options = {}) => countPackets(engine, plan, options),
    summary: (options = {}) => summarize(engine, plan, options),
    flows: (options = {}) => listFlows(engine, plan, options),
    packets: (options = {}) => walkPackets(engine, plan, options),
    packet: async (number, options = {}) => findPacket(engine, plan, wholeNumber('packet', number), options),
    numbered: (ranges, options = {}) => findPackets(engine, plan, ranges, options),
    start: (options = {}) => findStart(engine, plan, options),
    sources: (options = {}) => listSources(engine, plan, options),
    matches: async (options = {}) => countMatches(plan, await execution(engine, plan, options, false), options),
    tagger: () => createTagger(plan),
    skipped: async () => skippedLines(plan),
    windows: (options = {}) => findWindows(engine, plan, options),
    preview: async (options = {}) => (await import('./preview.js')).previewPlan(engine, plan, options),
    forecast: async (path, options = {}) =>
      (await import('./write-preview.js')).forecastWrite({
        sources: (await engine.sources(plan, options)).of(plan),
        selection: await engine.select(plan, options),
        paths: typeof path === 'string' ? [path] : path,
        options,
        protectedFiles: engine.protectedFiles(),
      }),
    explain: async ({ stages = 1, ...options } = {}) =>
      (await import('./explain.js')).explainPlan(engine, plan, stages, options),
    why: async (number, { file = 1, ...options } = {}) =>
      (await import('./why.js')).explainPacket(engine, plan, wholeNumber('why', number), file, options),
    taggedForm: (options = {}) => taggedFormOf(engine, plan, options),
    write: (path, options = {}) => writePackets(engine, plan, path, options),
    [Symbol.asyncIterator]: () => walkPackets(engine, plan, {})[Symbol.asyncIterator](),
  };
  return capture;
}

function wholeNumber(step: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new PcapshError('plan.no-whole-number', `${step} takes a whole number from 0 on, not ${value}`, {
    kind: 'input',
  });
}

function planOf(other: unknown): Plan {
  const { plan } = (other ?? {}) as Partial<Capture>;
  if (plan !== undefined && 'step' in plan) return plan;
  const given = other === null ? 'null' : typeof other;
  throw new PcapshError('plan.no-capture', `set algebra is between two captures, not a capture and ${given}`, {
    kind: 'input',
  });
}

async function findWindows(engine: Engine, plan: Plan, options: RunOptions): Promise<ResolvedWindow[]> {
  const found: ResolvedWindow[] = [];
  for (const step of windowSteps(plan)) {
    const input = timeNeedsInput(step) ? await engine.select(step.input, options) : null;
    found.push(resolveWindow(step, input));
  }
  return found;
}

async function listSources(engine: Engine, plan: Plan, options: RunOptions): Promise<CaptureSource[]> {
  const sources = await engine.sources(plan, options);
  const own = sources.of(plan);
  const compared = sources.all.filter((source) => !own.includes(source));
  return [...own.map(describeSource), ...compared.map((one) => ({ ...describeSource(one), compared: true as const }))];
}

function describeSource({ path, description, damage }: SourceFile): CaptureSource {
  return { path, description, damage };
}

/** How a plan is executed: on tables, or in one pass over its sources by stages that are ready to run once. */
export type Execution =
  | { on: 'table'; selection: Selection }
  | { on: 'stream'; sources: readonly SourceFile[]; stages(): StreamStage[] };

/** `ordered`: the answer hangs on the order of the packets. */
async function execution(engine: Engine, plan: Plan, options: RunOptions, ordered: boolean): Promise<Execution> {
  const sources = await engine.sources(plan, options);
  if (engine.prefersTable(sources.all) || !canStreamPlan(plan, sources, ordered))
    return { on: 'table', selection: await engine.select(plan, options) };
  return { on: 'stream', sources: sources.of(plan), stages: () => planStages(plan, sources) };
}

async function countPackets(engine: Engine, plan: Plan, options: RunOptions): Promise<number> {
  const run = await execution(engine, plan, options, false);
  if (run.on === 'table') return countSelected(run.selection);
  let count = 0;
  for await (const { batch, keep } of streamBatches(run.sources, run.stages(), options)) {
    if (keep === null) count += batch.count;
    else for (let i = 0; i < batch.count; i++) count += keep[i];
  }
  return count;
}

/** A pipe cannot be looked at once more. */
async function taggedFormOf(engine: Engine, plan: Plan, options: RunOptions): Promise<TaggedForm | null> {
  const { all } = await engine.sources(plan, options);
  if (all.some(({ bytes }) => !bytes.seekable && bytes.rawSize === null)) return null;
  return findTaggedForm(plan, (part) => countPackets(engine, part, options));
}

async function figuresOf(
  engine: Engine,
  plan: Plan,
  options: RunOptions & { unidirectional?: boolean },
): Promise<Figures> {
  if (options.unidirectional === true) return selectionFigures(await engine.select(plan, options), true);
  const run = await execution(engine, plan, options, false);
  if (run.on === 'table') return selectionFigures(run.selection, false);
  const { threads, background } = engine;
  return streamFigures(run.sources, run.stages(), { ...options, threads, background });
}

async function summarize(engine: Engine, plan: Plan, options: RunOptions): Promise<Summary> {
  const { summary, flows, addresses, counters } = await figuresOf(engine, plan, options);
  return finishSummary(summary, { flows, addresses, counters, sources: await engine.sourcesOf(plan, options) });
}

async function listFlows(engine: Engine, plan: Plan, options: FlowOptions): Promise<FlowReport> {
  const { flows, addresses, counters } = await figuresOf(engine, plan, options);
  const { unidirectional, by, top } = options;
  return reportFlows(flows, addresses, counters, { unidirectional, by, top });
}

async function* walkPackets(engine: Engine, plan: Plan, options: RunOptions): AsyncGenerator<Packet> {
  const run = await execution(engine, plan, options, true);
  await loadDecoders();
  if (run.on === 'table') {
    const { selection } = run;
    let page: PlacedRow[] = [];
    let size = 16; // the first look is at a few packets, a long walk goes in larger pages
    for (const placed of rowsInOrder(selection, orderOf(plan))) {
      page.push(placed);
      if (page.length < size) continue;
      yield* fetchPlaced(selection, page);
      page = [];
      size = PAGE_ROWS;
      await breathe(options.signal);
    }
    yield* fetchPlaced(selection, page);
    return;
  }
  const memory = createFlowMemory();
  for await (const { batch, keep, source, ordinal } of streamBatches(run.sources, run.stages(), options)) {
    for (let i = 0; i < batch.count; i++) {
      const carried = memory.applicationOf(batch, i, source);
      if (keep === null || keep[i] === 1) yield packetOf(batch, i, source, ordinal, carried);
    }
  }
}

async function findPackets(
  engine: Engine,
  plan: Plan,
  ranges: readonly NumberRange[],
  { limit = Number.POSITIVE_INFINITY, ...options }: RunOptions & { limit?: number },
): Promise<NumberedPackets> {
  const run = await execution(engine, plan, options, false);
  if (run.on === 'table') return numberedOfSelection(run.selection, ranges, limit);
  return numberedOfStream(run.sources, run.stages(), ranges, { ...options, limit });
}

async function findPacket(
  engine: Engine,
  plan: Plan,
  number: number,
  options: RunOptions & { file?: number },
): Promise<Packet | null> {
  const range = { file: options.file ?? 1, from: number, to: number };
  const { packets } = await findPackets(engine, plan, [range], { ...options, limit: 1 });
  return packets[0] ?? null;
}

/** Time of the first packet of the first file: a small look at its beginning, which a pipe does not allow twice. */
async function findStart(engine: Engine, plan: Plan, options: RunOptions): Promise<Nanos | null> {
  const [{ bytes }] = await engine.sourcesOf(plan, options);
  if (!bytes.seekable && bytes.rawSize === null) return null;
  const reader = await openReader(bytes, { rows: 1, windowBytes: 65_536 });
  const batch = await reader.next();
  reader.close();
  return batch === null || batch.count === 0 ? null : timeOf(batch, 0);
}

async function writePackets(
  engine: Engine,
  plan: Plan,
  path: string | readonly string[],
  options: WriteOptions,
): Promise<WriteReport> {
  const sources = await engine.sources(plan, options);
  const isWhole = plan.step === 'load' && !sources.all.some(hasGrown);
  const run = isWhole ? null : await execution(engine, plan, options, true);
  return writeCapture({
    order: orderOf(plan),
    sources: sources.of(plan),
    read: sources.all,
    selection: run?.on === 'table' ? run.selection : null,
    stages: run?.on === 'stream' ? run.stages : () => [],
    selected: plan.step !== 'load',
    paths: typeof path === 'string' ? [path] : path,
    options,
    protectedFiles: engine.protectedFiles(),
  });
}
