import fc from 'fast-check';
import type { BytePattern } from '../../../src/filter/content/byte-pattern.js';
import { createLiteralSearch, type Literal } from '../../../src/filter/content/literal-search.js';

const fold = (byte: number): number => (byte >= 65 && byte <= 90 ? byte + 32 : byte);

function stands({ pattern: { bytes, mask }, folded }: Literal, data: Uint8Array, at: number): boolean {
  return bytes.every((byte, i) => {
    const there = mask === null ? data[at + i] : data[at + i] & mask[i];
    return folded ? fold(byte) === fold(there) : byte === there;
  });
}

/** Indicators whose pattern stands somewhere in bytes[from, to), by looking everywhere. */
function naive(literals: readonly Literal[], data: Uint8Array, from: number, to: number): number[] {
  const found = literals.filter((literal) => {
    for (let at = from; at + literal.pattern.bytes.length <= to; at++) if (stands(literal, data, at)) return true;
    return false;
  });
  return found.map(({ indicator }) => indicator);
}

const few = fc.constantFrom(0, 65, 66, 97, 98, 0xe1);
const plain: fc.Arbitrary<BytePattern> = fc
  .array(few, { minLength: 1, maxLength: 9 })
  .map((bytes) => ({ bytes: Uint8Array.from(bytes), mask: null }));
const open: fc.Arbitrary<BytePattern> = fc
  .array(fc.tuple(few, fc.constantFrom(0xff, 0xff, 0xff, 0xf0, 0x0f, 0)), { minLength: 1, maxLength: 9 })
  .filter((pairs) => pairs.some(([, mask]) => mask === 0xff))
  .map((pairs) => ({
    bytes: Uint8Array.from(pairs, ([byte, mask]) => byte & mask),
    mask: Uint8Array.from(pairs, ([, mask]) => mask),
  }));
const literal = fc.oneof(
  fc.tuple(plain, fc.boolean()).map(([pattern, folded]) => ({ pattern, folded })),
  open.map((pattern) => ({ pattern, folded: false })),
);

test('patterns are found where looking everywhere finds them, however the bytes are divided into packets and batches', () => {
  fc.assert(
    fc.property(
      fc.array(literal, { minLength: 1, maxLength: 12 }),
      fc.array(few, { maxLength: 120 }),
      fc.array(fc.tuple(fc.nat(40), fc.boolean()), { minLength: 1, maxLength: 10 }),
      (parts, letters, splits) => {
        const literals = parts.map((part, indicator): Literal => ({ ...part, indicator }));
        const data = Uint8Array.from(letters);
        const search = createLiteralSearch(literals);
        search.begin();
        let from = 0;
        for (const [length, isNewBatch] of splits) {
          if (isNewBatch) search.begin();
          const to = Math.min(data.length, from + length);
          const found = new Set<number>();
          search.find(data, from, to, (indicator) => {
            if (found.has(indicator)) return true;
            found.add(indicator);
            return false;
          });
          expect([...found].sort((a, b) => a - b)).toEqual(naive(literals, data, from, to));
          from = to;
        }
      },
    ),
    { numRuns: 1000 },
  );
});
