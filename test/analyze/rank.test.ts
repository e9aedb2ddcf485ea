import fc from 'fast-check';
import { rankLargest } from '../../src/analyze/rank.js';

test('the top of any list is the beginning of the whole list in order', () => {
  const pair = fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 3 }));
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 60 }), fc.integer({ min: 0, max: 70 }), (pairs, top) => {
      const first = Float64Array.from(pairs, (values) => values[0]);
      const second = Float64Array.from(pairs, (values) => values[1]);
      const items = Uint32Array.from(pairs.keys());
      const sorted = [...items].sort((a, b) => first[b] - first[a] || second[b] - second[a] || a - b);
      expect([...rankLargest(items, first, second, top)]).toEqual(sorted.slice(0, top));
      expect([...rankLargest(items, first, second, Number.POSITIVE_INFINITY)]).toEqual(sorted);
      expect([...items]).toEqual([...pairs.keys()]);
    }),
  );
});
