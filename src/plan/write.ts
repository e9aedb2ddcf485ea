import { PcapshError } from '../errors.js';
import type { Sink } from '../sinks/sink.js';
import type { WriteOptions, WriteReport } from './capture.js';
import { commit } from './commit.js';
import { batchesByTime } from './ordered-batches.js';
import type { Selection } from './selection.js';
import { selectionStage } from './selection-stream.js';
import type { SourceFile } from './source-file.js';
import type { StreamStage } from './stages.js';
import type { PlanOrder } from './steps.js';
import { streamBatches } from './stream.js';
import { createTarget, type ProtectedFile } from './target.js';
import { isSortedAsRead } from './time-order.js';

export interface WriteRequest {
  /** Files whose packets can come out. */
  sources: readonly SourceFile[];
  /** These, and files with which packets are only compared. */
  read: readonly SourceFile[];
  /** Rows already decided on open tables; null: `stages` judge while the sources stream by. */
  selection: Selection | null;
  /** Stages ready to run once. */
  stages(): StreamStage[];
  order: PlanOrder;
  /** Something was selected or edited: false only where every packet is written. */
  selected: boolean;
  paths: readonly string[];
  options: WriteOptions;
  protectedFiles: readonly ProtectedFile[];
}

/**
 * Writes the packets of a plan to capture files: one pass over the sources, whichever way packets are selected, so that both ways give the same bytes and
 * every other block keeps its place. Where packets are to be sorted that are not, they are read in their order instead.
 */
export async function writeCapture(request: WriteRequest): Promise<WriteReport> {
  const { sources, read, selection, options } = request;
  const targets = request.paths.map((path) =>
    createTarget(path, {
      format: options.format,
      sourceFormat: sources[0].description.format,
      force: options.force,
      protectedFiles: request.protectedFiles,
    }),
  );
  const pcapng = sources.some(({ description }) => description.format === 'pcapng');
  const blocks = pcapng || sources.some(({ bytes }) => !bytes.seekable);
  const { signal, onProgress } = options;
  const halt = (source: SourceFile): void => {
    if (options.onError !== 'skip') requireWhole(source);
  };
  const readThrough = async (sinks: readonly Sink[], judges: readonly StreamStage[]): Promise<void> => {
    const run = { signal, onProgress, blocks };
    for await (const { batch, keep, source, ordinal } of streamBatches(sources, judges, run)) {
      halt(source);
      for (const sink of sinks) await sink.write(batch, keep, { ordinal, description: source.description });
    }
  };
  const reordered = request.order === 'time' && selection !== null && !isSortedAsRead(selection);
  const produce = async (sinks: readonly Sink[]): Promise<void> => {
    if (selection === null) await readThrough(sinks, request.stages());
    else if (!reordered) await readThrough(sinks, [selectionStage(selection)]);
    else {
      // Blocks that are no packets have no place among packets that are sorted: they come first, and then packets alone.
      if (pcapng) await readThrough(sinks, [NOTHING]);
      for await (const { batch, source, ordinal } of batchesByTime(selection, signal)) {
        for (const sink of sinks) await sink.write(batch, null, { ordinal, description: source.description });
      }
    }
    read.forEach(halt);
  };
  const report = await commit({
    targets,
    sources: sources.map(({ description }, ordinal) => ({ ordinal, description })),
    bytes: read.map(({ bytes }) => bytes),
    produce,
    selected: request.selected || options.onError === 'skip',
    reordered,
    comment: options.comment,
    allowLoss: options.allowLoss,
    repeatable: sources.every(({ bytes }) => bytes.seekable || bytes.rawSize !== null),
    signal,
  });
  return { ...report, skipped: sources.reduce((sum, { damageCount }) => sum + damageCount(), 0) };
}

/** Keeps no packet. */
const NOTHING: StreamStage = { apply: (batch, keep) => void keep.fill(0, 0, batch.count), isDone: () => false };

/** Nothing is left out of a copy unless the user says so. */
function requireWhole({ path, damage }: SourceFile): void {
  if (damage.length === 0) return;
  const { packet, offset, reason } = damage[0];
  throw new PcapshError('source.damaged', `${path} is damaged at packet ${packet}, byte ${offset}: ${reason}`, {
    hint: '--on-error skip writes what can be read',
  });
}
