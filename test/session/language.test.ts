import fc from 'fast-check';
import type { CommandStage, Line, SetExpression } from '../../session/language/ast.js';
import { bindArguments } from '../../session/language/bind.js';
import { parseLine } from '../../session/language/parser.js';
import { quoted } from '../../session/save.js';
import type { PcapshError } from '../../src/errors.js';
import { LIST } from './fixture.js';

const vocabulary = {
  command: LIST.findCommand,
  commands: LIST.commands.map((command) => command.name),
  handles: ['web', 'lab', 'noise'],
};
const parse = (source: string): Line => parseLine(source, vocabulary);

/** A line as nested arrays, short enough to compare by eye. */
function shape(source: string): unknown {
  const line = parse(source);
  if (line.kind !== 'cell') return line;
  const stages = line.pipeline.stages.map((stage) =>
    stage.kind === 'command' ? commandShape(stage) : setShape(stage.expression),
  );
  return line.target === null ? stages : { [line.target.name]: stages };
}

function commandShape(stage: CommandStage): unknown[] {
  const raw = stage.raw === null ? [] : [{ raw: stage.raw.text }];
  return [stage.command, ...stage.words.map((word) => word.text), ...raw, ...(stage.help ? ['?help'] : [])];
}

function setShape(expression: SetExpression): unknown {
  if (expression.kind === 'handle') return expression.name;
  if (expression.kind === 'operation')
    return [setShape(expression.left), expression.operator, setShape(expression.right)];
  return {
    in: expression.pipeline.stages.map((stage) =>
      stage.kind === 'command' ? commandShape(stage) : setShape(stage.expression),
    ),
  };
}

function failure(run: () => unknown): PcapshError {
  try {
    run();
  } catch (error) {
    return error as PcapshError;
  }
  throw new Error('it did not fail');
}

describe('lines', () => {
  test.each<[string, unknown]>([
    ['', { kind: 'empty' }],
    ['   ', { kind: 'empty' }],
    ['#!/usr/bin/env pcapsh', { kind: 'empty' }],
    ['# a note | with # all', { kind: 'note', text: 'a note | with # all' }],
    ['  #  two blanks', { kind: 'note', text: ' two blanks' }],
    ['count # a comment', [['count']]],
    ['count #', [['count']]],
    ['web = load a.pcap b.pcap', { web: [['load', 'a.pcap', 'b.pcap']] }],
    ['web=load a#b.pcap', { web: [['load', 'a#b.pcap']] }],
    ['web', ['web']],
    ['web | stats', ['web', ['stats']]],
    ['web|stats', ['web', ['stats']]],
    ['web | head 3 | count', ['web', ['head', '3'], ['count']]],
    ['load \\\n  a.pcap', [['load', 'a.pcap']]],
    ['load a.pcap # why \\\n b.pcap', [['load', 'a.pcap', 'b.pcap']]],
    ['web | filter tcp \\\r\n and udp', ['web', ['filter', { raw: 'tcp     and udp' }]]],
  ])('%j', (source, expected) => expect(shape(source)).toEqual(expected));
});

describe('words', () => {
  test.each<[string, unknown]>([
    ["load 'a b|c # d'", [['load', 'a b|c # d']]],
    ['load "a\\tb\\n\\"\\\\\\x41"', [['load', 'a\tb\n"\\A']]],
    ["load 'a\\nb'", [['load', 'a\\nb']]],
    ['load C:\\dir\\x', [['load', 'C:\\dir\\x']]],
    ["load O'Brien.pcap", [['load', "O'Brien.pcap"]]],
    ['load a[1|2].pcap | count', [['load', 'a[1|2].pcap'], ['count']]],
    ['load a[1 | count', [['load', 'a[1'], ['count']]],
    ['load a||b', [['load', 'a||b']]],
    ['load a(1).pcap <x>;&!', [['load', 'a(1).pcap', '<x>;&!']]],
    ['load /tmp/a /tmp/b | count', [['load', '/tmp/a', '/tmp/b'], ['count']]],
    ['load --x="a b" c', [['load', '--x=a b', 'c']]],
    ['show ?', [['show', '?help']]],
    ["show '?'", [['show', '?']]],
  ])('%j', (source, expected) => {
    expect(shape(source)).toEqual(expected);
  });

  test('a pattern keeps its bars and blanks where words are text', () => {
    expect(shape('help /a|b [/]c/i')).toEqual([['help', '/a|b [/]c/i']]);
    expect(shape('help /a\\/|b/')).toEqual([['help', '/a\\/|b/']]);
    expect(shape('help /a | count')).toEqual([['help', '/a'], ['count']]);
  });
});

