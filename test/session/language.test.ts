import fc from 'fast-check';
import type { CommandStage, Line, SetExpression } from '../../session/language/ast.js';
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

describe('limits', () => {
  test('what nobody wrote by hand is refused, not followed until the stack is full', () => {
    const deep = failure(() => parse(`${'('.repeat(5000)}web${')'.repeat(5000)}`));
    expect(deep).toMatchObject({ message: 'parentheses are nested more than 100 deep', kind: 'input' });
    const long = failure(() => parse(`web${' | head'.repeat(5000)}`));
    expect(long).toMatchObject({ message: 'a pipeline has at most 1000 stages', kind: 'input' });
    expect(() => parse(`web${' | head'.repeat(500)}`)).not.toThrow();
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
