import { type Bitmap, countBits } from '../table/bitmap.js';
import { type PacketTable, segmentRows } from '../table/packet-table.js';
import type { SourceFile } from './source-file.js';

/** Rows of one source that are selected: one bitmap a segment, null for a segment that is whole. */
export interface SourceSelection {
  source: SourceFile;
  table: PacketTable;
  bitmaps: (Bitmap | null)[];
  /** What a `match` that was the last stage found: packets by the ordinal of each indicator. */
  matched?: Float64Array;
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
