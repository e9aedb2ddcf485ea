import type { Segment } from '../../table/columns.js';

/** An enumeration, because the bundler puts its values where they are used. */
export enum Scan {
  /** Rows are passed in blocks: one word of the bitmap each. */
  blockRows = 32,
  /**
   * Kinds of row that one encapsulation has: plain, later fragment, and both of these judged by their bytes. A class of rows has the index
   * kinds * encapsulation + kind; kind bit 0: later fragment, bit 1: by its bytes.
   */
  kinds = 4,
  /** These two bits of a row's flags, shifted down, are its kind (RowFlag.laterFragment, RowFlag.bytes). */
  kindBits = 48,
}

/**
 * All verdicts of a filter in one array, so that the inner loop looks one up without asking first what class the row is of: a capture that mixes IPv4 and
 * IPv6 would mislead the processor's branch prediction with every other row. A verdict is final with bit 1 set; bit 0 then says whether the packet matches.
 */
export interface Verdicts {
  /** Where the verdicts of a class begin in `all`. */
  readonly base: Int32Array;
  /** -1 where they hang on the flow, 0 where they do not. */
  readonly flowMask: Int32Array;
  readonly all: Uint8Array;
}

/**
 * Passes whole blocks like `passBlocks`, where the verdict hangs on flow and direction alone (and, with more than one class, on the length): two columns
 * less to read. `verdicts` has `lengthClasses` bytes a flow and direction.
 */
export function passFlows(
  verdicts: Uint8Array,
  segment: Segment,
  from: number,
  to: number,
  out: Uint32Array,
  lengthMap: Uint8Array | Uint32Array,
  lengthClasses: number,
): number {
  const { flow, originalLength } = segment;
  const limit = verdicts.length;
  const mapped = lengthMap.length;
  for (let block = from; block < to; block++) {
    let word = 0;
    let final = 2;
    const first = block << 5;
    for (let i = 0; i < Scan.blockRows; i++) {
      let place = flow[first + i];
      if (lengthClasses !== 1) {
        const length = originalLength[first + i];
        if (length >= mapped) return block;
        place = place * lengthClasses + lengthMap[length];
      }
      if (place >= limit) return block;
      const verdict = verdicts[place];
      final &= verdict;
      word |= (verdict & 1) << i;
    }
    if (final === 0) return block;
    out[block] = word;
  }
  return to;
}

/**
 * Passes whole blocks from block `from` on, writing a word of `out` each, as long as the verdicts of all their rows are final. Returns the first block that
 * it cannot pass, `to` at most.
 */
export function passBlocks(verdicts: Verdicts, segment: Segment, from: number, to: number, out: Uint32Array): number {
  const { flow, encapsulation, flags } = segment;
  const { base, flowMask, all } = verdicts;
  const classes = base.length;
  for (let block = from; block < to; block++) {
    let word = 0;
    let final = 2;
    const first = block << 5;
    for (let i = 0; i < Scan.blockRows; i++) {
      const row = first + i;
      const index = (encapsulation[row] * Scan.kinds) | ((flags[row] & Scan.kindBits) >>> 4);
      if (index >= classes) return block;
      const place = (base[index] + (flow[row] & flowMask[index])) | 0;
      if (place >= all.length) return block;
      const verdict = all[place];
      final &= verdict;
      word |= (verdict & 1) << i;
    }
    if (final === 0) return block;
    out[block] = word;
  }
  return to;
}

/** The same where the verdict hangs on the length too: a flow and direction has `lengthClasses` verdicts. */
export function passBlocksByLength(
  verdicts: Verdicts,
  segment: Segment,
  from: number,
  to: number,
  out: Uint32Array,
  lengthMap: Uint8Array | Uint32Array,
  lengthClasses: number,
): number {
  const { flow, encapsulation, flags, originalLength } = segment;
  const { base, flowMask, all } = verdicts;
  const classes = base.length;
  const mapped = lengthMap.length;
  for (let block = from; block < to; block++) {
    let word = 0;
    let final = 2;
    const first = block << 5;
    for (let i = 0; i < Scan.blockRows; i++) {
      const row = first + i;
      const index = (encapsulation[row] * Scan.kinds) | ((flags[row] & Scan.kindBits) >>> 4);
      const length = originalLength[row];
      if (index >= classes || length >= mapped) return block;
      const place = (base[index] + Math.imul(flow[row] & flowMask[index], lengthClasses) + lengthMap[length]) | 0;
      if (place >= all.length) return block;
      const verdict = all[place];
      final &= verdict;
      word |= (verdict & 1) << i;
    }
    if (final === 0) return block;
    out[block] = word;
  }
  return to;
}
