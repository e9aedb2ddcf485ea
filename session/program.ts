import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commands, findCommand } from '../commands/index.js';
import { hasCaptureExtension } from '../commands/paths.js';
import { didYouMean } from '../commands/suggest.js';
import { PcapshError } from '../src/errors.js';
import type { IndexPlace } from '../src/plan/sidecar-policy.js';
import type { Workspace } from '../src/plan/workspace.js';
import { openWorkspace } from '../src/plan/workspace.js';
import { readArguments, type Way } from './arguments.js';
import { type CommandList, nameForFile } from './compile.js';
import { readConfig } from './config.js';
import { splitParameter } from './desk.js';
import type { Host } from './host.js';
import { type ArgvLine, argvLine, compileArgv } from './one-shot.js';
import { createPrinter, type Printer } from './print.js';
import { quoted } from './save.js';
import { checkParameters, readScript, runScript, SCRIPT_STOPPED, type Script, splitLines } from './script.js';
import { asPcapshError, createSession, type Session, statusOf } from './session.js';

/** How the engine is opened: tests give their own. */
export type OpenWorkspace = (options: {
  interactive: boolean;
  rereads: boolean;
  index: IndexPlace;
  writeIndex: boolean;
  /** Where the cache is, is said by its XDG variables. */
  environment: Host['environment'];
  /** What no target may replace. */
  journal?: string | null;
}) => Promise<Workspace>;

const openEngine: OpenWorkspace = async (options) => openWorkspace(options);

const LIST: CommandList = { commands, findCommand };

/** Where the examples are: beside `dist` when installed, beside `session` in a checkout. */
function examplesFolder(host: Host): string {
  return host.environment.PCAPSH_EXAMPLES ?? `${dirname(dirname(fileURLToPath(import.meta.url)))}/examples`;
}

/** Runs the program to its end and returns its exit status: 0 done, 1 failed, 2 not understood, 3 done in part, 130 interrupted. */
export async function runProgram(
  argv: readonly string[],
  host: Host,
  openWorkspace: OpenWorkspace = openEngine,
): Promise<number> {
  const complain = (message: string): void => host.stderr.write(`pcapsh: ${message}\n`);
  const config = await readConfig(host, complain);
  const line = argvLine(argv);
  let way: Way;
  try {
    way = readArguments(argv, LIST);
  } catch (error) {
    return tellBefore(
      asPcapshError(error),
      line,
      createPrinter(host, { json: argv.includes('--json'), config: () => config }),
    );
  }
  if (way.way === 'version') {
    host.stdout.write(`pcapsh ${version()}\n`);
    return 0;
  }
  if (way.way === 'help') {
    const { usageText } = await import('./usage.js');
    const { paint } = await createPrinter(host, { json: false, config: () => config });
    host.stdout.write(usageText({ paint, width: host.stdout.columns(), zone: config.zone }));
    return 0;
  }
  const work: Work = { host, config, openWorkspace };
  if (way.way === 'command') return runCommand(way.argv, work);
  if (way.way === 'session') {
    const wrong = wrongFile(way.files, host);
    if (wrong !== null) return tellBefore(wrong, line, createPrinter(host, { json: way.json, config: () => config }));
    const { runPrompt } = await import('./plain/prompt.js');
    return runPrompt({
      ...work,
      list: LIST,
      version: version(),
      files: way.files,
      json: way.json,
      index: way.index,
      examples: examplesFolder(host),
    });
  }
  return runLines(way, line, work);
}

/** The bundler puts it in; a checkout has it in package.json. */
export function version(): string {
  if (globalThis.PCAPSH_VERSION !== undefined) return globalThis.PCAPSH_VERSION;
  return (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }).version;
}

interface Work {
  host: Host;
  config: Awaited<ReturnType<typeof readConfig>>;
  openWorkspace: OpenWorkspace;
}

/** An error before any session: on its own, as cell 1. */
async function tellBefore(error: PcapshError, line: ArgvLine, printer: Promise<Printer>): Promise<number> {
  const status = statusOf(error);
  await (await printer).outcome({ cell: 1, source: line.source, ms: 0, results: [], error, status });
  return status;
}

