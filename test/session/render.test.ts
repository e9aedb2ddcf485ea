import { mkdirSync, writeFileSync } from 'node:fs';
import { DEFAULTS, readConfig } from '../../session/config.js';
import { errorLines } from '../../session/render/error.js';
import { createPaint, PLAIN, wantsColour } from '../../session/render/paint.js';
import { createProgressLine, progressText } from '../../session/render/progress.js';
import { renderResult } from '../../session/render/result.js';
import { bar, sparkline, tableLines } from '../../session/render/table.js';
import type { View } from '../../session/render/view.js';
import { cut, padEnd, padStart, widthOf } from '../../session/render/width.js';
import { PcapshError } from '../../src/errors.js';
import { enterFolder, pcapsh, testHost } from './fixture.js';

const view: View = { paint: PLAIN, width: 80, zone: 'UTC' };

describe('colour', () => {
  test.each<[Record<string, string>, boolean, 'auto' | 'on' | 'off', boolean]>([
    [{}, true, 'auto', true],
    [{}, false, 'auto', false],
    [{ NO_COLOR: '1' }, true, 'auto', false],
    [{ NO_COLOR: '' }, true, 'auto', true],
    [{ NO_COLOR: '1' }, true, 'on', false],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false, 'off', true],
    [{ FORCE_COLOR: '0' }, true, 'on', false],
    [{ TERM: 'dumb' }, true, 'auto', false],
    [{ CLICOLOR: '0' }, true, 'auto', false],
    [{ CLICOLOR_FORCE: '1' }, false, 'auto', true],
    [{ CLICOLOR_FORCE: '0' }, false, 'auto', false],
    [{}, false, 'on', true],
    [{}, true, 'off', false],
  ])('%j, terminal %s, setting %s: %s', (environment, terminal, setting, expected) => {
    expect(wantsColour(environment, terminal, setting)).toBe(expected);
  });

  test('one accent, and red and green for wrong and right', async () => {
    const paint = await createPaint(true);
    expect(paint.accent('a')).toBe('\u001b[36ma\u001b[39m');
    expect([paint.good('x'), paint.bad('x'), paint.dim('x')].map(widthOf)).toEqual([1, 1, 1]);
    const leave = enterFolder();
    const painted = await pcapsh(['stats', 'examples/office.pcapng'], { environment: { FORCE_COLOR: '1' } });
    const bare = await pcapsh(['stats', 'examples/office.pcapng']);
    leave();
    expect(painted.out.replace(/\u001b\[\d+m/g, '')).toBe(bare.out);
    expect(painted.out).not.toBe(bare.out);
  });
});