describe('raw arguments', () => {
  test.each<[string, unknown]>([
    ['filter tcp port 443 | count', [['filter', { raw: 'tcp port 443' }], ['count']]],
    ["filter 'tcp | x' | count", [['filter', { raw: 'tcp | x' }], ['count']]],
    ['filter "tcp" | count', [['filter', { raw: 'tcp' }], ['count']]],
    ["filter 'tcp' or udp", [['filter', { raw: "'tcp' or udp" }]]],
    ['filter tcp || udp | count', [['filter', { raw: 'tcp || udp' }], ['count']]],
    ['filter tcp[13] | 2 != 0 | count', [['filter', { raw: 'tcp[13] | 2 != 0' }], ['count']]],
    ['filter tcp[13]|(2) != 0', [['filter', { raw: 'tcp[13]|(2) != 0' }]]],
    ['filter len | -1 = 3', [['filter', { raw: 'len | -1 = 3' }]]],
    ['filter 1 | len = 3', [['filter', { raw: '1 | len = 3' }]]],
    ['filter 1 | ip[0] = 3', [['filter', { raw: '1 | ip[0] = 3' }]]],
    [
      'filter tcp[tcpflags] & (tcp-syn | tcp-ack) != 0',
      [['filter', { raw: 'tcp[tcpflags] & (tcp-syn | tcp-ack) != 0' }]],
    ],
    ['filter tcp[13] & 1 | tcp-syn != 0', [['filter', { raw: 'tcp[13] & 1 | tcp-syn != 0' }]]],
    ['filter ip[2 | 1] = 3', [['filter', { raw: 'ip[2 | 1] = 3' }]]],
    ['filter tcp | info', [['filter', { raw: 'tcp' }], ['info']]],
    ['filter len / 2 = 3 | count', [['filter', { raw: 'len / 2 = 3' }], ['count']]],
    ['filter x /a | b/ | count', [['filter', { raw: 'x /a | b/' }], ['count']]],
    ['filter x "a | \\" b" | count', [['filter', { raw: 'x "a | \\" b"' }], ['count']]],
    ['filter tcp # why', [['filter', { raw: 'tcp' }]]],
    ['filter tcp ?', [['filter', { raw: 'tcp' }, '?help']]],
    ['filter ?', [['filter', '?help']]],
    ['filter --json tcp --x=1 --force', [['filter', '--json', '--x=1', '--force', { raw: 'tcp' }]]],
    ["filter 'tcp' --force ?", [['filter', '--force', { raw: 'tcp' }, '?help']]],
    ['filter', [['filter']]],
    ['filter | count', [['filter'], ['count']]],
    ['filter --force | count', [['filter', '--force'], ['count']]],
    ['note a | b # c', [['note', { raw: 'a | b # c' }]]],
    ["note 'a b'", [['note', { raw: 'a b' }]]],
    ['note', [['note']]],
  ])('%j', (source, expected) => expect(shape(source)).toEqual(expected));

  test('places point into the line', () => {
    const stage = (source: string): CommandStage =>
      (parse(source) as Line & { kind: 'cell' }).pipeline.stages.at(-1) as CommandStage;
    expect(stage('web | filter tcp prot').raw!.place(4)).toBe(17);
    expect(stage("web | filter 'tcp prot'").raw!.place(4)).toBe(18);
    const escaped = stage('web | filter "\\x74cp prot"').raw!;
    expect(escaped.text).toBe('tcp prot');
    expect(escaped.place(0)).toBe(14);
    expect(escaped.place(4)).toBe(21);
    expect(stage('web | head 30').words[0].span).toEqual([11, 13]);
    expect(stage('load --x="a b"').words[0].place(5)).toBe(11);
  });
});

describe('set algebra', () => {
  test.each<[string, unknown]>([
    ['web & lab', [['web', '&', 'lab']]],
    ['web + lab & noise', [['web', '+', ['lab', '&', 'noise']]]],
    ['web - lab + noise', [[['web', '-', 'lab'], '+', 'noise']]],
    ['web - (web | filter udp) | count', [['web', '-', { in: ['web', ['filter', { raw: 'udp' }]] }], ['count']]],
    [
      '(web | filter (tcp or udp) and port 53) & lab',
      [[{ in: ['web', ['filter', { raw: '(tcp or udp) and port 53' }]] }, '&', 'lab']],
    ],
    ['x = (web | head 3)', { x: [{ in: ['web', ['head', '3']] }] }],
    ['(web & lab) + (load a(1).pcap)', [[{ in: [['web', '&', 'lab']] }, '+', { in: [['load', 'a(1).pcap']] }]]],
  ])('%j', (source, expected) => expect(shape(source)).toEqual(expected));
});

