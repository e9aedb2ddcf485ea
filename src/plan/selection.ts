import { PcapshError, throwIfCancelled } from '../errors.js';
import { compileFilter } from '../filter/filter.js';
import type { PacketBatch } from '../formats/batch.js';
import type { RunOptions } from '../progress.js';
import { RowFlag } from '../table/columns.js';
import { type PacketTable, segmentRows } from '../table/packet-table.js';
import { fetchRows } from './fetch-rows.js';
import { packetOf } from './packet.js';
import type { SourceFile } from './source-file.js';
import { interfaceTests, type StreamStage } from './stages.js';
import type { StageStep } from './steps.js';

/** Rows of one source that are selected: one bitmap a segment (bit `row & 31` of word `row >>> 5`), null for a segment that is whole. */
export interface SourceSelection {
  source: SourceFile;
  table: PacketTable;
  bitmaps: (Uint32Array | null)[];
}

/** What a plan selects of open tables, source by source. Immutable. */
export type Selection = readonly SourceSelection[];

export function selectAll(sources: readonly { source: SourceFile; table: PacketTable }[]): Selection {
  return sources.map(({ source, table }) => ({ source, table, bitmaps: table.segments.map(() => null) }));
}

export function countSelected(selection: Selection): number {
  let count = 0;
  for (const { table, bitmaps } of selection) {
    bitmaps.forEach((bitmap, i) => {
      count += bitmap === null ? segmentRows(table.segments[i]) : countBits(bitmap);
    });
  }
  return count;
}

function countBits(bitmap: Uint32Array): number {
  let count = 0;
  for (let i = 0; i < bitmap.length; i++) {
    let word = bitmap[i];
    word -= (word >>> 1) & 0x55555555;
    word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
    count += Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return count;
}

/** Applies one stage to a selection. Filters are decided on columns; only packets that columns cannot decide are read. */
export async function applyStage(selection: Selection, step: StageStep, options: RunOptions): Promise<Selection> {
  switch (step.step) {
    case 'filter':
      return filterSelection(selection, step.expression, options);
    case 'predicate':
      return judgeEach(
        selection,
        (batch, i, source, ordinal) => step.test(packetOf(batch, i, source, ordinal)),
        options,
      );
    case 'head':
      return pickPositions(selection, 1, step.count);
    case 'nth':
      return pickPositions(selection, step.position, step.position);
    case 'tail': {
      const total = countSelected(selection);
      return pickPositions(selection, total - step.count + 1, total);
    }
  }
}

/** Breathes between segments, so that a prompt stays alive while hundreds of millions of rows are filtered. */
async function pause(options: RunOptions): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  throwIfCancelled(options.signal);
}

async function filterSelection(selection: Selection, expression: string, options: RunOptions): Promise<Selection> {
  const filter = compileFilter(expression);
  const testFor = interfaceTests(expression);
  const filtered: SourceSelection[] = [];
  for (const { source, table, bitmaps } of selection) {
    const { description } = source;
    for (const { id } of description.interfaces) testFor(id, description);
    const test = filter.forTable({
      flows: table.flows,
      addresses: table.addresses,
      encapsulations: table.encapsulations,
      linkTypeOf: (id) => description.interfaces[id].linkType,
    });
    const kept: Uint32Array[] = [];
    for (let i = 0; i < bitmaps.length; i++) {
      const before = bitmaps[i];
      const segment = table.segments[i];
      const rows = segmentRows(segment);
      const bitmap = new Uint32Array(Math.ceil(rows / 32));
      const undecided = test(segment, rows, bitmap);
      if (before !== null) for (let w = 0; w < bitmap.length; w++) bitmap[w] &= before[w];
      const pending = before === null ? [...undecided] : [...undecided].filter((row) => isSet(before, row));
      await judgeRows(source, table, i, pending, options, (batch, at, row) => {
        const judge = testFor(batch.interface[at], description);
        if (judge(batch.bytes, batch.start[at], batch.length[at], batch.originalLength[at]))
          bitmap[row >>> 5] |= 1 << (row & 31);
      });
      kept.push(bitmap);
      if (i % 8 === 7) await pause(options);
    }
    filtered.push({ source, table, bitmaps: kept });
  }
  return filtered;
}

