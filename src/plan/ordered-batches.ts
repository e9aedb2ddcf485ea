import type { PacketBatch } from '../formats/batch.js';
import { sliceBatch } from './batch-slice.js';
import { createPace } from './cancellation.js';
import { fetchRows } from './fetch-rows.js';
import type { Selection } from './selection.js';
import type { SourceFile } from './source-file.js';
import { orderByTime, type TimeOrder } from './time-order.js';

/** Rows of a source that are looked up together. */
const ROWS = 4096;

export interface OrderedBatch {
  batch: PacketBatch;
  source: SourceFile;
  /** Index of the source in the selection. */
  ordinal: number;
}

/** The packets of a selection sorted by time, then source, then number, without blocks between them. A batch holds until the next is asked for. */
export async function* batchesByTime(
  selection: Selection,
  signal: AbortSignal | undefined,
): AsyncGenerator<OrderedBatch> {
  const sorted = orderByTime(selection);
  const readers = selection.map((_, ordinal) => createReader(selection, ordinal, sorted));
  const pace = createPace(signal);
  for (let from = 0; from < sorted.count; ) {
    const ordinal = sorted.source[sorted.order[from]];
    let to = from + 1;
    while (to < sorted.count && sorted.source[sorted.order[to]] === ordinal) to++;
    for (const batch of readers[ordinal](to - from)) {
      yield { batch, source: selection[ordinal].source, ordinal };
      await pace();
    }
    from = to;
  }
}

/** Reads a source ahead in the order in which its packets are wanted; each call hands on its next `count` packets. */
function createReader(
  selection: Selection,
  ordinal: number,
  sorted: TimeOrder,
): (count: number) => Generator<PacketBatch> {
  const batches = rowsOfSource(selection, ordinal, sorted);
  let batch: PacketBatch | null = null;
  let at = 0;
  return function* take(count) {
    for (let left = count; left > 0; ) {
      if (batch === null || at === batch.count) {
        const next = batches.next();
        if (next.done === true) throw new RangeError('a source has fewer rows than its order');
        batch = next.value;
        at = 0;
      }
      const some = Math.min(left, batch.count - at);
      at += some;
      left -= some;
      yield sliceBatch(batch, at - some, at);
    }
  };
}

function* rowsOfSource(selection: Selection, ordinal: number, sorted: TimeOrder): Generator<PacketBatch> {
  const { source, table } = selection[ordinal];
  const rows: number[] = [];
  let segment = -1;
  for (const i of sorted.order) {
    if (sorted.source[i] !== ordinal) continue;
    if (rows.length > 0 && (sorted.segment[i] !== segment || rows.length === ROWS)) {
      yield* fetchRows(source, table, segment, rows.splice(0));
    }
    segment = sorted.segment[i];
    rows.push(sorted.row[i]);
  }
  if (rows.length > 0) yield* fetchRows(source, table, segment, rows);
}
