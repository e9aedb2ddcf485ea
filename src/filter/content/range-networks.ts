import type { AddressWords } from '../../bytes/address.js';

/** The fewest networks that hold the addresses from `first` to `last` and no others; prefix lengths count from the first of 128 bits. */
export function rangeNetworks(first: AddressWords, last: AddressWords): { words: AddressWords; prefix: number }[] {
  const networks: { words: AddressWords; prefix: number }[] = [];
  let at = numberOf(first);
  const end = numberOf(last);
  while (at <= end) {
    // The largest that begins here and does not end behind the range.
    let bits = 0n;
    while (bits < 128n && ((at >> bits) & 1n) === 0n && at + (2n << bits) - 1n <= end) bits++;
    networks.push({ words: wordsOf(at), prefix: 128 - Number(bits) });
    at += 1n << bits;
  }
  return networks;
}

function numberOf(words: AddressWords): bigint {
  return words.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n);
}

function wordsOf(address: bigint): AddressWords {
  return Uint32Array.from([96n, 64n, 32n, 0n], (shift) => Number((address >> shift) & 0xffffffffn));
}
