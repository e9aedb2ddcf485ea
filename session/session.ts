import type { Result } from '../commands/result.js';
import { PcapshError, throwIfCancelled } from '../src/errors.js';
import type { Capture } from '../src/plan/capture.js';
import type { Workspace } from '../src/plan/workspace.js';
import type { RunOptions } from '../src/progress.js';
import type { CommandList, CompiledCell, Scope } from './compile.js';
import { compileLine, loadedName, scopeAfter } from './compile.js';
import type { Config } from './config.js';
import { createDesk } from './desk.js';
import { execute } from './execute.js';
import type { Host } from './host.js';
import type { Names } from './hosts.js';
import type { Journal } from './journal.js';
import { isPartial } from './partial.js';
import { createShelves, type Shelf } from './state.js';
import type { ToldSteps } from './windows.js';

/** What a cell came to. */
export interface Outcome {
  cell: number;
  source: string;
  /** Wall milliseconds. */
  ms: number;
  /** Answers in order: reports of sinks on the way, then the cell's own; empty when it failed. */
  results: Result[];
  error: PcapshError | null;
  /** 0 done, 1 failed, 2 not understood, 3 done in part, 130 interrupted. */
  status: number;
}

/** A line of the session's document, for `history` and `save`. */
export interface DocumentLine {
  kind: 'cell' | 'note';
  /** 0 for notes. */
  cell: number;
  source: string;
  /** Absolute: the paths of the line are relative to it. */
  folder: string;
  compiled: CompiledCell | null;
  /** The handle that it makes, also where the line does not say it. */
  name: string | null;
  state: 'done' | 'failed' | 'undone';
}

export interface SessionOptions {
  host: Host;
  workspace: Workspace;
  list: CommandList;
  config: Config;
  journal: Journal | null;
  /** The examples that come with the program: where the tour is. */
  examples: string;
  /** Parameters given from outside: they win over `set $name`. */
  parameters?: ReadonlyMap<string, string>;
  /** A lone `load` shows packets, and waits for them. */
  previewLoads: boolean;
  /** Answers are for a program: lists are wanted whole. Default false. */
  whole?: boolean;
  /** Called for each cell, those of scripts that a cell runs included, when it is over. */
  onOutcome(outcome: Outcome): void | Promise<void>;
  /** Called for each cell that a script or the tour runs, before it runs. */
  onEcho?(source: string): void;
  onClear?(): void;
}

export interface LineOptions extends RunOptions {
  /** Absolute; the process's folder unless given. */
  folder?: string;
  /** Run what makes handles and leave sinks out: recovery. */
  recovering?: boolean;
}

/** A session: handles, cells, parameters, and how a line becomes an answer. */
export interface Session {
  /** Runs a line. null when it was empty or a note. Never throws for what the line did wrong: that is the outcome's error. */
  runLine(source: string, options?: LineOptions): Promise<Outcome | null>;
  /** Runs what was compiled elsewhere: a command line. */
  runCell(cell: CompiledCell, options?: RunOptions): Promise<Outcome>;
  /** Says what is wrong with lines without running any; each sees what those before it define. */
  check(lines: readonly string[], folder: string): Promise<LineError | null>;
  /** Gives parameters their values for as long as `body` runs. */
  withParameters<T>(parameters: ReadonlyMap<string, string>, body: () => Promise<T>): Promise<T>;
  shelf(): Shelf;
  scope(folder?: string): Scope;
  document(): readonly DocumentLine[];
  note(text: string, folder?: string): void;
  /** Numbers an outcome and hands it to whoever shows it. */
  tell(told: Omit<Outcome, 'cell' | 'status'>): Promise<Outcome>;
  /** `exit` was typed. */
  leaving(): boolean;
  /** Status of the first cell that failed, else 3 when one was done in part, else 0. */
  status(): number;
  readonly options: SessionOptions;
  /** What `desk.ts` changes. */
  readonly inner: SessionInner;
}

/** An error in a script and the line in which it stands, from 0. */
export interface LineError {
  line: number;
  error: PcapshError;
}

/** The parts of a session that its commands change. */
export interface SessionInner {
  shelves: ReturnType<typeof createShelves>;
  lines: DocumentLine[];
  defaults: Map<string, string>;
  /** Packets of handles that have been counted. */
  counts: WeakMap<Capture, number>;
  /** Windows of time that have been told. */
  told: ToldSteps;
  /** The hosts file that was read last. */
  hosts: { path: string; names: Names } | null;
  config: Config;
  leave(): void;
}

/** Any error as ours: what the engine or the system threw gets a code and keeps its words. */
export function asPcapshError(error: unknown): PcapshError {
  if (error instanceof PcapshError) return error;
  if (error instanceof Error && error.name === 'AbortError')
    return new PcapshError('cancelled', 'cancelled', { kind: 'cancelled' });
  const { code, message, path } = error as NodeJS.ErrnoException;
  if (typeof code !== 'string') return new PcapshError('internal', message ?? String(error), { cause: error });
  // Node's sentence is "EACCES: permission denied, scandir '/some/where'".
  const reason = /^[A-Z0-9]+: ([^,]+)/.exec(message)?.[1];
  const told = path === undefined || reason === undefined ? message : `${path}: ${reason}`;
  return new PcapshError(`system.${code.toLowerCase()}`, told, { cause: error });
}

