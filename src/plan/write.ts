import { PcapshError } from '../errors.js';
import type { Sink } from '../sinks/sink.js';
import type { WriteOptions, WriteReport } from './capture.js';
import { commit } from './commit.js';
import type { Selection } from './selection.js';
import { selectionStage } from './selection-stream.js';
import type { SourceFile } from './source-file.js';
import { streamStage } from './stages.js';
import { type Plan, unfold } from './steps.js';
import { streamBatches } from './stream.js';
import { createTarget, type ProtectedFile } from './target.js';

export interface WriteRequest {
  plan: Plan;
  sources: readonly SourceFile[];
  /** Rows already decided on open tables; null: the plan's stages judge while the sources stream by. */
  selection: Selection | null;
  paths: readonly string[];
  options: WriteOptions;
  protectedFiles: readonly ProtectedFile[];
}

/**
 * Writes the packets of a plan to capture files: one pass over the sources, whichever way packets are selected, so that both ways give the same bytes and
 * every other block keeps its place.
 */
export async function writeCapture(request: WriteRequest): Promise<WriteReport> {
  const { plan, sources, selection, options } = request;
  const targets = request.paths.map((path) =>
    createTarget(path, {
      format: options.format,
      sourceFormat: sources[0].description.format,
      force: options.force,
      protectedFiles: request.protectedFiles,
    }),
  );
  const { stages } = unfold(plan);
  const blocks =
    sources.some(({ description }) => description.format === 'pcapng') || sources.some(({ bytes }) => !bytes.seekable);
  const produce = async (sinks: readonly Sink[]): Promise<void> => {
    const judges = selection === null ? stages.map(streamStage) : [selectionStage(selection)];
    const { signal, onProgress } = options;
    for await (const { batch, keep, source, ordinal } of streamBatches(sources, judges, {
      signal,
      onProgress,
      blocks,
    })) {
      if (options.onError !== 'skip') requireWhole(source);
      for (const sink of sinks) await sink.write(batch, keep, { ordinal, description: source.description });
    }
    if (options.onError !== 'skip') sources.forEach(requireWhole);
  };
  const report = await commit({
    targets,
    sources: sources.map(({ description }, ordinal) => ({ ordinal, description })),
    bytes: sources.map(({ bytes }) => bytes),
    produce,
    selected: stages.length > 0 || options.onError === 'skip',
    comment: options.comment,
    allowLoss: options.allowLoss,
    repeatable: sources.every(({ bytes }) => bytes.seekable || bytes.rawSize !== null),
    signal: options.signal,
  });
  return { ...report, skipped: sources.reduce((sum, { damageCount }) => sum + damageCount(), 0) };
}

/** Nothing is left out of a copy unless the user says so. */
function requireWhole({ path, damage }: SourceFile): void {
  if (damage.length === 0) return;
  const { packet, offset, reason } = damage[0];
  throw new PcapshError('source.damaged', `${path} is damaged at packet ${packet}, byte ${offset}: ${reason}`, {
    hint: '--on-error skip writes what can be read',
  });
}
