import type { AddressColumns } from './flow-columns.js';
import { randomMultipliers } from './hash-salt.js';

const [WORD_0, WORD_1, WORD_2, WORD_3] = randomMultipliers(4);

/** Every address that a flow table names, once: four big-endian words each, IPv4 as ::ffff:a.b.c.d. Open addressing, linear probing, load at most 2/3. */
export class AddressDictionary {
  count = 0;
  words = new Uint32Array(4 * 256);
  private slots = new Uint32Array(512);
  private mask = 511;

  /** The ordinal of the address at `source[at, at + 4)`, given a new one if need be. */
  ordinalOf(source: Uint32Array, at: number): number {
    const w0 = source[at];
    const w1 = source[at + 1];
    const w2 = source[at + 2];
    const w3 = source[at + 3];
    let slot = hashAddress(w0, w1, w2, w3) & this.mask;
    const words = this.words;
    for (;;) {
      const entry = this.slots[slot];
      if (entry === 0) return this.insert(slot, w0, w1, w2, w3);
      const place = (entry - 1) * 4;
      if (words[place + 3] === w3 && words[place + 2] === w2 && words[place + 1] === w1 && words[place] === w0)
        return entry - 1;
      slot = (slot + 1) & this.mask;
    }
  }

  private insert(slot: number, w0: number, w1: number, w2: number, w3: number): number {
    const ordinal = this.count++;
    if (ordinal * 4 === this.words.length) {
      const grown = new Uint32Array(this.words.length * 2);
      grown.set(this.words);
      this.words = grown;
    }
    const place = ordinal * 4;
    this.words[place] = w0;
    this.words[place + 1] = w1;
    this.words[place + 2] = w2;
    this.words[place + 3] = w3;
    this.slots[slot] = ordinal + 1;
    if (this.count * 3 > this.slots.length * 2) this.rehash();
    return ordinal;
  }

  private rehash(): void {
    const slots = new Uint32Array(this.slots.length * 2);
    const mask = slots.length - 1;
    const words = this.words;
    for (let ordinal = 0; ordinal < this.count; ordinal++) {
      const place = ordinal * 4;
      let slot = hashAddress(words[place], words[place + 1], words[place + 2], words[place + 3]) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = ordinal + 1;
    }
    this.slots = slots;
    this.mask = mask;
  }

  /** A copy of exactly what is in use, shared between threads. */
  toColumns(): AddressColumns {
    const words = new Uint32Array(new SharedArrayBuffer(this.count * 16));
    words.set(this.words.subarray(0, this.count * 4));
    return { count: this.count, words };
  }
}

function hashAddress(w0: number, w1: number, w2: number, w3: number): number {
  let h = Math.imul(w3 ^ Math.imul(w2, WORD_2) ^ Math.imul(w1, WORD_1) ^ Math.imul(w0, WORD_0), WORD_3);
  h ^= h >>> 15;
  h = Math.imul(h, 0x85ebca77);
  return h ^ (h >>> 13);
}
