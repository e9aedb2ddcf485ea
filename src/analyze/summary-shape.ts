import { isArrayOf, isCount, isRecord, isTime } from '../table/sidecar/shapes.js';
import { COUNTS_PER_CLASS } from './protocols.js';
import { DENSE_SIZES } from './sizes.js';
import type { SummaryState } from './summary-accumulator.js';

/** Whether a value that was read from a file is what a summary of `packets` packets has counted. */
export function isSummaryState(value: unknown, packets: number): value is SummaryState {
  if (!isRecord(value)) return false;
  const { sizes, protocols } = value;
  if (value.packets !== packets || !isCount(value.capturedBytes)) return false;
  if (!isTime(value.first) || !isTime(value.last) || (value.first === null) !== (value.last === null)) return false;
  return isRecord(sizes) && areSizes(sizes) && isRecord(protocols) && areProtocols(protocols);
}

function areSizes({ dense, beyond }: Record<string, unknown>): boolean {
  if (!(dense instanceof Uint32Array) || dense.length !== DENSE_SIZES || !(beyond instanceof Map)) return false;
  return [...beyond].every(([size, packets]) => isCount(size, 0xffffffff) && isCount(packets));
}

function areProtocols({ classes, counts }: Record<string, unknown>): boolean {
  if (!isArrayOf(classes, (names) => isArrayOf(names, (name) => typeof name === 'string'))) return false;
  return counts instanceof Uint32Array && counts.length === COUNTS_PER_CLASS * (classes as string[][]).length;
}
