/** Orders two addresses of a dictionary (four words each, see AddressColumns) as numbers of 128 bits, which is the order of their bytes; 0 where they are the same. */
export function compareAddresses(words: Uint32Array, a: number, b: number): number {
  for (let i = 0; i < 4; i++) {
    const difference = words[4 * a + i] - words[4 * b + i];
    if (difference !== 0) return difference;
  }
  return 0;
}
