import { NO_FLOW, RowFlag, type Segment } from '../table/columns.js';
import { BY_ROW } from './rule-flows.js';

/** The loops that rules run over the rows of a segment, 32 at a time. */

/** The two bits of the rows' codes: bit 0 and bit 1, one word for 32 rows each. */
export interface CodeBits {
  may: Uint32Array;
  mayFail: Uint32Array;
}

/** AND of codes, 32 rows at a time; with the bits exchanged, OR. */
export function joinBits(may: Uint32Array, mayFail: Uint32Array, right: Uint32Array, rightFail: Uint32Array): void {
  for (let w = 0; w < may.length; w++) {
    const fails = (mayFail[w] & ~may[w]) | (rightFail[w] & ~right[w]);
    may[w] = (may[w] | right[w]) & ~fails;
    mayFail[w] |= rightFail[w];
  }
}

/** Bits that grow with the largest segment. */
export function bitsFor(known: CodeBits | null, rows: number): CodeBits {
  const words = Math.ceil(rows / 32);
  if (known !== null && known.may.length === words) return known;
  return { may: new Uint32Array(words), mayFail: new Uint32Array(words) };
}

/** Passes blocks of 32 rows until one has a row that its flow does not decide; returns that block, or `to`. */
export function gatherBlocks(
  codes: Uint8Array,
  flow: Uint32Array,
  from: number,
  to: number,
  { may, mayFail }: CodeBits,
): number {
  const limit = codes.length;
  for (let block = from; block < to; block++) {
    let first = 0;
    let second = 0;
    let seen = 0;
    const base = block << 5;
    for (let i = 0; i < 32; i++) {
      const key = flow[base + i];
      if (key >= limit) return block;
      const code = codes[key];
      seen |= code;
      first |= (code & 1) << i;
      second |= ((code >>> 1) & 1) << i;
    }
    if ((seen & BY_ROW) !== 0) return block;
    may[block] = first;
    mayFail[block] = second;
  }
  return to;
}

export function copyKeys(flow: Uint32Array, from: number, to: number, keys: Uint32Array): number {
  for (let row = from; row < to; row++) keys[row - from] = flow[row] === NO_FLOW ? 0 : flow[row];
  return to - from;
}

export function markMissing(flow: Uint32Array, from: number, count: number, codes: Uint8Array): void {
  for (let i = 0; i < count; i++) if (flow[from + i] === NO_FLOW) codes[i] = BY_ROW;
}

/** The same from codes that stand by row. */
export function gatherGroup(
  codes: Uint8Array,
  from: number,
  to: number,
  { may, mayFail }: CodeBits,
  judgeByRow: (block: number) => void,
): void {
  for (let block = from; block < to; block++) {
    let first = 0;
    let second = 0;
    let seen = 0;
    const base = (block - from) << 5;
    for (let i = 0; i < 32; i++) {
      const code = codes[base + i];
      seen |= code;
      first |= (code & 1) << i;
      second |= ((code >>> 1) & 1) << i;
    }
    may[block] = first;
    mayFail[block] = second;
    if ((seen & BY_ROW) !== 0) judgeByRow(block);
  }
}

const TCP = 6;

/** False when a row of the block must be looked at more closely: cut headers and fragments have no flags. */
export function flagBlock(
  { protocol, tcpFlags, flags }: Segment,
  block: number,
  codes: Uint8Array,
  bits: CodeBits,
): boolean {
  let first = 0;
  let close = 0;
  const base = block << 5;
  for (let i = 0; i < 32; i++) {
    const isTcp = protocol[base + i] === TCP ? 1 : 0;
    first |= (codes[tcpFlags[base + i]] & isTcp) << i;
    close |= flags[base + i] & (RowFlag.cut | RowFlag.laterFragment | RowFlag.malformed);
  }
  if (close !== 0) return false;
  bits.may[block] = first;
  bits.mayFail[block] = ~first;
  return true;
}

export function lengthBits(length: Uint32Array, rows: number, least: number, most: number, may: Uint32Array): void {
  for (let block = 0; block < may.length; block++) {
    let word = 0;
    const base = block << 5;
    const count = Math.min(32, rows - base);
    for (let i = 0; i < count; i++) {
      const value = length[base + i];
      word |= (value >= least && value <= most ? 1 : 0) << i;
    }
    may[block] = word;
  }
}
