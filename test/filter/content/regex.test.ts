import fc from 'fast-check';
import { PcapshError } from '../../../src/errors.js';
import { compileRegex } from '../../../src/filter/content/regex.js';
import { readFlags } from '../../../src/filter/content/regex-flags.js';

function regex(source: string, flags = ''): ReturnType<typeof compileRegex> {
  return compileRegex(source, readFlags(flags, 0));
}

function matches(source: string, flags: string, text: string | Uint8Array): boolean {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'utf8') : Buffer.from(text);
  const { test, needles } = regex(source, flags);
  const found = test(bytes.toString('latin1'));
  const small = bytes.toString('latin1').replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  // Whatever matches holds one of the texts that are looked for first.
  if (found && needles !== null)
    expect(needles.some((needle) => small.includes(Buffer.from(needle).toString('latin1')))).toBe(true);
  return found;
}

function refusal(source: string, flags = ''): { message: string; span: readonly [number, number] | null } {
  try {
    regex(source, flags);
  } catch (error) {
    if (error instanceof PcapshError) return { message: error.message, span: error.span };
    throw error;
  }
  throw new Error(`${source} is not refused`);
}

describe('regular expressions about bytes', () => {
  test.each([
    ['a.c', '', 'xabcx', true],
    ['a.c', '', 'a\nc', false],
    ['a.c', 's', 'a\nc', true],
    ['^b', '', 'a\nb', false],
    ['^b', 'm', 'a\nb', true],
    ['a$', '', 'a\nb', false],
    ['a$', 'm', 'a\nb', true],
    ['GET /[a-z]+', '', 'GET /index', true],
    ['get', 'i', 'GeT', true],
    ['(?i)get', '', 'GET', true],
    ['(?i:g)et', '', 'GET', false],
    ['(?i:g)et', '', 'Get', true],
    ['\\x00\\xff', '', Uint8Array.of(1, 0, 255), true],
    ['[\\x80-\\xff]{3}', '', Uint8Array.of(0x80, 0x90, 0xff), true],
    ['[^a]', '', 'aaa', false],
    ['größe', '', 'die größe', true],
    ['GRÖSSE', 'i', 'größe', false],
    ['gr(ö|oe)ße', '', 'groeße', true],
    ['\\xe9', 'i', Uint8Array.of(0xc9), false],
    ['\\xe9', 'i', Uint8Array.of(0xe9), true],
    ['k', 'i', '\u212a', false],
    ['\\bcat\\b', '', 'a cat!', true],
    ['\\bcat\\b', '', 'concatenate', false],
    ['[[:alpha:]_]+[[:digit:]]', '', 'ab_1', true],
    ['\\Qa.b\\E+', '', 'a.bbb', true],
    ['(?P<name>ab)+?c', '', 'ababc', true],
    ['a{2,3}b', '', 'ab', false],
    ['x|', '', '', true],
    ['[]a]', '', ']', true],
    ['[a-]', '', '-', true],
    ['^(a+)+$', '', `${'a'.repeat(40)}!`, false],
    ['evil.*(?:com|org)', 's', 'an evil\none.org', true],
  ])('/%s/%s in %j: %s', (source, flags, text, expected) => {
    expect(matches(source, flags, text)).toBe(expected);
  });

  test.each([
    ['(a', [0, 1]],
    ['a)', [1, 2]],
    ['[a', [0, 1]],
    ['a**', [2, 3]],
    ['*a', [0, 1]],
    ['a{2,1}', [1, 6]],
    ['a{1001}', [1, 7]],
    ['(?=a)', [0, 4]],
    ['(?<=a)b', [0, 4]],
    ['(a)\\1', [3, 5]],
    ['\\p{L}', [0, 2]],
    ['[z-a]', [1, 4]],
    ['[ä]', [1, 2]],
    ['\\x{100}', [0, 7]],
    ['a\\', [1, 2]],
    ['[[:alfa:]]', [1, 9]],
  ])('/%s/ is refused with its place', (source, span) => {
    expect(refusal(source).span).toEqual(span);
  });

  test('flags that are none, or twice, are refused', () => {
    expect(refusal('a', 'g').message).toBe('"g" is no flag of a regular expression');
    expect(refusal('a', 'ii').message).toBe('the flag i is given twice');
  });

  test('what would keep an engine that goes back for ever is answered at once', () => {
    const text = `${'a'.repeat(1_000_000)}!`;
    const started = performance.now();
    expect(regex('^(a+)+$').test(text)).toBe(false);
    expect(regex('(a|aa)+$').test(text)).toBe(false);
    expect(regex('(.*)*x{50}').test(text)).toBe(false);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  test('monsters are refused, or run in bounded time', () => {
    for (const source of [
      '((a{1000}){1000}){1000}',
      '('.repeat(100_000),
      'a'.repeat(1_000_000),
      '(((a{100}){100}){100}){100}',
    ]) {
      const started = performance.now();
      expect(refusal(source).message).not.toBe('');
      expect(performance.now() - started).toBeLessThan(2000);
    }
    const wide = regex('[^x]{500}y[^x]{500}z');
    const started = performance.now();
    expect(wide.test('y'.repeat(100_000))).toBe(false);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  test('as JavaScript has them, where both have the same words', () => {
    const atom = fc.constantFrom(
      'a',
      'b',
      'A',
      '.',
      '[ab]',
      '[^a]',
      '\\x61',
      '\\xe9',
      '\\d',
      '\\w',
      '[B-D]',
      '\\.',
      '(?:ab|b)',
    );
    const node: fc.Arbitrary<string> = fc.letrec<{ node: string }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        atom,
        fc.tuple(tie('node'), tie('node')).map(([a, b]) => a + b),
        fc.tuple(tie('node'), tie('node')).map(([a, b]) => `(${a}|${b})`),
        fc
          .tuple(tie('node'), fc.constantFrom('*', '+', '?', '{2}', '{1,2}', '*?'))
          .map(([a, count]) => `(?:${a})${count}`),
      ),
    })).node;
    const text = fc
      .array(fc.constantFrom('a', 'b', 'A', 'B', 'c', '.', '\n', '1', '\xe9', '\xc9'), { maxLength: 12 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(node, fc.constantFrom('', '^', '$'), fc.subarray(['s', 'm']), text, (body, place, flags, hay) => {
        const source = place === '^' ? `^(?:${body})` : `(?:${body})${place}`;
        const theirs = new RegExp(source.replace(/\[\^a\]/g, '[^a]'), flags.join('')).test(hay);
        expect(matches(source, flags.join(''), Buffer.from(hay, 'latin1'))).toBe(theirs);
      }),
      { numRuns: 500 },
    );
  });
});
