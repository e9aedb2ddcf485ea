import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { formatBytes } from '../bytes/size.js';
import { PcapshError, throwIfCancelled } from '../errors.js';
import { STANDARD_INPUT } from '../formats/file-source.js';
import type { CaptureDescription } from '../formats/model.js';
import { openSource as openFile } from '../formats/open-source.js';
import { openReader } from '../formats/reader.js';
import type { ByteSource, FileIdentity } from '../formats/source.js';
import type { Progress, RunOptions } from '../progress.js';
import { completeTable, emptyTable, tableRows } from '../table/packet-table.js';
import { mapLimited } from './answers.js';
import { isCancelled, unlessCancelled } from './cancellation.js';
import type { Capture } from './capture.js';
import { createCapture, type Engine } from './handle.js';
import { indexSource } from './index-source.js';
import { type KeptIndexOptions, openKeptIndexes } from './kept-index.js';
import { type KnownValues, knownValuesOf, NOTHING_KNOWN as NO_VALUES } from './known-values.js';
import { openPlanSources } from './plan-sources.js';
import { rehearse } from './rehearse.js';
import { selectPlan } from './select.js';
import { type Selection, selectAll } from './selection.js';
import { createSelectionCache } from './selection-cache.js';
import type { IndexedFile, SourceFile } from './source-file.js';
import { type Spool, spoolSource } from './spool.js';
import { type LoadStep, loadsOf, type Plan } from './steps.js';
import { type ProtectedFile, refuseProtectedPath } from './target.js';

/** How a workspace opens and indexes captures. */
export interface WorkspaceOptions extends KeptIndexOptions {
  /** A person is at the prompt: loading starts the index pass in workers at once, and plans run on tables. */
  interactive: boolean;
  /** What cannot seek is spooled when it is loaded, for it will be looked at more than once. */
  rereads?: boolean;
  /** At most so many threads work on an index pass. Default: 2, or 1 on a single core. */
  threads?: number;
  /** Files from this size on are split between two threads, bytes. Default SPLIT_BYTES. */
  splitBytes?: number;
  /** The journal of the session, which no target may replace. */
  journal?: string | null;
  /** Opens what `load` names; default: files, pipes and standard input. What has no path is read in this thread. */
  openSource?: (path: string) => ByteSource;
}

/** Captures that are open together: each file once, with its table. */
export interface Workspace {
  /** Opens captures as one handle on one timeline. Throws what opening and detecting them throws. */
  load(paths: string[], options?: RunOptions): Promise<Capture>;
  /** The handle of a plan, as it was saved. */
  captureOf(plan: Plan): Capture;
  /** What is known of a handle's files without waiting: rows so far, whether that is all, and how far the reading has come. */
  status(capture: Capture): { rows: number; done: boolean; progress: Progress | null };
  /** What its packets have, for completion: from tables that are there, nothing is waited for. Of a handle that has not been counted yet, what its captures hold. */
  knownValues(capture: Capture): KnownValues;
  /** What is known of its files so far: format, interfaces met. */
  descriptions(capture: Capture): CaptureDescription[];
  /** Throws `refused.source` where writing to `path` would destroy what is open, its index or the journal. */
  refuseProtected(path: string): void;
  /** What is worth a word but no error, one sentence each: what was copied to a temporary file, indexes on disk that were made anew or could not be kept. Grows. */
  readonly notices: readonly string[];
  close(): Promise<void>;
}

