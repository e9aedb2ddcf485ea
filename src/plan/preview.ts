import { emptyHistogram, GLANCE_ROWS, type Glance, glanceAt, type Histogram } from '../analyze/histogram.js';
import type { RunOptions } from '../progress.js';
import { emptyTable, type PacketTable, segmentRows, tableRows } from '../table/packet-table.js';
import { breathe, createPace, isCancelled, type Pace } from './cancellation.js';
import { fetchPlaced } from './fetch-rows.js';
import { loadDecoders, type Packet } from './packet.js';
import { firstRowsOf, growingTable, shareOf } from './partial-table.js';
import type { PlanSources } from './plan-sources.js';
import { bottomOf, readsPackets, stageClauses, stepsBetween } from './preview-clauses.js';
import { inputTimes } from './rule-input.js';
import { selectPlan } from './select.js';
import { countSelected, type Selection, selectAll } from './selection.js';
import type { SelectionCache } from './selection-cache.js';
import { rowsInOrder } from './selection-order.js';
import { applyStage, filterBy } from './selection-stages.js';
import type { SourceFile } from './source-file.js';
import { type LoadStep, orderOf, type Plan, type PlanOrder, type StageStep } from './steps.js';

/** What is seen of a handle before anything is done with it. */
export interface CapturePreview {
  packets: number;
  /** Packets of the handle that it was made from. */
  of: number;
  /** Original bytes. */
  bytes: number;
  /** Of several sources: null, since what is one flow in both is not known at a glance. */
  flows: number | null;
  /** Over the time of the handle that it was made from; null where no packet of that has a time. */
  histogram: Histogram | null;
  /** How many packets are left after each part of the pipeline. */
  funnel: { label: string; packets: number }[];
  /** The first packets. */
  sample: Packet[];
  /** false: figures of the packets that have been looked at so far. */
  exact: boolean;
  /** How much of the captures has been looked at, 0 to 1. */
  share: number;
}

export interface PreviewOptions extends RunOptions {
  /** The handle that the pipeline began with: its time is that of the histogram. Default: what is loaded. */
  from?: { readonly plan: Plan };
  /** Packets of the sample. Default 5. */
  rows?: number;
  /** Buckets of the histogram. Default 48. */
  buckets?: number;
  /** Told what is known while the exact answer takes its time. Not called any more when the signal is aborted or the answer is there. */
  onEstimate?: (preview: CapturePreview) => void;
}

/** What a preview needs of its workspace. */
export interface PreviewEngine {
  sources(plan: Plan, options: RunOptions): Promise<PlanSources>;
  select(plan: Plan, options: RunOptions): Promise<Selection>;
}

/** So many packets are looked at first; where all would take longer than is worth waiting for (milliseconds), those are told as an estimate. */
const FIRST_ROWS = 2048;
const ROWS_GROW = 8;
const WORTH_WAITING = 50;
/** Columns of so many packets are looked through before that. */
const FEW_ROWS = 3_000_000;
/** So often figures of a growing capture are made, milliseconds; and they take at most this share of the time. */
const AGAIN_AFTER = 150;
const MOST_SHARE = 1 / 3;

/**
 * Looks at a handle in slices of a few milliseconds, so that whoever waits for keys gets them. Answers when all packets have been looked at; estimates come
 * before, the first of them within a frame where anything is there to look at.
 */
export async function previewPlan(
  engine: PreviewEngine,
  plan: Plan,
  options: PreviewOptions = {},
): Promise<CapturePreview> {
  const { signal } = options;
  const base = options.from?.plan ?? bottomOf(plan);
  const steps = stepsBetween(base, plan);
  const way: Way =
    steps === null ? { base: bottomOf(plan), steps: stepsBetween(bottomOf(plan), plan)! } : { base, steps };
  await breathe(signal);
  if (options.onEstimate !== undefined) await estimate(engine, plan, way, options, options.onEstimate);
  const selected = (each: Plan): Promise<Selection> => engine.select(each, options);
  return lookAt(await selected(way.base), way, (_input, step) => selected(step), {
    ...options,
    order: orderOf(plan),
    exact: true,
    share: 1,
  });
}

/** Where figures begin, and what is done to the packets from there on. */
interface Way {
  base: Plan;
  steps: readonly StageStep[];
}

interface Look extends PreviewOptions {
  order: PlanOrder;
  exact: boolean;
  share: number;
}

async function lookAt(
  start: Selection,
  way: Way,
  apply: (input: Selection, step: StageStep) => Promise<Selection>,
  look: Look,
): Promise<CapturePreview> {
  const { rows = 5, exact, share, signal } = look;
  const pace = createPace(signal);
  let selection = start;
  const funnel: CapturePreview['funnel'] = [];
  for (const step of way.steps) {
    let left = selection;
    for (const { label, filter } of stageClauses(step)) {
      left = filter === null ? await apply(selection, step) : await filterBy(left, filter, { signal });
      funnel.push({ label, packets: countSelected(left) });
      await pace();
    }
    selection = left;
  }
  const glance = await glanceOver(selection, await timesOf(start, pace), look.buckets, pace);
  await loadDecoders();
  return {
    packets: glance.packets,
    of: countSelected(start),
    bytes: glance.bytes,
    flows: glance.flows,
    histogram: glance.histogram,
    funnel,
    sample: [...fetchPlaced(selection, [...rowsInOrder(selection, orderOf(way.steps.at(-1) ?? way.base), 1, rows)])],
    exact,
    share,
  };
}