type Judge = (batch: PacketBatch, at: number, source: SourceFile, ordinal: number) => boolean;

async function judgeEach(selection: Selection, judge: Judge, options: RunOptions): Promise<Selection> {
  const judged: SourceSelection[] = [];
  for (const [ordinal, { source, table, bitmaps }] of selection.entries()) {
    const kept: Uint32Array[] = [];
    for (let i = 0; i < bitmaps.length; i++) {
      const bitmap = new Uint32Array(Math.ceil(segmentRows(table.segments[i]) / 32));
      await judgeRows(
        source,
        table,
        i,
        rowsOf(bitmaps[i], segmentRows(table.segments[i])),
        options,
        (batch, at, row) => {
          if (judge(batch, at, source, ordinal)) bitmap[row >>> 5] |= 1 << (row & 31);
        },
      );
      kept.push(bitmap);
    }
    judged.push({ source, table, bitmaps: kept });
  }
  return judged;
}

/** Reads some rows of a segment and hands each over with its row. */
async function judgeRows(
  source: SourceFile,
  table: PacketTable,
  ordinal: number,
  rows: ArrayLike<number>,
  options: RunOptions,
  take: (batch: PacketBatch, at: number, row: number) => void,
): Promise<void> {
  if (rows.length === 0) return;
  const firstRow = table.firstRows[ordinal];
  for (const batch of fetchRows(source, table, ordinal, rows)) {
    for (let at = 0; at < batch.count; at++) take(batch, at, batch.number[at] - 1 - firstRow);
    await pause(options);
  }
}

export function isSet(bitmap: Uint32Array, row: number): boolean {
  return ((bitmap[row >>> 5] >>> (row & 31)) & 1) === 1;
}

/** The selected rows of a segment, ascending. */
export function rowsOf(bitmap: Uint32Array | null, rows: number): Uint32Array {
  const selected = new Uint32Array(bitmap === null ? rows : countBits(bitmap));
  if (bitmap === null) {
    for (let row = 0; row < rows; row++) selected[row] = row;
    return selected;
  }
  let count = 0;
  for (let i = 0; i < bitmap.length; i++) {
    for (let word = bitmap[i]; word !== 0; word &= word - 1) selected[count++] = i * 32 + 31 - Math.clz32(word & -word);
  }
  return selected;
}

/** A selected row in the order of the timeline. */
export interface PlacedRow {
  /** Index in the selection. */
  source: number;
  /** Segment ordinal, and row in it. */
  segment: number;
  row: number;
}

/** Rows `first` to `last` (1-based positions, both included) of a selection, in the order of its timeline. */
export function* rowsInOrder(selection: Selection, first = 1, last = Number.POSITIVE_INFINITY): Generator<PlacedRow> {
  if (last < first) return;
  if (selection.length === 1) {
    yield* rowsOfOne(selection[0], 0, first, last);
    return;
  }
  let position = 0;
  for (const placed of mergeRows(selection)) {
    position++;
    if (position > last) return;
    if (position >= first) yield placed;
  }
}

/** Segments that lie before `first` are passed over by their count alone. */
function* rowsOfOne(
  { table, bitmaps }: SourceSelection,
  source: number,
  first: number,
  last: number,
): Generator<PlacedRow> {
  let before = 0;
  for (let segment = 0; segment < bitmaps.length && before < last; segment++) {
    const bitmap = bitmaps[segment];
    const rows = segmentRows(table.segments[segment]);
    const count = bitmap === null ? rows : countBits(bitmap);
    if (before + count >= first) {
      const selected = bitmap === null ? null : rowsOf(bitmap, rows);
      const from = Math.max(first - before - 1, 0);
      const to = Math.min(last - before, count);
      for (let i = from; i < to; i++) yield { source, segment, row: selected === null ? i : selected[i] };
    }
    before += count;
  }
}

interface RowCursor {
  rows: Generator<PlacedRow>;
  head: PlacedRow;
  seconds: number;
  nanoseconds: number;
}

