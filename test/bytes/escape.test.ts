import fc from 'fast-check';
import { escapeBytes, escapeSentence, escapeText } from '../../src/bytes/escape.js';

const RIGHT_TO_LEFT_OVERRIDE = '\u202e';

/** Undoes escapeBytes. */
function restore(text: string): Uint8Array {
  const parts = text.split(/(\\x[0-9a-f]{2}|\\u\{[0-9a-f]+\})/);
  return Buffer.concat(
    parts.map((part, i) => {
      if (i % 2 === 0) return Buffer.from(part);
      if (part[1] === 'x') return Buffer.from([Number.parseInt(part.slice(2), 16)]);
      return Buffer.from(String.fromCodePoint(Number.parseInt(part.slice(3, -1), 16)));
    }),
  );
}

describe('escapeText', () => {
  test.each([
    ['plain text, ünïcode 漢字 🙂', 'plain text, ünïcode 漢字 🙂'],
    ['\u001b[31mred', '\\x1b[31mred'],
    ['a\r\nb\tc\u0000', 'a\\x0d\\x0ab\\x09c\\x00'],
    ['\u007f\u0085\u009b', '\\x7f\\u{85}\\u{9b}'],
    [`user${RIGHT_TO_LEFT_OVERRIDE}fdp.exe`, 'user\\u{202e}fdp.exe'],
    ['a\u200bb\ufeffc\u2066', 'a\\u{200b}b\\u{feff}c\\u{2066}'],
    ['\u2028\u2029\ud800', '\\u{2028}\\u{2029}\\u{d800}'],
    ['\\Device\\NPF_{1}', '\\Device\\NPF_{1}'],
    ['\\x1b \\u{202e}', '\\x5cx1b \\x5cu{202e}'],
  ])('%#', (text, shown) => expect(escapeText(text)).toBe(shown));

  test('nothing unsafe is left', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escapeText(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});

describe('escapeBytes', () => {
  test('bytes that are no UTF-8', () =>
    expect(escapeBytes(Uint8Array.of(0x61, 0xff, 0xc3, 0xa9, 0xc3))).toBe('a\\xffé\\xc3'));
  test('a range', () => expect(escapeBytes(Buffer.from('abcdef'), 2, 4)).toBe('cd'));
  test('a byte order mark is shown', () =>
    expect(escapeBytes(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe('\\u{feff}a'));
  test('is reversible', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 8 }),
      fc
        .constantFrom('\\x1b', '\\u{202e}', '\\', 'x41', 'é', '\u202e')
        .map((text) => new Uint8Array(Buffer.from(text))),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const bytes = Buffer.concat(pieces);
        expect(Buffer.from(restore(escapeBytes(bytes))).equals(bytes)).toBe(true);
      }),
    );
  });
});

test('a sentence with names that are escaped already is not escaped twice', () => {
  const sentence = `lost ${escapeText('\u001b[2J')} and \u001b`;
  expect(escapeSentence(sentence)).toBe('lost \\x1b[2J and \\x1b');
});
