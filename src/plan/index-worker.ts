import { parentPort } from 'node:worker_threads';
import { PcapshError } from '../errors.js';
import { openSource } from '../formats/open-source.js';
import type { ByteSource, FileIdentity } from '../formats/source.js';
import { viewSegment } from '../table/columns.js';
import type { IndexOutcome, IndexRange, IndexSnapshot } from '../table/index-job.js';
import { createPart, type Part, type PartResult } from './index-part.js';

/** The first thing that a worker is told: what to read. `cancelled`: one shared element, not 0 once the run is to end. */
export interface StartMessage {
  kind: 'start';
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

/** The other one: take in the outcome of the job that read the rest of the file. */
export interface AbsorbMessage {
  kind: 'absorb';
  outcome: IndexOutcome;
  segments: SegmentMessage[];
}

/** At any time: what is known by now. */
export interface AskMessage {
  kind: 'snapshot';
}

export type IndexWorkerMessage =
  | { kind: 'segment'; buffer: SharedArrayBuffer; capacity: number }
  | { kind: 'progress'; bytes: number; rows: number }
  | { kind: 'snapshot'; snapshot: IndexSnapshot | null }
  | { kind: 'done'; result: PartResult; exactTimes: Map<number, bigint | null>[] }
  | { kind: 'failed'; code: string; message: string; hint: string | null };

const port = parentPort;
if (port !== null) {
  const say = (message: IndexWorkerMessage): void => port.postMessage(message);
  const exactTimes: Map<number, bigint | null>[] = [];
  const fail = (error: unknown): void => {
    const { code = 'internal', message, hint = null } = error as Error & { code?: string; hint?: string | null };
    say({ kind: 'failed', code, message, hint });
  };
  const finish = (result: PartResult): void => say({ kind: 'done', result, exactTimes });
  let part: Part | null = null;
  const start = (data: StartMessage): Promise<PartResult> => {
    part = createPart(openSame(data), {
      range: data.range,
      retain: data.retain,
      onSegment: (segment) => {
        exactTimes.push(segment.exactTimes);
        if (data.retain) say({ kind: 'segment', buffer: segment.buffer, capacity: segment.capacity });
      },
      onProgress: (bytes, rows) => say({ kind: 'progress', bytes, rows }),
      isCancelled: () => Atomics.load(data.cancelled, 0) !== 0,
    });
    return part.run();
  };
  const absorb = async ({ outcome, segments }: AbsorbMessage): Promise<PartResult> => {
    if (part === null) throw new TypeError('an index worker that has read nothing cannot take in the rest');
    return part.absorb(
      outcome,
      segments.map(({ buffer, capacity, exactTimes: times }) => viewSegment(buffer, capacity, times)),
    );
  };
  port.on('message', (message: StartMessage | AbsorbMessage | AskMessage) => {
    try {
      if (message.kind === 'snapshot') say({ kind: 'snapshot', snapshot: part?.snapshot() ?? null });
      else (message.kind === 'start' ? start(message) : absorb(message)).then(finish, fail);
    } catch (error) {
      fail(error);
    }
  });
}

function openSame({ path, identity, problem }: StartMessage): ByteSource {
  const source = Object.assign(openSource(path), { problem });
  const found = source.identity;
  if (found?.device === identity?.device && found?.inode === identity?.inode) return source;
  source.close();
  throw new PcapshError('source.changed', `'${path}' changed while it was read: another file has its name`, {
    hint: 'load it again',
  });
}