describe('layout', () => {
  test('columns are padded, cut, and give way from the right', () => {
    expect([padEnd('a', 3), padStart('a', 3), cut('abcdef', 4), cut('abc', 1), cut('abc', 0)]).toEqual([
      'a  ',
      '  a',
      'abc…',
      'a',
      '',
    ]);
    const columns = [
      { title: 'n', right: true as const },
      { title: 'first', gives: true as const, least: 5 },
      { title: 'second', gives: true as const, least: 8 },
    ];
    const rows = [
      ['1', 'abcdefghij', 'klmnopqrstuvwxyz'],
      ['22', 'x', 'y'],
    ];
    expect(tableLines(columns, rows, view)).toEqual([
      '   n  first       second',
      '   1  abcdefghij  klmnopqrstuvwxyz',
      '  22  x           y',
    ]);
    expect(tableLines(columns, rows, { ...view, width: 30 })).toEqual([
      '   n  first       second',
      '   1  abcdefghij  klmnopqrstu…',
      '  22  x           y',
    ]);
    for (const width of [80, 30, 22])
      for (const line of tableLines(columns, rows, { ...view, width }))
        expect(widthOf(line)).toBeLessThanOrEqual(width);
  });

  test('bars and columns', () => {
    expect([bar(0, 4), bar(0.5, 4), bar(0.53, 4), bar(2, 4)]).toEqual(['', '██', '██▏', '████']);
    expect(sparkline([0, 4, 8])).toBe('▁▄█');
    expect(sparkline([])).toBe('');
  });

  test('answers without packets', async () => {
    expect(await renderResult({ kind: 'nothing' }, view)).toEqual([]);
    expect(await renderResult({ kind: 'handles', rows: [] }, view)).toEqual(['  no handles yet: load FILE makes one']);
    expect(await renderResult({ kind: 'message', text: 'a\u0007', json: {} }, view)).toEqual(['  a\\x07']);
    const rows = [
      { name: 'x', meaning: 'load x', packets: null, complete: false, current: false },
      { name: 'y', meaning: 'load y', packets: 1234, complete: false, current: true },
    ];
    expect((await renderResult({ kind: 'handles', rows }, view)).slice(1)).toEqual([
      '     x           ?  load x',
      '  ›  y      1,234+  load y',
    ]);
  });

  test.each([
    ['stats', 80],
    ['stats', 115],
    ['info', 80],
    ['flows', 80],
    ['flows', 115],
    ['preview', 80],
    ['preview', 115],
  ])('%s fits %d columns', async (command, columns) => {
    const leave = enterFolder();
    const ran = await pcapsh([command, 'examples/office.pcapng'], { columns });
    leave();
    for (const line of ran.out.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(columns);
  });

  test.each(['show', 'help', 'write'])('help and packets fit: %s', async (command) => {
    const leave = enterFolder();
    const ran =
      command === 'show' ? await pcapsh(['show', 'examples/office.pcapng', '672']) : await pcapsh(['help', command]);
    leave();
    for (const line of ran.out.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(80);
  });
});

describe('errors', () => {
  const error = (span: [number, number] | null, hint?: string): PcapshError =>
    new PcapshError('x', 'it is wrong', { kind: 'input', span: span ?? undefined, hint });

  test('the place is marked in the line, or under what was typed', () => {
    expect(errorLines(error([5, 8], 'do this'), 'load abc', view, null)).toEqual([
      '  load abc',
      '       ───',
      '  ✗ it is wrong · do this',
    ]);
    expect(errorLines(error([5, 8]), 'load abc', view, 9)).toEqual([`${' '.repeat(14)}───`, '  ✗ it is wrong']);
    expect(errorLines(error([8, 8]), 'load abc', view, null)[1]).toBe('          ─');
    expect(errorLines(error(null), 'load abc', view, null)).toEqual(['  ✗ it is wrong']);
    expect(errorLines(new PcapshError('x', 'no\u001b'), 'load', view, null)).toEqual(['  ✗ no\\x1b']);
  });

  test('of a continued or a long line only a part is shown', () => {
    expect(errorLines(error([9, 12]), 'load \\\n  abc', view, 9).slice(0, 2)).toEqual(['    abc', '    ───']);
    const long = `${'x'.repeat(200)} abc`;
    const [shown, marks] = errorLines(error([201, 204]), long, view, 9);
    expect(shown.length).toBeLessThanOrEqual(80);
    expect(shown.slice(marks.indexOf('─'), marks.lastIndexOf('─') + 1)).toBe('abc');
    expect(errorLines(error([5, 6]), 'load \u0007', view, null)[0]).toBe('  load .');
  });
});

describe('progress', () => {
  test('words', () => {
    expect(progressText({ done: 64e6, total: 100e6, unit: 'bytes' }, 100)).toBe('▕██████████▎     ▏ 64 %  640 MB/s');
    expect(progressText({ done: 64e6, total: 100e6, unit: 'bytes' }, 400)).toBe(
      '▕██████████▎     ▏ 64 %  160 MB/s  0.2 s left',
    );
    expect(progressText({ done: 5000, total: null, unit: 'packets' }, 1000)).toBe('5,000 packets  5,000 packets/s');
    expect(progressText({ done: 0, total: null, unit: 'bytes' }, 0)).toBe('0 B');
  });

  test('a line on a terminal, drawn at most ten times a second, gone at the end', () => {
    const host = testHost({ terminal: true });
    let now = 0;
    const line = createProgressLine(host.stderr, () => now, PLAIN);
    const progress = { done: 1, total: 2, unit: 'bytes' as const };
    line.show(progress);
    expect(host.err()).toBe('');
    for (now = 200; now <= 290; now += 10) line.show(progress);
    expect(host.err().match(/\r/g)).toHaveLength(1);
    line.clear();
    line.clear();
    expect(host.err().endsWith('\r\u001b[K')).toBe(true);
    const piped = testHost();
    createProgressLine(piped.stderr, () => 1e6, PLAIN).show(progress);
    expect(piped.err()).toBe('');
  });
});

describe('configuration', () => {
  test('what it says rightly holds, what is wrong is told', async () => {
    const leave = enterFolder();
    const told: string[] = [];
    const host = testHost();
    const read = () => readConfig(host, (message) => told.push(message.replace(process.cwd(), '')));
    expect(await read()).toEqual(DEFAULTS);
    mkdirSync('.config/pcapsh', { recursive: true });
    const file = '.config/pcapsh/config.json5';
    writeFileSync(file, "{ zone: 'Europe/Berlin', history: 5, colour: 3, size: 1, /* why not */ }");
    expect(await read()).toEqual({ ...DEFAULTS, zone: 'Europe/Berlin', history: 5 });
    writeFileSync(file, '3');
    await read();
    writeFileSync(file, '{');
    await read();
    leave();
    expect(told.map((each) => each.replace('/.config/pcapsh/config.json5: ', ''))).toEqual([
      'colour is auto, on or off, not 3',
      'there is no setting "size"',
      'an object is expected',
      expect.stringContaining('JSON5'),
    ]);
  });
});
