import { parentPort, workerData } from 'node:worker_threads';
import { openSource } from '../formats/open-source.js';
import { viewSegment } from '../table/columns.js';
import type { IndexOutcome, IndexRange } from '../table/index-job.js';
import { createPart, type PartResult } from './index-part.js';

/** What the worker is started with. `cancelled`: one shared element, not 0 once the run is to end. */
export interface IndexWorkerData {
  path: string;
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
  const source = openSource(data.path);
  const part = createPart(source, {
    range: data.range,
    retain: data.retain,
    onSegment: (segment) => {
      exactTimes.push(segment.exactTimes);
      if (data.retain) say({ kind: 'segment', buffer: segment.buffer, capacity: segment.capacity });
    },
    onProgress: (bytes, rows) => say({ kind: 'progress', bytes, rows }),
    isCancelled: () => Atomics.load(data.cancelled, 0) !== 0,
  });
  const finish = (result: PartResult): void => say({ kind: 'done', result, exactTimes });
  port.on('message', ({ outcome, segments }: AbsorbMessage) => {
    const views = segments.map(({ buffer, capacity, exactTimes: times }) => viewSegment(buffer, capacity, times));
    part.absorb(outcome, views).then(finish, fail);
  });
  part.run().then(finish, fail);
}
