import fc from 'fast-check';
import { createSizeHistogram, describeSizes, mergeSizeHistogram, totalBytes } from '../../src/analyze/sizes.js';

function histogramOf(sizes: readonly number[]) {
  const histogram = createSizeHistogram();
  for (const size of sizes) {
    if (size < 65_536) histogram.dense[size]++;
    else histogram.beyond.set(size, (histogram.beyond.get(size) ?? 0) + 1);
  }
  return histogram;
}

test('nothing has no distribution', () => {
  expect(describeSizes(createSizeHistogram())).toBeNull();
});

test('one packet is its own distribution', () => {
  expect(describeSizes(histogramOf([60]))).toEqual({
    min: 60,
    mean: 60,
    median: 60,
    p95: 60,
    p99: 60,
    max: 60,
    buckets: [{ from: 60, to: 60, packets: 1 }],
  });
});

test('a hundred sizes: percentiles by nearest rank, eight buckets', () => {
  const sizes = Array.from({ length: 100 }, (_, i) => 1 + i);
  const described = describeSizes(histogramOf(sizes));
  expect(described).toMatchObject({ min: 1, mean: 50.5, median: 50, p95: 95, p99: 99, max: 100 });
  expect(described?.buckets.map((bucket) => bucket.packets)).toEqual([13, 13, 13, 13, 13, 13, 13, 9]);
  expect(described?.buckets[7]).toEqual({ from: 92, to: 100, packets: 9 });
});

test('any sizes, beyond 65,535 too: as sorting says, and parts merge to the whole', () => {
  const size = fc.oneof(
    fc.integer({ min: 0, max: 1600 }),
    fc.integer({ min: 65_530, max: 65_540 }),
    fc.nat(2 ** 32 - 1),
  );
  fc.assert(
    fc.property(fc.array(size, { minLength: 1, maxLength: 60 }), fc.nat(60), (sizes, cut) => {
      const sorted = [...sizes].sort((a, b) => a - b);
      const rank = (percent: number) => sorted[Math.ceil((sizes.length * percent) / 100) - 1];
      const merged = histogramOf(sizes.slice(0, cut));
      mergeSizeHistogram(merged, histogramOf(sizes.slice(cut)));
      const described = describeSizes(merged)!;
      const sum = sizes.reduce((total, value) => total + value, 0);
      expect(totalBytes(merged)).toBe(sum);
      const { buckets, ...figures } = described;
      expect(figures).toEqual({
        min: sorted[0],
        mean: sum / sizes.length,
        median: rank(50),
        p95: rank(95),
        p99: rank(99),
        max: sorted[sorted.length - 1],
      });
      expect(buckets.length).toBeLessThanOrEqual(8);
      for (const { from, to, packets } of buckets) {
        expect(packets).toBe(sizes.filter((value) => value >= from && value <= to).length);
      }
      expect(buckets[0].from).toBe(sorted[0]);
      expect(buckets[buckets.length - 1].to).toBe(sorted[sorted.length - 1]);
    }),
    { numRuns: 30 },
  );
});
