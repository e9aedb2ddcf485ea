import { PcapshError } from '../src/errors.js';
import { type ArgumentSpec, type Command, GROUPS } from './command.js';
import type { HelpText } from './result.js';
import { didYouMean } from './suggest.js';

const TYPE_WORDS: Record<ArgumentSpec['type'], string> = {
  integer: 'N',
  size: 'SIZE',
  duration: 'DURATION',
  time: 'TIME',
  path: 'FILE',
  address: 'ADDRESS',
  text: 'TEXT',
  expression: 'EXPRESSION',
  pattern: 'TEXT',
  choice: 'WORD',
  boolean: '',
};

/** How help and messages call the value of an argument: N, FILE, `bytes|packets`. */
export function placeholder(spec: ArgumentSpec): string {
  return spec.placeholder ?? spec.choices?.join('|') ?? TYPE_WORDS[spec.type];
}

/** `--top N`, `FILE`. */
export function argumentLabel(spec: ArgumentSpec): string {
  if (!spec.flag) return placeholder(spec);
  const names = spec.short === undefined ? `--${spec.name}` : `-${spec.short}, --${spec.name}`;
  if (spec.type === 'boolean') return names;
  return spec.bare === undefined ? `${names} ${placeholder(spec)}` : `${names} [${placeholder(spec)}]`;
}

/** `flows [--top N] [--unidirectional]`. */
export function usage(command: Pick<Command, 'name' | 'args'>): string {
  const words = command.args
    .filter((spec) => spec.rule === undefined)
    .map((spec) => {
      const name = spec.flag ? argumentLabel(spec).replace(/^-\w, /, '') : placeholder(spec);
      return spec.required ? name : `[${name}]${spec.flag && spec.many ? '…' : ''}`;
    });
  if (command.args.some((spec) => spec.rule !== undefined)) words.push('[--RULE VALUE]…');
  return [command.name, ...words].join(' ');
}

export function helpOverview(commands: readonly Command[]): HelpText {
  const groups = GROUPS.map((group) => ({
    group,
    commands: commands.filter((command) => command.group === group).map(({ name, summary }) => ({ name, summary })),
  }));
  return { about: 'everything', groups: groups.filter((each) => each.commands.length > 0) };
}

/** Throws an input error for a name that is none. */
export function helpFor(name: string, commands: readonly Command[]): HelpText {
  const command = commands.find((each) => each.name === name);
  if (command === undefined) {
    const names = [...commands.map((each) => each.name), 'protocols'];
    throw new PcapshError('help.unknown', `there is no command "${name}"`, {
      kind: 'input',
      hint: didYouMean(name, names, 'help lists them'),
    });
  }
  return {
    about: 'command',
    name,
    group: command.group,
    summary: command.summary,
    usage: usage(command),
    args: describeArguments(command.args),
    examples: [...command.examples],
  };
}

function describeArguments(args: readonly ArgumentSpec[]): { name: string; summary: string }[] {
  const lines = args
    .filter((spec) => spec.rule !== 'negated')
    .map((spec) => ({ name: argumentLabel(spec), summary: spec.summary }));
  if (args.some((spec) => spec.rule === 'negated')) {
    lines.push({
      name: '--not-RULE VALUE',
      summary: 'any of these rules negated: --not-ip 10.0.0.9, none of whose values may fit',
    });
  }
  return lines;
}
