import { closeSync, openSync, readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { PcapshError } from '../errors.js';
import { createVerifier, VERIFY_CHUNK, type Verified } from './verify.js';
import type { VerifyJob, VerifyMessage } from './verify-follower.js';

/** Follows the writer through the file: reads what has been written, waits for more, ends when the writer is done. */
function follow({ path, format, control }: VerifyJob): Verified {
  const state = new Int32Array(control);
  const verifier = createVerifier(format);
  const chunk = new Uint8Array(VERIFY_CHUNK);
  const descriptor = openSync(path, 'r');
  try {
    for (let position = 0; ; ) {
      const writes = Atomics.load(state, 0);
      const done = Atomics.load(state, 1) === 1;
      const count = readSync(descriptor, chunk, 0, chunk.length, position);
      if (count > 0) {
        verifier.take(count === chunk.length ? chunk : chunk.subarray(0, count));
        position += count;
      } else if (done) {
        return verifier.finish();
      } else {
        Atomics.wait(state, 0, writes, 1000);
      }
    }
  } finally {
    closeSync(descriptor);
  }
}

function answer(): VerifyMessage {
  try {
    return { verified: follow(workerData as VerifyJob) };
  } catch (error) {
    const known = error instanceof PcapshError;
    return {
      code: known ? error.code : 'write.verify',
      message: error instanceof Error ? error.message : String(error),
    };
  }
}

parentPort?.postMessage(answer());
