import fc from 'fast-check';
import { emptyHistogram, GLANCE_ROWS, type Glance, glanceAt } from '../../src/analyze/histogram.js';
import { emptyBitmap, setRow } from '../../src/table/bitmap.js';
import { allocateSegment, NO_FLOW, RowFlag, type Segment } from '../../src/table/columns.js';
import { nanosFromParts } from '../../src/time.js';

interface Row {
  time: bigint | null;
  size: number;
  flow: number | null;
  selected: boolean;
}

const SECOND = 1_000_000_000n;

function segmentOf(rows: readonly Row[]): Segment {
  const segment = allocateSegment(rows.length);
  rows.forEach(({ time, size, flow }, row) => {
    segment.originalLength[row] = size;
    segment.flow[row] = flow === null ? NO_FLOW : flow;
    if (time !== null && time >= 0n && time < 0xffffffffn * SECOND) {
      segment.seconds[row] = Number(time / SECOND);
      segment.nanoseconds[row] = Number(time % SECOND);
    } else {
      segment.flags[row] = RowFlag.timeExact;
      segment.exactTimes.set(row, time);
    }
  });
  Atomics.store(segment.count, 0, rows.length);
  return segment;
}

function glanceOver(
  rows: readonly Row[],
  range: { first: bigint; last: bigint } | null,
  buckets: number,
  all: boolean,
): Glance {
  const segment = segmentOf(rows);
  const selection = emptyBitmap(rows.length);
  rows.forEach(({ selected }, row) => {
    if (selected) setRow(selection, row);
  });
  const glance: Glance = {
    packets: 0,
    bytes: 0,
    seenFlows: new Uint8Array(8),
    histogram: range === null ? null : emptyHistogram(range, buckets),
  };
  for (let from = 0; from < rows.length; from += GLANCE_ROWS)
    glanceAt(glance, segment, from, rows.length, all ? null : selection);
  return glance;
}

// From a few nanoseconds to a century, so that numbers are and are not exact; with ends of buckets among them.
const time = fc.oneof(
  fc.bigInt({ min: 0n, max: 400n }),
  fc.bigInt({ min: 1_700_000_000n * SECOND, max: 1_700_000_100n * SECOND }),
  fc.bigInt({ min: -(10n ** 18n), max: 10n ** 19n }),
  fc.nat(64).map((i) => 10n ** 16n * BigInt(i)),
  fc.nat(64).map((i) => 10n ** 16n * BigInt(i) - 1n),
  fc.constant(null),
);
const row = fc.record({ time, size: fc.nat(70_000), flow: fc.option(fc.nat(15)), selected: fc.boolean() });

test('rows are counted into the bucket that exact integers give', () => {
  const run = (rows: Row[], buckets: number, all: boolean): void => {
    const times = rows.flatMap(({ time: at }) => (at === null ? [] : [at])).sort((a, b) => (a < b ? -1 : 1));
    const range = times.length === 0 ? null : { first: times[0], last: times[times.length - 1] };
    const kept = rows.filter(({ selected }) => all || selected);
    const glance = glanceOver(rows, range, buckets, all);
    expect(glance.packets).toBe(kept.length);
    expect(glance.bytes).toBe(kept.reduce((sum, { size }) => sum + size, 0));
    const flows = new Set(kept.flatMap(({ flow }) => (flow === null ? [] : [flow >>> 1])));
    expect([...glance.seenFlows].map((seen, i) => (seen ? i : -1)).filter((i) => i >= 0)).toEqual(
      [...flows].sort((a, b) => a - b),
    );
    if (range === null) return;
    const { width, counts } = glance.histogram!;
    expect(width * BigInt(buckets)).toBeGreaterThan(range.last - range.first);
    const expected = new Array<number>(buckets).fill(0);
    for (const { time: at } of kept) if (at !== null) expected[Number((at - range.first) / width)]++;
    expect(counts).toEqual(expected);
  };
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 100 }), fc.integer({ min: 1, max: 64 }), fc.boolean(), run),
    {
      numRuns: 400,
    },
  );
});

test('rows beyond one go are counted once', () => {
  const rows: Row[] = Array.from({ length: GLANCE_ROWS + 45 }, (_, i) => ({
    time: nanosFromParts(1_700_000_000 + i, 0),
    size: 1,
    flow: null,
    selected: i % 3 === 0,
  }));
  const range = { first: rows[0].time!, last: rows[rows.length - 1].time! };
  expect(glanceOver(rows, range, 7, true)).toMatchObject({ packets: rows.length, bytes: rows.length });
  const some = glanceOver(rows, range, 7, false);
  expect(some.packets).toBe(Math.ceil(rows.length / 3));
  expect(some.histogram!.counts.reduce((sum, count) => sum + count, 0)).toBe(some.packets);
});

test('one instant is one bucket', () => {
  expect(emptyHistogram({ first: 5n, last: 5n }, 4)).toEqual({ first: 5n, last: 5n, width: 1n, counts: [0, 0, 0, 0] });
});
