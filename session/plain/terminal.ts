import { type REPLServer, Recoverable, start } from 'node:repl';
import { formatCount } from '../../src/bytes/size.js';
import type { Capture } from '../../src/plan/capture.js';
import type { CommandList } from '../compile.js';
import { SETTINGS } from '../config.js';
import { knownPackets } from '../desk.js';
import { type Host, xdgFolder } from '../host.js';
import { completeLine, type Known } from '../language/completion.js';
import type { Printer } from '../print.js';
import type { Paint } from '../render/paint.js';
import { widthOf } from '../render/width.js';
import type { Session } from '../session.js';
import { isContinued } from './piped.js';
import { promptText } from './prompt-text.js';

export interface TerminalOptions {
  host: Host;
  session: Session;
  printer: Printer;
  list: CommandList;
  /** Told before each cell: columns before what was typed, or null. */
  at(columns: number | null): void;
}

/** How often the prompt looks whether its count has grown. */
const REFRESH_MILLISECONDS = 200;

/**
 * The prompt on node:repl: its line editing, history, search (Ctrl-R) and completion, with our own evaluation. node:repl does not cancel a custom
 * evaluation at Ctrl-C (and with `breakEvalOnSigint` it throws), so its SIGINT listeners are replaced by ours, which abort the cell's signal.
 */
export async function runTerminal(options: TerminalOptions): Promise<void> {
  const { host, session, printer } = options;
  const editing = host.stdout.isTerminal && host.environment.TERM !== 'dumb';
  let running: AbortController | null = null;
  let queue = Promise.resolve();
  let continuing = false;
  let shown = '';

  const prompt = (): string => {
    shown = promptText(session, printer.paint);
    return shown;
  };

  function evaluate(
    this: REPLServer,
    command: string,
    _context: unknown,
    _file: string,
    finish: (error: Error | null, value?: unknown) => void,
  ): void {
    const source = command.replace(/\n$/, '');
    continuing = isContinued(source);
    if (continuing) {
      finish(new Recoverable(new SyntaxError('continued')));
      return;
    }
    queue = queue.then(async () => {
      await runCell(source);
      if (session.leaving()) server.close();
      else {
        server.setPrompt(prompt());
        finish(null);
      }
    });
  }

  async function runCell(source: string): Promise<void> {
    running = new AbortController();
    const progress = printer.progress();
    // A cell may wait for an index pass that began before it: what the pass has done is then what there is to tell.
    const watch = setInterval(() => {
      const { current, handles } = session.shelf();
      const state = current === null ? null : session.options.workspace.status(handles.get(current)!.capture).progress;
      if (state !== null) progress.onProgress(state);
    }, 100);
    options.at(editing && !source.includes('\n') ? widthOf(shown) : null);
    try {
      await session.runLine(source, { signal: running.signal, onProgress: progress.onProgress });
    } finally {
      clearInterval(watch);
      progress.clear();
      running = null;
      countCurrent(session);
    }
  }

  let answered: string | null = null;
  const server = start({
    prompt: prompt(),
    input: host.stdin,
    output: host.terminal,
    terminal: editing,
    useColors: false,
    useGlobal: true,
    ignoreUndefined: true,
    preview: false,
    eval: evaluate,
    completer: async (line: string, done: (error: null, result: [string[], string]) => void) => {
      for (const command of options.list.commands) if (line.includes(command.name)) await command.prepare?.();
      const { from, candidates, counts, goesOn } = completeLine(line, knownOf(session, options.list));
      // A single word is complete: the next one can be typed at once. A folder goes on.
      const ends = candidates.length === 1 && !candidates[0].endsWith('/') && goesOn !== true;
      const words = ends ? [`${candidates[0]} `] : candidates;
      // Of two Tabs that arrive together the second is answered for the line as it was before the first.
      if (answered === line && commonStart(words).length > line.length - from) {
        done(null, [[], line]);
        return;
      }
      answered = line;
      setImmediate(() => {
        answered = null;
      });
      done(null, [counts === undefined || ends ? words : withCounts(words, counts, printer.paint), line.slice(from)]);
    },
  });
  // Its own dot commands speak of JavaScript.
  for (const name of Object.keys(server.commands)) delete (server.commands as Record<string, unknown>)[name];
  if (editing) await openHistory(server, session);
  const untabbed = completeFastTabs(server, host.stdin);

  const interrupt = (): void => {
    if (running !== null) {
      running.abort();
      return;
    }
    const empty = server.line === '' && !continuing;
    continuing = false;
    server.clearBufferedCommand();
    if (editing) {
      server.write(null, { ctrl: true, name: 'e' });
      server.write(null, { ctrl: true, name: 'u' });
    }
    host.stdout.write(empty ? `\n  ${printer.paint.dim('Ctrl-D or exit leaves')}\n` : '\n');
    server.setPrompt(prompt());
    server.displayPrompt();
  };
  server.removeAllListeners('SIGINT');
  server.on('SIGINT', interrupt);
  const quiet = host.onInterrupt(interrupt);

  let searching = false;
  const onKey = (_text: string, key: { ctrl?: boolean; name?: string } | undefined): void => {
    if (key?.ctrl && (key.name === 'r' || key.name === 's')) searching = true;
    else if (
      key !== undefined &&
      (key.ctrl || ['return', 'enter', 'escape', 'up', 'down', 'left', 'right', 'tab'].includes(key.name ?? ''))
    )
      searching = false;
  };
  host.stdin.on('keypress', onKey);
  const refresh = setInterval(() => {
    if (!editing || running !== null || continuing || searching) return;
    countCurrent(session);
    learnCurrent(session);
    const before = shown;
    if (prompt() === before) return;
    server.setPrompt(shown);
    server.prompt(true);
  }, REFRESH_MILLISECONDS);

  await new Promise<void>((left) => server.on('exit', left));
  clearInterval(refresh);
  host.stdin.off('keypress', onKey);
  untabbed();
  (running as AbortController | null)?.abort();
  await queue;
  quiet();
  if (!session.leaving()) host.stdout.write('\n');
}

