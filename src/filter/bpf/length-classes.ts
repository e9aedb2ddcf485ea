import type { Condition } from './condition.js';

/** Lengths at which the outcome of some test of the length changes, ascending: packets between two of them are judged alike. */
export function lengthThresholds(condition: Condition): number[] {
  const found = new Set<number>();
  const visit = (node: Condition): void => {
    if (node.kind === 'and' || node.kind === 'or') node.operands.forEach(visit);
    else if (node.kind === 'not') visit(node.operand);
    else if (node.kind === 'test' && node.left.kind === 'length' && node.right.kind === 'constant') {
      if (node.relation !== '>') found.add(node.right.value);
      if (node.relation !== '>=') found.add(node.right.value + 1);
    }
  };
  visit(condition);
  found.delete(0);
  return [...found].sort((a, b) => a - b);
}

/** Packets are longer than this so rarely that a search for their class costs nothing. */
const LONGEST_IN_MAP = 65_536;

/** The class of each length below the map's own: how many thresholds it has reached. */
export function mapLengths(thresholds: readonly number[]): Uint8Array | Uint32Array {
  const size = thresholds.length === 0 ? 1 : LONGEST_IN_MAP;
  const map = thresholds.length < 256 ? new Uint8Array(size) : new Uint32Array(size);
  thresholds.forEach((threshold, i) => {
    if (threshold < size) map.fill(i + 1, threshold);
  });
  return map;
}

/** The class of a length that the map does not hold. */
export function classOfLength(thresholds: readonly number[], length: number): number {
  let low = 0;
  let high = thresholds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (thresholds[middle] <= length) low = middle + 1;
    else high = middle;
  }
  return low;
}
