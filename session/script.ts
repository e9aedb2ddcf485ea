import { dirname, resolve } from 'node:path';
import { didYouMean } from '../commands/suggest.js';
import { PcapshError } from '../src/errors.js';
import type { RunOptions } from '../src/progress.js';
import type { Host } from './host.js';
import type { Session } from './session.js';

/** A session as text. */
export interface Script {
  /** As the user wrote it. */
  path: string;
  /** Absolute. */
  file: string;
  /** Absolute: paths in the script are relative to it. */
  folder: string;
  lines: ScriptLine[];
}

export interface ScriptLine {
  /** Several lines of the file where one ends in `\`. */
  source: string;
  /** 1-based line of the file. */
  number: number;
}

/** Joins lines that end in `\` with those that follow; notes are never continued. */
export function splitLines(text: string): ScriptLine[] {
  const lines: ScriptLine[] = [];
  let open = false;
  text
    .replace(/^\ufeff/, '')
    .split('\n')
    .forEach((raw, i) => {
      const line = raw.replace(/\r$/, '');
      const last = lines.at(-1);
      if (open && last !== undefined) last.source += `\n${line}`;
      else lines.push({ source: line, number: i + 1 });
      open = line.endsWith('\\') && !/^\s*#/.test(lines[lines.length - 1].source);
    });
  return lines;
}

/** Reads a script. Throws `script.missing`, `script.folder` or `script.binary`. */
export function readScript(host: Host, path: string): Script {
  const file = resolve(host.folder(), path);
  if (host.files.kind(file) === 'folder') throw new PcapshError('script.folder', `${path} is a folder, not a script`);
  const text = host.files.read(file);
  if (text === null) throw new PcapshError('script.missing', `there is no script ${path}`);
  if (text.includes('\0'))
    throw new PcapshError('script.binary', `${path} is not text`, { hint: 'a capture is opened with load' });
  return { path, file, folder: dirname(file), lines: splitLines(text) };
}

/**
 * Throws `script.parameter` for a parameter that nothing in the script mentions: a misspelt name would leave the script's own default in force, unnoticed. A script
 * that runs others may hand its parameters on.
 */
export function checkParameters(script: Script, names: Iterable<string>): void {
  const lines = script.lines.map(({ source }) => source).filter((source) => !/^\s*#/.test(source));
  if (lines.some((source) => /^\s*run\b/.test(source))) return;
  const known = new Set(lines.flatMap((source) => [...source.matchAll(/\$([A-Za-z_]\w*)/g)].map(([, name]) => name)));
  for (const name of names) {
    if (known.has(name)) continue;
    const otherwise = known.size === 0 ? 'it has none' : `it has ${[...known].map((each) => `$${each}`).join(', ')}`;
    throw new PcapshError('script.parameter', `${script.path} has no parameter $${name}`, {
      kind: 'input',
      hint: didYouMean(name, known, otherwise),
    });
  }
}

export interface ScriptOptions extends RunOptions {
  /** Go on behind a cell that failed. */
  keepGoing: boolean;
}

export interface ScriptReport {
  cells: number;
  /** Status of the first cell that failed, else 3 when one was done in part, else 0. */
  status: number;
}

/** The scripts that run in a session, one within the other. */
const running = new WeakMap<Session, Set<string>>();

/** Runs a script as `runLines` does. Throws `script.recursive` where it runs already: it would never end. */
export async function runScript(session: Session, script: Script, options: ScriptOptions): Promise<ScriptReport> {
  const files = running.get(session) ?? new Set();
  running.set(session, files);
  if (files.has(script.file))
    throw new PcapshError('script.recursive', `${script.path} is running already: a script cannot run itself`);
  files.add(script.file);
  try {
    return await runLines(session, script, options);
  } finally {
    files.delete(script.file);
  }
}

/**
 * Runs a script in a session. All of it is checked first: when a line cannot be understood nothing runs. Throws the error of the first failing cell,
 * unless `keepGoing` (a cancelled run ends in any case).
 */
async function runLines(session: Session, script: Script, options: ScriptOptions): Promise<ScriptReport> {
  const wrong = await session.check(
    script.lines.map((line) => line.source),
    script.folder,
  );
  if (wrong !== null) {
    const line = script.lines[wrong.line];
    await session.tell({ source: line.source, results: [], error: wrong.error, ms: 0 });
    throw scriptStopped(script, line, wrong.error);
  }
  const report: ScriptReport = { cells: 0, status: 0 };
  for (const line of script.lines) {
    if (line.source.trim() !== '' && !line.source.startsWith('#!')) session.options.onEcho?.(line.source);
    const outcome = await session.runLine(line.source, { ...options, folder: script.folder });
    if (outcome === null) continue;
    report.cells++;
    if (report.status === 0 || (report.status === 3 && outcome.error !== null)) report.status = outcome.status;
    if (outcome.error !== null && (!options.keepGoing || outcome.error.kind === 'cancelled')) {
      throw scriptStopped(script, line, outcome.error);
    }
    if (session.leaving()) break;
  }
  return report;
}

/** The sentence when a script ends at a cell whose own error has been told already. */
function scriptStopped(script: Script, line: ScriptLine, error: PcapshError): PcapshError {
  return new PcapshError(SCRIPT_STOPPED, `${script.path} ended at line ${line.number}`, {
    kind: error.kind,
    cause: error,
  });
}

export const SCRIPT_STOPPED = 'script.stopped';
