import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { commands, findCommand } from '../../commands/index.js';
import { DEFAULTS } from '../../session/config.js';
import { diskFiles, type Host, type Output } from '../../session/host.js';
import { type OpenWorkspace, runProgram } from '../../session/program.js';
import { createSession, type Outcome, type Session, type SessionOptions } from '../../session/session.js';
import { openWorkspace, type Workspace } from '../../src/plan/workspace.js';

export const LIST = { commands, findCommand };
export const PROJECT = new URL('../..', import.meta.url).pathname;

/** A host whose streams are text, with the files of this machine. */
export interface TestHost extends Host {
  out(): string;
  err(): string;
  /** Forgets what was printed. */
  clear(): void;
  interrupt(): void;
  input: PassThrough;
  quits: number[];
}

interface HostOptions {
  environment?: Record<string, string>;
  terminal?: boolean;
  columns?: number;
  input?: string;
}

export function testHost(options: HostOptions = {}): TestHost {
  const { terminal = false, columns = 80 } = options;
  const texts = { out: '', err: '' };
  const listeners = new Set<() => void>();
  const quits: number[] = [];
  const input = new PassThrough() as PassThrough & { isTTY?: boolean; setRawMode?: (raw: boolean) => void };
  if (terminal) {
    input.isTTY = true;
    input.setRawMode = () => undefined;
  } else input.end(options.input ?? '');
  const output = (name: 'out' | 'err'): Output => ({
    write: (text) => {
      texts[name] += text;
    },
    isTerminal: terminal,
    columns: () => columns,
    flush: () => Promise.resolve(null),
  });
  const screen = new PassThrough() as PassThrough & { columns?: number };
  screen.columns = columns;
  screen.on('data', (chunk: Buffer) => {
    texts.out += chunk.toString();
  });
  return {
    stdin: input,
    stdout: output('out'),
    stderr: output('err'),
    terminal: screen,
    files: diskFiles,
    environment: { HOME: process.cwd(), ...options.environment },
    folder: () => process.cwd(),
    now: () => Date.UTC(2026, 0, 2, 3, 4, 5),
    ticks: () => performance.now(),
    processId: process.pid,
    isRunning: () => false,
    onInterrupt(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    quit: (status) => void quits.push(status),
    quits,
    input,
    out: () => texts.out,
    err: () => texts.err,
    clear() {
      texts.out = '';
      texts.err = '';
    },
    interrupt: () => {
      for (const listener of listeners) listener();
    },
  };
}

/** A fresh folder to work in, with the examples in it, and the way back. */
export function enterFolder(): () => void {
  const before = process.cwd();
  const folder = mkdtempSync(join(tmpdir(), 'pcapsh-session-'));
  symlinkSync(join(PROJECT, 'examples'), join(folder, 'examples'));
  process.chdir(folder);
  return () => {
    process.chdir(before);
    rmSync(folder, { recursive: true });
  };
}

export interface Ran {
  status: number;
  out: string;
  err: string;
  /** stdout, a JSON value a line. */
  json(): Record<string, unknown>[];
}

export async function pcapsh(argv: string[], options: HostOptions & { open?: OpenWorkspace } = {}): Promise<Ran> {
  const host = testHost(options);
  const status = await runProgram(argv, host, options.open);
  const out = host.out();
  return {
    status,
    out,
    err: host.err(),
    json: () =>
      out
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
  };
}

export interface Sitting {
  session: Session;
  outcomes: Outcome[];
  workspace: Workspace;
  host: TestHost;
  /** Runs lines; the last outcome. */
  run(...lines: string[]): Promise<Outcome | null>;
}

/** A session on the real engine. */
export function sit(changes: Partial<SessionOptions> = {}): Sitting {
  const host = testHost();
  const outcomes: Outcome[] = [];
  const workspace = changes.workspace ?? openWorkspace({ interactive: true });
  const session = createSession({
    host,
    workspace,
    list: LIST,
    config: { ...DEFAULTS },
    journal: null,
    examples: join(PROJECT, 'examples'),
    previewLoads: true,
    onOutcome: (outcome) => void outcomes.push(outcome),
    ...changes,
  });
  return {
    session,
    outcomes,
    workspace,
    host,
    async run(...lines) {
      let last: Outcome | null = null;
      for (const line of lines) last = await session.runLine(line);
      return last;
    },
  };
}