const asked = new WeakSet<Capture>();

/** Counts the current handle once its table is there, for the prompt; what goes wrong then is told when the handle is asked. */
function countCurrent(session: Session): void {
  const { current, handles } = session.shelf();
  const capture = current === null ? undefined : handles.get(current)?.capture;
  if (capture === undefined || capture.plan.step === 'load' || asked.has(capture)) return;
  if (!session.options.workspace.status(capture).done || knownPackets(session, capture).packets !== null) return;
  asked.add(capture);
  capture.count().then(
    (count) => session.inner.counts.set(capture, count),
    () => undefined,
  );
}

/** Begins to count the values of the current handle once its table is there, so that the first Tab has them. */
function learnCurrent(session: Session): void {
  const { current, handles } = session.shelf();
  const capture = current === null ? undefined : handles.get(current)?.capture;
  if (capture !== undefined && session.options.workspace.status(capture).done)
    session.options.workspace.knownValues(capture);
}

/**
 * Candidates as they are listed, with how many packets have them. Readline completes as far as all begin alike, which is never further than the words
 * themselves where there are several.
 */
function withCounts(words: readonly string[], counts: ReadonlyMap<string, number>, paint: Paint): string[] {
  if (words.length < 2) return [...words];
  const widest = Math.max(...words.map((word) => word.length));
  const digits = Math.max(...words.map((word) => formatCount(counts.get(word) ?? 0).length));
  return words.map((word) => {
    const count = counts.get(word);
    return count === undefined ? word : `${word.padEnd(widest)} ${paint.dim(formatCount(count).padStart(digits))}`;
  });
}

function commonStart(words: readonly string[]): string {
  const [first = '', ...others] = words;
  let end = first.length;
  for (const word of others) while (!word.startsWith(first.slice(0, end))) end--;
  return first.slice(0, end);
}

/** Readline takes a tab for pasted text where it is not the last character of what arrived together: so two that were typed fast would put one into the line. */
function completeFastTabs(server: REPLServer, stdin: NodeJS.ReadableStream): () => void {
  let typed = false;
  let last = true;
  const onData = (chunk: Buffer | string): void => {
    typed = /^[^\r\n\t]*\t+$/.test(chunk.toString());
  };
  stdin.prependListener('data', onData);
  Object.defineProperty(server, 'isCompletionEnabled', {
    get: () => typed || last,
    set: (value: boolean) => {
      last = value;
    },
  });
  return () => stdin.off('data', onData);
}

async function openHistory(server: REPLServer, session: Session): Promise<void> {
  const { host } = session.options;
  const folder = xdgFolder(host, 'state');
  try {
    host.files.makeFolder(folder);
  } catch {
    return; // The journal has said so already.
  }
  Object.assign(server, { historySize: session.inner.config.history });
  await new Promise<void>((done) => server.setupHistory(`${folder}/history`, () => done()));
}

function knownOf(session: Session, list: CommandList): Known {
  const { host, workspace } = session.options;
  const { handles, current } = session.shelf();
  return {
    commands: list.commands,
    settings: SETTINGS,
    handles: [...handles.keys()],
    variables: [...session.scope().variables.keys()],
    values(handle) {
      const capture = handles.get(handle ?? current ?? '')?.capture;
      return capture === undefined ? { find: () => [] } : workspace.knownValues(capture);
    },
    folder(path) {
      try {
        const base = path === '' ? '.' : path;
        return host.files.list(base).map((name) => (host.files.kind(path + name) === 'folder' ? `${name}/` : name));
      } catch {
        return [];
      }
    },
  };
}
