import type { Command } from '../commands/command.js';
import { type Preview, type PreviewContext, previewPackets } from '../commands/command-preview.js';
import type { PcapshError } from '../src/errors.js';
import { isUnfinishedFilter } from '../src/filter/bpf/complete.js';
import { isCancelled, unlessCancelled } from '../src/plan/cancellation.js';
import type { Capture } from '../src/plan/capture.js';
import { type CompiledCell, type CompiledOrigin, type CompiledPipeline, compileLine, vocabularyOf } from './compile.js';
import { createDesk } from './desk.js';
import { parseLine } from './language/parser.js';
import type { Span } from './language/tokens.js';
import { asPcapshError, type Session } from './session.js';

/**
 * What is said of a line while it is typed. `valid`: it would run. `incomplete`: more may make it valid. `wrong`: nothing typed at the cursor does.
 * `empty`: there is nothing to say, as of a note.
 */
export interface LinePreview {
  state: 'empty' | 'valid' | 'incomplete' | 'wrong';
  /** What stands in the way of running it. */
  problem: Problem | null;
  /** How far from its beginning the figures are about: all of a valid line, what is complete of an incomplete one; null where there are none. */
  upTo: number | null;
  /** null while nothing is known, and where there is nothing to look at. */
  preview: Preview | null;
  /** This is the last word on the line. */
  final: boolean;
}

export interface Problem {
  code: string;
  message: string;
  /** In the line; null where it has no place there. */
  span: Span | null;
  hint: string | null;
}

export interface LinePreviewer {
  /** Looks at a line whose cursor is at `cursor`. What was asked before is superseded: nothing more is told of it. */
  ask(text: string, cursor?: number): void;
  /** Tells nothing more. */
  close(): void;
}

/** Previews of the lines that are typed into a session. `tell` first hears what can be said of the line at once, then figures, the last of them exact. */
export function createLinePreviewer(session: Session, tell: (answer: LinePreview) => void): LinePreviewer {
  let running: AbortController | null = null;

  async function look(text: string, cursor: number, signal: AbortSignal): Promise<void> {
    const say = (answer: LinePreview): void => {
      if (!signal.aborted) tell(answer);
    };
    let { state, problem, cell, upTo } = await judgeLine(session, text, cursor);
    while (cell !== null && hasFigures(cell.pipeline) && !signal.aborted) {
      const base = { state, problem, upTo };
      say({ ...base, preview: null, final: false });
      try {
        const show = (preview: Preview): void => say({ ...base, preview, final: false });
        const preview = await unlessCancelled(previewCell(session, cell, signal, show), signal);
        say({ ...base, preview, final: true });
        return;
      } catch (thrown) {
        if (isCancelled(thrown)) return;
        // What only the capture tells: a name that it does not know, a word that its link type refuses.
        const error = asPcapshError(thrown);
        problem ??= problemOf(error);
        const unfinished = error.kind === 'input' && isIncomplete(session, error, text.slice(0, upTo), cursor);
        state = unfinished || state === 'incomplete' ? 'incomplete' : 'wrong';
        if (state === 'wrong') break;
        ({ cell, upTo } = await completePart(session, text.slice(0, upTo)));
      }
    }
    say({ state, problem, upTo: null, preview: null, final: true });
  }

  return {
    ask(text, cursor = text.length) {
      running?.abort();
      running = new AbortController();
      look(text, cursor, running.signal).catch(() => undefined); // an error of a line is told, others are told when it runs
    },
    close() {
      running?.abort();
      running = null;
    },
  };
}

function problemOf({ code, message, span, hint }: PcapshError): Problem {
  return { code, message, span, hint };
}

interface Judged extends Pick<LinePreview, 'state' | 'problem'> {
  /** What can be looked at: the line, or what is complete of it. */
  cell: CompiledCell | null;
  upTo: number;
}

/** Nobody types more than this; what is pasted is looked at when it runs. */
const LONGEST_LINE = 20_000;

/** Says what a line is that is being typed, without running anything of it. */
export async function judgeLine(session: Session, text: string, cursor = text.length): Promise<Judged> {
  const nothing = { cell: null, upTo: 0 };
  if (text.length > LONGEST_LINE) return { ...nothing, state: 'empty', problem: null };
  try {
    const compiled = await compile(session, text);
    if (compiled === null) return { ...nothing, state: 'empty', problem: null };
    return { state: 'valid', problem: null, cell: compiled, upTo: text.length };
  } catch (thrown) {
    const error = asPcapshError(thrown);
    const problem = problemOf(error);
    if (error.kind !== 'input' || !isIncomplete(session, error, text, cursor))
      return { ...nothing, state: 'wrong', problem };
    return { state: 'incomplete', problem, ...(await completePart(session, text.slice(0, cursor))) };
  }
}

async function compile(session: Session, text: string): Promise<CompiledCell | null> {
  const { list, host } = session.options;
  const compiled = await compileLine(text, list, session.scope(), host.folder());
  return compiled.kind === 'cell' ? compiled.cell : null;
}

/** A line that ends too early. */
const ENDS_EARLY: ReadonlySet<string> = new Set([
  'language.missing-command',
  'language.missing-operand',
  'language.missing-argument',
  'language.parenthesis',
  'language.quote',
  'language.flag-value',
  'language.operator-space',
]);

