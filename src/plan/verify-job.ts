import { closeSync, openSync, readSync } from 'node:fs';
import { PcapshError } from '../errors.js';
import type { CaptureFormat } from '../formats/model.js';
import { createVerifier, VERIFY_CHUNK, type Verified } from './verify.js';

/** What the verifying worker is given. `control`: two 32-bit integers, the number of writes so far and whether the writer is done (1). */
export interface VerifyJob {
  path: string;
  format: CaptureFormat;
  control: SharedArrayBuffer;
}

export type VerifyMessage = { verified: Verified } | { code: string; message: string };

/** Longest wait for the writer without a look at the file, milliseconds. */
const WAIT = 1000;

/** Verifies a file while it is written: reads what is there, waits for more, ends when the writer is done. Blocks its thread; never throws. */
export function runVerifyJob(job: VerifyJob): VerifyMessage {
  try {
    return { verified: follow(job) };
  } catch (error) {
    return {
      code: error instanceof PcapshError ? error.code : 'write.verify',
      message: error instanceof Error ? error.message : String(error),
    };
  }
}

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
        Atomics.wait(state, 0, writes, WAIT);
      }
    }
  } finally {
    closeSync(descriptor);
  }
}