/**
 * The k-way merge of stream.ts over rows: earliest first, equal times in the order of the files, untimed packets behind their predecessor. All rows take part,
 * selected or not, so that what a filter drops does not change the order of the rest.
 */
function* mergeRows(selection: Selection): Generator<PlacedRow> {
  const cursors: RowCursor[] = [];
  selection.forEach(({ source: file, table }, source) => {
    const rows = rowsOfOne(
      { source: file, table, bitmaps: table.segments.map(() => null) },
      source,
      1,
      Number.POSITIVE_INFINITY,
    );
    const next = rows.next();
    if (next.done === true) return;
    const cursor: RowCursor = { rows, head: next.value, seconds: Number.NEGATIVE_INFINITY, nanoseconds: 0 };
    setTime(cursor, selection);
    cursors.push(cursor);
  });
  while (cursors.length > 0) {
    let earliest = cursors[0];
    for (const cursor of cursors) {
      if (
        cursor.seconds < earliest.seconds ||
        (cursor.seconds === earliest.seconds && cursor.nanoseconds < earliest.nanoseconds)
      )
        earliest = cursor;
    }
    const { source, segment, row } = earliest.head;
    const bitmap = selection[source].bitmaps[segment];
    if (bitmap === null || isSet(bitmap, row)) yield earliest.head;
    const next = earliest.rows.next();
    if (next.done === true) cursors.splice(cursors.indexOf(earliest), 1);
    else {
      earliest.head = next.value;
      setTime(earliest, selection);
    }
  }
}

function setTime(cursor: RowCursor, selection: Selection): void {
  const { source, segment: ordinal, row } = cursor.head;
  const segment = selection[source].table.segments[ordinal];
  if ((segment.flags[row] & RowFlag.timeExact) === 0) {
    cursor.seconds = segment.seconds[row];
    cursor.nanoseconds = segment.nanoseconds[row];
    return;
  }
  const exact = segment.exactTimes.get(row) ?? null;
  if (exact === null) return;
  const nanoseconds = ((exact % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  cursor.seconds = Number((exact - nanoseconds) / 1_000_000_000n);
  cursor.nanoseconds = Number(nanoseconds);
}

function pickPositions(selection: Selection, first: number, last: number): Selection {
  const picked = selection.map(({ source, table }) => ({
    source,
    table,
    bitmaps: table.segments.map((segment) => new Uint32Array(Math.ceil(segmentRows(segment) / 32))),
  }));
  for (const { source, segment, row } of rowsInOrder(selection, Math.max(first, 1), last))
    picked[source].bitmaps[segment][row >>> 5] |= 1 << (row & 31);
  return picked;
}

/**
 * A selection as a stage over a stream of the same sources. A record that isn't what its row says means that the file changed since it was indexed: that is
 * an error, never another packet in silence.
 */
export function selectionStage(selection: Selection): StreamStage {
  const bySource = new Map(selection.map((one) => [one.source, one]));
  return {
    apply(batch, keep, source) {
      const selected = bySource.get(source);
      if (selected === undefined || batch.count === 0) return;
      const { table, bitmaps } = selected;
      let ordinal = 0;
      for (let i = 0; i < batch.count; i++) {
        const row = batch.number[i] - 1;
        while (ordinal + 1 < table.firstRows.length && table.firstRows[ordinal + 1] <= row) ordinal++;
        const segment = table.segments[ordinal];
        const at = row - table.firstRows[ordinal];
        if (
          at >= segmentRows(segment) ||
          segment.length[at] !== batch.length[i] ||
          segment.seconds[at] !== batch.seconds[i]
        )
          throw changed(source, row + 1);
        const bitmap = bitmaps[ordinal];
        if (bitmap !== null && !isSet(bitmap, at)) keep[i] = 0;
      }
    },
    isDone: () => false,
  };
}

function changed(source: SourceFile, number: number): PcapshError {
  return new PcapshError(
    'source.changed',
    `the capture changed: packet ${number} of ${source.path} is not what was indexed`,
    { hint: 'load it again' },
  );
}
