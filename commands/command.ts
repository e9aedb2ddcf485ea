import type { Capture } from '../src/plan/capture.js';
import type { KnownKind } from '../src/plan/known-values.js';
import type { RunOptions } from '../src/progress.js';
import type { Nanos, TimePoint } from '../src/time.js';
import type { Preview, PreviewContext } from './command-preview.js';
import type { Desk } from './desk.js';
import type { PacketView } from './packet-view.js';
import type { Result } from './result.js';

/**
 * What a command is. It is declared once; parsing, validation, completion, `help`, the README's table, the one-shot command line and the tests of its
 * examples all come from that declaration.
 */

export const GROUPS = ['source', 'select', 'edit', 'view', 'sink', 'session'] as const;
export type Group = (typeof GROUPS)[number];

/** What an argument's text means, and the JavaScript value that `run` gets for it. */
interface ArgumentValues {
  /** A whole number, 0 or more. */
  integer: number;
  /** Bytes: `64k`. */
  size: number;
  /** Nanoseconds: `500ms`. */
  duration: Nanos;
  /** A point in time; it is resolved against the stage's input. */
  time: TimePoint;
  /** As the engine opens it: relative paths of a script have been resolved against the script. */
  path: string;
  /** IPv4 or IPv6, with or without a prefix length. */
  address: string;
  text: string;
  /** A raw filter or another text that is taken as typed; it keeps its place for carets. */
  expression: Expression;
  /** A text, or without quotes `/regex/`. */
  pattern: Pattern;
  choice: string;
  boolean: boolean;
}
export type ArgumentType = keyof ArgumentValues;

/** Text of a raw argument. */
export interface Expression {
  text: string;
  /** Where the character at `offset` of `text` stands in the line. */
  place(offset: number): number;
}

/** A word that may be a regular expression where it stood without quotes. */
export interface Pattern {
  text: string;
  quoted: boolean;
}

/** An argument as it is declared. */
export interface ArgumentSpec {
  readonly name: string;
  readonly type: ArgumentType;
  readonly summary: string;
  /** Given as `--name VALUE`, not by place. */
  readonly flag?: true;
  /** One letter for `-o`. */
  readonly short?: string;
  readonly required?: true;
  /** May be given several times, or takes all the words that are left. */
  readonly many?: true;
  /** The last argument, taken as typed. `line`: as far as the end of the line. */
  readonly raw?: 'expression' | 'line';
  readonly choices?: readonly string[];
  /** Several of the choices, separated by commas. */
  readonly list?: true;
  /** Where the choices are too many for a sentence: what lists them. */
  readonly listedBy?: string;
  /** Whether this value is a path, going by what was bound before it. */
  readonly isPath?: (text: string, values: AnyArguments) => boolean;
  /** `$name` is not replaced: the argument is about the name. */
  readonly literal?: true;
  /** A flag whose value may be left out, and what it then is. */
  readonly bare?: string;
  /** How help shows the value: N, FILE, EXPRESSION. */
  readonly placeholder?: string;
  /** Throws an input error, its span within the text, for a text that cannot be meant. */
  readonly check?: (text: string) => void;
  /** What completion offers: words, or what the open capture holds. */
  readonly offers?: KnownKind | { held: KnownKind; words: () => readonly string[] } | (() => readonly string[]);
  /** A structured filter flag; help tells those that negate another in one line. */
  readonly rule?: 'plain' | 'negated';
}

type Value<A extends ArgumentSpec> = A extends { choices: readonly (infer Choice)[] }
  ? A extends { list: true }
    ? Choice[]
    : Choice
  : ArgumentValues[A['type']];
type Given<A extends ArgumentSpec> = A extends { many: true }
  ? Value<A>[]
  : A extends { required: true }
    ? Value<A>
    : A extends { type: 'boolean' }
      ? boolean
      : Value<A> | undefined;

/** The arguments of a run by name: repeatable ones are arrays, flags that were not given undefined (false, when boolean). */
export type Arguments<Specs extends readonly ArgumentSpec[]> = { [A in Specs[number] as A['name']]: Given<A> };
export type AnyArguments = Record<string, unknown>;

export interface Example {
  /** A whole line that runs where `office` is examples/office.pcapng. */
  readonly line: string;
  readonly summary: string;
}

/** What a run is given beside its input: cancel and progress, and the desk on which it works. */
export interface Context extends RunOptions {
  /** The answer is for a program (`--json`): long lists are wanted whole, not as far as a screen shows them. */
  whole: boolean;
  desk: Desk;
}

/** What goes into and comes out of a command; a pipe is checked by it before anything runs. */
export type Input = 'none' | 'packets';
export type Output = 'packets' | 'answer';

/** A command as the language, help and the command line see it. */
export interface Command {
  readonly name: string;
  readonly group: Group;
  readonly summary: string;
  readonly args: readonly ArgumentSpec[];
  readonly examples: readonly Example[];
  /** It changes handles, and `undo` takes that back. */
  readonly undoable: boolean;
  /** It is part of the session's document: `save` keeps it. */
  readonly journal: boolean;
  /** What it answers when that is not packets: "a number", for the sentence about a pipe that does not fit. */
  readonly answers: string;
  /** With these arguments it answers something, though its group gives packets. */
  isAnswer?(args: AnyArguments): boolean;
  /** How its packets are shown. */
  shown?(args: AnyArguments): PacketView;
  /** Loads what the choices of its arguments are made of: awaited before a line with it is bound or completed. */
  prepare?(): Promise<void>;
  /** Everything that can be said against the arguments before a file is opened. */
  check?(args: AnyArguments): Promise<void>;
  run(input: Capture | null, args: AnyArguments, context: Context): Promise<Result>;
  /** What is seen of it while it is typed: nothing is made, written or kept. A cancelled one ends by the signal of its context and answers no more. */
  preview?(input: Capture, args: AnyArguments, context: PreviewContext): Promise<Preview>;
}

interface Declaration<Specs extends readonly ArgumentSpec[], In extends Input> {
  name: string;
  group: Group;
  summary: string;
  args: Specs;
  examples: readonly Example[];
  answers?: string;
  undoable?: boolean;
  journal?: boolean;
  input: In;
  isAnswer?(args: Arguments<Specs>): boolean;
  shown?(args: Arguments<Specs>): PacketView;
  prepare?(): Promise<void>;
  check?(args: Arguments<Specs>): Promise<void>;
  run(input: In extends 'packets' ? Capture : null, args: Arguments<Specs>, context: Context): Promise<Result>;
  preview?(input: Capture, args: Arguments<Specs>, context: PreviewContext): Promise<Preview>;
}

/** Ties a declaration's arguments to the types that its `run` sees. */
export function declare<const Specs extends readonly ArgumentSpec[], const In extends Input>(
  declaration: Declaration<Specs, In>,
): Command {
  return { answers: 'packets', undoable: false, journal: true, ...declaration } as unknown as Command;
}

/** Packets go in: everything but sources and session commands. */
export function inputOf(command: Pick<Command, 'group'>): Input {
  return command.group === 'source' || command.group === 'session' ? 'none' : 'packets';
}

/** Packets come out; sinks pass their input on. */
export function outputOf(command: Pick<Command, 'group' | 'isAnswer'>, args: AnyArguments = {}): Output {
  const isAnswer = command.group === 'view' || command.group === 'session' || command.isAnswer?.(args) === true;
  return isAnswer ? 'answer' : 'packets';
}
