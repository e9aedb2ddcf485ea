/** Orders two addresses of a dictionary (four words each, see AddressColumns) as numbers of 128 bits, which is the order of their bytes; 0 where they are the same. */
export function compareAddresses(words: Uint32Array, a: number, b: number): number {
  for (let i = 0; i < 4; i++) {
    const difference = words[4 * a + i] - words[4 * b + i];
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Whether the four words at a[i] and at b[j] are one address. The last word tells most addresses apart. */
export function sameAddress(a: Uint32Array, i: number, b: Uint32Array, j: number): boolean {
  return a[i + 3] === b[j + 3] && a[i + 2] === b[j + 2] && a[i + 1] === b[j + 1] && a[i] === b[j];
}
