import {
  type AnyArguments,
  type ArgumentSpec,
  type Command,
  type Expression,
  inputOf,
  outputOf,
} from '../commands/command.js';
import { hasCaptureExtension } from '../commands/paths.js';
import { RULE_FLAGS, rulesOf } from '../commands/rule-flags.js';
import { PcapshError } from '../src/errors.js';
import type { IndexPlace } from '../src/plan/sidecar-policy.js';
import { type CommandList, type CompiledCell, type CompiledStage, checkArguments } from './compile.js';
import { bindArguments, isFlag } from './language/bind.js';
import { languageError } from './language/lexer.js';
import { takesNextWord } from './language/parser.js';
import type { Span, Token } from './language/tokens.js';
import { quoted } from './save.js';

/** `pcapsh COMMAND [FILE...] [ARG...]`: elements of argv are arguments as they are, never lexed again. */

/** Flags that every one-shot command knows. */
export const COMMON_FLAGS: readonly ArgumentSpec[] = [
  { name: 'json', flag: true, type: 'boolean', summary: 'one JSON line instead of text' },
  {
    name: 'index',
    flag: true,
    type: 'choice',
    choices: ['beside', 'cache', 'none'],
    bare: 'cache',
    summary: 'where an index is kept: beside the capture, in the cache, or none read or written',
  },
  { name: 'help', flag: true, short: 'h', type: 'boolean', summary: 'explain the command' },
];

const FILTER_FLAG: ArgumentSpec = {
  name: 'filter',
  flag: true,
  type: 'text',
  placeholder: 'EXPRESSION',
  summary: 'only the packets that match',
};

/** What an argv means. */
export interface OneShot {
  cell: CompiledCell;
  json: boolean;
  index: IndexPlace | null;
  help: boolean;
  /** A word that can only be an input, but is not there: an error once everything else is right. */
  missing: string | null;
}

export interface OneShotSurroundings {
  list: CommandList;
  kind(path: string): 'file' | 'folder' | 'other' | null;
}

/** An argv as a line: what `source` of its cell is, and where each element stands in it. */
export interface ArgvLine {
  source: string;
  tokens: Token[];
}

export function argvLine(argv: readonly string[]): ArgvLine {
  const tokens: Token[] = [];
  let source = '';
  for (const text of argv) {
    if (source !== '') source += ' ';
    const shown = isFlag({ text, quoted: false } as Token) ? text : quoted(text);
    const start = source.length;
    // In double quotes escapes move what stands behind them; the place is then near, not exact.
    const lead = shown !== text && shown.endsWith(text.slice(-1)) === false ? 1 : 0;
    source += shown;
    const end = source.length;
    tokens.push({ text, span: [start, end], quoted: false, place: (offset) => Math.min(start + lead + offset, end) });
  }
  return { source, tokens };
}

/** The declaration of a command as the one-shot command line knows it: its own flags, `--filter`, `-o` and what every command takes. */
export function oneShotArguments(command: Command, write: Command): readonly ArgumentSpec[] {
  if (command.group === 'session') return [...command.args, ...COMMON_FLAGS];
  const flags: ArgumentSpec[] = [...COMMON_FLAGS];
  if (command.name !== 'filter') flags.push(FILTER_FLAG, ...borrowedRules(command));
  // Packets that come out can be written at once: `-o` and the flags of `write`.
  if (outputOf(command) === 'packets' && command.name !== 'write')
    flags.push(...write.args.filter((spec) => spec.flag));
  const own = command.args.filter((spec) => !flags.some((flag) => flag.name === spec.name));
  return [...own, ...flags];
}

/** The rules that a command takes on the command line; where it has a flag of the same name, that one is meant. */
function borrowedRules(command: Command): ArgumentSpec[] {
  return RULE_FLAGS.filter(({ name }) => command.args.every((spec) => spec.name !== name));
}

interface Sorted {
  inputs: Token[];
  words: Token[];
  missing: string | null;
}

/** Leading words that are files, folders, `-` or end in a capture extension are inputs; the first other word, or `--`, ends them. */
function sortWords(
  tokens: readonly Token[],
  declared: Pick<Command, 'args'>,
  kind: OneShotSurroundings['kind'],
): Sorted {
  const sorted: Sorted = { inputs: [], words: [], missing: null };
  let open = true;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (token.text === '--') {
      sorted.words.push(...tokens.slice(i));
      return sorted;
    }
    if (isFlag(token)) {
      sorted.words.push(token);
      if (isValueOf(declared, token, tokens[i + 1])) sorted.words.push(tokens[++i]);
      continue;
    }
    const there = kind(token.text) !== null || token.text === '-';
    open &&= there || hasCaptureExtension(token.text);
    if (!open) sorted.words.push(token);
    else {
      sorted.inputs.push(token);
      if (!there && !/[*?[]/.test(token.text)) sorted.missing ??= token.text;
    }
  }
  return sorted;
}

/** Whether `next` is the value of the flag before it. */
function isValueOf(declared: Pick<Command, 'args'>, flag: Token, next: Token | undefined): boolean {
  if (next === undefined) return false;
  if (takesNextWord(declared, flag.text)) return true;
  const spec = declared.args.find((each) => `--${each.name}` === flag.text);
  return spec?.bare !== undefined && spec.choices?.includes(next.text) === true;
}

/** Words of a raw argument as one text. */
function joinRaw(words: readonly Token[]): Token | null {
  if (words.length === 0) return null;
  const places: number[] = [];
  let text = '';
  for (const word of words) {
    if (text !== '') {
      places.push(word.span[0] - 1);
      text += ' ';
    }
    for (let i = 0; i < word.text.length; i++) places.push(word.place(i));
    text += word.text;
  }
  const end = words[words.length - 1].place(words[words.length - 1].text.length);
  return {
    text,
    span: [words[0].span[0], words[words.length - 1].span[1]],
    quoted: true,
    place: (offset) => places[offset] ?? end,
  };
}

