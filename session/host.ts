import * as fs from 'node:fs';
import { resolve } from 'node:path';

/** A stream that text goes to. */
export interface Output {
  write(text: string): void;
  /** A terminal is at the other end. */
  isTerminal: boolean;
  /** Its width in columns: a terminal's own, else what COLUMNS says; 80 where there is neither. */
  columns(): number;
  /** No terminal, and COLUMNS says nothing: lines may be as long as what they tell. */
  isUnbounded?: boolean;
  /** Resolves when everything written has gone out; to the error if it could not (a full disk). */
  flush(): Promise<Error | null>;
}

/** The files that the session itself reads and writes; captures are the engine's. */
export interface Files {
  kind(path: string): 'file' | 'folder' | 'other' | null;
  list(path: string): string[];
  /** null when there is no such file. */
  read(path: string): string | null;
  /** Mode 0600 unless told. */
  write(path: string, text: string, mode?: number): void;
  append(path: string, text: string): void;
  /** A folder with those above it, 0700. */
  makeFolder(path: string): void;
  remove(path: string): void;
}

/** Everything that the program has to do with the outside: what tests replace. */
export interface Host {
  stdin: NodeJS.ReadableStream & { isTTY?: boolean };
  stdout: Output;
  stderr: Output;
  /** The stream behind `stdout`, for readline. */
  terminal: NodeJS.WritableStream;
  files: Files;
  environment: Record<string, string | undefined>;
  folder(): string;
  /** Milliseconds since 1970. */
  now(): number;
  /** Milliseconds that only grow. */
  ticks(): number;
  processId: number;
  isRunning(processId: number): boolean;
  /** Calls `listener` at each SIGINT until the function that it returns is called. */
  onInterrupt(listener: () => void): () => void;
  /** Ends the process at once. */
  quit(status: number): void;
}

function outputOf(stream: NodeJS.WriteStream): Output {
  const told = toldColumns(process.env.COLUMNS);
  // Whoever reads us may leave at any time (`| head`): what is still to be done is done without them, and is no failure.
  let gone = false;
  let failure: Error | null = null;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    gone = true;
    if (error.code !== 'EPIPE') failure ??= error;
  });
  return {
    write: (text) => {
      if (!gone) stream.write(text);
    },
    isTerminal: stream.isTTY === true,
    columns: () => stream.columns || told || 80,
    isUnbounded: stream.isTTY !== true && told === 0,
    async flush() {
      if (!gone && stream.writableLength > 0) await new Promise<void>((done) => stream.write('', () => done()));
      await new Promise((done) => setImmediate(done)); // an error is told after the write that failed
      return failure;
    },
  };
}

/** The number in COLUMNS, 0 where there is none. */
export function toldColumns(text: string | undefined): number {
  return text !== undefined && /^[1-9]\d{0,4}$/.test(text) ? Number(text) : 0;
}

/** A file that is there is replaced as a whole or, where that fails, not at all; a pipe or a device is written to. */
function writeWhole(path: string, text: string, mode = 0o600): void {
  const there = fs.statSync(path, { throwIfNoEntry: false });
  if (!there?.isFile()) {
    fs.writeFileSync(path, text, { mode });
    return;
  }
  const file = fs.realpathSync(path);
  const fresh = `${file}.${process.pid}.tmp`;
  try {
    fs.writeFileSync(fresh, text, { mode: there.mode & 0o777, flag: 'wx', flush: true });
    fs.renameSync(fresh, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') fs.rmSync(fresh, { force: true });
    throw error;
  }
}

/** The files of this machine. */
export const diskFiles: Files = {
  kind(path) {
    const stat = fs.statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return null;
    if (stat.isDirectory()) return 'folder';
    return stat.isFile() ? 'file' : 'other';
  },
  list: (path) => fs.readdirSync(path).sort(),
  read(path) {
    try {
      return fs.readFileSync(path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  },
  write: writeWhole,
  append: (path, text) => fs.appendFileSync(path, text, { mode: 0o600 }),
  makeFolder: (path) => void fs.mkdirSync(path, { recursive: true, mode: 0o700 }),
  remove: (path) => fs.rmSync(path, { force: true }),
};

/** The process that we are. */
export function processHost(): Host {
  return {
    stdin: process.stdin,
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    terminal: process.stdout,
    files: diskFiles,
    environment: process.env,
    folder: () => process.cwd(),
    now: () => Date.now(),
    ticks: () => performance.now(),
    processId: process.pid,
    isRunning(processId) {
      try {
        process.kill(processId, 0);
        return true;
      } catch (error) {
        return (error as NodeJS.ErrnoException).code === 'EPERM';
      }
    },
    onInterrupt(listener) {
      process.on('SIGINT', listener);
      return () => void process.off('SIGINT', listener);
    },
    quit: (status) => process.exit(status),
  };
}

/** The folder of one of the XDG Base Directory Specification's kinds, with our name in it. */
export function xdgFolder(host: Pick<Host, 'environment'>, kind: 'state' | 'config'): string {
  const given = host.environment[kind === 'state' ? 'XDG_STATE_HOME' : 'XDG_CONFIG_HOME'];
  const home = host.environment.HOME ?? '/';
  // The specification: a path that is not absolute is to be ignored.
  const base = given?.startsWith('/') ? given : resolve(home, kind === 'state' ? '.local/state' : '.config');
  return `${base}/pcapsh`;
}
