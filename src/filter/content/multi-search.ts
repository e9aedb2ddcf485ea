import { buildTree, childOf, compareBytes, type PatternTree } from './pattern-tree.js';

/** Told of a string that ends before `end`; true: it, and all that end in it, were told of these bytes before and need no more telling. */
export type Told = (string: number, end: number) => boolean;

/** Looks for many strings at once, in time that does not hang on how many there are. */
export interface MultiSearch {
  /** Tells each place where one of the strings stands in bytes[from, to); a place may be told twice. */
  scan(bytes: Uint8Array, from: number, to: number, told: Told): void;
}

/** So many bytes of a string, or fewer of a shorter one, are looked up before the tree is. */
const GRAM = 4;
/** At most so many bytes lie between two places that are looked at: an entry of the filter has a bit for each. */
const LONGEST_STEP = 8;
/** Multiplies a gram to spread its bits: 2^32 divided by the golden ratio. */
const SPREAD = 0x9e3779b1;
/** Entries of the filter, as a power of two. */
const LEAST_SIZE = 12;
const MOST_SIZE = 22;
/** Entries of the filter for each gram in it, unless that makes it too large. */
const SPARSITY = 8;

/** ASCII capitals as small letters. */
export const FOLD: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 65 && byte <= 90 ? byte + 32 : byte,
);
const SAME: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => byte);

/**
 * Searches for `strings`, none of them empty; `folded`: they are without capitals, and the bytes are read so. Strings that are equal count as one, told under
 * the ordinal of the first.
 *
 * Most bytes are passed over: where the shortest string has m bytes, every place where a string stands covers one of any m - 3 places in a row, so only these
 * are asked for. A filter tells how far before the four bytes that stand there a string may begin. The tree is walked from such a beginning; the links of Aho
 * and Corasick see to it that no byte is walked over more than a few times, whatever the strings and the bytes are.
 */
export function createMultiSearch(strings: readonly Uint8Array[], folded: boolean): MultiSearch {
  const order = [...strings.keys()].sort((a, b) => compareBytes(strings[a], strings[b]) || a - b);
  const unique = order.filter((string, i) => i === 0 || compareBytes(strings[string], strings[order[i - 1]]) !== 0);
  if (unique.length === 0) return { scan: () => undefined };
  const sorted = unique.map((string) => strings[string]);
  const tree = buildTree(sorted);
  const ordinals = Int32Array.from(unique);
  const shortest = sorted.reduce((least, { length }) => Math.min(least, length), Number.POSITIVE_INFINITY);
  const gram = Math.min(GRAM, shortest);
  const starts = gramNodes(tree, sorted, gram);
  const step = stepOf(sorted.length, shortest - gram + 1);
  const filter = gramFilter(sorted, gram, step);
  return createScan({ tree, ordinals, gram, starts, step, filter, fold: folded ? FOLD : null });
}

interface Parts {
  tree: PatternTree;
  ordinals: Int32Array;
  /** Bytes of a gram. */
  gram: number;
  starts: GramTable;
  step: number;
  filter: GramFilter;
  fold: Uint8Array | null;
}

/** As far as it can be taken without making the filter dense. */
function stepOf(strings: number, possible: number): number {
  const most = Math.max(1, Math.floor(2 ** MOST_SIZE / SPARSITY / strings));
  return Math.min(possible, LONGEST_STEP, most);
}

function gramAt(bytes: Uint8Array, at: number, gram: number): number {
  let value = 0;
  for (let i = 0; i < gram; i++) value = (value << 8) | bytes[at + i];
  return value;
}

/** By the spread gram: bit i is set where a string may begin i bytes before it. */
interface GramFilter {
  places: Uint8Array;
  /** Shifts a spread gram down to the number of its entry. */
  shift: number;
}

/** The grams that stand at the first `step` places of the strings. */
function gramFilter(strings: readonly Uint8Array[], gram: number, step: number): GramFilter {
  const wanted = Math.ceil(Math.log2(strings.length * step * SPARSITY));
  const size = Math.min(MOST_SIZE, Math.max(LEAST_SIZE, wanted));
  const places = new Uint8Array(1 << size);
  const shift = 32 - size;
  for (const string of strings) {
    for (let at = 0; at < step; at++) places[Math.imul(gramAt(string, at, gram), SPREAD) >>> shift] |= 1 << at;
  }
  return { places, shift };
}

/** Which node of the tree the first bytes of a string lead to: a hash table with open addressing; node 0 is an empty slot. */
interface GramTable {
  keys: Int32Array;
  nodes: Int32Array;
  shift: number;
}