/** What stands in the way is at the end of what was typed, and what is typed next may take it away. */
function isIncomplete(session: Session, error: PcapshError, text: string, cursor: number): boolean {
  if (text.slice(cursor).trim() !== '') return false;
  if (ENDS_EARLY.has(error.code)) return true;
  const expression = expressionOf(session, text);
  if (error.code.startsWith('filter.') && expression !== null) return isUnfinishedFilter(expression);
  const end = text.trimEnd().length;
  if (text.length > end || error.span === null || error.span[1] < end) return false;
  const word = /[^\s|]*$/.exec(text)![0];
  // A number, a time or an address of which more is to come; or a name that has begun.
  return /^[\d.,:T+/-]+$/.test(word.replace(/^--[\w-]+=/, '')) || beginsName(session, word);
}

function beginsName(session: Session, word: string): boolean {
  const { commands } = session.options.list;
  const flags = commands.flatMap((command) => command.args.filter(({ flag }) => flag).map(({ name }) => `--${name}`));
  const names = [...session.shelf().handles.keys(), ...commands.map(({ name }) => name), ...flags];
  return word !== '' && names.some((name) => name !== word && name.startsWith(word));
}

/** The expression of the last stage, quotes undone; null where it has none. */
function expressionOf(session: Session, text: string): string | null {
  try {
    const line = parseLine(text, vocabularyOf(session.options.list, session.scope().handles));
    const last = line.kind === 'cell' ? line.pipeline.stages.at(-1) : undefined;
    return last?.kind === 'command' ? (last.raw?.text ?? null) : null;
  } catch {
    return null;
  }
}

/** Words that are left out at the end of a line until it is complete. */
const MOST_LEFT_OUT = 16;

/** The longest beginning of a line, word by word, that says something by itself. */
async function completePart(session: Session, text: string): Promise<Pick<Judged, 'cell' | 'upTo'>> {
  let end = text.trimEnd().length;
  for (let left = 0; left < MOST_LEFT_OUT && end > 0; left++) {
    end = text
      .slice(0, end)
      .replace(/(?:\S+|\|)\s*$/, '')
      .trimEnd()
      .replace(/\s*\|$/, '').length;
    try {
      const cell = await compile(session, text.slice(0, end));
      if (cell !== null) return { cell, upTo: end };
    } catch {
      // One word less.
    }
  }
  return { cell: null, upTo: 0 };
}

/** Packets come from what is open already: nothing is opened, read or run to look at a line. */
function hasFigures({ from, stages }: CompiledPipeline): boolean {
  if (from === null || stages.some(({ help, command }) => help || command.group === 'session')) return false;
  return originHasFigures(from);
}

function originHasFigures(origin: CompiledOrigin): boolean {
  if ('handle' in origin) return true;
  if ('stages' in origin) return hasFigures(origin);
  return originHasFigures(origin.left) && originHasFigures(origin.right);
}

const OPERATIONS = { '&': 'intersect', '-': 'subtract', '+': 'union' } as const;

async function previewCell(
  session: Session,
  cell: CompiledCell,
  signal: AbortSignal,
  tell: (preview: Preview) => void,
): Promise<Preview> {
  const line = {
    kind: 'cell' as const,
    cell: 0,
    source: cell.source,
    folder: session.options.host.folder(),
    compiled: cell,
    name: null,
    state: 'done' as const,
  };
  const desk = createDesk(session, { folder: line.folder, line });
  const context = { desk, whole: false, signal, tell };
  const from = await captureOf(session, cell.pipeline.from!, context);
  const { input, last } = await before(cell.pipeline, from, context);
  const { command, args } = last ?? {};
  const given: PreviewContext = { ...context, from };
  if (command?.preview !== undefined) return command.preview(input, args!, given);
  return previewPackets(input, command?.shown?.(args!) ?? {}, given);
}

type Looking = Omit<PreviewContext, 'from'>;

/** What goes into the last stage. Stages that select and edit make handles, which costs nothing; sinks pass on what they get. */
async function before(
  { stages }: CompiledPipeline,
  from: Capture,
  context: Looking,
): Promise<{ input: Capture; last: CompiledPipeline['stages'][number] | undefined }> {
  let input = from;
  for (const stage of stages.slice(0, -1)) input = await passed(stage.command, stage.args, input, context);
  return { input, last: stages.at(-1) };
}

async function passed(
  command: Command,
  args: CompiledPipeline['stages'][number]['args'],
  input: Capture,
  context: Looking,
): Promise<Capture> {
  if (command.group !== 'select' && command.group !== 'edit') return input;
  const result = await command.run(input, args, context);
  return result.kind === 'packets' ? result.capture : input;
}

async function captureOf(session: Session, origin: CompiledOrigin, context: Looking): Promise<Capture> {
  if ('handle' in origin) return session.shelf().handles.get(origin.handle)!.capture;
  if ('stages' in origin) {
    const from = await captureOf(session, origin.from!, context);
    const { input, last } = await before(origin, from, context);
    return last === undefined ? input : passed(last.command, last.args, input, context);
  }
  const left = await captureOf(session, origin.left, context);
  return left[OPERATIONS[origin.operator]](await captureOf(session, origin.right, context));
}
