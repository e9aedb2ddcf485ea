import type { AnyArguments, ArgumentSpec, Command, Expression, Pattern } from '../../commands/command.js';
import { placeholder } from '../../commands/help-text.js';
import { didYouMean } from '../../commands/suggest.js';
import { parseAddress, parseCidr } from '../../src/bytes/address.js';
import { parseSize } from '../../src/bytes/size.js';
import { PcapshError } from '../../src/errors.js';
import { parseDuration, parseTimePoint } from '../../src/time.js';
import type { CommandStage } from './ast.js';
import { languageError } from './lexer.js';
import type { Span, Token } from './tokens.js';
import { substituteExpression, substituteWord, type Variables } from './variables.js';

/** What binding needs to know beside the declaration. */
export interface Surroundings {
  variables: Variables;
  /** A path as the user wrote it, as the engine shall open it. */
  resolvePath(path: string, span: Span): string;
}

type Readable = Pick<CommandStage, 'words' | 'raw' | 'nameSpan'>;
type Declared = Pick<Command, 'name' | 'args'>;

/** The values of a stage's arguments by the command's declaration. Throws `language.*` errors of kind `input` with a span. */
export function bindArguments(command: Declared, stage: Readable, surroundings: Surroundings): AnyArguments {
  const values: AnyArguments = {};
  for (const spec of command.args) values[spec.name] = spec.many ? [] : spec.type === 'boolean' ? false : undefined;
  const places = command.args.filter((spec) => !spec.flag && spec.raw === undefined);
  let place = 0;
  let onlyWords = false;
  for (let i = 0; i < stage.words.length; i++) {
    const word = stage.words[i];
    if (!onlyWords && !word.quoted && word.text === '--') {
      onlyWords = true;
      continue;
    }
    if (!onlyWords && isFlag(word)) {
      if (bindFlag(command, word, stage.words[i + 1], values, surroundings)) i++;
      continue;
    }
    const spec = places[place];
    if (spec === undefined) throw surplus(command, word);
    store(
      values,
      spec,
      readValue(spec, spec.literal ? word : substituteWord(word, surroundings.variables), surroundings, values),
      word.span,
    );
    if (!spec.many) place++;
  }
  bindRaw(command, stage.raw, values, surroundings);
  for (const spec of command.args) requireValue(command, spec, values, stage.nameSpan);
  return values;
}

/** `--name`, `--name=value`, `-o`; a number that begins with a minus is none. */
export function isFlag(word: Token): boolean {
  return !word.quoted && /^--?[A-Za-z]/.test(word.text);
}

/** Binds one flag; true when the next word was its value. */
function bindFlag(
  command: Declared,
  word: Token,
  next: Token | undefined,
  values: AnyArguments,
  surroundings: Surroundings,
): boolean {
  const equals = word.text.indexOf('=');
  const given = equals < 0 ? word.text : word.text.slice(0, equals);
  const spec = command.args.find((each) => each.flag && (`--${each.name}` === given || `-${each.short}` === given));
  const flagSpan: Span = [word.span[0], word.place(given.length)];
  if (spec === undefined) throw unknownFlag(command, given, word.span);
  if (spec.type === 'boolean') {
    if (equals >= 0) throw languageError('flag-value', `--${spec.name} takes no value`, word.span);
    store(values, spec, true, word.span);
    return false;
  }
  if (equals >= 0) {
    const text = substituteWord(word, surroundings.variables).text.slice(equals + 1);
    const start = word.place(equals + 1);
    const span: Span = [start, Math.max(start, word.span[1])];
    const token: Token = { text, span, quoted: false, place: (offset) => word.place(equals + 1 + offset) };
    store(values, spec, readValue(spec, token, surroundings), word.span);
    return false;
  }
  if (spec.bare !== undefined) {
    const takes = next !== undefined && !next.quoted && spec.choices?.includes(next.text) === true;
    store(values, spec, takes ? next.text : spec.bare, word.span);
    return takes;
  }
  if (
    next === undefined ||
    (isFlag(next) && command.args.some((each) => each.flag && next.text === `--${each.name}`))
  ) {
    throw languageError('flag-value', `--${spec.name} needs a value (${placeholder(spec)})`, flagSpan);
  }
  store(values, spec, readValue(spec, substituteWord(next, surroundings.variables), surroundings), word.span);
  return true;
}

function unknownFlag(command: Declared, given: string, span: Span): Error {
  const flags = command.args.filter((spec) => spec.flag).map((spec) => `--${spec.name}`);
  const otherwise = flags.length === 0 ? `${command.name} has no flags` : `${command.name} knows ${flags.join(' ')}`;
  return languageError(
    'unknown-flag',
    `unknown flag "${given}" of ${command.name}`,
    span,
    didYouMean(given, flags, otherwise),
  );
}