async function timesOf(selection: Selection, pace: Pace): Promise<ReturnType<typeof inputTimes>> {
  const times: ReturnType<typeof inputTimes> = { first: null, last: null };
  for (const { source, table, bitmaps } of selection) {
    for (const [i, segment] of table.segments.entries()) {
      const one = { source, table: { ...table, segments: [segment] }, bitmaps: [bitmaps[i]] };
      const { first, last } = inputTimes([one]);
      if (first !== null && (times.first === null || first < times.first)) times.first = first;
      if (last !== null && (times.last === null || last > times.last)) times.last = last;
      await pace();
    }
  }
  return times;
}

async function glanceOver(
  selection: Selection,
  { first, last }: ReturnType<typeof inputTimes>,
  buckets: number | undefined,
  pace: Pace,
): Promise<Omit<Glance, 'seenFlows'> & { flows: number | null }> {
  const histogram = first === null || last === null ? null : emptyHistogram({ first, last }, buckets);
  const glance: Glance = { packets: 0, bytes: 0, seenFlows: new Uint8Array(0), histogram };
  let flows = 0;
  for (const { table, bitmaps } of selection) {
    glance.seenFlows = new Uint8Array(table.flows.count);
    for (const [i, segment] of table.segments.entries()) {
      const rows = segmentRows(segment);
      for (let from = 0; from < rows; from += GLANCE_ROWS) {
        glanceAt(glance, segment, from, rows, bitmaps[i]);
        await pace();
      }
    }
    for (const seen of glance.seenFlows) flows += seen;
    await pace();
  }
  return { ...glance, flows: selection.length === 1 ? flows : null };
}

/** Tells what is known until the exact answer can be had, or is about to come anyway. */
async function estimate(
  engine: PreviewEngine,
  plan: Plan,
  way: Way,
  options: PreviewOptions,
  tell: (preview: CapturePreview) => void,
): Promise<void> {
  const sources = await engine.sources(plan, options);
  const estimateOf = async ({ tables, share }: Part): Promise<CapturePreview> => {
    const load = async (step: LoadStep): Promise<Selection> =>
      selectAll(
        sources.of(step).map((source) => ({ source, table: tables.get(source) ?? emptyTable(source.description) })),
      );
    const start = await selectPlan(way.base, { load, cache: NOTHING_KEPT, options });
    return lookAt(start, way, (input, step) => applyStage(input, step, options), {
      ...options,
      order: orderOf(plan),
      exact: false,
      share,
    });
  };
  if (sources.all.some(({ table }) => table?.done !== true)) {
    const indexed = engine.select(way.base, options);
    await estimateGrowing(sources.all, indexed, estimateOf, options.signal, tell);
  }
  const rows = sources.all.reduce((sum, { table }) => sum + (table === null ? 0 : tableRows(table)), 0);
  if (rows > FEW_ROWS || way.steps.some(readsPackets)) await estimateFirst(sources.all, estimateOf, tell);
}

/** Rows of tables that stand for all, and what share of all they are. */
interface Part {
  tables: ReadonlyMap<SourceFile, PacketTable>;
  share: number;
}
type EstimateOf = (part: Part) => Promise<CapturePreview>;

/** A part is not the whole: nothing that is found in it may be found again. */
const NOTHING_KEPT: SelectionCache = { get: () => null, keep: () => undefined, clear: () => undefined };

/** While captures are being read: figures of the rows that are there, again and again. */
async function estimateGrowing(
  sources: readonly SourceFile[],
  indexed: Promise<unknown>,
  estimateOf: EstimateOf,
  signal: AbortSignal | undefined,
  tell: (preview: CapturePreview) => void,
): Promise<void> {
  let over = false;
  const ended = indexed.finally(() => {
    over = true;
  });
  ended.catch(() => undefined); // thrown below
  let told = 0;
  while (!over) {
    const part = await partSoFar(sources);
    const started = performance.now();
    if (part !== null && part.share > told && !over) {
      told = part.share;
      try {
        const preview = await estimateOf(part);
        if (!over && signal?.aborted !== true) tell(preview);
      } catch (error) {
        if (isCancelled(error)) throw error;
        // What stands in the way of an exact answer is told with that.
      }
    }
    const took = performance.now() - started;
    await Promise.race([ended, wait(Math.max(AGAIN_AFTER, took / MOST_SHARE))]);
  }
  await ended;
}

async function partSoFar(sources: readonly SourceFile[]): Promise<Part | null> {
  const tables = new Map<SourceFile, PacketTable>();
  let share = 0;
  for (const source of sources) {
    const table = source.table?.done === true ? source.table : await growingTable(source);
    if (table === null) continue;
    share += table.done ? 1 : shareOf(source, table);
    tables.set(source, table);
  }
  return tables.size === 0 ? null : { tables, share: share / sources.length };
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Of captures that have been read: figures of the first packets, and of more of them, as long as all would take longer than is worth waiting for. */
async function estimateFirst(
  sources: readonly SourceFile[],
  estimateOf: EstimateOf,
  tell: (preview: CapturePreview) => void,
): Promise<void> {
  const whole = sources.flatMap((source) => (source.table === null ? [] : [{ source, table: source.table }]));
  const total = whole.reduce((sum, { table }) => sum + tableRows(table), 0);
  let before = { rows: 0, took: Number.NaN };
  for (let rows = FIRST_ROWS; rows < total; rows *= ROWS_GROW) {
    const started = performance.now();
    const share = rows / total;
    const cut = (table: PacketTable): PacketTable => firstRowsOf(table, Math.ceil(tableRows(table) * share));
    const preview = await estimateOf({
      tables: new Map(whole.map(({ source, table }) => [source, cut(table)])),
      share,
    });
    const took = performance.now() - started;
    // What any look costs, however few the packets are, does not grow with them.
    const each = (took - before.took) / (rows - before.rows);
    if (each * total < WORTH_WAITING) return;
    if (before.rows > 0) tell(preview);
    before = { rows, took };
  }
}
