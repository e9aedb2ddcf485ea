import { relative, resolve } from 'node:path';
import { type AnyArguments, type Command, type Expression, inputOf, outputOf } from '../commands/command.js';
import { baseName } from '../commands/paths.js';
import { PcapshError } from '../src/errors.js';
import type { CommandStage, Line, Pipeline, SetExpression } from './language/ast.js';
import { bindArguments, placeError } from './language/bind.js';
import { languageError } from './language/lexer.js';
import { parseLine, unknownFirst, type Vocabulary } from './language/parser.js';
import type { Span } from './language/tokens.js';

/**
 * From a line to something that can run: names resolved, arguments bound, pipes checked. Everything that can be said against a line without opening a
 * file is said here, so that nothing has been written or opened when it is wrong.
 */

/** What a line is compiled against. */
export interface Scope {
  handles: ReadonlySet<string>;
  /** The handle that a pipeline works on which names none. */
  current: string | null;
  variables: ReadonlyMap<string, string>;
  /** Absolute: paths of the line are relative to it. */
  folder: string;
}

export interface CompiledStage {
  command: Command;
  args: AnyArguments;
  help: boolean;
  /** Its arguments end in `?`: it is not run, but what it would do is shown. */
  preview?: true;
  span: Span;
}

export interface CompiledPipeline {
  /** Where its packets come from; null: its first stage is a source or a session command. */
  from: CompiledOrigin | null;
  stages: CompiledStage[];
}

/** A handle, an operation between two, or a pipeline in parentheses. */
export type CompiledOrigin = { handle: string; implied: boolean } | CompiledOperation | CompiledPipeline;

export interface CompiledOperation {
  operator: '&' | '+' | '-';
  left: CompiledOrigin;
  right: CompiledOrigin;
}

/** A path as it stands in the line, for scripts that are saved elsewhere. */
export interface PathUse {
  span: Span;
  text: string;
}

export interface CompiledCell {
  source: string;
  target: string | null;
  pipeline: CompiledPipeline;
  paths: PathUse[];
  /** Where a pipeline in parentheses leaves its handle to the moment, and which one it is. */
  implied?: ImpliedHandle[];
}

export interface ImpliedHandle {
  at: number;
  handle: string;
}

export type Compiled = { kind: 'empty' } | { kind: 'note'; text: string } | { kind: 'cell'; cell: CompiledCell };

export interface CommandList {
  commands: readonly Command[];
  findCommand(name: string): Command | undefined;
}

export function vocabularyOf(list: CommandList, handles: ReadonlySet<string>): Vocabulary {
  return { command: list.findCommand, commands: list.commands.map((command) => command.name), handles: [...handles] };
}

/** A path relative to `folder` as the engine shall open it: relative to the process's folder, so that messages stay short. */
export function pathFrom(folder: string, processFolder: string, path: string): string {
  if (path === '-' || folder === processFolder || path.startsWith('/')) return path;
  return relative(processFolder, resolve(folder, path)) || '.';
}

/** Parses and checks a line. Throws errors of kind `input` whose spans lie in `source`. */
export async function compileLine(
  source: string,
  list: CommandList,
  scope: Scope,
  processFolder: string,
): Promise<Compiled> {
  const line: Line = parseLine(source, vocabularyOf(list, scope.handles));
  if (line.kind !== 'cell') return line;
  const work: Work = { list, scope, processFolder, paths: [], implied: [] };
  const pipeline = await compilePipeline(line.pipeline, work, false);
  const last = lastStage(pipeline);
  if (last?.command.name === 'note' && !last.help && line.target === null)
    return { kind: 'note', text: (last.args.text as Expression).text };
  // A preview makes no handle, whatever name the line would give one.
  const name = last?.preview ? null : (line.target?.name ?? null);
  if (
    line.target !== null &&
    last !== undefined &&
    !last.preview &&
    (last.help || outputOf(last.command, last.args) === 'answer')
  ) {
    const { command } = last;
    throw languageError(
      'not-packets',
      `"${command.name}" answers ${command.answers}, but "${line.target.name}" can only name packets`,
      last.span,
    );
  }
  const { paths, implied } = work;
  return { kind: 'cell', cell: { source, target: name, pipeline, paths, implied } };
}

/** What a stage answers; null where packets come out of it. */
function answerOf({ help, preview, command, args }: CompiledStage): string | null {
  if (help) return 'help';
  if (preview) return 'a preview';
  return outputOf(command, args) === 'answer' ? command.answers : null;
}

/** The stage that a pipeline's answer comes from, in parentheses or not; undefined where packets come out as they went in. */
function lastStage(origin: CompiledOrigin): CompiledStage | undefined {
  if (!('stages' in origin)) return undefined;
  return origin.stages.at(-1) ?? (origin.from === null ? undefined : lastStage(origin.from));
}

interface Work {
  list: CommandList;
  scope: Scope;
  processFolder: string;
  paths: PathUse[];
  implied: ImpliedHandle[];
}

async function compilePipeline(pipeline: Pipeline, work: Work, nested: boolean): Promise<CompiledPipeline> {
  const [first] = pipeline.stages;
  const compiled: CompiledPipeline = { from: null, stages: [] };
  if (first.kind === 'algebra') compiled.from = await compileSet(first.expression, work);
  for (const stage of pipeline.stages) {
    if (stage.kind === 'algebra') continue;
    const command = work.list.findCommand(stage.command)!;
    checkPipe(command, stage, compiled, work.scope);
    const { from } = compiled;
    if (nested && compiled.stages.length === 0 && from !== null && 'handle' in from && from.implied)
      work.implied.push({ at: stage.span[0], handle: from.handle });
    compiled.stages.push(await compileStage(command, stage, work));
  }
  return compiled;
}

