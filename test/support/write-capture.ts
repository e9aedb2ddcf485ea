import { openSource } from '../../src/formats/open-source.js';
import { openReader } from '../../src/formats/reader.js';
import { type CommitReport, type CommitRequest, commit } from '../../src/plan/commit.js';
import { createTarget, type TargetOptions } from '../../src/plan/target.js';

export interface WriteCaptureOptions
  extends TargetOptions,
    Partial<Omit<CommitRequest, 'targets' | 'sources' | 'bytes' | 'produce'>> {
  /** Which packets go on; default all. `number` is 1-based, `source` 0-based. */
  keep?: (number: number, source: number) => boolean;
  /** Size of the window that readers begin with. */
  windowBytes?: number;
  /** Called before each batch is handed on. */
  onBatch?: () => void | Promise<void>;
}

/** Writes the captures `inputs`, one behind the other, to `outputs` through readers, sinks and a commit, as the executor does for a stream. */
export async function writeCapture(
  inputs: readonly string[],
  outputs: string | readonly string[],
  options: WriteCaptureOptions = {},
): Promise<CommitReport> {
  const bytes = inputs.map((path) => openSource(path));
  const read = { blocks: true, windowBytes: options.windowBytes };
  try {
    const protectedFiles = bytes.map((source, index) => ({ path: inputs[index], identity: source.identity }));
    const names = typeof outputs === 'string' ? [outputs] : outputs;
    const targets = names.map((path) => createTarget(path, { protectedFiles, ...options }));
    const sources = [];
    for (const [ordinal, source] of bytes.entries()) {
      const reader = await openReader(source.seekable ? source : openSource(inputs[ordinal]), read);
      sources.push({ ordinal, description: reader.description });
      reader.close();
    }
    return await commit({
      selected: options.keep !== undefined,
      ...options,
      targets,
      sources,
      bytes,
      produce: async (sinks) => {
        for (const [ordinal, source] of bytes.entries()) {
          const reader = await openReader(source, read);
          for (let batch = await reader.next(); batch !== null; batch = await reader.next()) {
            await options.onBatch?.();
            const numbers = batch.number.subarray(0, batch.count);
            const { keep } = options;
            const kept =
              keep === undefined ? null : Uint8Array.from(numbers, (number) => (keep(number, ordinal) ? 1 : 0));
            for (const sink of sinks) await sink.write(batch, kept, { ordinal, description: reader.description });
          }
          reader.close();
        }
      },
    });
  } finally {
    for (const source of bytes) source.close();
  }
}