/** An empty workspace. Whoever opens one closes it: it holds files, workers and temporary copies. */
export function openWorkspace(options: WorkspaceOptions): Workspace {
  const { openSource = openFile, splitBytes } = options;
  const threads = options.threads ?? Math.min(2, availableParallelism());
  const files = new Map<string, SourceFile>();
  const groups = new Map<string, SourceFile[]>();
  const spools: Spool[] = [];
  const selections = createSelectionCache();
  /** By plan; what captures hold as a whole by their loads. */
  const known = new Map<Plan | string, KnownValues>();
  const ending = new AbortController();
  const kept = openKeptIndexes(options);
  const notices: string[] = [];

  async function openOnce(path: string, run: RunOptions): Promise<SourceFile> {
    const key = path === STANDARD_INPUT ? path : resolve(path);
    const known = files.get(key);
    if (known !== undefined) return known;
    const bytes = openSource(path);
    const twin = [...files.values()].find(({ identity }) => isSameFile(identity, bytes.identity));
    if (twin !== undefined) {
      bytes.close();
      files.set(key, twin);
      return twin;
    }
    const file: SourceFile = {
      path,
      identity: bytes.identity,
      description: NOTHING_KNOWN,
      damage: [],
      damageCount: () => 0,
      bytes,
      table: null,
      indexing: null,
      ask: null,
      progress: null,
      watchers: new Set(),
    };
    try {
      if (isPipe(bytes) && (options.interactive || options.rereads === true)) await spool(file, run);
      if (!isPipe(file.bytes)) file.description = await describe(file.bytes);
    } catch (error) {
      bytes.close();
      throw error;
    }
    await openKept(file, bytes);
    files.set(key, file);
    return file;
  }

  /** Takes the table from the index that was kept of the file, if there is one. */
  async function openKept(file: SourceFile, bytes: ByteSource): Promise<void> {
    const indexed = await kept.read(bytes);
    if (indexed === null) return;
    const { table, damageCount } = indexed;
    file.indexing = Promise.resolve(indexed);
    Object.assign(file, {
      table,
      description: table.description,
      damage: table.damage,
      damageCount: () => damageCount,
    });
  }

  async function spool(file: SourceFile, run: RunOptions): Promise<void> {
    const original = file.bytes;
    const copy = await spoolSource(original, run);
    spools.push({
      source: copy.source,
      end() {
        copy.end();
        original.close();
      },
    });
    file.bytes = copy.source;
    notices.push(
      `${file.path} cannot seek: ${formatBytes(copy.source.size ?? 0)} of it were copied to a temporary file, which goes when the session ends`,
    );
  }

  async function openGroup(step: LoadStep, run: RunOptions): Promise<SourceFile[]> {
    if (ending.signal.aborted) {
      throw new PcapshError('source.closed', `${step.files.join(', ')} has been closed`, { hint: 'open it again' });
    }
    const key = JSON.stringify(step.files);
    const known = groups.get(key);
    if (known !== undefined) return known;
    const group: SourceFile[] = [];
    for (const path of step.files) {
      const file = await openOnce(path, run);
      if (!group.includes(file)) group.push(file);
    }
    groups.set(key, group);
    return group;
  }

  /** The files under a handle, as far as they are open. */
  function opened(capture: Capture): readonly SourceFile[] {
    return [...new Set(loadsOf(capture.plan).flatMap(({ files: paths }) => groups.get(JSON.stringify(paths)) ?? []))];
  }

  /** One pass for all who ask. Who is cancelled leaves; a pass that ended because its starter was cancelled begins anew for the others. */
  async function index(file: SourceFile, { signal, onProgress }: RunOptions): Promise<IndexedFile> {
    if (onProgress !== undefined) file.watchers.add(onProgress);
    try {
      for (;;) {
        throwIfCancelled(signal);
        file.indexing ??= startIndex(file, signal);
        try {
          return await unlessCancelled(file.indexing, signal);
        } catch (error) {
          if (!isCancelled(error) || signal?.aborted === true || ending.signal.aborted) throw error;
        }
      }
    } finally {
      if (onProgress !== undefined) file.watchers.delete(onProgress);
    }
  }

  async function startIndex(file: SourceFile, starter: AbortSignal | undefined): Promise<IndexedFile> {
    const signal = starter === undefined ? ending.signal : AbortSignal.any([starter, ending.signal]);
    const onProgress = (progress: Progress): void => {
      file.progress = progress;
      for (const tell of file.watchers) tell(progress);
    };
    const { bytes } = file;
    try {
      if (!bytes.seekable) await spool(file, { signal, onProgress }); // the rows of a table point at bytes
      const table = emptyTable(file.description);
      file.table = table;
      const indexed = await indexSource(file.bytes, {
        signal,
        onProgress,
        retain: true,
        background: options.interactive,
        threads,
        splitBytes,
        onSegment: (segment) => table.segments.push(segment),
        onStart: (ask) => {
          file.ask = ask;
        },
      });
      completeTable(table, indexed.segments, indexed.outcome);
      file.description = table.description;
      file.damage = table.damage;
      const { damageCount } = indexed.outcome;
      file.damageCount = () => damageCount;
      file.progress = null;
      file.ask = null;
      const made = { table, summary: indexed.summary, damageCount };
      kept.keep(bytes, made);
      return made;
    } catch (error) {
      file.table = null;
      file.indexing = null;
      file.progress = null;
      file.ask = null;
      throw error;
    }
  }

  async function selectLoad(load: LoadStep, run: RunOptions): Promise<Selection> {
    const sources = await openGroup(load, run);
    const tables = await mapLimited(sources, threads, async (source) => ({
      source,
      table: (await index(source, run)).table,
    }));
    return selectAll(tables);
  }

  function knownOfLoads(sources: readonly SourceFile[], key: string): KnownValues {
    const whole = sources.flatMap((source) => (source.table?.done === true ? [{ source, table: source.table }] : []));
    if (whole.length === 0 || whole.length < sources.length) return NO_VALUES;
    return known.get(key) ?? keepKnown(key, knownValuesOf(selectAll(whole)));
  }

  /** Those of a few handles are kept: whoever types goes back and forth between them. */
  function keepKnown(key: Plan | string, values: KnownValues): KnownValues {
    known.set(key, values);
    if (known.size > MOST_KNOWN) known.delete(known.keys().next().value!);
    return values;
  }

  /** What is open, the indexes that belong to it wherever they are kept, and the session's journal. */
  function protectedFiles(): ProtectedFile[] {
    const guarded: ProtectedFile[] = [];
    for (const { path, identity, bytes } of files.values()) {
      guarded.push({ path, identity });
      for (const index of kept.pathsOf(bytes)) guarded.push({ path: index, identity: null, role: 'index' });
    }
    if (options.journal) guarded.push({ path: options.journal, identity: null, role: 'journal' });
    return guarded;
  }

  const engine: Engine = {
    sourcesOf: async (plan, run) => [...(await openPlanSources(plan, (load) => openGroup(load, run))).of(plan)],
    sources: (plan, run) => openPlanSources(plan, (load) => openGroup(load, run)),
    select: (plan, run) => selectPlan(plan, { load: (load) => selectLoad(load, run), cache: selections, options: run }),
    prefersTable: (sources) =>
      options.interactive || options.writeIndex === true || sources.every((source) => source.table !== null),
    threads,
    background: options.interactive,
    protectedFiles,
  };

  return {
    async load(paths, run = {}) {
      if (!Array.isArray(paths) || paths.length === 0 || paths.some((path) => typeof path !== 'string' || path === ''))
        throw new PcapshError('plan.no-paths', 'a capture is opened by its path, or by several', { kind: 'input' });
      const step: LoadStep = { step: 'load', files: paths };
      const sources = await openGroup(step, run);
      if (options.interactive) {
        for (const source of sources) index(source, {}).catch(() => undefined); // told when it is asked for
        if (sources.every(({ table }) => table?.done !== true)) rehearse(sources[0]).catch(() => undefined);
      }
      return createCapture(engine, step);
    },
    captureOf: (plan) => createCapture(engine, plan),
    status(capture) {
      const sources = opened(capture);
      const rows = sources.reduce((sum, { table }) => sum + (table === null ? 0 : tableRows(table)), 0);
      const done = sources.length > 0 && sources.every(({ table }) => table?.done === true);
      return { rows, done, progress: joinProgress(sources) };
    },
    knownValues(capture) {
      const { plan } = capture;
      const counted = known.get(plan);
      if (counted !== undefined) return counted;
      const whole = knownOfLoads(opened(capture), JSON.stringify(loadsOf(plan)));
      const selection = plan.step === 'load' ? null : selections.get(plan);
      return selection === null ? whole : keepKnown(plan, knownValuesOf(selection, whole));
    },
    descriptions: (capture) => opened(capture).map(({ description }) => description),
    refuseProtected: (path) => refuseProtectedPath(path, protectedFiles()),
    get notices() {
      return [...notices, ...kept.notices];
    },
    async close() {
      ending.abort();
      await kept.close();
      for (const { bytes } of files.values()) bytes.close();
      for (const spool of spools) spool.end();
      files.clear();
      groups.clear();
      selections.clear();
      known.clear();
    },
  };
}