function surplus(command: Declared, word: Token): Error {
  const most = command.args.filter((spec) => !spec.flag).length;
  const takes = most === 0 ? 'no arguments' : most === 1 ? 'one argument' : `${most} arguments`;
  return languageError(
    'surplus',
    `${command.name} takes ${takes}: "${word.text}" is too many`,
    word.span,
    usageHint(command),
  );
}

function usageHint(command: Declared): string {
  return `help ${command.name} shows how it is used`;
}

function store(values: AnyArguments, spec: ArgumentSpec, value: unknown, span: Span): void {
  if (spec.many) {
    (values[spec.name] as unknown[]).push(value);
    return;
  }
  if (spec.flag && values[spec.name] !== undefined && values[spec.name] !== false) {
    throw languageError('flag-twice', `--${spec.name} is given twice`, span);
  }
  values[spec.name] = value;
}

function bindRaw(command: Declared, raw: Token | null, values: AnyArguments, surroundings: Surroundings): void {
  const spec = command.args.find((each) => each.raw !== undefined);
  if (spec === undefined || raw === null) return;
  const token = spec.raw === 'expression' ? substituteExpression(raw, surroundings.variables) : raw;
  values[spec.name] = readValue(spec, token, surroundings);
}

function requireValue(command: Declared, spec: ArgumentSpec, values: AnyArguments, span: Span): void {
  const value = values[spec.name];
  if (!spec.required || (value !== undefined && !(Array.isArray(value) && value.length === 0))) return;
  throw languageError(
    'missing-argument',
    `${command.name} needs ${placeholder(spec)}: ${spec.summary}`,
    span,
    usageHint(command),
  );
}

function readValue(spec: ArgumentSpec, token: Token, surroundings: Surroundings, values: AnyArguments = {}): unknown {
  if (spec.choices !== undefined)
    return spec.list ? readChoices(spec, token, spec.choices) : readChoice(spec, token, spec.choices);
  switch (spec.isPath?.(token.text, values) === true ? 'path' : spec.type) {
    case 'integer':
      return readInteger(spec, token);
    case 'size':
      return placed(token, () => parseSize(token.text));
    case 'duration':
      return placed(token, () => parseDuration(token.text));
    case 'time':
      return placed(token, () => parseTimePoint(token.text));
    case 'address':
      return placed(
        token,
        () => (token.text.includes('/') ? parseCidr(token.text) : parseAddress(token.text)) && token.text,
      );
    case 'path':
      if (token.text === '') throw languageError('path', 'the path is empty', token.span);
      return surroundings.resolvePath(token.text, token.span);
    case 'pattern':
      if (!token.quoted) placed(token, () => spec.check?.(token.text));
      return { text: token.text, quoted: token.quoted } satisfies Pattern;
    case 'expression':
      return { text: token.text, place: token.place } satisfies Expression;
    default:
      if (spec.check !== undefined) placed(token, () => spec.check!(token.text));
      return token.text;
  }
}

function readInteger(spec: ArgumentSpec, token: Token): number {
  const digits = /^\d[\d,_]*$/.test(token.text) ? token.text.replace(/[,_]/g, '') : '';
  const value = Number(digits);
  if (digits === '' || !Number.isSafeInteger(value)) {
    throw languageError('integer', `${label(spec)} is a whole number, not "${token.text}"`, token.span);
  }
  return value;
}

function readChoice(spec: ArgumentSpec, token: Token, choices: readonly string[]): string {
  if (choices.includes(token.text)) return token.text;
  const { listedBy } = spec;
  const sentence =
    listedBy === undefined
      ? `${label(spec)} is ${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}, not "${token.text}"`
      : `${label(spec)} knows no "${token.text}"`;
  throw languageError('choice', sentence, token.span, didYouMean(token.text, choices, listedBy));
}

/** Choices separated by commas, each once. */
function readChoices(spec: ArgumentSpec, token: Token, choices: readonly string[]): string[] {
  const chosen = new Set<string>();
  let at = 0;
  for (const text of token.text.split(',')) {
    const start = token.place(at);
    const span: Span = [start, text === '' ? start : token.place(at + text.length - 1) + 1];
    chosen.add(readChoice(spec, { ...token, text, span }, choices));
    at += text.length + 1;
  }
  return [...chosen];
}

function label(spec: ArgumentSpec): string {
  return spec.flag ? `--${spec.name}` : placeholder(spec);
}

/** Runs a parser of the engine and moves the span of its error to the line. */
function placed<T>(token: Token, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw placeError(error, { text: token.text, place: token.place }, token.span);
  }
}

/** An error about `expression` with its span moved to the line. */
export function placeError(error: unknown, expression: Expression, fallback: Span): unknown {
  if (!(error instanceof PcapshError)) return error;
  const [from, to] = error.span ?? [-1, -1];
  const span: Span =
    from < 0 ? fallback : [expression.place(from), to > from ? expression.place(to - 1) + 1 : expression.place(from)];
  return new PcapshError(error.code, error.message, {
    kind: error.kind,
    span,
    hint: error.hint ?? undefined,
    cause: error.cause,
  });
}
