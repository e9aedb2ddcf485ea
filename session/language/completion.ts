import type { ArgumentSpec, Command } from '../../commands/command.js';
import { type CountedValue, completeFilter } from '../../src/filter/bpf/complete.js';
import type { KnownValues } from '../../src/plan/known-values.js';
import type { Setting } from '../config.js';
import { quoted } from '../save.js';
import { isBar } from './lexer.js';
import { takesNextWord } from './parser.js';
import { endOfRaw } from './raw.js';

/** What can be completed beside words of the language. */
export interface Known {
  commands: readonly Command[];
  settings: readonly Setting[];
  handles: readonly string[];
  variables: readonly string[];
  /** Of the handle named, or of the current one: what its packets have. */
  values(handle: string | null): KnownValues;
  /** Names in a folder (`''` is the present one), folders with a `/` behind; empty when it cannot be read. */
  folder(path: string): string[];
}

export interface Completions {
  /** Where in the line the text begins that a candidate replaces. */
  from: number;
  candidates: string[];
  /** How many packets have a candidate, where it is a value of the capture. */
  counts?: ReadonlyMap<string, number>;
  /** More may be written behind it at once: a list goes on with a comma. */
  goesOn?: true;
}

/** What may stand at the end of `line` (the part left of the cursor). */
export function completeLine(line: string, known: Known): Completions {
  if (/^\s*#/.test(line)) return { from: line.length, candidates: [] };
  const stage = lastStage(line, known.commands);
  const operand = stage.first ? operandAt(line.slice(stage.start), known) : null;
  if (operand !== null) {
    const names = operand.opens ? firstWords(stage, known) : known.handles;
    return candidates(names, operand.word, line.length - operand.word.length);
  }
  const text = line.slice(stage.start);
  const lead = /^\s*/.exec(text)![0].length;
  const name = /^[A-Za-z_]\w*(?=\s)/.exec(text.slice(lead))?.[0];
  const wordStart = line.length - /[^\s]*$/.exec(line)![0].length;
  const word = line.slice(wordStart);
  if (name === undefined)
    return candidates(firstWords(stage, known), line.slice(stage.start + lead), stage.start + lead);
  const command = known.commands.find((each) => each.name === name);
  if (command === undefined) return { from: line.length, candidates: [] };
  if (/^\$\w*$/.test(word))
    return candidates(
      known.variables.map((each) => `$${each}`),
      word,
      wordStart,
    );
  if (word.startsWith('--')) return completeFlag(command, { word, wordStart, handle: stage.handle, known });
  const before = /(\S+)\s+\S*$/.exec(text.slice(lead + name.length))?.[1];
  const flag =
    before === undefined
      ? undefined
      : command.args.find((spec) => spec.flag && takesValue(spec) && isNamed(spec, before));
  const said = wordsBefore(command, text.slice(lead + name.length, text.length - word.length));
  const places = command.args.filter((each) => !each.flag);
  const last = places.at(-1);
  const spec = flag ?? places[said.length] ?? (last?.many || last?.raw !== undefined ? last : undefined);
  if (spec === undefined) return candidates(flagsOf(command), word, wordStart);
  return completeValue(spec, { command, word, wordStart, text, handle: stage.handle, known, said });
}

/** A handle that is begun behind an operator or a parenthesis, or behind nothing yet; null where no such thing is expected. */
function operandAt(text: string, known: Known): { word: string; opens: boolean } | null {
  const match = /(?:\s[&+-]\s+|(\())\s*([A-Za-z_]\w*)?$/.exec(text);
  if (match === null) return null;
  const first = /^[\s(]*([A-Za-z_]\w*)?/.exec(text)![1];
  // In what follows a command these signs are its own.
  if (first !== undefined && first !== match[2] && known.commands.some(({ name }) => name === first)) return null;
  return { word: match[2] ?? '', opens: match[1] !== undefined };
}

/** What stands before the cursor and is no flag and no value of one. */
function wordsBefore(command: Command, text: string): string[] {
  const words = text.split(/\s+/).filter(Boolean);
  return words.filter((word, i) => {
    const flag = i === 0 ? undefined : command.args.find((spec) => spec.flag && isNamed(spec, words[i - 1]));
    return !word.startsWith('-') && !(flag !== undefined && takesValue(flag));
  });
}

interface LastStage {
  start: number;
  /** It stands first, so a handle or a source may begin it. */
  first: boolean;
  /** The handle with which the pipeline begins. */
  handle: string | null;
}

/** Where the stage begins in which the line ends. */
function lastStage(line: string, commands: readonly Command[]): LastStage {
  const assignment = /^\s*[A-Za-z_]\w*\s*=(?!=)\s*/.exec(line);
  let start = assignment?.[0].length ?? 0;
  let first = true;
  const head = /^\s*([A-Za-z_]\w*)/.exec(line.slice(start))?.[1] ?? null;
  const handle = head !== null && commands.every((command) => command.name !== head) ? head : null;
  for (;;) {
    const end = stageEnd(line, start, commands);
    if (end >= line.length) return { start, first, handle };
    start = end + 1;
    first = false;
  }
}

function stageEnd(line: string, start: number, commands: readonly Command[]): number {
  const name = /^\s*([A-Za-z_]\w*)/.exec(line.slice(start));
  const raw = commands.find((command) => command.name === name?.[1])?.args.find((spec) => spec.raw !== undefined)?.raw;
  if (raw !== undefined) return endOfRaw(line, start + name![0].length, { nested: false, mode: raw });
  let quote = '';
  for (let at = start; at < line.length; at++) {
    if (quote !== '') quote = line[at] === quote ? '' : quote;
    else if (line[at] === "'" || line[at] === '"') quote = line[at];
    else if (isBar(line, at)) return at;
  }
  return line.length;
}

function candidates(words: readonly string[], word: string, from: number): Completions {
  return { from, candidates: [...new Set(words)].filter((each) => each.startsWith(word)) };
}

function firstWords({ first }: LastStage, known: Known): string[] {
  const fitting = known.commands.filter(
    (command) => first || (command.group !== 'source' && command.group !== 'session'),
  );
  return [...(first ? known.handles : []), ...fitting.map((command) => command.name)];
}

function flagsOf(command: Command): string[] {
  return command.args.filter((spec) => spec.flag).map((spec) => `--${spec.name}`);
}

function takesValue(spec: ArgumentSpec): boolean {
  return spec.type !== 'boolean' && spec.bare === undefined;
}

function isNamed(spec: ArgumentSpec, word: string): boolean {
  return word === `--${spec.name}` || word === `-${spec.short}`;
}

function completeFlag(
  command: Command,
  { word, wordStart: from, handle, known }: Pick<Place, 'word' | 'wordStart' | 'handle' | 'known'>,
): Completions {
  const equals = word.indexOf('=');
  const spec =
    equals < 0 ? undefined : command.args.find((each) => each.flag && word.slice(0, equals) === `--${each.name}`);
  if (spec === undefined) return candidates(flagsOf(command), word, from);
  const start = from + equals + 1;
  return completeValue(spec, {
    command,
    word: word.slice(equals + 1),
    wordStart: start,
    text: '',
    handle,
    known,
    said: [],
  });
}

interface Place {
  command: Command;
  word: string;
  wordStart: number;
  /** The stage so far. */
  text: string;
  handle: string | null;
  known: Known;
  /** Arguments that stand before it. */
  said: readonly string[];
}

function completeValue(spec: ArgumentSpec, place: Place): Completions {
  const { word, wordStart, known } = place;
  if (spec.offers !== undefined) return completeOffered(spec, place);
  if (spec.choices !== undefined) return completeChoice(spec.choices, spec.list === true, place);
  if (spec.isPath !== undefined) return completeSetting(place);
  if (spec.type === 'path') return completePath(place);
  if (spec.type === 'expression' && spec.raw === 'expression') return completeExpression(place.command, place);
  if (spec.name === 'command')
    return candidates([...known.commands.map((command) => command.name), 'protocols'], word, wordStart);
  if (spec.literal)
    return candidates(
      known.settings.map((setting) => setting.name),
      word,
      wordStart,
    );
  return { from: wordStart, candidates: [] };
}

/** One of some words; of a list the one behind the last comma, those before it are not offered again. */
function completeChoice(choices: readonly string[], list: boolean, { word, wordStart }: Place): Completions {
  const last = list ? word.lastIndexOf(',') + 1 : 0;
  const before = word.slice(0, last).split(',');
  const fitting = candidates(
    choices.filter((choice) => !before.includes(choice)),
    word.slice(last),
    wordStart + last,
  );
  return list ? { ...fitting, goesOn: true } : fitting;
}

/** One value of a list: what the capture holds, then words; before a letter is typed the words only where it holds nothing. */
function completeOffered(spec: ArgumentSpec, place: Place): Completions {
  const { offers = () => [] } = spec;
  if (typeof offers === 'function') return completeChoice(offers(), true, place);
  const { held, words = () => [] } = typeof offers === 'string' ? { held: offers } : offers;
  const typed = place.word.slice(place.word.lastIndexOf(',') + 1);
  const found = place.known.values(place.handle).find(held, typed);
  const values = found.filter(({ text }) => isTaken(spec, text));
  const others = typed === '' && values.length > 0 ? [] : words();
  return { ...completeChoice([...values.map(({ text }) => text), ...others], true, place), counts: countsOf(values) };
}

/** A name that the capture's values go by may be none that the flag knows. */
function isTaken({ check }: ArgumentSpec, text: string): boolean {
  try {
    check?.(text);
    return true;
  } catch {
    return false;
  }
}

function countsOf(values: readonly CountedValue[]): ReadonlyMap<string, number> {
  return new Map(values.map(({ text, packets }) => [text, packets]));
}

/** The value of a setting: its words, or a file. */
function completeSetting(place: Place): Completions {
  const setting = place.known.settings.find(({ name }) => name === place.said[0]);
  if (setting?.values !== undefined) return completeChoice(setting.values, setting.list === true, place);
  return setting?.name === 'hosts' ? completePath(place) : { from: place.wordStart, candidates: [] };
}

/** File names; one with a space is offered in quotes. */
function completePath({ word: last, wordStart, text, known }: Place): Completions {
  const open = openQuote(text);
  const word = open < 0 ? last : text.slice(open);
  const from = wordStart + last.length - word.length;
  const quote = open < 0 ? '' : word[0];
  const path = word.slice(quote.length);
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const names = known
    .folder(folder)
    .filter((name) => name.startsWith('.') === path.slice(folder.length).startsWith('.'));
  const fitting = names.filter((name) => (folder + name).startsWith(path));
  const words = fitting.map((name) => {
    const whole = folder + name;
    // The quote of a folder stays open: what is in it comes next.
    const mark = quote === '' && quoted(whole) !== whole ? "'" : quote;
    if (name.endsWith('/')) return mark + whole;
    return quote === '' || whole.includes(quote) ? quoted(whole) : quote + whole + quote;
  });
  return { from, candidates: words };
}

/** Where the quote opens that is not closed yet; -1. */
function openQuote(text: string): number {
  let at = -1;
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== "'" && text[i] !== '"') continue;
    if (at < 0) at = i;
    else if (text[at] === text[i]) at = -1;
  }
  return at;
}

/** Words of the filter language, and values of the capture. */
function completeExpression(command: Command, { wordStart, word, text, handle, known }: Place): Completions {
  const start = expressionStart(command, text);
  const expression = text.slice(start);
  const found = completeFilter(expression, expression.length, (kind, prefix) =>
    known.values(handle).find(kind, prefix),
  );
  const line = wordStart + word.length;
  return {
    from: line - expression.length + found.start,
    candidates: [...new Set([...found.words, ...found.values.map((value) => value.text)])],
    counts: countsOf(found.values),
  };
}

/** Where the expression begins in the stage: behind the command's name, flags, and a quote that it may stand in. */
function expressionStart(command: Command, text: string): number {
  let at = /^\s*\w+\s*/.exec(text)![0].length;
  for (;;) {
    const flag = /^--[A-Za-z][^\s]*(?:\s+|$)/.exec(text.slice(at))?.[0];
    if (flag === undefined) break;
    at += flag.length;
    if (takesNextWord(command, flag.trim())) at += /^\S*\s*/.exec(text.slice(at))![0].length;
  }
  return text[at] === "'" || text[at] === '"' ? at + 1 : at;
}
