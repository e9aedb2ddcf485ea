import { type SummaryAccumulator, summaryFromState } from '../analyze/summary.js';
import { PcapshError, throwIfCancelled } from '../errors.js';
import type { CaptureDescription } from '../formats/model.js';
import { joinNames } from '../formats/pcapng/known-names.js';
import { openReaderSync } from '../formats/reader.js';
import type { ByteSource } from '../formats/source.js';
import type { RunOptions } from '../progress.js';
import { type Segment, viewSegment } from '../table/columns.js';
import type { IndexOutcome, IndexRange, IndexSnapshot } from '../table/index-job.js';
import { unlessCancelled } from './cancellation.js';
import { createPart, type Part, type PartResult } from './index-part.js';
import type { AbsorbMessage, AskMessage, IndexWorkerMessage, StartMessage } from './index-worker.js';
import { requireNotShrunk } from './sources-unchanged.js';
import { hasSpareWorker, SPLIT_BYTES, takeIndexWorker } from './spare-worker.js';
import { workerFile } from './worker-file.js';

/** By so much more this thread gets than the worker, bytes: what it reads while the worker starts (some 50 ms), halved. */
const HEAD_START = 12 * 1024 * 1024;
/** From this size on an interactive session indexes in workers, bytes: below, the pass is over before a key is missed. */
const WORKER_BYTES = 1024 * 1024;

export interface IndexSourceOptions extends RunOptions {
  /** false: no segments are kept, only the summary, flows and totals. */
  retain: boolean;
  /** true: no part of the pass runs in this thread. */
  background: boolean;
  /** At most so many threads read one file; 1 or 2. */
  threads: number;
  /** From this size on the file is split between two threads, bytes. Default SPLIT_BYTES. */
  splitBytes?: number;
  onSegment?: (segment: Segment) => void;
  /** The pass over what `onSegment` tells has begun: what it knows can be asked for until it ends (then null). */
  onStart?: (ask: AskSnapshot) => void;
}

/** Asks a running pass what it knows of the rows that it has made so far. */
export type AskSnapshot = () => Promise<IndexSnapshot | null>;

export interface IndexedSource {
  segments: Segment[];
  outcome: IndexOutcome;
  summary: SummaryAccumulator;
}

interface StartedPart extends Omit<Part, 'snapshot'> {
  segments: Segment[];
  bytes: number;
  ask: AskSnapshot;
  end(): void;
}

/** Runs the index pass over a whole source: in this thread, in a worker, or split between two threads. */
export async function indexSource(source: ByteSource, options: IndexSourceOptions): Promise<IndexedSource> {
  throwIfCancelled(options.signal);
  const cancelled = new Int32Array(new SharedArrayBuffer(4));
  const parts: StartedPart[] = [];
  const onAbort = (): void => {
    Atomics.store(cancelled, 0, 1);
    for (const part of parts) part.end();
  };
  options.signal?.addEventListener('abort', onAbort);
  try {
    // Whoever cancels need not wait until the workers have ended.
    const indexed = await unlessCancelled(indexParts(source, options, cancelled, parts), options.signal);
    requireNotShrunk(source);
    return indexed;
  } finally {
    options.signal?.removeEventListener('abort', onAbort);
  }
}

async function indexParts(
  source: ByteSource,
  options: IndexSourceOptions,
  cancelled: Int32Array,
  parts: StartedPart[],
): Promise<IndexedSource> {
  const size = source.size;
  const workers = source.path !== null && workerFile('index-worker') !== null;
  const inWorker = workers && options.background && (source.rawSize ?? Number.POSITIVE_INFINITY) >= WORKER_BYTES;
  const middle =
    size !== null && source.seekable && workers && options.threads > 1 && size >= (options.splitBytes ?? SPLIT_BYTES)
      ? Math.floor(size / 2 + (inWorker || hasSpareWorker() ? 0 : Math.min(HEAD_START, size / 8)))
      : null;
  const description = middle === null ? null : describeBeginning(source);
  const seam = description === null ? null : middle;
  const report = (): void => {
    const total = source.rawSize;
    options.onProgress?.({ done: parts.reduce((sum, part) => sum + part.bytes, 0), total, unit: 'bytes' });
  };
  const start = (range: IndexRange, worker: boolean, onSegment?: (segment: Segment) => void): StartedPart => {
    const part = (worker ? startWorker : startHere)(source, {
      range,
      retain: options.retain,
      cancelled,
      onSegment,
      onProgress: report,
    });
    parts.push(part);
    return part;
  };
  try {
    const first = start({ from: 0, until: seam, description: null }, inWorker, options.onSegment);
    options.onStart?.(first.ask);
    if (seam === null || description === null) return finishParts(first, await first.run());
    const second = start({ from: seam, until: null, description }, true);
    const [head, tail] = await Promise.all([first.run(), second.run()]);
    if (isSeamProven(head.outcome, tail.outcome, description)) return await joinParts(first, head, second, tail);
    const resume = head.outcome.nextOffset;
    if (resume === null) {
      // The file is damaged there: where reading goes on is only told by a pass that comes from before.
      const whole = start({ from: 0, until: null, description: null }, inWorker);
      return finishParts(whole, await whole.run());
    }
    // The guess in the middle of the file was wrong: its rows are dropped, and the rest is read from where the first part ended.
    const rest = start({ from: resume, until: null, description: head.outcome.description, known: true }, inWorker);
    return await joinParts(first, head, rest, await rest.run());
  } finally {
    for (const part of parts) part.end();
  }
}

