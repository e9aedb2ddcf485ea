import { type PacketTable, segmentRows } from '../table/packet-table.js';
import type { SourceFile } from './source-file.js';

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

/** Bits that are set in a bitmap. */
export function countBits(bitmap: Uint32Array): number {
  let count = 0;
  for (let i = 0; i < bitmap.length; i++) {
    let word = bitmap[i];
    word -= (word >>> 1) & 0x55555555;
    word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
    count += Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return count;
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
