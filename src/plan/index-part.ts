import { createSummary, type SummaryState } from '../analyze/summary.js';
import type { ByteSource } from '../formats/source.js';
import type { Segment } from '../table/columns.js';
import {
  type IndexJob,
  type IndexOutcome,
  type IndexRange,
  type IndexSnapshot,
  openIndexJob,
} from '../table/index-job.js';

/** What a thread answers that indexed a part of a file: everything but the segments. */
export interface PartResult {
  outcome: IndexOutcome;
  summary: SummaryState;
}

export interface PartOptions {
  range: IndexRange;
  retain: boolean;
  onSegment?: (segment: Segment) => void;
  onProgress?: (bytes: number, rows: number) => void;
  isCancelled: () => boolean;
}

/** The index pass over a part of a file, its summary counted along. */
export interface Part {
  run(): Promise<PartResult>;
  absorb(rest: IndexOutcome, segments: readonly Segment[]): Promise<PartResult>;
  /** What is known by now; null before anything is. Called while `run` gives way to others. */
  snapshot(): IndexSnapshot | null;
}

/** A part that has not run yet. */
export function createPart(source: ByteSource, options: PartOptions): Part {
  const summary = createSummary();
  let job: IndexJob | null = null;
  const result = (from: IndexJob): PartResult => ({ outcome: from.outcome(), summary: summary.toState() });
  return {
    async run() {
      job = await openIndexJob(source, {
        ...options,
        onRows: summary.addRows,
      });
      await job.run();
      return result(job);
    },
    async absorb(rest, segments) {
      if (job === null) throw new TypeError('a part must have run before it takes in the rest of its file');
      job.absorb(rest, segments);
      return result(job);
    },
    snapshot: () => job?.snapshot() ?? null,
  };
}