/** Handles whose values are kept. */
const MOST_KNOWN = 4;

/** Of a pipe nothing is known before it is read: it can be read only once. */
const NOTHING_KNOWN: CaptureDescription = {
  format: 'pcap',
  pcap: null,
  sections: [],
  interfaces: [],
  names: [],
  compression: null,
};

/** One file under two names (links): what is open is found again by device and inode. */
function isSameFile(a: FileIdentity | null, b: FileIdentity | null): boolean {
  return a !== null && b !== null && a.device === b.device && a.inode === b.inode && a.size === b.size;
}

function isPipe(bytes: ByteSource): boolean {
  return !bytes.seekable && bytes.rawSize === null;
}

/** What the beginning of a file tells, as far as its first packet. */
async function describe(bytes: ByteSource): Promise<CaptureDescription> {
  const reader = await openReader(bytes, { rows: 1, windowBytes: 65_536 });
  await reader.next();
  reader.close();
  return reader.description;
}

function joinProgress(sources: readonly SourceFile[]): Progress | null {
  let joined: Progress | null = null;
  for (const { progress } of sources) {
    if (progress === null) continue;
    if (joined === null) joined = { ...progress };
    else {
      joined.done += progress.done;
      joined.total = joined.total === null || progress.total === null ? null : joined.total + progress.total;
    }
  }
  return joined;
}