/** A first word that is no command is a file; one that is neither is said so before a session begins. */
function wrongFile(files: readonly string[], host: Host): PcapshError | null {
  for (const file of files) {
    if (file === '-' || host.files.kind(file) !== null) continue;
    if (hasCaptureExtension(file) || /[/*?]/.test(file))
      return new PcapshError('one-shot.missing-file', `there is no file ${file}`);
    const names = commands.map((command) => command.name);
    return new PcapshError('language.unknown-name', `"${file}" is neither a command nor a file`, {
      kind: 'input',
      hint: didYouMean(file, names, 'pcapsh --help lists the commands'),
    });
  }
  return null;
}

/** What every way but the prompt has around its cells: the engine, interrupts, progress. */
async function withSession(
  work: Work,
  options: {
    json: boolean;
    index: IndexPlace | null;
    several: boolean;
    parameters?: ReadonlyMap<string, string>;
    echo: boolean;
  },
  body: (
    session: Session,
    run: { signal: AbortSignal; onProgress: ReturnType<Printer['progress']>['onProgress'] },
  ) => Promise<number>,
): Promise<number> {
  const { host, openWorkspace } = work;
  let session: Session | null = null;
  const printer = await createPrinter(host, { json: options.json, config: () => session?.inner.config ?? work.config });
  const progress = printer.progress();
  const controller = new AbortController();
  let interrupts = 0;
  const quiet = host.onInterrupt(() => {
    // Whoever asks twice does not want to wait for us to be tidy.
    if (++interrupts > 1) host.quit(130);
    controller.abort();
  });
  const workspace = await openWorkspace({
    interactive: false,
    rereads: options.several,
    index: options.index ?? 'cache',
    writeIndex: options.index === 'beside' || options.index === 'cache',
    environment: host.environment,
  });
  try {
    session = createSession({
      host,
      workspace,
      list: LIST,
      config: work.config,
      journal: null,
      examples: examplesFolder(host),
      parameters: options.parameters,
      previewLoads: true,
      whole: options.json,
      onOutcome(outcome) {
        progress.clear();
        printer.notices(workspace.notices);
        return printer.outcome(outcome);
      },
      onEcho: options.echo ? printer.echo : undefined,
      onClear: () => undefined,
    });
    return await body(session, { signal: controller.signal, onProgress: progress.onProgress });
  } finally {
    progress.clear();
    quiet();
    await workspace.close();
  }
}

async function runCommand(argv: string[], work: Work): Promise<number> {
  const { host } = work;
  const line = argvLine(argv);
  const command = findCommand(argv[0])!;
  const json = argv.includes('--json');
  let shot: Awaited<ReturnType<typeof compileArgv>>;
  try {
    shot = await compileArgv(line, command, { list: LIST, kind: (path) => host.files.kind(path) });
    if (shot.missing !== null) throw new PcapshError('one-shot.missing-file', `there is no file ${shot.missing}`);
  } catch (error) {
    return tellBefore(asPcapshError(error), line, createPrinter(host, { json, config: () => work.config }));
  }
  const options = { json: shot.json, index: shot.index, several: false, echo: true };
  return withSession(work, options, async (session, run) => {
    const outcome = shot.help
      ? await session.runLine(`help ${command.name}`, run)
      : await session.runCell(shot.cell, run);
    return outcome!.status;
  });
}

/** `-c` and `run`: lines that are known before the first one runs. */
async function runLines(way: Way & { way: 'line' | 'script' }, line: ArgvLine, work: Work): Promise<number> {
  const { host } = work;
  let script: Script;
  const parameters = way.way === 'script' ? new Map(way.parameters.map(splitParameter)) : undefined;
  try {
    script = way.way === 'script' ? readScript(host, way.script) : scriptOfLine(way, host);
    checkParameters(script, parameters?.keys() ?? []);
  } catch (error) {
    return tellBefore(asPcapshError(error), line, createPrinter(host, { json: way.json, config: () => work.config }));
  }
  // Views ask; where several do, a table pays for its making.
  const views = script.lines.filter(({ source }) => source.trim() !== '' && !/^\s*(?:#|[A-Za-z_]\w*\s*=)/.test(source));
  const options = {
    json: way.json,
    index: way.index,
    several: views.length > 1,
    parameters,
    echo: way.way === 'script',
  };
  return withSession(work, options, async (session, run) => {
    try {
      const report = await runScript(session, script, { ...run, keepGoing: way.way === 'script' && way.keepGoing });
      return report.status;
    } catch (error) {
      const stopped = asPcapshError(error);
      if (stopped.code !== SCRIPT_STOPPED) throw error;
      if (way.way === 'script' && !way.json) host.stderr.write(`  ${stopped.message}\n`);
      return statusOf(stopped);
    }
  });
}

function scriptOfLine(way: { files: string[]; line: string }, host: Host): Script {
  const names = new Set<string>();
  const loads = way.files.map((file) => {
    const name = nameForFile(file, LIST, (each) => names.has(each));
    names.add(name);
    return { source: `${name} = load ${quoted(file)}`, number: 0 };
  });
  return { path: '-c', file: '-c', folder: host.folder(), lines: [...loads, ...splitLines(way.line)] };
}
