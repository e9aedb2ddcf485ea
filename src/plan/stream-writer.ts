import { constants, createWriteStream, fstatSync, openSync, statSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { throwIfCancelled } from '../errors.js';
import { ChunkedOutput } from '../sinks/output.js';
import type { TargetWriter } from './file-writer.js';
import type { Target } from './target.js';
import { systemCode, writeError } from './write-error.js';

/** Bytes that may wait for a slow reader before the writer waits too. */
const CHUNK = 64 * 1024;
/** How often a named pipe is looked at until it has a reader, milliseconds. */
const POLL = 50;

/**
 * Opens a writer for standard output, a pipe or a device: bytes go out as they come, nothing is verified, and what is out cannot be taken back. Waits for a
 * named pipe's reader, for as long as `signal` lets it.
 */
export async function openStreamWriter(
  target: Target,
  standardOutput: Writable,
  signal?: AbortSignal,
): Promise<TargetWriter> {
  const own = target.path !== '-';
  const stream = own ? await openPath(target, signal) : standardOutput;
  let failure: Error | null = null;
  let waiting: Promise<void> | null = null;
  const onError = (error: Error): void => {
    failure = error;
  };
  stream.on('error', onError);
  const check = (): void => {
    if (failure !== null) throw writeError(target.path, failure);
  };
  const output = new ChunkedOutput(
    (chunk) => {
      check();
      if (!stream.write(chunk.slice()) && waiting === null) {
        waiting = drained(stream, signal).then(() => {
          waiting = null;
          throwIfCancelled(signal);
          check();
        });
        waiting.catch(() => undefined);
      }
    },
    () => waiting,
    CHUNK,
  );
  return {
    target,
    output,
    finish: async () => {
      await written(stream, own, signal);
      check();
      stream.off('error', onError);
      return null;
    },
    publish: () => undefined,
    discard: () => {
      if (own) stream.destroy();
      else stream.off('error', onError);
    },
  };
}

/** Resolves when the stream takes more, has failed, or `signal` is aborted. */
function drained(stream: Writable, signal?: AbortSignal): Promise<void> {
  return settled(stream, ['drain', 'error', 'close'], signal);
}

function settled(stream: Writable, events: readonly string[], signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      for (const event of events) stream.off(event, done);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    for (const event of events) stream.on(event, done);
    onAbort(signal, done);
  });
}

/** Calls `done` when `signal` is aborted, at once if it is already. */
function onAbort(signal: AbortSignal | undefined, done: () => void): void {
  if (signal?.aborted) done();
  else signal?.addEventListener('abort', done, { once: true });
}

/** Resolves when every byte has been handed to the system; a stream of our own is closed with it. */
async function written(stream: Writable, own: boolean, signal?: AbortSignal): Promise<void> {
  if (stream.destroyed) return;
  const done = own ? settled(stream, ['close', 'error'], signal) : handedOn(stream, signal);
  if (own) stream.end();
  await done;
  throwIfCancelled(signal);
}

/** Standard output stays open: an empty write comes behind all others. */
function handedOn(stream: Writable, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    onAbort(signal, resolve);
    stream.write('', () => resolve());
  });
}

/** A named pipe is opened without blocking, since nothing could interrupt the wait for its reader. */
async function openPath(target: Target, signal?: AbortSignal): Promise<Writable> {
  for (;;) {
    throwIfCancelled(signal);
    try {
      const descriptor = openSync(target.resolved, constants.O_WRONLY | constants.O_NONBLOCK);
      return streamOf(descriptor);
    } catch (error) {
      const waits = systemCode(error) === 'ENXIO' && statSync(target.resolved).isFIFO();
      if (!waits) throw writeError(target.path, error);
    }
    await sleep(POLL);
  }
}

function streamOf(descriptor: number): Writable {
  if (fstatSync(descriptor).isFIFO()) return new Socket({ fd: descriptor, readable: false, writable: true });
  return createWriteStream('', { fd: descriptor });
}
