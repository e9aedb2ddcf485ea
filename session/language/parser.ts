import type { Command } from '../../commands/command.js';
import { didYouMean } from '../../commands/suggest.js';
import type { AlgebraStage, CommandStage, Line, Pipeline, SetExpression, Stage, Target } from './ast.js';
import { isBar, languageError, NAME, readQuoted, readWord, skipSpace } from './lexer.js';
import { endOfRaw } from './raw.js';
import { plainToken, type Token } from './tokens.js';

/** What the parser knows beside the grammar. */
export interface Vocabulary {
  command(name: string): Command | undefined;
  commands: readonly string[];
  /** Names of handles, for "did you mean" alone. */
  handles: readonly string[];
}

const WORD_FLAG = /^--[A-Za-z]/;
const ASSIGNMENT = /^([A-Za-z_][A-Za-z0-9_]*)\s*=(?!=)/;

/** Parses one line (which may hold continued line ends). Throws `language.*` errors of kind `input` with a span. */
export function parseLine(source: string, vocabulary: Vocabulary): Line {
  const first = /^\s*/.exec(source)![0].length;
  if (source[first] === '#') {
    const text = source
      .slice(first + 1)
      .replace(/^ /, '')
      .trimEnd();
    return source[first + 1] === '!' ? { kind: 'empty' } : { kind: 'note', text };
  }
  const start = skipSpace(source, 0);
  if (start >= source.length) return { kind: 'empty' };
  const target = readTarget(source, start, vocabulary);
  const from = target === null ? start : skipSpace(source, source.indexOf('=', target.span[1]) + 1);
  const pipeline = readPipeline({ source, vocabulary, depth: 0 }, from, false);
  return { kind: 'cell', target, pipeline };
}

/** More is no pipeline that somebody wrote, and would nest the plan too deep. */
const MOST_STAGES = 1000;
const DEEPEST_PARENTHESES = 100;

interface Reading {
  source: string;
  vocabulary: Vocabulary;
  /** Parentheses that are open. */
  depth: number;
}

