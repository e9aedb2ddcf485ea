import type { CaptureDescription } from '../src/formats/model.js';
import type { Capture } from '../src/plan/capture.js';
import type { Progress, RunOptions } from '../src/progress.js';

/** The engine as a session sees it; src/plan/workspace.ts is one. */
export interface Workspace {
  load(paths: string[], options?: RunOptions): Promise<Capture>;
  /** What is known of a handle without waiting: rows so far, whether that is all, and how far its reading has come. */
  status(capture: Capture): { rows: number; done: boolean; progress: Progress | null };
  /** Addresses and ports that its open table holds, for completion. */
  knownValues(capture: Capture): { addresses: string[]; ports: number[] };
  /** What is known of its files so far: format, interfaces met. */
  descriptions(capture: Capture): CaptureDescription[];
  /** Throws where writing to `path` would destroy what is open, its index or the journal. */
  refuseProtected(path: string): void;
  /** What is worth a word but no error: an index that was made anew, or could not be kept. Grows. */
  readonly notices: readonly string[];
  close(): Promise<void>;
}
