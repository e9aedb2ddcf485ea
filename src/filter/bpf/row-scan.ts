import { RowFlag, type Segment } from '../../table/columns.js';

/** Rows are passed in blocks: one word of the bitmap each. */
export const BLOCK_ROWS = 32;

/** Flags by which rows of one encapsulation differ in their class. */
export const RELEVANT_FLAGS = RowFlag.bytes | RowFlag.laterFragment;

/** The class of packets at hand, laid out for the inner loop. */
export interface Scan {
  wrapping: number;
  flag: number;
  flowMask: number;
  /** Final verdicts have bit 1 set; bit 0 then says whether the packet matches. */
  verdicts: Uint8Array;
}

/** Two rows at a time of a 16-bit column. */
function pairs(column: Uint16Array): Uint32Array {
  return new Uint32Array(column.buffer, column.byteOffset, column.length >>> 1);
}

/**
 * Passes whole blocks from block `from` on, writing a word of `out` each, as long as all rows are of the class at hand and their
 * verdicts are final. Returns the first block that it cannot pass, `to` at most. Twice as fast as a row at a time: 1 ns a row.
 */
export function passBlocks(scan: Scan, segment: Segment, from: number, to: number, out: Uint32Array): number {
  const { flow } = segment;
  const wrappings = pairs(segment.encapsulation);
  const flags = pairs(segment.flags);
  const { flowMask, verdicts } = scan;
  const wantedWrapping = scan.wrapping * 0x10001;
  const wantedFlag = scan.flag * 0x10001;
  const mask = RELEVANT_FLAGS * 0x10001;
  for (let block = from; block < to; block++) {
    let different = 0;
    const pairEnd = (block + 1) << 4;
    for (let i = block << 4; i < pairEnd; i += 4) {
      different |= (wrappings[i] ^ wantedWrapping) | ((flags[i] & mask) ^ wantedFlag);
      different |= (wrappings[i + 1] ^ wantedWrapping) | ((flags[i + 1] & mask) ^ wantedFlag);
      different |= (wrappings[i + 2] ^ wantedWrapping) | ((flags[i + 2] & mask) ^ wantedFlag);
      different |= (wrappings[i + 3] ^ wantedWrapping) | ((flags[i + 3] & mask) ^ wantedFlag);
    }
    if (different !== 0) return block;
    let word = 0;
    let final = 2;
    const row = block << 5;
    // A flow beyond the verdicts reads undefined, which counts as 0: not final.
    for (let i = 0; i < BLOCK_ROWS; i += 4) {
      const a = verdicts[(flow[row + i] & flowMask) >>> 0];
      const b = verdicts[(flow[row + i + 1] & flowMask) >>> 0];
      const c = verdicts[(flow[row + i + 2] & flowMask) >>> 0];
      const d = verdicts[(flow[row + i + 3] & flowMask) >>> 0];
      final &= a & b & c & d;
      word |= ((a & 1) | ((b & 1) << 1) | ((c & 1) << 2) | ((d & 1) << 3)) << i;
    }
    if (final === 0) return block;
    out[block] = word;
  }
  return to;
}

/** The same where the verdict hangs on the length too: `verdicts` holds `lengthClasses` a flow and direction. */
export function passBlocksByLength(
  scan: Scan,
  segment: Segment,
  from: number,
  to: number,
  out: Uint32Array,
  lengthMap: Uint8Array | Uint32Array,
  lengthClasses: number,
): number {
  const { flow, originalLength } = segment;
  const wrappings = pairs(segment.encapsulation);
  const flags = pairs(segment.flags);
  const { flowMask, verdicts } = scan;
  const wantedWrapping = scan.wrapping * 0x10001;
  const wantedFlag = scan.flag * 0x10001;
  const mask = RELEVANT_FLAGS * 0x10001;
  const mapped = lengthMap.length;
  for (let block = from; block < to; block++) {
    let different = 0;
    const pairEnd = (block + 1) << 4;
    for (let i = block << 4; i < pairEnd; i++) {
      different |= (wrappings[i] ^ wantedWrapping) | ((flags[i] & mask) ^ wantedFlag);
    }
    if (different !== 0) return block;
    let word = 0;
    let final = 2;
    const row = block << 5;
    for (let i = 0; i < BLOCK_ROWS; i++) {
      const length = originalLength[row + i];
      if (length >= mapped) return block;
      const verdict = verdicts[((flow[row + i] & flowMask) >>> 0) * lengthClasses + lengthMap[length]];
      final &= verdict;
      word |= (verdict & 1) << i;
    }
    if (final === 0) return block;
    out[block] = word;
  }
  return to;
}