function readTarget(source: string, start: number, vocabulary: Vocabulary): Target | null {
  const rest = source.slice(start);
  const match = ASSIGNMENT.exec(rest);
  if (match === null) {
    const odd = /^([^\s=|'"$]+)\s+=\s/.exec(rest);
    if (odd === null) return null;
    const bent = odd[1].replace(/[^A-Za-z0-9_]/g, '_').replace(/^(?=\d)/, '_');
    throw languageError(
      'name',
      `"${odd[1]}" cannot be a name: names are letters, digits and _, and do not begin with a digit`,
      [start, start + odd[1].length],
      `did you mean ${bent}?`,
    );
  }
  const span = [start, start + match[1].length] as const;
  if (vocabulary.command(match[1]) !== undefined) {
    throw languageError('name-taken', `"${match[1]}" is a command and cannot name a handle`, span, `try ${match[1]}_1`);
  }
  return { name: match[1], span };
}

function readPipeline(reading: Reading, from: number, nested: boolean): Pipeline {
  const { source } = reading;
  const stages: Stage[] = [];
  let at = skipSpace(source, from);
  for (;;) {
    if (at >= source.length || isBar(source, at) || (nested && source[at] === ')'))
      throw missingStage(source, at, stages.length);
    const stage = readStage(reading, at, nested, stages.length === 0);
    if (stages.push(stage) > MOST_STAGES)
      throw languageError('too-long', `a pipeline has at most ${MOST_STAGES} stages`, stage.span);
    at = skipSpace(source, stage.span[1]);
    if (!isBar(source, at)) break;
    at = skipSpace(source, at + 1);
  }
  if (at < source.length && !(nested && source[at] === ')')) {
    throw languageError('unexpected', `unexpected "${source[at]}" at column ${at + 1}`, [at, at + 1]);
  }
  return { stages, span: [stages[0].span[0], stages[stages.length - 1].span[1]] };
}

function missingStage(source: string, at: number, before: number): Error {
  const where = Math.min(at, source.length);
  const message = before > 0 ? 'a command is missing after the |' : 'a command is missing';
  return languageError('missing-command', `${message}, at column ${where + 1}`, [
    where,
    Math.min(where + 1, source.length),
  ]);
}

/** The command name at `at`, if one stands there. */
function commandAt(reading: Reading, at: number): Command | undefined {
  const word = /^[A-Za-z_][A-Za-z0-9_-]*(?=$|[\s|)])/.exec(reading.source.slice(at));
  return word === null ? undefined : reading.vocabulary.command(word[0]);
}

function readStage(reading: Reading, at: number, nested: boolean, first: boolean): Stage {
  const command = commandAt(reading, at);
  if (command !== undefined) return readCommand(reading, command, at, nested);
  if (first) return readAlgebra(reading, at);
  const word = readWord(reading.source, at, { nested, patterns: false });
  const { handles, commands } = reading.vocabulary;
  if (handles.includes(word.text)) {
    throw languageError(
      'handle-in-pipe',
      `"${word.text}" is a handle: after | comes a command`,
      word.span,
      'a handle stands first',
    );
  }
  throw languageError(
    'unknown-command',
    `unknown command "${word.text}"`,
    word.span,
    didYouMean(word.text, commands, 'help lists the commands'),
  );
}

function readCommand(reading: Reading, command: Command, at: number, nested: boolean): CommandStage {
  const { source } = reading;
  const nameSpan = [at, at + command.name.length] as const;
  const stage: CommandStage = {
    kind: 'command',
    command: command.name,
    nameSpan,
    words: [],
    raw: null,
    help: false,
    span: nameSpan,
  };
  const raw = command.args.find((argument) => argument.raw !== undefined)?.raw;
  const end =
    raw === undefined ? readWords(source, command, stage, nested) : readRaw(source, command, stage, nested, raw);
  const last = stage.words.at(-1);
  if (last?.text === '?' && !last.quoted) {
    stage.words.pop();
    stage.help = true;
  }
  return { ...stage, span: [at, end] };
}

function readWords(source: string, command: Command, stage: CommandStage, nested: boolean): number {
  let end = stage.nameSpan[1];
  // Where paths are expected `/` opens one, never a pattern.
  const types = command.args.filter((argument) => !argument.flag).map((argument) => argument.type);
  const takesPatterns = types.includes('pattern') || (types.includes('text') && !types.includes('path'));
  for (let at = skipSpace(source, end); at < source.length; at = skipSpace(source, end)) {
    if (isBar(source, at) || (nested && source[at] === ')')) break;
    const before = stage.words.at(-1);
    const isValue = before !== undefined && !before.quoted && takesNextWord(command, before.text);
    const token = readWord(source, at, { nested, patterns: takesPatterns && !isValue });
    stage.words.push(token);
    end = token.span[1];
  }
  return end;
}

/** Whether the flag in `text` is followed by its value as a word of its own. */
export function takesNextWord(command: Pick<Command, 'args'>, text: string): boolean {
  const name = /^--?([A-Za-z][A-Za-z0-9-]*)$/.exec(text)?.[1];
  if (name === undefined) return false;
  const spec = command.args.find((argument) => argument.flag && (argument.name === name || argument.short === name));
  return spec !== undefined && spec.type !== 'boolean' && spec.bare === undefined;
}

/** Reads flags (with their values) from `from` on; returns where the first other word begins. */
function readFlags(source: string, command: Command, stage: CommandStage, from: number, nested: boolean): number {
  let at = skipSpace(source, from);
  while (WORD_FLAG.test(source.slice(at, at + 3))) {
    const flag = readWord(source, at, { nested, patterns: true });
    stage.words.push(flag);
    at = skipSpace(source, flag.span[1]);
    if (takesNextWord(command, flag.text) && at < source.length && !isBar(source, at)) {
      const value = readWord(source, at, { nested, patterns: true });
      stage.words.push(value);
      at = skipSpace(source, value.span[1]);
    }
  }
  return at;
}

/** A raw command: flags, the text, flags again (those only where the text is an expression), and maybe a `?`. */
function readRaw(
  source: string,
  command: Command,
  stage: CommandStage,
  nested: boolean,
  mode: 'expression' | 'line',
): number {
  const from = readFlags(source, command, stage, stage.nameSpan[1], nested);
  if (from >= source.length) return lastEnd(stage);
  const end = endOfRaw(source, from, { nested, mode });
  const region = source.slice(0, end).trimEnd();
  if (region.length <= from) return lastEnd(stage);
  const quoted = region[from] === "'" || region[from] === '"' ? readQuoted(region, from) : null;
  if (mode === 'line') {
    stage.raw = quoted !== null && quoted.span[1] === region.length ? quoted : rawToken(region, from, region.length);
    return region.length;
  }
  const flagsAt = firstFlag(region, quoted?.span[1] ?? from);
  let text = region.slice(0, flagsAt).trimEnd();
  if (flagsAt < region.length) {
    const rest = readFlags(region, command, stage, flagsAt, nested);
    if (rest < region.length && region.slice(rest) !== '?') {
      throw languageError(
        'flag-inside',
        `flags of ${command.name} stand before or after its expression, not inside it (column ${rest + 1})`,
        [rest, region.length],
      );
    }
    if (rest < region.length) stage.words.push(plainToken('?', rest));
  } else if (/(?:^|\s)\?$/.test(text.slice(from))) {
    stage.words.push(plainToken('?', text.length - 1));
    text = text.slice(0, -1).trimEnd();
  }
  if (text.length > from)
    stage.raw = quoted !== null && quoted.span[1] === text.length ? quoted : rawToken(source, from, text.length);
  return region.length;
}

function lastEnd(stage: CommandStage): number {
  return stage.words.at(-1)?.span[1] ?? stage.nameSpan[1];
}

/** A raw text as typed; a continued line end counts as white space of the same length, so that places stay. */
function rawToken(source: string, from: number, to: number): Token {
  const text = source.slice(from, to).replace(/\\\r?\n/g, (more) => ' '.repeat(more.length));
  return plainToken(text, from);
}

/** Where the first word that begins with `--` and a letter stands, outside quotes; the end when there is none. */
function firstFlag(text: string, from: number): number {
  let quote = '';
  for (let at = from; at < text.length; at++) {
    const character = text[at];
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === "'" || character === '"') quote = character;
    else if (/\s/.test(text[at - 1]) && WORD_FLAG.test(text.slice(at, at + 3))) return at;
  }
  return text.length;
}

