import type { Segment } from '../table/columns.js';

/** The columns that a summary counts, side by side. */
export type CountedColumns = Pick<
  Segment,
  'length' | 'originalLength' | 'seconds' | 'nanoseconds' | 'encapsulation' | 'protocol' | 'flags'
>;

/** Whether a row is selected: bit `row & 31` of word `row >>> 5`. */
export function isSelected(selection: Uint32Array, row: number): boolean {
  return ((selection[row >>> 5] >>> (row & 31)) & 1) === 1;
}

/** The selected rows below `rows`, in order. */
export function gatherRows(selection: Uint32Array, rows: number): Uint32Array {
  const words = Math.ceil(rows / 32);
  const tail = rows & 31;
  const lastMask = tail === 0 ? 0xffffffff : (1 << tail) - 1;
  const picked = new Uint32Array(rows);
  let count = 0;
  for (let i = 0; i < words; i++) {
    let word = i === words - 1 ? selection[i] & lastMask : selection[i];
    while (word !== 0) {
      const lowest = word & -word;
      picked[count++] = (i << 5) + (31 - Math.clz32(lowest));
      word ^= lowest;
    }
  }
  return picked.subarray(0, count);
}

/** Copies of the columns that hold the picked rows alone, so that one plain loop counts whole segments and selections alike. */
export function pickColumns(segment: Segment, picked: Uint32Array): CountedColumns {
  return {
    length: pick(segment.length, new Uint32Array(picked.length), picked),
    originalLength: pick(segment.originalLength, new Uint32Array(picked.length), picked),
    seconds: pick(segment.seconds, new Uint32Array(picked.length), picked),
    nanoseconds: pick(segment.nanoseconds, new Uint32Array(picked.length), picked),
    encapsulation: pick(segment.encapsulation, new Uint16Array(picked.length), picked),
    protocol: pick(segment.protocol, new Uint8Array(picked.length), picked),
    flags: pick(segment.flags, new Uint16Array(picked.length), picked),
  };
}

function pick<T extends Uint32Array | Uint16Array | Uint8Array>(column: T, target: T, picked: Uint32Array): T {
  for (let i = 0; i < picked.length; i++) target[i] = column[picked[i]];
  return target;
}
