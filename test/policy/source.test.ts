import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { modulesOf, root } from './modules.js';

/** How the source is written, as far as a scan can tell. */

const LONGEST_FILE = 400;
/** Nothing silences the compiler or the linter, or waits for another day. Put together here, lest this file finds itself. */
const SILENCERS = [
  '@ts-' + 'ignore',
  '@ts-' + 'nocheck',
  '@ts-' + 'expect-error',
  'biome-' + 'ignore',
  'eslint-' + 'disable',
];
const UNTYPED = /(?:[:<|,(]\s*|\bas\s+)any\b(?=\s*[;,)>=[|{]|$)/;
const LATER = new RegExp(`\\b(?:${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX'].join('|')})\\b`);
/** Skipping is a choice between `describe` and `describe.skip`, by what the machine has. */
const LEFT_OUT = /\b(?:it|test|describe)\.(?:only|todo|skip\()|\b(?:xit|xtest|xdescribe|fit|fdescribe)\(/;

const program = ['src', 'commands', 'session'].flatMap(modulesOf);
const tests = modulesOf('test');

/** "file:line" of every line that a test of lines holds true of; comments left out on request. */
function places(modules: readonly string[], isWrong: (line: string) => boolean, { comments = true } = {}): string[] {
  return modules.flatMap((module) =>
    readFileSync(join(root, module), 'utf8')
      .split('\n')
      .flatMap((line, index) => {
        if (!comments && /^\s*(\*|\/\/|\/\*)/.test(line)) return [];
        return isWrong(line) ? [`${module}:${index + 1}`] : [];
      }),
  );
}

describe('source files', () => {
  test(`have at most ${LONGEST_FILE} lines`, () => {
    const lengths = program.map(
      (module) => [module, readFileSync(join(root, module), 'utf8').split('\n').length - 1] as const,
    );
    expect(lengths.filter(([, lines]) => lines > LONGEST_FILE)).toEqual([]);
  });

  test('silence neither the compiler nor the linter', () => {
    expect(places([...program, ...tests], (line) => SILENCERS.some((word) => line.includes(word)))).toEqual([]);
  });

  test('know every type', () => {
    expect(places(program, (line) => UNTYPED.test(line), { comments: false })).toEqual([]);
    expect(['const a: any = 1;', 'f(x as any)', 'Array<any>', 'x: any[]'].every((line) => UNTYPED.test(line))).toBe(
      true,
    );
  });

  test('leave nothing for another day', () => {
    expect(places([...program, ...tests], (line) => LATER.test(line))).toEqual([]);
  });

  test('of tests leave none out', () => {
    expect(places(tests, (line) => LEFT_OUT.test(line))).toEqual([]);
  });
});