function readAlgebra(reading: Reading, at: number): AlgebraStage {
  const expression = readSum(reading, at);
  return { kind: 'algebra', expression, span: expression.span };
}

/** `+` and `-`, left to right. */
function readSum(reading: Reading, at: number): SetExpression {
  return readChain(reading, at, ['+', '-'], (from) =>
    readChain(reading, from, ['&'], (inner) => readOperand(reading, inner)),
  );
}

function readChain(
  reading: Reading,
  at: number,
  operators: string[],
  read: (at: number) => SetExpression,
): SetExpression {
  const { source } = reading;
  let left = read(at);
  for (;;) {
    const next = skipSpace(source, left.span[1]);
    const operator = source[next];
    if (!operators.includes(operator) || next === left.span[1] || !/\s/.test(source[next + 1] ?? ' ')) return left;
    const right = read(skipSpace(source, next + 1));
    left = {
      kind: 'operation',
      operator: operator as '&' | '+' | '-',
      operatorSpan: [next, next + 1],
      left,
      right,
      span: [left.span[0], right.span[1]],
    };
  }
}

function readOperand(reading: Reading, at: number): SetExpression {
  const { source, vocabulary } = reading;
  if (source[at] === '(') {
    const depth = reading.depth + 1;
    if (depth > DEEPEST_PARENTHESES)
      throw languageError('too-deep', `parentheses are nested more than ${DEEPEST_PARENTHESES} deep`, [at, at + 1]);
    const pipeline = readPipeline({ ...reading, depth }, at + 1, true);
    const close = skipSpace(source, pipeline.span[1]);
    if (source[close] !== ')')
      throw languageError('parenthesis', `the ( at column ${at + 1} is never closed`, [at, at + 1]);
    return { kind: 'pipeline', pipeline, span: [at, close + 1] };
  }
  if (at >= source.length || isBar(source, at) || source[at] === ')') {
    throw languageError('missing-operand', `a handle is missing at column ${at + 1}`, [
      Math.min(at, source.length),
      Math.min(at + 1, source.length),
    ]);
  }
  const word = readWord(source, at, { nested: true, patterns: false });
  const operator = /[&+-]/.exec(word.text);
  const name = operator === null ? word.text : word.text.slice(0, operator.index);
  if (!NAME.test(name)) throw unknownFirst(word, vocabulary);
  const after = skipSpace(source, word.span[1]);
  if (operator !== null) {
    throw languageError(
      'operator-space',
      `"${word.text}" is one word: ${operator[0]} between two handles needs a space on each side`,
      [word.span[0] + operator.index, word.span[0] + operator.index + 1],
    );
  }
  if (after < source.length && !isBar(source, after) && !/^(?:[&+-](?:\s|$)|\))/.test(source.slice(after, after + 2))) {
    throw vocabulary.handles.includes(word.text)
      ? expectedOperator(source, word, after, vocabulary)
      : unknownFirst(word, vocabulary);
  }
  return { kind: 'handle', name: word.text, span: word.span };
}

function expectedOperator(source: string, handle: Token, after: number, vocabulary: Vocabulary): Error {
  const word = readWord(source, after, { nested: true, patterns: false });
  const hint = vocabulary.command(word.text) === undefined ? undefined : `did you mean ${handle.text} | ${word.text}?`;
  return languageError(
    'expected-bar',
    `after the handle "${handle.text}" comes |, &, + or -, not "${word.text}"`,
    word.span,
    hint,
  );
}

/** The sentence for a first word that is neither command nor handle. */
export function unknownFirst(
  word: Pick<Token, 'text' | 'span'>,
  vocabulary: Pick<Vocabulary, 'commands' | 'handles'>,
): Error {
  const names = [...vocabulary.commands, ...vocabulary.handles];
  return languageError(
    'unknown-name',
    `unknown command or handle "${word.text}"`,
    word.span,
    didYouMean(word.text, names, 'help lists the commands'),
  );
}