describe('errors', () => {
  test.each<[string, string, readonly [number, number], string | null]>([
    ['filtr tcp', 'unknown command or handle "filtr"', [0, 5], 'did you mean filter?'],
    ['web | conut', 'unknown command "conut"', [6, 11], 'did you mean count?'],
    ['web | zzzzzz', 'unknown command "zzzzzz"', [6, 12], 'help lists the commands'],
    ['web | lab', '"lab" is a handle: after | comes a command', [6, 9], 'a handle stands first'],
    ['web stats', 'after the handle "web" comes |, &, + or -, not "stats"', [4, 9], 'did you mean web | stats?'],
    ['web zebra', 'after the handle "web" comes |, &, + or -, not "zebra"', [4, 9], null],
    ['web-noise', '"web-noise" is one word: - between two handles needs a space on each side', [3, 4], null],
    ['web &', 'a handle is missing at column 6', [5, 5], null],
    ['(web | head', 'the ( at column 1 is never closed', [0, 1], null],
    ['(web) )', 'unexpected ")" at column 7', [6, 7], null],
    ['web |', 'a command is missing after the |, at column 6', [5, 5], null],
    ['| count', 'a command is missing, at column 1', [0, 1], null],
    ['web = ', 'a command is missing, at column 7', [6, 6], null],
    ['count = load a', '"count" is a command and cannot name a handle', [0, 5], 'try count_1'],
    [
      'my-web = load a',
      '"my-web" cannot be a name: names are letters, digits and _, and do not begin with a digit',
      [0, 6],
      'did you mean my_web?',
    ],
    [
      '2x = load a',
      '"2x" cannot be a name: names are letters, digits and _, and do not begin with a digit',
      [0, 2],
      'did you mean _2x?',
    ],
    ["load 'a", 'the quote that opens at column 6 is never closed', [5, 7], null],
    [
      'load "a\\q"',
      'unknown escape "\\q" at column 8',
      [7, 9],
      'known are \\n \\t \\" \\\\ \\xHH; in single quotes a backslash is itself',
    ],
    [
      "load 'a'b",
      'text stands directly behind the quote that closes at column 8',
      [7, 9],
      'put a space between two arguments',
    ],
    [
      'filter tcp --json or udp',
      'flags of filter stand before or after its expression, not inside it (column 19)',
      [18, 24],
      null,
    ],
  ])('%j', (source, message, span, hint) => {
    const error = failure(() => parse(source));
    expect(error.message).toBe(message);
    expect(error.kind).toBe('input');
    expect(error.span).toEqual(span);
    if (hint !== null) expect(error.hint).toBe(hint);
  });
});

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

describe('properties', () => {
  test('no line makes the parser fail otherwise than with an input error whose span lies in the line', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'filter',
        'load',
        'web',
        '|',
        '||',
        '(',
        ')',
        ' ',
        '\\\n',
        "'",
        '"',
        '#',
        '$x',
        '--top',
        '[',
        ']',
        '/',
        '&',
        '- ',
        '= ',
        'note',
        'tcp',
        '?',
      ),
      fc.string({ maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        const source = pieces.join('');
        try {
          const line = parse(source);
          if (line.kind === 'cell') {
            for (const stage of line.pipeline.stages)
              expect(source.slice(stage.span[0], stage.span[1]).length).toBeGreaterThan(0);
          }
        } catch (thrown) {
          const error = thrown as PcapshError;
          expect(error.kind).toBe('input');
          expect(error.span![0]).toBeGreaterThanOrEqual(0);
          expect(error.span![1]).toBeGreaterThanOrEqual(error.span![0]);
          expect(error.span![1]).toBeLessThanOrEqual(source.length + 1);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('a quoted word reads back as itself', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme-ascii' }), (word) => {
        const line = parse(`load ${quoted(word)}`) as Line & { kind: 'cell' };
        expect((line.pipeline.stages[0] as CommandStage).words.map((each) => each.text)).toEqual([word]);
      }),
    );
  });
});