function finishParts(part: StartedPart, result: PartResult): IndexedSource {
  return { segments: part.segments, outcome: result.outcome, summary: summaryFromState(result.summary) };
}

async function joinParts(
  first: StartedPart,
  head: PartResult,
  second: StartedPart,
  tail: PartResult,
): Promise<IndexedSource> {
  const joined = await first.absorb(tail.outcome, second.segments);
  const { description } = joined.outcome;
  description.names = joinNames(head.outcome.description.names, description.names);
  const summary = summaryFromState(head.summary);
  summary.merge(summaryFromState(tail.summary));
  return { segments: [...first.segments, ...second.segments], outcome: joined.outcome, summary };
}

/** The sections and interfaces that the file has before its first packet; null when it has none that a second reader could start from. */
function describeBeginning(source: ByteSource): CaptureDescription | null {
  const reader = openReaderSync(source, { rows: 1, windowBytes: 65536 });
  reader.nextSync();
  const { description } = reader;
  reader.close();
  return description.sections.length === 1 && description.interfaces.length > 0 ? structuredClone(description) : null;
}

/**
 * The second part began exactly where the first part's next record begins, and what it took for granted of sections and interfaces was still true there.
 */
function isSeamProven(head: IndexOutcome, tail: IndexOutcome, assumed: CaptureDescription): boolean {
  if (head.nextOffset === null || head.nextOffset !== tail.firstOffset) return false;
  const { sections, interfaces } = head.description;
  return sections.length === assumed.sections.length && interfaces.length === assumed.interfaces.length;
}

interface StartOptions {
  range: IndexRange;
  retain: boolean;
  cancelled: Int32Array;
  onSegment?: (segment: Segment) => void;
  onProgress: () => void;
}

function startHere(source: ByteSource, options: StartOptions): StartedPart {
  const segments: Segment[] = [];
  const part = createPart(source, {
    range: options.range,
    retain: options.retain,
    onSegment: (segment) => {
      if (!options.retain) return;
      segments.push(segment);
      options.onSegment?.(segment);
    },
    onProgress: (bytes) => {
      started.bytes = bytes;
      options.onProgress();
    },
    isCancelled: () => Atomics.load(options.cancelled, 0) !== 0,
  });
  const started: StartedPart = {
    segments,
    bytes: 0,
    run: part.run,
    absorb: part.absorb,
    ask: async () => part.snapshot(),
    end: () => undefined,
  };
  return started;
}

function startWorker(source: ByteSource, options: StartOptions): StartedPart {
  const worker = source.path === null ? null : takeIndexWorker();
  if (worker === null || source.path === null)
    throw new TypeError('an index worker needs its bundle and a file with a path');
  const segments: Segment[] = [];
  const start: StartMessage = {
    kind: 'start',
    path: source.path,
    identity: source.identity,
    problem: source.problem ?? null,
    range: options.range,
    retain: options.retain,
    cancelled: options.cancelled,
  };
  worker.postMessage(start);
  let settle: { resolve: (result: PartResult) => void; reject: (error: unknown) => void } | null = null;
  const answer = (): Promise<PartResult> =>
    new Promise((resolve, reject) => {
      settle = { resolve, reject };
    });
  const first = answer();
  first.catch(() => undefined); // awaited by run()
  let ended = false;
  let asking: ((snapshot: IndexSnapshot | null) => void)[] = [];
  const answerAsked = (snapshot: IndexSnapshot | null): void => {
    for (const tell of asking) tell(snapshot);
    asking = [];
  };
  worker.on('message', (message: IndexWorkerMessage) => {
    if (message.kind === 'segment') {
      const segment = viewSegment(message.buffer, message.capacity, new Map());
      segments.push(segment);
      options.onSegment?.(segment);
    } else if (message.kind === 'progress') {
      started.bytes = message.bytes;
      options.onProgress();
    } else if (message.kind === 'snapshot') {
      answerAsked(message.snapshot);
    } else if (message.kind === 'done') {
      message.exactTimes.forEach((times, i) => {
        if (i < segments.length) segments[i].exactTimes = times;
      });
      settle?.resolve(message.result);
    } else settle?.reject(new PcapshError(message.code, message.message, { hint: message.hint ?? undefined }));
  });
  worker.on('error', (error) =>
    settle?.reject(new PcapshError('worker.failed', `the index worker of ${source.name} failed: ${error.message}`)),
  );
  worker.on('exit', () => {
    ended = true;
    answerAsked(null);
    settle?.reject(new PcapshError('worker.ended', `the index worker of ${source.name} ended before it was done`));
  });
  const started: StartedPart = {
    segments,
    bytes: 0,
    run: () => first,
    absorb(outcome, rest) {
      const result = answer();
      const message: AbsorbMessage = {
        kind: 'absorb',
        outcome,
        segments: rest.map(({ buffer, capacity, exactTimes }) => ({ buffer, capacity, exactTimes })),
      };
      worker.postMessage(message);
      return result;
    },
    ask: () =>
      new Promise((resolve) => {
        if (ended) return resolve(null);
        const message: AskMessage = { kind: 'snapshot' };
        if (asking.push(resolve) === 1) worker.postMessage(message);
      }),
    end: () => void worker.terminate(),
  };
  return started;
}