/** Whether packets come out of what precedes and go into `command`. A first stage without a source takes the current handle. */
function checkPipe(command: Command, stage: CommandStage, compiled: CompiledPipeline, scope: Scope): void {
  const last = lastStage(compiled);
  const before = last?.command;
  const takes = inputOf(command);
  if (last !== undefined && before !== undefined && answerOf(last) !== null) {
    throw languageError(
      'pipe',
      `"${before.name}" answers ${answerOf(last)}, but "${command.name}" takes ${takes === 'none' ? 'nothing' : takes}`,
      stage.nameSpan,
    );
  }
  if (takes === 'none') {
    if (before === undefined && compiled.from === null) return;
    throw languageError(
      'pipe',
      `packets come out of the left side, but "${command.name}" takes nothing: it can only stand first`,
      stage.nameSpan,
    );
  }
  if (before !== undefined || compiled.from !== null || (stage.help && !asksPreview(command, stage))) return;
  if (scope.current === null) {
    throw languageError(
      'no-capture',
      `"${command.name}" takes packets, and no capture is loaded`,
      stage.nameSpan,
      'load FILE opens one',
    );
  }
  compiled.from = { handle: scope.current, implied: true };
}

/** Behind arguments a `?` asks what they come to; by itself it asks for help. */
function asksPreview(command: Command, { help, words, raw }: CommandStage): boolean {
  return help && command.preview !== undefined && (words.length > 0 || raw !== null);
}

async function compileStage(command: Command, stage: CommandStage, work: Work): Promise<CompiledStage> {
  const previews = asksPreview(command, stage);
  if (stage.help && !previews) return { command, args: {}, help: true, span: stage.span };
  await command.prepare?.();
  const args = bindArguments(command, stage, {
    variables: work.scope.variables,
    resolvePath(path, span) {
      work.paths.push({ span, text: path });
      return pathFrom(work.scope.folder, work.processFolder, path);
    },
  });
  await checkArguments(command, args, stage.span);
  return { command, args, help: false, ...(previews ? { preview: true } : {}), span: stage.span };
}

/** The command's own check, with the place of its error moved to the line. */
export async function checkArguments(command: Command, args: AnyArguments, span: Span): Promise<void> {
  try {
    await command.check?.(args);
  } catch (error) {
    const raw = command.args.find((spec) => spec.raw !== undefined);
    const expression = raw === undefined ? undefined : args[raw.name];
    if (!(error instanceof PcapshError)) throw error;
    throw placeError(
      error,
      expression === undefined ? { text: '', place: () => span[0] } : (expression as Expression),
      span,
    );
  }
}

async function compileSet(expression: SetExpression, work: Work): Promise<CompiledOrigin> {
  if (expression.kind === 'pipeline') return compilePipeline(expression.pipeline, work, true);
  if (expression.kind === 'handle') {
    if (work.scope.handles.has(expression.name)) return { handle: expression.name, implied: false };
    throw unknownHandle(expression.name, expression.span, work);
  }
  const { operator } = expression;
  const left = await compileSet(expression.left, work);
  const right = await compileSet(expression.right, work);
  for (const side of [left, right]) requirePackets(side, operator);
  return { operator, left, right };
}

/** Only packets can be put together, taken away or compared. */
function requirePackets(side: CompiledOrigin, operator: string): void {
  const last = lastStage(side);
  const answer = last === undefined ? null : answerOf(last);
  if (last === undefined || answer === null) return;
  throw languageError(
    'set-algebra',
    `"${last.command.name}" answers ${answer}, but "${operator}" takes packets on both sides`,
    last.span,
  );
}

function unknownHandle(name: string, span: Span, work: Work): Error {
  return unknownFirst({ text: name, span }, vocabularyOf(work.list, work.scope.handles));
}

/** A file's name bent to a name of the language: `tail.pcap` is `tail_1`, for `tail` is a command; `taken` says what else is not free. */
export function nameForFile(path: string, list: CommandList, taken: (name: string) => boolean): string {
  const base = path === '-' ? 'stdin' : baseName(path);
  const bent = base.replace(/[^A-Za-z0-9_]+/g, '_').replace(/^(?=\d)/, '_') || 'capture';
  const free = (name: string): boolean => list.findCommand(name) === undefined && !taken(name);
  if (free(bent)) return bent;
  for (let i = 1; ; i++) if (free(`${bent}_${i}`)) return `${bent}_${i}`;
}

/** What a cell changes for the lines behind it, as far as that can be told without running it. */
export function scopeAfter(cell: CompiledCell, scope: Scope, list: CommandList, given: ReadonlySet<string>): Scope {
  const [only] = cell.pipeline.stages;
  if (only?.command.name === 'set' && typeof only.args.name === 'string' && only.args.name.startsWith('$')) {
    const name = only.args.name.slice(1);
    if (given.has(name)) return scope;
    return { ...scope, variables: new Map(scope.variables).set(name, String(only.args.value)) };
  }
  const name = cell.target ?? loadedName(cell, list, (each) => scope.handles.has(each));
  if (name === null) return scope;
  return { ...scope, handles: new Set(scope.handles).add(name), current: name };
}

/** The name that a lone `load` gives, or null for any other cell. */
export function loadedName(cell: CompiledCell, list: CommandList, taken: (name: string) => boolean): string | null {
  const { from, stages } = cell.pipeline;
  if (
    cell.target !== null ||
    from !== null ||
    stages.length !== 1 ||
    stages[0].help ||
    stages[0].preview ||
    stages[0].command.group !== 'source'
  )
    return null;
  return nameForFile((stages[0].args.files as string[])[0], list, taken);
}
