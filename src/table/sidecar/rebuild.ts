import { PcapshError } from '../../errors.js';
import { openReaderSync } from '../../formats/reader.js';
import type { ByteSource } from '../../formats/source.js';
import { allocateSegment, type Segment } from '../columns.js';
import { INDEX_READING, mostRowsIn } from '../index-job.js';
import { IndexPass } from '../index-pass.js';
import { type PacketTable, segmentRows, tableRows } from '../packet-table.js';
import { SEGMENT_COLUMNS } from './layout.js';

/**
 * The columns of a table whose sidecar turned out to be damaged, made anew from the capture at once: whoever uses a column cannot wait. Flows,
 * encapsulations and the rows of each segment are those of `table`. Throws `source.changed` when the capture holds other packets.
 */
export function rebuildSegments(source: ByteSource, table: PacketTable): Segment[] {
  const fresh: Segment[] = [];
  const pass = new IndexPass({
    mostRows: mostRowsIn(source.size ?? 0),
    onSegment: (segment) => fresh.push(segment),
  });
  pass.flows.absorb(table.flows, table.addresses);
  pass.encapsulations.absorb(table.encapsulations);
  const reader = openReaderSync(source, INDEX_READING);
  for (let batch = reader.nextSync(); batch !== null; batch = reader.nextSync()) pass.add(batch, reader.description);
  pass.finish();
  const { entries } = pass.encapsulations;
  if (
    pass.rows !== tableRows(table) ||
    pass.flows.count !== table.flows.count ||
    entries.length !== table.encapsulations.length
  ) {
    throw new PcapshError('source.changed', `the capture changed: ${source.name} is not what was indexed`, {
      hint: 'load it again',
    });
  }
  return divideRows(fresh, table.segments.map(segmentRows));
}

/** The rows of some segments as segments of `counts` rows each: a table that two threads made has its seam where no single pass would have one. */
function divideRows(segments: readonly Segment[], counts: readonly number[]): Segment[] {
  let from = 0;
  let used = 0;
  return counts.map((rows) => {
    const divided = allocateSegment(rows);
    for (let at = 0; at < rows; ) {
      if (used === segmentRows(segments[from])) {
        from++;
        used = 0;
      }
      const count = Math.min(rows - at, segmentRows(segments[from]) - used);
      copyRows(segments[from], used, count, divided, at);
      at += count;
      used += count;
    }
    Atomics.store(divided.count, 0, rows);
    return divided;
  });
}

function copyRows(source: Segment, from: number, count: number, target: Segment, at: number): void {
  for (const [name] of SEGMENT_COLUMNS) target[name].set(source[name].subarray(from, from + count), at);
  for (const [row, time] of source.exactTimes) {
    if (row >= from && row < from + count) target.exactTimes.set(row - from + at, time);
  }
}