function gramNodes(tree: PatternTree, strings: readonly Uint8Array[], gram: number): GramTable {
  const count = tree.levels[gram + 1] - tree.levels[gram];
  const size = Math.max(4, Math.ceil(Math.log2(count * 3)));
  const table = { keys: new Int32Array(1 << size), nodes: new Int32Array(1 << size), shift: 32 - size };
  let node = tree.levels[gram];
  let before: number | null = null;
  // Nodes of a level stand in the order of their paths, as the strings do.
  for (const string of strings) {
    const key = gramAt(string, 0, gram);
    if (key === before) continue;
    before = key;
    let slot = Math.imul(key, SPREAD) >>> table.shift;
    while (table.nodes[slot] !== 0) slot = (slot + 1) & (table.nodes.length - 1);
    table.keys[slot] = key;
    table.nodes[slot] = node++;
  }
  return table;
}

function createScan({ tree, ordinals, gram, starts, step, filter, fold }: Parts): MultiSearch {
  const { fail, out, shorter, levels } = tree;
  const { places, shift } = filter;
  const { keys, nodes, shift: slotShift } = starts;
  const slotMask = nodes.length - 1;
  const deep = levels[gram];
  const folds = fold ?? SAME;

  /** Follows what begins at `at`, and all that begins within it; returns the first place whose strings have not all been told. */
  function follow(bytes: Uint8Array, at: number, to: number, told: Told): number {
    if (at + gram > to) return to;
    let key = 0;
    for (let i = 0; i < gram; i++) key = (key << 8) | folds[bytes[at + i]];
    let slot = Math.imul(key, SPREAD) >>> slotShift;
    while (nodes[slot] !== 0 && keys[slot] !== key) slot = (slot + 1) & slotMask;
    let node = nodes[slot];
    if (node === 0) return at + 1;
    let place = at + gram;
    for (;;) {
      tell(node, place, told);
      if (place === to) return to;
      const byte = folds[bytes[place]];
      let next = childOf(tree, node, byte);
      while (next < 0) {
        node = fail[node];
        if (node < deep) return place - depthOf(node);
        next = childOf(tree, node, byte);
      }
      node = next;
      place++;
    }
  }

  function depthOf(node: number): number {
    let depth = 0;
    while (node >= levels[depth + 1]) depth++;
    return depth;
  }

  function tell(node: number, end: number, told: Told): void {
    for (let at = out[node] >= 0 ? node : shorter[node]; at >= 0; at = shorter[at]) {
      if (told(ordinals[out[at]], end)) return;
    }
  }

  /** Looks at every place. */
  function scanEach(bytes: Uint8Array, from: number, to: number, told: Told): void {
    // Bound anew in each call: the compiler reads what is bound outside in every turn of the loop.
    const f = folds;
    const entries = places;
    const s = shift;
    const lead = gram - 1;
    const mask = gram === GRAM ? -1 : (1 << (8 * gram)) - 1;
    let key = 0;
    for (let i = from; i < from + lead && i < to; i++) key = (key << 8) | f[bytes[i]];
    let next = from;
    for (let end = from + lead; end < to; end++) {
      key = ((key << 8) | f[bytes[end]]) & mask;
      if (entries[Math.imul(key, SPREAD) >>> s] !== 0 && end - lead >= next) next = follow(bytes, end - lead, to, told);
    }
  }

  /** Looks at one of `step` places. */
  function scan(bytes: Uint8Array, from: number, to: number, told: Told): void {
    const entries = places;
    const s = shift;
    const stride = step;
    const end = to - GRAM;
    let next = from;
    for (let at = from + stride - 1; at <= end; at += stride) {
      const key = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
      const entry = entries[Math.imul(key, SPREAD) >>> s];
      if (entry !== 0) next = followAll(bytes, at, entry, next, to, told);
    }
  }

  /** The same, reading capitals as small letters. */
  function scanFolded(bytes: Uint8Array, from: number, to: number, told: Told): void {
    const f = folds;
    const entries = places;
    const s = shift;
    const stride = step;
    const end = to - GRAM;
    let next = from;
    for (let at = from + stride - 1; at <= end; at += stride) {
      const key = (f[bytes[at]] << 24) | (f[bytes[at + 1]] << 16) | (f[bytes[at + 2]] << 8) | f[bytes[at + 3]];
      const entry = entries[Math.imul(key, SPREAD) >>> s];
      if (entry !== 0) next = followAll(bytes, at, entry, next, to, told);
    }
  }

  /** Follows the strings that may begin as far before `at` as the bits of an entry say, the earliest first. */
  function followAll(bytes: Uint8Array, at: number, entry: number, done: number, to: number, told: Told): number {
    let next = done;
    for (let left = entry; left !== 0; ) {
      const back = 31 - Math.clz32(left);
      left &= ~(1 << back);
      if (at - back >= next) next = follow(bytes, at - back, to, told);
    }
    return next;
  }

  if (step === 1) return { scan: scanEach };
  return { scan: fold === null ? scan : scanFolded };
}
