import { accumulateFlows, allocateFlowCounters, type FlowCounters, mergeFlowCounters } from '../analyze/flows.js';
import { createSummary, type SummaryAccumulator } from '../analyze/summary.js';
import type { RunOptions } from '../progress.js';
import type { AddressColumns, FlowColumns } from '../table/flow-columns.js';
import { FlowTable } from '../table/flow-table.js';
import { IndexPass } from '../table/index-pass.js';
import { segmentRows } from '../table/packet-table.js';
import { indexSource } from './index-source.js';
import type { Selection, SourceSelection } from './selection.js';
import type { SourceFile } from './source-file.js';
import type { StreamStage } from './stages.js';
import { streamBatches, totalSize } from './stream.js';

/** What every figure about a handle is made of. */
export interface Figures {
  summary: SummaryAccumulator;
  flows: FlowColumns;
  addresses: AddressColumns;
  /** Counters of the handle's own packets: `flows` itself where all packets of the table are meant. */
  counters: FlowCounters;
}

/** Figures in one pass and constant memory (the flow table apart). Nothing is kept of the packets. */
export async function streamFigures(
  sources: readonly SourceFile[],
  stages: readonly StreamStage[],
  options: RunOptions & { threads: number; background: boolean },
): Promise<Figures> {
  if (stages.length > 0) return passFigures(sources, stages, options);
  const read = new Map<SourceFile, number>();
  const total = totalSize(sources);
  // Several files: one thread each, as many at a time as there are threads. One file: split between them.
  const alone = sources.length === 1;
  const parts = await mapLimited(sources, alone ? 1 : options.threads, async (source, i) => {
    const indexed = await indexSource(source.bytes, {
      signal: options.signal,
      onProgress: ({ done }) => {
        read.set(source, done);
        options.onProgress?.({ done: [...read.values()].reduce((sum, bytes) => sum + bytes, 0), total, unit: 'bytes' });
      },
      retain: false,
      background: options.background || (!alone && i % options.threads !== 0),
      threads: alone ? options.threads : 1,
    });
    source.description = indexed.outcome.description;
    source.damage = indexed.outcome.damage;
    source.damageCount = () => indexed.outcome.damageCount;
    const { flows, addresses } = indexed.outcome;
    return { summary: indexed.summary, flows, addresses, counters: flows };
  });
  return joinFigures(parts);
}

/** Runs `work` on each item, at most `limit` at a time; answers in the order of the items. */
export async function mapLimited<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = new Array<R>(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i], i);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}

/** A pass for each source, though their packets come on one timeline: what is equal in time is then told apart as it is on tables. */
async function passFigures(
  sources: readonly SourceFile[],
  stages: readonly StreamStage[],
  options: RunOptions,
): Promise<Figures> {
  const counted = sources.map(() => {
    const summary = createSummary();
    const pass: IndexPass = new IndexPass({
      mostRows: Number.POSITIVE_INFINITY,
      retain: false,
      onRows: (segment, from, to) => summary.addRows(segment, from, to, pass.encapsulations.entries),
    });
    return { summary, pass };
  });
  for await (const { batch, keep, source, ordinal } of streamBatches(sources, stages, options))
    counted[ordinal].pass.add(batch, source.description, keep);
  return joinFigures(
    counted.map(({ summary, pass }) => {
      pass.finish();
      const { flows, addresses } = pass.flows.toColumns();
      return { summary, flows, addresses, counters: flows };
    }),
  );
}

/** Figures of a selection, from columns alone; those of a whole file were counted when it was indexed. */
export async function selectionFigures(selection: Selection, unidirectional: boolean): Promise<Figures> {
  return joinFigures(await Promise.all(selection.map((one) => sourceFigures(one, unidirectional))));
}

async function sourceFigures(selected: SourceSelection, unidirectional: boolean): Promise<Figures> {
  const { source, table, bitmaps } = selected;
  const { flows, addresses } = table;
  const whole = bitmaps.every((bitmap) => bitmap === null);
  const indexed = whole ? await source.indexing : null;
  const summary = indexed?.table === table ? indexed.summary : countRows(selected);
  if (whole && !unidirectional) return { summary, flows, addresses, counters: flows };
  const counters = allocateFlowCounters(flows.count, unidirectional);
  table.segments.forEach((segment, i) => {
    accumulateFlows(segment, segmentRows(segment), bitmaps[i], counters);
  });
  return { summary, flows, addresses, counters };
}

function countRows({ table, bitmaps }: SourceSelection): SummaryAccumulator {
  const summary = createSummary();
  table.segments.forEach((segment, i) => {
    summary.addSegment(segment, segmentRows(segment), bitmaps[i], table.encapsulations);
  });
  return summary;
}

/** The figures of several sources as one: the same 5-tuple in two files is one flow. */
function joinFigures(parts: readonly Figures[]): Figures {
  if (parts.length === 1) return parts[0];
  const summary = createSummary();
  const joined = new FlowTable();
  const translations = parts.map((part) => {
    summary.merge(part.summary);
    const { timesByDirection = false } = part.counters;
    return joined.absorb(timesByDirection ? part.flows : { ...part.flows, ...part.counters }, part.addresses);
  });
  const { flows, addresses } = joined.toColumns();
  if (parts.every(({ counters }) => counters.timesByDirection !== true))
    return { summary, flows, addresses, counters: flows };
  const counters = allocateFlowCounters(flows.count, true);
  for (const [i, part] of parts.entries())
    mergeFlowCounters(counters, translateCounters(part.counters, translations[i], flows.count));
  return { summary, flows, addresses, counters };
}

/** Counters by direction, under the flow ordinals of another table. */
function translateCounters(from: FlowCounters, flowOf: Uint32Array, count: number): FlowCounters {
  const to = allocateFlowCounters(count, true);
  for (let flow = 0; flow < from.count; flow++) to.payloadPackets[flowOf[flow]] = from.payloadPackets[flow];
  for (let key = 0; key < 2 * from.count; key++) {
    const target = 2 * flowOf[key >>> 1] + (key & 1);
    to.packets[target] = from.packets[key];
    to.bytes[target] = from.bytes[key];
    to.firstSeconds[target] = from.firstSeconds[key];
    to.firstNanoseconds[target] = from.firstNanoseconds[key];
    to.lastSeconds[target] = from.lastSeconds[key];
    to.lastNanoseconds[target] = from.lastNanoseconds[key];
    to.firstDirection[target] = from.firstDirection[key];
    const exact = from.exactTimes.get(key);
    if (exact !== undefined) to.exactTimes.set(target, exact);
  }
  return to;
}
