import { statSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { workerFile } from './worker-file.js';

/** From this size on a file is split between two threads, bytes. A second thread costs about 30 ms to start. */
export const SPLIT_BYTES = 48 * 1024 * 1024;

let spare: Worker | null = null;

/**
 * Starts an index worker while the rest of the program is still being loaded, when one of `names` is a file that will be split between two threads: such a
 * worker takes as long to start as the program itself. Nothing waits for it, and it keeps no process alive.
 */
export function startSpareWorker(names: readonly string[]): void {
  const file = workerFile('index-worker');
  if (spare !== null || file === null || !names.some(isLarge)) return;
  spare = new Worker(file);
  spare.unref();
}

function isLarge(name: string): boolean {
  const found = statSync(name, { throwIfNoEntry: false });
  return found?.isFile() === true && found.size >= SPLIT_BYTES;
}

/** Whether the next worker is there at once. */
export function hasSpareWorker(): boolean {
  return spare !== null;
}

/** An index worker that has been told nothing yet. null where the program was not built. */
export function takeIndexWorker(): Worker | null {
  const worker = spare;
  spare = null;
  worker?.ref();
  if (worker !== null) return worker;
  const file = workerFile('index-worker');
  return file === null ? null : new Worker(file);
}
