import { compileFilter, type Filter, type SegmentTest } from '../filter/filter.js';
import type { PacketBatch } from '../formats/batch.js';
import type { RunOptions } from '../progress.js';
import { type Bitmap, emptyBitmap, isSet, rowsOf, setRow } from '../table/bitmap.js';
import { classifyFlows, flowClassesOf } from '../table/flow-classes.js';
import { type PacketTable, segmentRows } from '../table/packet-table.js';
import { breathe, createPace } from './cancellation.js';
import { fetchRows } from './fetch-rows.js';
import { applicationOfNumber } from './flow-memory.js';
import { selectByMatch } from './match-stage.js';
import { loadDecoders, packetOf } from './packet.js';
import { selectByRules } from './rule-stage.js';
import { countSelected, type Selection, type SourceSelection } from './selection.js';
import { rowsInOrder } from './selection-order.js';
import type { SourceFile } from './source-file.js';
import { directionAt, interfaceTests } from './stages.js';
import { orderOf, type PlanOrder, type StageStep } from './steps.js';
import { selectTime } from './time-stage.js';

/** Applies one stage to a selection. Filters are decided on columns; only packets that columns cannot decide are read. */
export async function applyStage(selection: Selection, step: StageStep, options: RunOptions): Promise<Selection> {
  switch (step.step) {
    case 'filter':
      return filterSelection(selection, step.expression, options);
    case 'rules': {
      const { testFor, judge } = await selectByRules(selection, step);
      return selectRows(selection, testFor, () => judge, options);
    }
    case 'predicate':
      await loadDecoders();
      return judgeEach(
        selection,
        (batch, i, source, ordinal) =>
          step.test(
            packetOf(batch, i, source, ordinal, applicationOfNumber(selection[ordinal].table, batch.number[i])),
          ),
        options,
      );
    case 'match':
      return selectByMatch(selection, step, options);
    case 'time':
      return selectTime(selection, step);
    case 'head':
      return pickPositions(selection, orderOf(step), 1, step.count);
    case 'nth':
      return pickPositions(selection, orderOf(step), step.position, step.position);
    case 'tail': {
      const total = countSelected(selection);
      return pickPositions(selection, orderOf(step), total - step.count + 1, total);
    }
  }
}

async function filterSelection(selection: Selection, expression: string, options: RunOptions): Promise<Selection> {
  return filterBy(selection, compileFilter(expression), options);
}

/** The packets of a selection that an expression keeps, or a part of one. */
export function filterBy(
  selection: Selection,
  filter: Pick<Filter, 'forInterface' | 'forTable' | 'asksDirection'>,
  options: RunOptions,
): Promise<Selection> {
  const testFor = interfaceTests(filter);
  const segmentTestFor = ({ source: { description }, table }: SourceSelection): SegmentTest => {
    // A link type that the filter cannot be about is refused where packets have it, as on a stream; an interface without packets does not matter.
    const linkTypes = new Set(table.encapsulations.map(({ linkType }) => linkType));
    for (const { id, linkType } of description.interfaces) if (linkTypes.has(linkType)) testFor(id, description);
    return filter.forTable({
      flows: table.flows,
      addresses: table.addresses,
      encapsulations: table.encapsulations,
      flowClasses: table.done ? flowClassesOf(table) : undefined,
      linkTypeOf: (id) => description.interfaces[id].linkType,
    });
  };
  const judgeFor = ({ source: { description } }: SourceSelection): RowJudge => {
    return (batch, at) =>
      testFor(batch.interface[at], description)(
        batch.bytes,
        batch.start[at],
        batch.length[at],
        batch.originalLength[at],
        filter.asksDirection ? directionAt(batch, at, description) : 0,
      );
  };
  return selectRows(selection, segmentTestFor, judgeFor, options);
}

/** Judges a packet that is at hand. */
export type RowJudge = (batch: PacketBatch, at: number, source: SourceFile) => boolean;

/** Rows that a test of segments keeps; those that it cannot decide are read and judged. */
export async function selectRows(
  selection: Selection,
  testFor: (selected: SourceSelection) => SegmentTest,
  judgeFor: (selected: SourceSelection) => RowJudge,
  options: RunOptions,
): Promise<Selection> {
  const kept: SourceSelection[] = [];
  const pace = createPace(options.signal); // a prompt stays alive while hundreds of millions of rows are filtered
  for (const selected of selection) {
    const { source, table, bitmaps } = selected;
    if (table.done) for (const _segment of classifyFlows(table)) await pace();
    const test = testFor(selected);
    const judge = judgeFor(selected);
    const segments: Bitmap[] = [];
    for (let i = 0; i < bitmaps.length; i++) {
      const before = bitmaps[i];
      const segment = table.segments[i];
      const rows = segmentRows(segment);
      const bitmap = emptyBitmap(rows);
      const undecided = test(segment, rows, bitmap);
      if (before !== null) for (let w = 0; w < bitmap.length; w++) bitmap[w] &= before[w];
      const pending = before === null ? undecided.slice() : undecided.filter((row) => isSet(before, row));
      await judgeRows(source, table, i, pending, options, (batch, at, row) => {
        if (judge(batch, at, source)) setRow(bitmap, row);
      });
      segments.push(bitmap);
      await pace();
    }
    kept.push({ source, table, bitmaps: segments });
  }
  return kept;
}

type Judge = (batch: PacketBatch, at: number, source: SourceFile, ordinal: number) => boolean;

async function judgeEach(selection: Selection, judge: Judge, options: RunOptions): Promise<Selection> {
  const judged: SourceSelection[] = [];
  for (const [ordinal, { source, table, bitmaps }] of selection.entries()) {
    const kept: Bitmap[] = [];
    for (let i = 0; i < bitmaps.length; i++) {
      const bitmap = emptyBitmap(segmentRows(table.segments[i]));
      await judgeRows(
        source,
        table,
        i,
        rowsOf(bitmaps[i], segmentRows(table.segments[i])),
        options,
        (batch, at, row) => {
          if (judge(batch, at, source, ordinal)) setRow(bitmap, row);
        },
      );
      kept.push(bitmap);
    }
    judged.push({ source, table, bitmaps: kept });
  }
  return judged;
}

/** Rows that are looked up together before they are read: more would keep the thread for longer than a frame. */
const READ_ROWS = 32_768;

/** Reads some rows of a segment and hands each over with its row. */
async function judgeRows(
  source: SourceFile,
  table: PacketTable,
  ordinal: number,
  rows: Uint32Array,
  options: RunOptions,
  take: (batch: PacketBatch, at: number, row: number) => void,
): Promise<void> {
  const firstRow = table.firstRows[ordinal];
  for (let from = 0; from < rows.length; from += READ_ROWS) {
    for (const batch of fetchRows(source, table, ordinal, rows.subarray(from, from + READ_ROWS))) {
      for (let at = 0; at < batch.count; at++) take(batch, at, batch.number[at] - 1 - firstRow);
      await breathe(options.signal);
    }
  }
}

function pickPositions(selection: Selection, order: PlanOrder, first: number, last: number): Selection {
  const picked = selection.map(({ source, table }) => ({
    source,
    table,
    bitmaps: table.segments.map((segment) => emptyBitmap(segmentRows(segment))),
  }));
  for (const { source, segment, row } of rowsInOrder(selection, order, Math.max(first, 1), last))
    setRow(picked[source].bitmaps[segment], row);
  return picked;
}
