/** A selection of a segment's rows: bit `row & 31` of word `row >>> 5`. Bits beyond the rows are 0. */
export type Bitmap = Uint32Array;

/** A bitmap of `rows` rows, none of them selected. */
export function emptyBitmap(rows: number): Bitmap {
  return new Uint32Array(Math.ceil(rows / 32));
}

export function isSet(bitmap: Bitmap, row: number): boolean {
  return ((bitmap[row >>> 5] >>> (row & 31)) & 1) === 1;
}

export function setRow(bitmap: Bitmap, row: number): void {
  bitmap[row >>> 5] |= 1 << (row & 31);
}

/** Selects the rows from `from` to `to`, exclusive: whole words at once. */
export function setRows(bitmap: Bitmap, from: number, to: number): void {
  if (to <= from) return;
  const first = from >>> 5;
  const last = (to - 1) >>> 5;
  const head = 0xffffffff << (from & 31);
  const tail = 0xffffffff >>> (31 - ((to - 1) & 31));
  if (first === last) {
    bitmap[first] |= head & tail;
    return;
  }
  bitmap[first] |= head;
  bitmap.fill(0xffffffff, first + 1, last);
  bitmap[last] |= tail;
}

/** How many rows are selected. */
export function countBits(bitmap: Bitmap): number {
  let count = 0;
  for (let i = 0; i < bitmap.length; i++) {
    let word = bitmap[i];
    word -= (word >>> 1) & 0x55555555;
    word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
    count += Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return count;
}

/** The selected rows, ascending; all `rows` without a bitmap. */
export function rowsOf(bitmap: Bitmap | null, rows: number): Uint32Array {
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
