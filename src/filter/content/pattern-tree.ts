/**
 * Byte strings as one tree (a trie) with the links of Aho and Corasick (1975), in plain typed arrays, 17 bytes a node: of each node its children's
 * labels, the longest proper suffix that is a node too, and the string that ends there. Nodes are numbered level by level, so the children of node n
 * are the nodes from childStart[n] to childStart[n + 1], in the order of their labels.
 */
export interface PatternTree {
  childStart: Int32Array;
  label: Uint8Array;
  fail: Int32Array;
  /** Ordinal of the string that ends in a node, -1 without one. */
  out: Int32Array;
  /** The nearest node along `fail` where a string ends, -1 without one. */
  shorter: Int32Array;
  /** The first node of each level; one more than there are levels. */
  levels: number[];
}

/** The tree of different strings in the order of their bytes (see `compareBytes`). */
export function buildTree(strings: readonly Uint8Array[]): PatternTree {
  const nodes = countNodes(strings);
  const childStart = new Int32Array(nodes + 1);
  const label = new Uint8Array(nodes);
  const fail = new Int32Array(nodes);
  const out = new Int32Array(nodes).fill(-1);
  const shorter = new Int32Array(nodes).fill(-1);
  const levels = [0, 1];
  const tree: PatternTree = { childStart, label, fail, out, shorter, levels };
  // The strings that begin with a node's path are neighbours: from first[n] to last[n].
  const first = new Int32Array(nodes);
  const last = new Int32Array(nodes);
  last[0] = strings.length;
  let used = 1;
  for (let node = 0, depth = 0; node < used; node++) {
    if (node === levels[depth + 1]) {
      depth++;
      levels.push(used);
    }
    childStart[node] = used;
    let at = first[node];
    const end = last[node];
    if (at < end && strings[at].length === depth) out[node] = at++;
    while (at < end) {
      const byte = strings[at][depth];
      first[used] = at;
      while (at < end && strings[at][depth] === byte) at++;
      last[used] = at;
      label[used++] = byte;
    }
    if (node > 0) linkChildren(tree, node, used);
  }
  childStart[nodes] = used;
  return tree;
}

/** Sets `fail` and `shorter` of the children that `node` has got: links lead to levels above, which are done. The root's children keep the root. */
function linkChildren(tree: PatternTree, node: number, end: number): void {
  const { childStart, label, fail, out, shorter } = tree;
  if (shorter[node] < 0 && fail[node] > 0) {
    const suffix = fail[node];
    shorter[node] = out[suffix] >= 0 ? suffix : shorter[suffix];
  }
  for (let child = childStart[node]; child < end; child++) {
    let suffix = fail[node];
    let target = childOf(tree, suffix, label[child]);
    while (target < 0 && suffix > 0) {
      suffix = fail[suffix];
      target = childOf(tree, suffix, label[child]);
    }
    fail[child] = Math.max(target, 0);
  }
}

function countNodes(strings: readonly Uint8Array[]): number {
  let nodes = 1;
  for (let i = 0; i < strings.length; i++) {
    const string = strings[i];
    const before = i === 0 ? null : strings[i - 1];
    let common = 0;
    while (before !== null && common < before.length && before[common] === string[common]) common++;
    nodes += string.length - common;
  }
  return nodes;
}

/** The child of a node with a label, -1 without one. */
export function childOf({ childStart, label }: PatternTree, node: number, byte: number): number {
  let low = childStart[node];
  let high = childStart[node + 1];
  while (high - low > 8) {
    const middle = (low + high) >>> 1;
    if (label[middle] <= byte) low = middle;
    else high = middle;
  }
  for (; low < high; low++) if (label[low] === byte) return low;
  return -1;
}

export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  return Buffer.compare(a, b);
}
