import type { Bitmap } from '../table/bitmap.js';
import { emptyBitmap } from '../table/bitmap.js';
import { segmentRows } from '../table/packet-table.js';
import type { Selection, SourceSelection } from './selection.js';
import type { AlgebraStep } from './steps.js';

type Bits = Bitmap | null;

/**
 * Two selections as one, by packet identity: the same source (device, inode, fingerprint: a workspace opens it once) and the same number are one packet.
 * Sources are those of `left` in its order, for a union then those that only `right` has.
 */
export function combineSelections(step: AlgebraStep['step'], left: Selection, right: Selection): Selection {
  const combined: SourceSelection[] = left.map((one) => {
    const other = right.find(({ source }) => source === one.source);
    if (other === undefined) return step === 'intersect' ? { ...one, bitmaps: none(one) } : one;
    return {
      ...one,
      bitmaps: one.bitmaps.map((bits, i) => COMBINE[step](bits, other.bitmaps[i], rowsOfSegment(one, i))),
    };
  });
  if (step !== 'union') return combined;
  return [...combined, ...right.filter(({ source }) => left.every((one) => one.source !== source))];
}

function rowsOfSegment({ table }: SourceSelection, segment: number): number {
  return segmentRows(table.segments[segment]);
}

function none({ table }: SourceSelection): Bitmap[] {
  return table.segments.map((segment) => emptyBitmap(segmentRows(segment)));
}

/** `null` is a segment that is whole. */
const COMBINE: Readonly<Record<AlgebraStep['step'], (a: Bits, b: Bits, rows: number) => Bits>> = {
  union: (a, b) => (a === null || b === null ? null : a.map((word, w) => word | b[w])),
  intersect(a, b) {
    if (a === null || b === null) return a ?? b;
    return a.map((word, w) => word & b[w]);
  },
  subtract(a, b, rows) {
    if (b === null) return emptyBitmap(rows);
    return a === null ? complement(b, rows) : a.map((word, w) => word & ~b[w]);
  },
};

function complement(bits: Bitmap, rows: number): Bitmap {
  const others = bits.map((word) => ~word);
  const beyond = rows & 31;
  if (beyond !== 0) others[others.length - 1] &= 0xffffffff >>> (32 - beyond);
  return others;
}
