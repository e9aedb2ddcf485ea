import { PLAIN } from '../../session/render/paint.js';
import { tableLines } from '../../session/render/table.js';
import { cut, padEnd, padStart, widthOf } from '../../session/render/width.js';
import { folded } from '../../session/render/wrap.js';

describe('columns that text takes', () => {
  test.each<[string, number]>([
    ['', 0],
    ['abc', 3],
    ['ä→…▏', 4],
    ['\u001b[36mabc\u001b[39m', 3],
    ['東京', 4],
    ['한국', 4],
    ['\u1112\u1161\u11ab', 2],
    ['ｶﾅ', 2],
    ['Ａ', 2],
    ['e\u0301', 1],
    ['กำ', 2],
    ['ก\u0e34', 1],
    ['😀', 2],
    ['𠀀', 2],
    ['⌚', 2],
    ['☎', 1],
  ])('%s: %d', (text, width) => expect(widthOf(text)).toBe(width));

  test('wide text is padded and cut to columns, never through a character', () => {
    expect(padEnd('東京', 6)).toBe('東京  ');
    expect(padStart('東京', 6)).toBe('  東京');
    expect(cut('東京都庁', 8)).toBe('東京都庁');
    expect(cut('東京都庁', 7)).toBe('東京都…');
    expect(cut('東京都庁', 6)).toBe('東京…');
    expect(cut('東京', 1)).toBe('');
    expect(cut('e\u0301e\u0301e\u0301', 2)).toBe('e\u0301…');
    for (let width = 0; width < 9; width++) expect(widthOf(cut('a東b京c', width))).toBeLessThanOrEqual(width);
  });
});

describe('a long value', () => {
  test('takes lines, broken at spaces; digits anywhere; so many lines at most', () => {
    expect(folded('short', 10, 3)).toEqual(['short']);
    expect(folded('', 10, 3)).toEqual(['']);
    expect(folded('one two three four', 9, 3)).toEqual(['one two', 'three', 'four']);
    expect(folded('one two three four', 7, 2)).toEqual(['one two', 'three …']);
    expect(folded('0123456789abcdef', 6, 4)).toEqual(['012345', '6789ab', 'cdef']);
    expect(folded('a 0123456789', 6, 4)).toEqual(['a 0123', '456789']);
    expect(folded('東京都庁', 5, 4)).toEqual(['東京', '都庁']);
    expect(folded('東京', 1, 4)).toEqual(['']);
  });
});

describe('tables', () => {
  const view = { paint: PLAIN, width: 40, zone: 'UTC' };

  test('columns stand below each other whatever their text is', () => {
    const lines = tableLines(
      [{ title: 'name' }, { title: 'n', right: true }],
      [
        ['東京', '1'],
        ['e\u0301', '22'],
      ],
      view,
    );
    expect(lines).toEqual(['  name   n', '  東京   1', '  e\u0301     22']);
  });

  test('where narrowed columns do not fit, those that may go are left out; nothing is ever wider than the view', () => {
    const columns = [
      { title: 'a' },
      { title: 'b', drops: 1 },
      { title: 'c', drops: 2 },
      { title: 'd', gives: true as const, least: 10 },
    ];
    const row = ['aaaaaaaaaa', 'bbbbbbbbbb', 'cccccccccc', 'd'.repeat(30)];
    expect(tableLines(columns, [row], { ...view, width: 60 })[1]).toBe(
      '  aaaaaaaaaa  bbbbbbbbbb  cccccccccc  ddddddddddddddddddddd…',
    );
    expect(tableLines(columns, [row], view)[1]).toBe('  aaaaaaaaaa  bbbbbbbbbb  ddddddddddddd…');
    expect(tableLines(columns, [row], { ...view, width: 30 })[1]).toBe('  aaaaaaaaaa  ddddddddddddddd…');
    for (let width = 1; width < 70; width++)
      for (const line of tableLines(columns, [row], { ...view, width }))
        expect(widthOf(line)).toBeLessThanOrEqual(width);
  });
});
