import { type FlowReport, reportFlows } from '../analyze/flows.js';
import { finishSummary, type Summary } from '../analyze/summary.js';
import { PcapshError } from '../errors.js';
import { compileFilter } from '../filter/filter.js';
import { checkRules } from '../filter/rules.js';
import { openReader } from '../formats/reader.js';
import type { RunOptions } from '../progress.js';
import { checkZone, type Nanos } from '../time.js';
import { type Figures, selectionFigures, streamFigures } from './answers.js';
import { breathe } from './cancellation.js';
import type { Capture, CaptureSource, FlowOptions, WriteOptions, WriteReport } from './capture.js';
import { fetchPlaced } from './fetch-rows.js';
import { type Packet, packetOf, timeOf } from './packet.js';
import { type NumberedPackets, type NumberRange, numberedOfSelection, numberedOfStream } from './packet-numbers.js';
import { countSelected, type Selection } from './selection.js';
import { type PlacedRow, rowsInOrder } from './selection-order.js';
import { hasGrown } from './selection-stream.js';
import type { SourceFile } from './source-file.js';
import { canStream, streamStage } from './stages.js';
import { type Plan, unfold } from './steps.js';
import { streamBatches } from './stream.js';
import type { ProtectedFile } from './target.js';
import { writeCapture } from './write.js';

/** What a handle needs of the workspace that it belongs to. */
export interface Engine {
  sourcesOf(plan: Plan, options: RunOptions): Promise<SourceFile[]>;
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
      compileFilter(filter); // a filter that cannot be understood is told now, not when it is first looked at
      return derive({ step: 'filter', input: plan, expression: filter });
    },
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
    sources: async (options = {}) => (await engine.sourcesOf(plan, options)).map(describeSource),
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

function describeSource({ path, description, damage }: SourceFile): CaptureSource {
  return { path, description, damage };
}

async function runsOnTable(engine: Engine, plan: Plan, options: RunOptions): Promise<boolean> {
  const sources = await engine.sourcesOf(plan, options);
  return !canStream(unfold(plan).stages) || engine.prefersTable(sources);
}

async function countPackets(engine: Engine, plan: Plan, options: RunOptions): Promise<number> {
  if (await runsOnTable(engine, plan, options)) return countSelected(await engine.select(plan, options));
  const sources = await engine.sourcesOf(plan, options);
  let count = 0;
  for await (const { batch, keep } of streamBatches(sources, unfold(plan).stages.map(streamStage), options)) {
    if (keep === null) count += batch.count;
    else for (let i = 0; i < batch.count; i++) count += keep[i];
  }
  return count;
}

async function figuresOf(
  engine: Engine,
  plan: Plan,
  options: RunOptions & { unidirectional?: boolean },
): Promise<Figures> {
  const unidirectional = options.unidirectional ?? false;
  if (unidirectional || (await runsOnTable(engine, plan, options))) {
    return selectionFigures(await engine.select(plan, options), unidirectional);
  }
  const sources = await engine.sourcesOf(plan, options);
  const { threads, background } = engine;
  return streamFigures(sources, unfold(plan).stages.map(streamStage), { ...options, threads, background });
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
  if (await runsOnTable(engine, plan, options)) {
    const selection = await engine.select(plan, options);
    let page: PlacedRow[] = [];
    let size = 16; // the first look is at a few packets, a long walk goes in larger pages
    for (const placed of rowsInOrder(selection)) {
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
  const sources = await engine.sourcesOf(plan, options);
  for await (const { batch, keep, source, ordinal } of streamBatches(
    sources,
    unfold(plan).stages.map(streamStage),
    options,
  )) {
    for (let i = 0; i < batch.count; i++) if (keep === null || keep[i] === 1) yield packetOf(batch, i, source, ordinal);
  }
}

async function findPackets(
  engine: Engine,
  plan: Plan,
  ranges: readonly NumberRange[],
  { limit = Number.POSITIVE_INFINITY, ...options }: RunOptions & { limit?: number },
): Promise<NumberedPackets> {
  if (await runsOnTable(engine, plan, options))
    return numberedOfSelection(await engine.select(plan, options), ranges, limit);
  const sources = await engine.sourcesOf(plan, options);
  return numberedOfStream(sources, unfold(plan).stages.map(streamStage), ranges, { ...options, limit });
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
  const sources = await engine.sourcesOf(plan, options);
  const isWhole = unfold(plan).stages.length === 0 && !sources.some(hasGrown);
  const selection = !isWhole && (await runsOnTable(engine, plan, options)) ? await engine.select(plan, options) : null;
  return writeCapture({
    plan,
    sources,
    selection,
    paths: typeof path === 'string' ? [path] : path,
    options,
    protectedFiles: engine.protectedFiles(),
  });
}
