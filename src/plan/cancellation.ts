import { PcapshError, throwIfCancelled } from '../errors.js';

/** The answer of `work`, or the cancelled error as soon as `signal` is aborted: whoever waits for work that others started leaves without ending it. */
export async function unlessCancelled<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  let leave = (): void => undefined;
  const cancelled = new Promise<never>((_resolve, reject) => {
    leave = () => {
      try {
        throwIfCancelled(signal);
      } catch (error) {
        reject(error);
      }
    };
    signal.addEventListener('abort', leave, { once: true });
    leave();
  });
  try {
    return await Promise.race([work, cancelled]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

/** Lets timers, signals and the prompt have the thread, and ends a cancelled run. */
export async function breathe(signal: AbortSignal | undefined): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  throwIfCancelled(signal);
}

export function isCancelled(error: unknown): boolean {
  return error instanceof PcapshError && error.kind === 'cancelled';
}

/** Longest that work on the main thread goes on without letting others have it, milliseconds: less than half a frame. */
const SLICE_MILLISECONDS = 5;

/** Called between small pieces of work: lets timers, signals and keys have the thread when a slice of time is used up, and ends a cancelled run. */
export type Pace = () => Promise<void>;

/** A pace that begins now. */
export function createPace(signal: AbortSignal | undefined, slice = SLICE_MILLISECONDS): Pace {
  let end = performance.now() + slice;
  return async () => {
    if (performance.now() < end) return;
    await breathe(signal);
    end = performance.now() + slice;
  };
}
