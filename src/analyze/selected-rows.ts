/** The selected rows below `rows` in order. `selection`: bit `row & 31` of word `row >>> 5`. */
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
