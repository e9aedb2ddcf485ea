import fc from 'fast-check';
import { createMultiSearch } from '../../../src/filter/content/multi-search.js';

/** Every (string, end) by looking everywhere, equal strings under the first of them. */
function naive(strings: Uint8Array[], bytes: Uint8Array, from: number, to: number, folded: boolean): string[] {
  const text = (data: Uint8Array): string => Buffer.from(data).toString('latin1');
  const fold = (data: string): string => (folded ? data.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : data);
  const hay = fold(text(bytes));
  const found = new Set<string>();
  const texts = strings.map(text);
  for (const [ordinal, needle] of texts.entries()) {
    if (texts.indexOf(needle) !== ordinal) continue;
    for (let at = from; at + needle.length <= to; at++)
      if (hay.startsWith(needle, at)) found.add(`${ordinal}@${at + needle.length}`);
  }
  return [...found].sort();
}

function search(strings: Uint8Array[], bytes: Uint8Array, from: number, to: number, folded: boolean): string[] {
  const found = new Set<string>();
  createMultiSearch(strings, folded).scan(bytes, from, to, (string, end) => {
    found.add(`${string}@${end}`);
    return false;
  });
  return [...found].sort();
}

/** Of a few letters, so that strings overlap, are parts of each other and occur. */
const letters = (least: number, most: number): fc.Arbitrary<Uint8Array> =>
  fc.array(fc.constantFrom(97, 98, 99), { minLength: least, maxLength: most }).map((bytes) => Uint8Array.from(bytes));
const upperOrLower = fc
  .array(fc.constantFrom(97, 98, 65, 66, 0xe1, 0xc1), { maxLength: 200 })
  .map((bytes) => Uint8Array.from(bytes));

describe('many strings', () => {
  test.each([1, 2, 3, 4, 6, 9])('of %i bytes and more are found where looking everywhere finds them', (least) => {
    fc.assert(
      fc.property(
        fc.array(letters(least, least + 8), { minLength: 1, maxLength: 20 }),
        letters(0, 300),
        fc.nat(20),
        fc.nat(20),
        (strings, bytes, before, behind) => {
          const from = Math.min(before, bytes.length);
          const to = Math.max(from, bytes.length - behind);
          expect(search(strings, bytes, from, to, false)).toEqual(naive(strings, bytes, from, to, false));
        },
      ),
      { numRuns: 200 },
    );
  });

  test('of any bytes, in any bytes that hold some of them', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 24 }), { minLength: 1, maxLength: 40 }),
        fc.array(fc.oneof(fc.nat(39).map(Number), fc.uint8Array({ maxLength: 12 })), { maxLength: 20 }),
        (strings, pieces) => {
          const bytes = Uint8Array.from(
            pieces.flatMap((piece) => [...(typeof piece === 'number' ? strings[piece % strings.length] : piece)]),
          );
          expect(search(strings, bytes, 0, bytes.length, false)).toEqual(naive(strings, bytes, 0, bytes.length, false));
        },
      ),
    );
  });

  test('without regard to capitals of ASCII, and of no other letters', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.array(fc.constantFrom(97, 98, 0xe1), { minLength: 1, maxLength: 7 }).map((each) => Uint8Array.from(each)),
          { minLength: 1, maxLength: 10 },
        ),
        upperOrLower,
        (strings, bytes) => {
          expect(search(strings, bytes, 0, bytes.length, true)).toEqual(naive(strings, bytes, 0, bytes.length, true));
        },
      ),
    );
  });

  test('that all begin alike in bytes that are all alike take no time to speak of', () => {
    const strings = Array.from({ length: 1000 }, (_, i) => new Uint8Array(500 + i).fill(97));
    const almost = Array.from({ length: 1000 }, (_, i) => {
      const string = new Uint8Array(1500).fill(97);
      string[1499] = 98;
      string[1400 - i] = 99;
      return string;
    });
    const bytes = new Uint8Array(200_000).fill(97);
    const seen = new Set<number>();
    const search = createMultiSearch([...strings, ...almost], false);
    const started = performance.now();
    search.scan(bytes, 0, bytes.length, (string) => {
      if (seen.has(string)) return true;
      seen.add(string);
      return false;
    });
    expect(seen.size).toBe(1000);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
