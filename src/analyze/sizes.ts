/** How many packets have which original length. Exact: dense up to 65,535 bytes, a map for what is longer. Plain data; merges by adding. */
export interface SizeHistogram {
  dense: Uint32Array;
  beyond: Map<number, number>;
}

/** Packets of `from` to `to` bytes, both included. */
export interface SizeBucket {
  from: number;
  to: number;
  packets: number;
}

/** Distribution of original lengths, bytes. Percentiles by nearest rank: the smallest length that at least p % of the packets do not exceed. */
export interface SizeDistribution {
  min: number;
  mean: number;
  median: number;
  p95: number;
  p99: number;
  max: number;
  /** Up to 8 ranges of equal width from min to max. */
  buckets: SizeBucket[];
}

export const DENSE_SIZES = 65_536;
const BUCKETS = 8;

export function createSizeHistogram(): SizeHistogram {
  return { dense: new Uint32Array(DENSE_SIZES), beyond: new Map() };
}

export function mergeSizeHistogram(into: SizeHistogram, from: SizeHistogram): void {
  for (let size = 0; size < DENSE_SIZES; size++) into.dense[size] += from.dense[size];
  for (const [size, packets] of from.beyond) into.beyond.set(size, (into.beyond.get(size) ?? 0) + packets);
}

/** The sum of all lengths: exact below 2^53. */
export function totalBytes(histogram: SizeHistogram): number {
  let bytes = 0;
  for (let size = 0; size < DENSE_SIZES; size++) bytes += size * histogram.dense[size];
  for (const [size, packets] of histogram.beyond) bytes += size * packets;
  return bytes;
}

/** The distribution, null when nothing was counted. */
export function describeSizes(histogram: SizeHistogram): SizeDistribution | null {
  const sizes: number[] = [];
  const counts: number[] = [];
  histogram.dense.forEach((packets, size) => {
    if (packets === 0) return;
    sizes.push(size);
    counts.push(packets);
  });
  for (const [size, packets] of [...histogram.beyond].sort((a, b) => a[0] - b[0])) {
    sizes.push(size);
    counts.push(packets);
  }
  if (sizes.length === 0) return null;
  const total = counts.reduce((sum, packets) => sum + packets, 0);
  const atPercentile = (percent: number): number => {
    const rank = Math.ceil((total * percent) / 100);
    let seen = 0;
    return sizes[counts.findIndex((packets) => (seen += packets) >= rank)];
  };
  return {
    min: sizes[0],
    mean: totalBytes(histogram) / total,
    median: atPercentile(50),
    p95: atPercentile(95),
    p99: atPercentile(99),
    max: sizes[sizes.length - 1],
    buckets: bucketize(sizes, counts),
  };
}

function bucketize(sizes: readonly number[], counts: readonly number[]): SizeBucket[] {
  const min = sizes[0];
  const max = sizes[sizes.length - 1];
  const width = Math.ceil((max - min + 1) / BUCKETS);
  const buckets: SizeBucket[] = [];
  for (let from = min; from <= max; from += width) {
    buckets.push({ from, to: Math.min(max, from + width - 1), packets: 0 });
  }
  sizes.forEach((size, i) => {
    buckets[Math.floor((size - min) / width)].packets += counts[i];
  });
  return buckets;
}
