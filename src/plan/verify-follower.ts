import { Worker } from 'node:worker_threads';
import { PcapshError } from '../errors.js';
import type { CaptureFormat } from '../formats/model.js';
import type { Verified } from './verify.js';
import type { VerifyJob, VerifyMessage } from './verify-job.js';

/** A worker that verifies a file while it is written. */
export interface Follower {
  /** More has been written. */
  notify(): void;
  /** All has been written: what the worker found. */
  finish(): Promise<Verified>;
  /** Ends the worker; nothing is awaited. */
  stop(): void;
}

/** Starts the worker at `file` on a target that is being written to `path`. */
export function startFollower(file: URL, path: string, format: CaptureFormat): Follower {
  const control = new SharedArrayBuffer(8);
  const state = new Int32Array(control);
  const job: VerifyJob = { path, format, control };
  const worker = new Worker(file, { workerData: job, execArgv: [] });
  const found = new Promise<Verified>((resolve, reject) => {
    worker.once('message', (message: VerifyMessage) => {
      if ('verified' in message) resolve(message.verified);
      else reject(new PcapshError(message.code, message.message));
    });
    worker.once('error', (cause) =>
      reject(new PcapshError('write.verify', `verifying failed: ${cause.message}`, { cause })),
    );
    worker.once('exit', () => reject(new PcapshError('write.verify', 'the verifying worker ended without an answer')));
  });
  found.catch(() => undefined);
  const wake = (): void => {
    Atomics.add(state, 0, 1);
    Atomics.notify(state, 0);
  };
  return {
    notify: wake,
    finish: () => {
      Atomics.store(state, 1, 1);
      wake();
      return found;
    },
    stop: () => {
      Atomics.store(state, 1, 1);
      wake();
      void worker.terminate();
    },
  };
}
