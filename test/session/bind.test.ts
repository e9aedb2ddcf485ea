import type { CommandStage, Line } from '../../session/language/ast.js';
import { bindArguments } from '../../session/language/bind.js';
import { parseLine } from '../../session/language/parser.js';
import type { PcapshError } from '../../src/errors.js';
import { LIST } from './fixture.js';

const vocabulary = { command: LIST.findCommand, commands: LIST.commands.map((command) => command.name), handles: [] };
const parse = (source: string): Line => parseLine(source, vocabulary);

function failure(run: () => unknown): PcapshError {
  try {
    run();
  } catch (error) {
    return error as PcapshError;
  }
  throw new Error('it did not fail');
}

describe('arguments', () => {
  const bind = (source: string, variables: Record<string, string> = {}): Record<string, unknown> => {
    const stage = (parse(source) as Line & { kind: 'cell' }).pipeline.stages.at(-1) as CommandStage;
    return bindArguments(LIST.findCommand(stage.command)!, stage, {
      variables: new Map(Object.entries(variables)),
      resolvePath: (path) => `/base/${path}`,
    });
  };

  test('flags, values, defaults', () => {
    expect(bind('flows --top 5 --by=packets --unidirectional')).toEqual({
      top: 5,
      by: 'packets',
      unidirectional: true,
    });
    expect(bind('flows')).toEqual({ top: undefined, by: undefined, unidirectional: false });
    expect(bind('head 1,000')).toEqual({ count: 1000 });
    expect(bind('load a -- --b')).toEqual({ files: ['/base/a', '/base/--b'] });
    expect(bind('write -o a.pcap --output b.pcap')).toMatchObject({
      file: undefined,
      output: ['/base/a.pcap', '/base/b.pcap'],
    });
    expect(bind("write 'a b.pcap' --comment '--force'")).toMatchObject({
      file: '/base/a b.pcap',
      comment: '--force',
      force: false,
    });
    expect(bind('set $host -5')).toEqual({ name: '$host', value: '-5' });
  });

  test('parameters replace whole operands', () => {
    expect(bind('load $file', { file: '--x y' })).toEqual({ files: ['/base/--x y'] });
    expect(bind("load '$file'", { file: 'x' })).toEqual({ files: ['/base/$file'] });
    expect(bind('load a$file', { file: 'x' })).toEqual({ files: ['/base/a$file'] });
    expect(bind('flows --top=$n', { n: '7' })).toMatchObject({ top: 7 });
    expect(bind('flows --top $n', { n: '7' })).toMatchObject({ top: 7 });
    const { expression } = bind('filter host $host and (net $net)', { host: '10.0.0.9', net: '10.0.0.0/8' }) as {
      expression: { text: string; place(at: number): number };
    };
    expect(expression.text).toBe('host 10.0.0.9 and (net 10.0.0.0/8)');
    expect(expression.place(7)).toBe(12);
    expect(expression.place(14)).toBe(18);
    expect(expression.place(expression.text.length)).toBe(32);
    expect((bind('filter "host $host"', { host: 'x' }).expression as { text: string }).text).toBe('host $host');
    expect((bind('filter ip[$] = 1').expression as { text: string }).text).toBe('ip[$] = 1');
  });

  test.each<[string, string, readonly [number, number], string | null]>([
    ['count 3', 'count takes no arguments: "3" is too many', [6, 7], 'help count shows how it is used'],
    ['head 3 4', 'head takes one argument: "4" is too many', [7, 8], 'help head shows how it is used'],
    ['set a b c', 'set takes 2 arguments: "c" is too many', [8, 9], 'help set shows how it is used'],
    ['head x', 'N is a whole number, not "x"', [5, 6], null],
    ['head 1.5', 'N is a whole number, not "1.5"', [5, 8], null],
    ['flows --top -3', '--top is a whole number, not "-3"', [12, 14], null],
    ['flows --top', '--top needs a value (N)', [6, 11], null],
    ['flows --top --unidirectional', '--top needs a value (N)', [6, 11], null],
    ['flows --topp 3', 'unknown flag "--topp" of flows', [6, 12], 'did you mean --top?'],
    ['count --zzzz', 'unknown flag "--zzzz" of count', [6, 12], 'count has no flags'],
    ['flows -x', 'unknown flag "-x" of flows', [6, 8], 'flows knows --top --by --unidirectional'],
    ['flows --by bites', '--by is bytes or packets, not "bites"', [11, 16], 'did you mean bytes?'],
    ['flows --unidirectional=yes', '--unidirectional takes no value', [6, 26], null],
    ['flows --top 1 --top 2', '--top is given twice', [14, 19], null],
    ['flows --top=x', '--top is a whole number, not "x"', [12, 13], null],
    ['nth', 'nth needs N: its place in what comes in (not its packet number)', [0, 3], 'help nth shows how it is used'],
    ["load ''", 'the path is empty', [5, 7], null],
    [
      'filter host $host',
      'the parameter $host is not set',
      [12, 17],
      'set $host VALUE gives it one, and so does --set host=VALUE',
    ],
    [
      'load $files',
      'the parameter $files is not set',
      [5, 11],
      'set $files VALUE gives it one, and so does --set files=VALUE',
    ],
  ])('%j', (source, message, span, hint) => {
    const error = failure(() => bind(source));
    expect(error.message).toBe(message);
    expect(error.span).toEqual(span);
    expect(error.hint).toBe(hint);
  });

  test('a parameter cannot bring operators into an expression', () => {
    const error = failure(() => bind('filter host $host', { host: '1.2.3.4 or tcp' }));
    expect(error.message).toBe('the value of $host, "1.2.3.4 or tcp", is not one operand of an expression');
    expect(error.span).toEqual([12, 17]);
    expect(failure(() => bind('filter host $hots', { host: 'a' })).hint).toBe('did you mean $host?');
  });

  test('sizes, durations, times and addresses use the parsers of the engine', () => {
    const declared = {
      name: 'x',
      args: (['size', 'duration', 'time', 'address'] as const).map((type) => ({
        name: type,
        type,
        flag: true as const,
        summary: '',
      })),
    };
    const word = (text: string, start: number) => ({
      text,
      span: [start, start + text.length] as const,
      quoted: false,
      place: (at: number) => start + at,
    });
    const of = (...texts: string[]) =>
      bindArguments(
        declared,
        { words: texts.map((text, i) => word(text, i * 10)), raw: null, nameSpan: [0, 1] },
        { variables: new Map(), resolvePath: (path) => path },
      );
    expect(of('--size=64k', '--duration=5m', '--address=10.0.0.0/8', '--time=+30s')).toMatchObject({
      size: 65536,
      duration: 300_000_000_000n,
      address: '10.0.0.0/8',
      time: { kind: 'relative' },
    });
    expect(of('--address', '2001:db8::1').address).toBe('2001:db8::1');
    const error = failure(() => of('--size', '64q'));
    expect(error.code).toMatch(/^size\./);
    expect(error.span![0]).toBeGreaterThanOrEqual(10);
  });
});
