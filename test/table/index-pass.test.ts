import fc from 'fast-check';
import { openMemorySource } from '../../src/formats/memory-source.js';
import { openReaderSync } from '../../src/formats/reader.js';
import { NO_FLOW, RowFlag, SEGMENT_ROWS, type Segment, viewSegment } from '../../src/table/columns.js';
import { IndexPass, type IndexPassOptions } from '../../src/table/index-pass.js';
import { findRow, segmentRows, tableRows } from '../../src/table/packet-table.js';
import {
  buildPcap,
  concatBytes,
  enhancedPacket,
  frame,
  interfaceBlock,
  sectionHeader,
  simplePacket,
} from '../support/build-capture.js';
import { randomFile } from '../support/random-capture.js';

/** Runs a pass over a capture; `keep` decides by packet number. */
function pass(
  bytes: Uint8Array,
  options: Partial<IndexPassOptions> = {},
  keep?: (number: number) => boolean,
  rows = 64,
) {
  const segments: Segment[] = [];
  const index = new IndexPass({
    mostRows: Number.POSITIVE_INFINITY,
    onSegment: (segment) => segments.push(segment),
    ...options,
  });
  const reader = openReaderSync(openMemorySource(bytes), { rows });
  for (let batch = reader.nextSync(); batch !== null; batch = reader.nextSync()) {
    const kept =
      keep === undefined ? null : Uint8Array.from(batch.number.subarray(0, batch.count), (n) => (keep(n) ? 1 : 0));
    index.add(batch, reader.description, kept);
  }
  index.finish();
  return { index, segments };
}

const many = (count: number): Uint8Array =>
  buildPcap({
    records: Array.from({ length: count }, (_, i) => ({
      seconds: i,
      fraction: 7,
      data: frame({ host: i % 250, payload: i % 9 }),
    })),
  });

describe('the index pass', () => {
  it('puts what it is told and what it finds into the columns', () => {
    const bytes = buildPcap({
      records: [
        { seconds: 10, fraction: 5, data: frame({ protocol: 6, payload: 11 }) },
        { seconds: 11, fraction: 6, data: frame({ payload: 30 }).subarray(0, 40), originalLength: 72 },
        { seconds: 12, fraction: 7, data: new Uint8Array(5) },
      ],
    });
    const [segment] = pass(bytes).segments;
    const column = (values: ArrayLike<number>): number[] => Array.from(values).slice(0, 3);
    expect(segmentRows(segment)).toBe(3);
    expect(column(segment.offset)).toEqual([24, 24 + 16 + 65, 24 + 16 + 65 + 16 + 40]);
    expect(column(segment.seconds)).toEqual([10, 11, 12]);
    expect(column(segment.nanoseconds)).toEqual([5000, 6000, 7000]);
    expect(column(segment.length)).toEqual([65, 40, 5]);
    expect(column(segment.originalLength)).toEqual([65, 72, 5]);
    expect(column(segment.flow)).toEqual([0, 2, NO_FLOW]);
    expect(column(segment.protocol)).toEqual([6, 17, 255]);
    expect(column(segment.payloadOffset)).toEqual([54, 40, 5]);
    expect(column(segment.payloadLength)).toEqual([11, 0, 0]);
    expect(column(segment.flags)).toEqual([0, RowFlag.truncated | RowFlag.cut, RowFlag.bytes | RowFlag.cut]);
  });

  it('keeps times that fit no column by their row', () => {
    const bytes = concatBytes([
      sectionHeader(),
      interfaceBlock(),
      enhancedPacket(frame(), 1_000_000n),
      simplePacket(frame()),
      enhancedPacket(frame(), 2n ** 63n),
    ]);
    const { segments, index } = pass(bytes);
    expect([...segments[0].exactTimes]).toEqual([
      [1, null],
      [2, 2n ** 63n * 1000n],
    ]);
    expect(Array.from(segments[0].flags).slice(0, 3)).toEqual([0, RowFlag.timeExact, RowFlag.timeExact]);
    expect(index.flows.toColumns().flows.exactTimes.get(0)).toMatchObject({ first: 2n ** 63n * 1000n });
  });

  it('adds the kept packets alone', () => {
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { minLength: 1, maxLength: 300 }),
        fc.integer({ min: 1, max: 70 }),
        (keep, rows) => {
          const { segments, index } = pass(many(keep.length), {}, (number) => keep[number - 1], rows);
          const seconds = segments.flatMap((segment) => [...segment.seconds.subarray(0, segmentRows(segment))]);
          expect(seconds).toEqual(keep.flatMap((kept, i) => (kept ? [i] : [])));
          expect(index.rows).toBe(seconds.length);
        },
      ),
    );
  });

  it('fills segment after segment, published rows first', () => {
    const told = new Map<Segment, number>();
    const { segments, index } = pass(
      many(SEGMENT_ROWS + 100),
      {
        onRows: (segment, from, to) => {
          expect(from).toBe(told.get(segment) ?? 0);
          told.set(segment, to);
        },
      },
      undefined,
      10_000,
    );
    expect([...told.values()]).toEqual([SEGMENT_ROWS, 100]);
    expect(segments.map(segmentRows)).toEqual([SEGMENT_ROWS, 100]);
    expect(index.rows).toBe(SEGMENT_ROWS + 100);
    const table = { segments, firstRows: [0, SEGMENT_ROWS] };
    expect(tableRows(table)).toBe(SEGMENT_ROWS + 100);
    expect(findRow(table, SEGMENT_ROWS - 1)).toMatchObject({ ordinal: 0, at: SEGMENT_ROWS - 1 });
    expect(findRow(table, SEGMENT_ROWS)).toMatchObject({ ordinal: 1, at: 0 });
    for (const none of [-1, SEGMENT_ROWS + 100]) expect(findRow(table, none)).toBeNull();
    expect(findRow({ segments: [], firstRows: [] }, 0)).toBeNull();
    // Another thread lays the same columns over the buffer.
    const view = viewSegment(segments[1].buffer, segments[1].capacity, new Map());
    expect(view.seconds.subarray(0, 100)).toEqual(segments[1].seconds.subarray(0, 100));
    expect(segmentRows(view)).toBe(100);
  });

  it('counts the same with one segment used over and over', () => {
    fc.assert(
      fc.property(randomFile, ({ bytes }) => {
        const states = [true, false].map((retain) => {
          let lengths = 0;
          const times: unknown[] = [];
          const onRows = (segment: Segment, from: number, to: number): void => {
            for (let row = from; row < to; row++) {
              lengths += segment.length[row];
              if (segment.exactTimes.has(row)) times.push(segment.exactTimes.get(row));
            }
          };
          const { index } = pass(bytes, { retain, mostRows: 8, onRows });
          return { flows: index.flows.toColumns(), rows: index.rows, lengths, times };
        });
        expect(states[1]).toEqual(states[0]);
      }),
    );
  });
});
