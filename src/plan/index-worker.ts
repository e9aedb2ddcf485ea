import { parentPort, workerData } from 'node:worker_threads';
import { PcapshError } from '../errors.js';
import { openSource } from '../formats/open-source.js';
import type { ByteSource, FileIdentity } from '../formats/source.js';
import { viewSegment } from '../table/columns.js';
import type { IndexOutcome, IndexRange } from '../table/index-job.js';
import { createPart, type PartResult } from './index-part.js';

/** What the worker is started with. `cancelled`: one shared element, not 0 once the run is to end. */
export interface IndexWorkerData {
  path: string;
  /** Of the file that is meant: by now another one may have its name. */
  identity: FileIdentity | null;
  /** See ByteSource.problem. */
  problem: string | null;
  range: IndexRange;
  retain: boolean;
  cancelled: Int32Array;
}

export interface SegmentMessage {
  buffer: SharedArrayBuffer;
  capacity: number;
  exactTimes: Map<number, bigint | null>;
}

/** The one thing that is said to it: take in the outcome of the job that read the rest of the file. */
export interface AbsorbMessage {
  outcome: IndexOutcome;
  segments: SegmentMessage[];
}

export type IndexWorkerMessage =
  | { kind: 'segment'; buffer: SharedArrayBuffer; capacity: number }
  | { kind: 'progress'; bytes: number; rows: number }
  | { kind: 'done'; result: PartResult; exactTimes: Map<number, bigint | null>[] }
  | { kind: 'failed'; code: string; message: string; hint: string | null };

const port = parentPort;
if (port !== null) {
  const data = workerData as IndexWorkerData;
  const say = (message: IndexWorkerMessage): void => port.postMessage(message);
  const exactTimes: Map<number, bigint | null>[] = [];
  const fail = (error: unknown): void => {
    const { code = 'internal', message, hint = null } = error as Error & { code?: string; hint?: string | null };
    say({ kind: 'failed', code, message, hint });
  };
  const finish = (result: PartResult): void => say({ kind: 'done', result, exactTimes });
  const start = (): void => {
    const part = createPart(openSame(data), {
      range: data.range,
      retain: data.retain,
      onSegment: (segment) => {
        exactTimes.push(segment.exactTimes);
        if (data.retain) say({ kind: 'segment', buffer: segment.buffer, capacity: segment.capacity });
      },
      onProgress: (bytes, rows) => say({ kind: 'progress', bytes, rows }),
      isCancelled: () => Atomics.load(data.cancelled, 0) !== 0,
    });
    port.on('message', ({ outcome, segments }: AbsorbMessage) => {
      const views = segments.map(({ buffer, capacity, exactTimes: times }) => viewSegment(buffer, capacity, times));
      part.absorb(outcome, views).then(finish, fail);
    });
    part.run().then(finish, fail);
  };
  try {
    start();
  } catch (error) {
    fail(error);
  }
}

function openSame({ path, identity, problem }: IndexWorkerData): ByteSource {
  const source = Object.assign(openSource(path), { problem });
  const found = source.identity;
  if (found?.device === identity?.device && found?.inode === identity?.inode) return source;
  source.close();
  throw new PcapshError('source.changed', `'${path}' changed while it was read: another file has its name`, {
    hint: 'load it again',
  });
}