/** The exit status of an error's kind. */
export function statusOf(error: PcapshError): number {
  return error.kind === 'input' ? 2 : error.kind === 'cancelled' ? 130 : 1;
}

/** A session without handles and cells. */
export function createSession(options: SessionOptions): Session {
  const { host, list } = options;
  let given: ReadonlyMap<string, string> = options.parameters ?? new Map();
  let cells = 0;
  let firstStatus = 0;
  let left = false;
  /** How many cells are running, one inside the other: those of a script that a cell runs are not lines of this session. */
  let depth = 0;
  const inner: SessionInner = {
    shelves: createShelves(),
    lines: [],
    defaults: new Map(),
    counts: new WeakMap(),
    told: new WeakSet(),
    hosts: null,
    config: { ...options.config },
    leave: () => {
      left = true;
    },
  };

  const session: Session = {
    options,
    inner,
    shelf: () => inner.shelves.now(),
    document: () => inner.lines,
    leaving: () => left,
    status: () => firstStatus,
    scope: (folder = host.folder()) => ({
      handles: new Set(inner.shelves.now().handles.keys()),
      current: inner.shelves.now().current,
      variables: new Map([...inner.defaults, ...given]),
      folder,
    }),
    async tell(told) {
      const { error, results } = told;
      const status = error === null ? (results.some(isPartial) ? 3 : 0) : statusOf(error);
      if (firstStatus === 0 || (firstStatus === 3 && error !== null)) firstStatus = status;
      const outcome = { ...told, cell: ++cells, status };
      await options.onOutcome(outcome);
      return outcome;
    },
    note(text, folder = host.folder()) {
      inner.lines.push({ kind: 'note', cell: 0, source: text, folder, compiled: null, name: null, state: 'done' });
    },
    async withParameters(parameters, body) {
      const before = given;
      given = new Map([...given, ...parameters]);
      try {
        return await body();
      } finally {
        given = before;
      }
    },
    async check(lines, folder) {
      let scope = session.scope(folder);
      for (let line = 0; line < lines.length; line++) {
        try {
          const compiled = await compileLine(lines[line], list, scope, host.folder());
          if (compiled.kind === 'cell') scope = scopeAfter(compiled.cell, scope, list, new Set(given.keys()));
        } catch (error) {
          return { line, error: asPcapshError(error) };
        }
      }
      return null;
    },
    async runLine(source, lineOptions = {}) {
      const folder = lineOptions.folder ?? host.folder();
      const started = host.ticks();
      let compiled: Awaited<ReturnType<typeof compileLine>>;
      try {
        compiled = await compileLine(source, list, session.scope(folder), host.folder());
      } catch (error) {
        return finish(source, folder, started, asPcapshError(error));
      }
      if (compiled.kind === 'empty') return null;
      if (compiled.kind === 'note') {
        if (depth > 0) return null;
        options.journal?.append({ kind: 'note', source, folder });
        session.note(compiled.text, folder);
        return null;
      }
      // The journal holds what was typed; what a script runs is in the script.
      if (depth === 0) options.journal?.append({ kind: 'cell', source, folder });
      return run(compiled.cell, folder, started, lineOptions);
    },
    runCell: (cell, runOptions = {}) => run(cell, host.folder(), host.ticks(), runOptions),
  };

  async function run(cell: CompiledCell, folder: string, started: number, lineOptions: LineOptions): Promise<Outcome> {
    const name = cell.target ?? loadedName(cell, list, (each) => isTaken(cell, each));
    const line: DocumentLine = {
      kind: 'cell',
      cell: 0,
      source: cell.source,
      folder,
      compiled: cell,
      name,
      state: 'done',
    };
    const outer = depth === 0;
    depth++;
    let results: Result[] = [];
    let error: PcapshError | null = null;
    try {
      throwIfCancelled(lineOptions.signal);
      const desk = createDesk(session, { folder, line });
      results = await execute(cell, {
        session,
        context: {
          desk,
          whole: options.whole ?? false,
          signal: lineOptions.signal,
          onProgress: lineOptions.onProgress,
        },
        name,
        recovering: lineOptions.recovering === true,
        keep(handle) {
          inner.shelves.put(handle, cells + 1);
        },
      });
    } catch (thrown) {
      error = asPcapshError(thrown);
      line.state = 'failed';
    }
    depth--;
    if (outer) inner.lines.push(line);
    return conclude(line, started, results, error);
  }

  /** A name is free for a file when nothing has it, or the same files have. */
  function isTaken(cell: CompiledCell, name: string): boolean {
    const plan = inner.shelves.now().handles.get(name)?.capture.plan;
    if (plan === undefined) return false;
    const files = cell.pipeline.stages[0].args.files as string[];
    return plan.step !== 'load' || plan.files.join('\0') !== files.join('\0');
  }

  function finish(source: string, folder: string, started: number, error: PcapshError): Promise<Outcome> {
    const line: DocumentLine = { kind: 'cell', cell: 0, source, folder, compiled: null, name: null, state: 'failed' };
    if (depth === 0) inner.lines.push(line);
    return conclude(line, started, [], error);
  }

  async function conclude(
    line: DocumentLine,
    started: number,
    results: Result[],
    error: PcapshError | null,
  ): Promise<Outcome> {
    const outcome = await session.tell({
      source: line.source,
      results,
      error,
      ms: Math.round((host.ticks() - started) * 10) / 10,
    });
    line.cell = outcome.cell;
    return outcome;
  }

  return session;
}