/** Splits the words of a raw command into flags (with their values) and the text. */
function splitRaw(words: readonly Token[], declared: Pick<Command, 'args'>): { flags: Token[]; text: Token[] } {
  const flags: Token[] = [];
  const text: Token[] = [];
  for (let i = 0; i < words.length; i++) {
    if (words[i].text === '--') return { flags, text: [...text, ...words.slice(i + 1)] };
    if (!isFlag(words[i])) text.push(words[i]);
    else {
      flags.push(words[i]);
      if (isValueOf(declared, words[i], words[i + 1])) flags.push(words[++i]);
    }
  }
  return { flags, text };
}

/** Understands an argv whose first element is the name of `command`. Throws errors of kind `input`; opens nothing. */
export async function compileArgv(
  line: ArgvLine,
  command: Command,
  surroundings: OneShotSurroundings,
): Promise<OneShot> {
  const { list, kind } = surroundings;
  const write = list.findCommand('write')!;
  const declared = { name: command.name, args: oneShotArguments(command, write) };
  const [nameToken, ...rest] = line.tokens;
  const sorted =
    command.group === 'session' ? { inputs: [], words: rest, missing: null } : sortWords(rest, declared, kind);
  const isRaw = command.args.some((spec) => spec.raw !== undefined);
  const { flags, text } = isRaw ? splitRaw(sorted.words, declared) : { flags: sorted.words, text: [] };
  const help = sorted.words.some((word) => word.text === '--help' || word.text === '-h');
  if (help) return { cell: cellOf(line, []), json: false, index: null, help, missing: null };
  if (command.group !== 'session' && sorted.inputs.length === 0)
    throw noInput(command, firstWord(sorted.words, declared), nameToken.span);
  const words = command.group === 'source' ? [...sorted.inputs, ...flags] : flags;
  await command.prepare?.();
  const args = bindArguments(declared, { words, raw: joinRaw(text), nameSpan: nameToken.span }, PLAIN_SURROUNDINGS);
  const stages = await stagesOf(command, args, { line, sorted, list, nameSpan: nameToken.span });
  return {
    cell: cellOf(line, stages),
    json: args.json === true,
    index: (args.index as OneShot['index']) ?? null,
    help,
    missing: sorted.missing,
  };
}

const PLAIN_SURROUNDINGS = { variables: new Map<string, string>(), resolvePath: (path: string) => path };

function cellOf(line: ArgvLine, stages: CompiledStage[]): CompiledCell {
  return { source: line.source, target: null, pipeline: { from: null, stages }, paths: [] };
}

/** The first word that is no flag and no value of one; undefined behind a flag that the command does not know. */
function firstWord(words: readonly Token[], declared: Pick<Command, 'args'>): Token | undefined {
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (!isFlag(word)) return word;
    const name = word.text.replace(/=.*/s, '');
    if (!declared.args.some((spec) => name === `--${spec.name}` || name === `-${spec.short}`)) return undefined;
    if (isValueOf(declared, word, words[i + 1])) i++;
  }
  return undefined;
}

function noInput(command: Command, word: Token | undefined, span: Span): PcapshError {
  if (word !== undefined && word.text !== '--' && !command.args.some((spec) => !spec.flag)) {
    return new PcapshError('one-shot.missing-file', `there is no file ${word.text}`);
  }
  return languageError(
    'no-capture',
    `${command.name} needs a capture`,
    span,
    `pcapsh ${command.name} FILE…; - is standard input`,
  );
}

interface Parts {
  line: ArgvLine;
  sorted: Sorted;
  list: CommandList;
  nameSpan: Span;
}

/** load, the filter of `--filter`, the command, and write where `-o` asks for it. */
async function stagesOf(
  command: Command,
  args: AnyArguments,
  { line, sorted, list, nameSpan }: Parts,
): Promise<CompiledStage[]> {
  const stages: CompiledStage[] = [];
  const add = async (name: string, values: AnyArguments, span: Span): Promise<void> => {
    const stage = { command: list.findCommand(name)!, args: values, help: false, span };
    await checkArguments(stage.command, values, span);
    stages.push(stage);
  };
  if (inputOf(command) === 'packets') await add('load', { files: sorted.inputs.map((token) => token.text) }, nameSpan);
  if (command.name !== 'filter') {
    const rules = Object.fromEntries(borrowedRules(command).map(({ name }) => [name, args[name]]));
    const given = rulesOf(rules) === null ? {} : { ...rules, unidirectional: args.unidirectional };
    const text = typeof args.filter === 'string' ? expressionOf(args.filter, line) : null;
    if (text !== null) await add('filter', { ...given, expression: text.expression }, text.span);
    else if (rulesOf(given) !== null) await add('filter', given, nameSpan);
  }
  await add(command.name, args, nameSpan);
  const output = args.output as string[] | undefined;
  if (command.name !== 'write' && output !== undefined && output.length > 0)
    await add('write', { ...args, file: undefined }, nameSpan);
  return stages;
}

/** The expression of `--filter`, with its place in the line. */
function expressionOf(text: string, { tokens }: ArgvLine): { expression: Expression; span: Span } {
  const at = tokens.find((token) => token.text === text || token.text === `--filter=${text}`) ?? tokens[0];
  const lead = at.text === text ? 0 : '--filter='.length;
  return { expression: { text, place: (offset) => at.place(lead + offset) }, span: at.span };
}
