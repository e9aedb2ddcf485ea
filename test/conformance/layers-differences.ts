import type { Difference } from './layers/compare.js';

/** One cause of differences from tshark 4.0.17. */
export interface DifferenceKind {
  kind: string;
  /** The specification, or the bug of tshark's. */
  reason: string;
  is: (difference: Difference) => boolean;
}

export const DIFFERENCE_KINDS: readonly DifferenceKind[] = [];
