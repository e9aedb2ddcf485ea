import { NO_FLOW, OVERFLOW, type Segment } from '../table/columns.js';
import type { Encapsulation } from '../table/encapsulation.js';
import {
  bitsFor,
  type CodeBits,
  copyKeys,
  flagBlock,
  gatherBlocks,
  gatherGroup,
  joinBits,
  lengthBits,
  markMissing,
} from './rule-bits.js';
import { Code } from './rule-codes.js';
import { compileKeyCodes, GROUP, isOfFlow, type KeyCodes, type RuleTable } from './rule-flows.js';
import {
  compileJudge,
  createFacts,
  type FlowCodes,
  isIp,
  Network,
  type RuleFacts,
  type RuleJudge,
} from './rule-judge.js';
import { type BoundTest, type BoundTree, flagCodes } from './rule-tests.js';
import { timeTest } from './time.js';

/** The tables that rules are decided on. */
export interface RuleTables extends RuleTable {
  readonly encapsulations: readonly Encapsulation[];
}

/** As SegmentTest of expressions: sets the bits of the rows that are kept, returns the rows that must be judged by their bytes. */
export type RuleSegmentTest = (segment: Segment, rows: number, out: Uint32Array) => Uint32Array;

/** Works a part of the tree out for a segment. The bits hold until it is asked again. */
type SegmentCodes = (segment: Segment, rows: number) => CodeBits;

/** So many flows for each row, and deciding all of them first would cost more than deciding the rows. */
const MOST_KEYS = 1 << 18;

/** Compiles rules for whole segments: what hangs on flows is decided once a flow and gathered, the rest is read off one column each, by words of bits. */
export function compileRuleTest(tree: BoundTree, tables: RuleTables, flowCodes: FlowCodes): RuleSegmentTest {
  const byBytes: number[] = [];
  const rows = rowReader(tables, byBytes);
  const codes = compile(groupFlows(tree), { tables, flowCodes, rows });
  return (segment, count, out) => {
    byBytes.length = 0;
    const { mayFail } = codes(segment, count);
    const words = Math.ceil(count / 32);
    for (let w = 0; w < words; w++) out[w] = ~mayFail[w];
    if ((count & 31) !== 0) out[words - 1] &= (1 << (count & 31)) - 1;
    const left = Uint32Array.from(new Set(byBytes)).sort();
    for (const row of left) out[row >>> 5] &= ~(1 << (row & 31));
    return left;
  };
}

interface Work {
  tables: RuleTables;
  flowCodes: FlowCodes;
  rows: RowReader;
}

/** Operands that hang on flows alone become one, so that the rows are gathered once. */
function groupFlows(tree: BoundTree): BoundTree {
  if (tree.kind === 'test' || isOfFlow(tree)) return tree;
  if (tree.kind === 'not') return { kind: 'not', operand: groupFlows(tree.operand) };
  const ofFlow = tree.operands.filter(isOfFlow);
  const others = tree.operands.filter((each) => !isOfFlow(each)).map(groupFlows);
  if (ofFlow.length === 0) return { kind: tree.kind, operands: others };
  return { kind: tree.kind, operands: [{ kind: tree.kind, operands: ofFlow }, ...others] };
}

function compile(tree: BoundTree, work: Work): SegmentCodes {
  if (isOfFlow(tree)) return gatherFlows(tree, work);
  if (tree.kind === 'test') return compileRows(tree.test, work);
  if (tree.kind === 'not') {
    const codes = compile(tree.operand, work);
    return (segment, rows) => {
      const { may, mayFail } = codes(segment, rows);
      return { may: mayFail, mayFail: may };
    };
  }
  const parts = tree.operands.map((each) => compile(each, work));
  const isAnd = tree.kind === 'and';
  return (segment, rows) => {
    const bits = parts[0](segment, rows);
    for (let p = 1; p < parts.length; p++) {
      const right = parts[p](segment, rows);
      if (isAnd) joinBits(bits.may, bits.mayFail, right.may, right.mayFail);
      else joinBits(bits.mayFail, bits.may, right.mayFail, right.may);
    }
    return bits;
  };
}

/** Reads single rows, for what whole blocks cannot tell. */
interface RowReader {
  /** The facts of a row; null: its bytes must be read. */
  read(segment: Segment, row: number): RuleFacts | null;
}

function rowReader({ flows, addresses, encapsulations }: RuleTables, byBytes: number[]): RowReader {
  const facts = createFacts();
  return {
    read(segment, row) {
      const key = segment.flow[row];
      facts.flags = segment.flags[row];
      facts.tcpFlags = segment.tcpFlags[row];
      facts.protocol = segment.protocol[row];
      facts.key = key === NO_FLOW ? -1 : key;
      if (key === NO_FLOW) {
        const wrapping = segment.encapsulation[row];
        if (wrapping === OVERFLOW) {
          byBytes.push(row);
          return null;
        }
        facts.network = isIp(encapsulations[wrapping].etherType) ? Network.unreadable : Network.none;
        return facts;
      }
      const flow = key >>> 1;
      const turned = (key & 1) === 1;
      const { low, high, lowPort, highPort } = flows;
      facts.network = Network.whole;
      for (let i = 0; i < 4; i++) {
        facts.addresses[i] = addresses.words[4 * (turned ? high[flow] : low[flow]) + i];
        facts.addresses[4 + i] = addresses.words[4 * (turned ? low[flow] : high[flow]) + i];
      }
      facts.sourcePort = turned ? highPort[flow] : lowPort[flow];
      facts.destinationPort = turned ? lowPort[flow] : highPort[flow];
      return facts;
    },
  };
}

function gatherFlows(tree: BoundTree, { tables, flowCodes, rows: reader }: Work): SegmentCodes {
  const { flows } = tables;
  const keyCodes = compileKeyCodes(tree, tables, flowCodes);
  const judge = compileJudge(tree, flowCodes);
  const known = 2 * flows.count <= MOST_KEYS ? decideAll(keyCodes, 2 * flows.count) : null;
  const keys = new Uint32Array(GROUP);
  const group = new Uint8Array(GROUP);
  let bits: CodeBits | null = null;
  return (segment, rows) => {
    const own = bitsFor(bits, rows);
    bits = own;
    const whole = rows >>> 5;
    const judgeByRow = (at: number): void => judgeBlock(judge, reader, segment, at, rows, own);
    let block = 0;
    while (block < whole) {
      if (known !== null) {
        block = gatherBlocks(known, segment.flow, block, whole, own);
        if (block < whole) judgeByRow(block++);
      } else {
        const to = Math.min(whole, block + GROUP / 32);
        const count = copyKeys(segment.flow, block * 32, to * 32, keys);
        keyCodes(keys, count, group);
        markMissing(segment.flow, block * 32, count, group);
        gatherGroup(group, block, to, own, judgeByRow);
        block = to;
      }
    }
    if ((rows & 31) !== 0) judgeByRow(whole);
    return own;
  };
}

function decideAll(keyCodes: KeyCodes, count: number): Uint8Array {
  const codes = new Uint8Array(count);
  const keys = new Uint32Array(GROUP);
  for (let from = 0; from < count; from += GROUP) {
    const size = Math.min(GROUP, count - from);
    for (let i = 0; i < size; i++) keys[i] = from + i;
    keyCodes(keys, size, codes.subarray(from, from + size));
  }
  return codes;
}

/** Judges the rows of a block one by one. */
function judgeBlock(
  judge: RuleJudge,
  reader: RowReader,
  segment: Segment,
  block: number,
  rows: number,
  { may, mayFail }: CodeBits,
): void {
  let first = 0;
  let second = 0;
  const end = Math.min(rows, block * 32 + 32);
  for (let row = block * 32; row < end; row++) {
    const facts = reader.read(segment, row);
    const code = facts === null ? Code.ignored : judge(facts);
    first |= (code & 1) << (row & 31);
    second |= (code >>> 1) << (row & 31);
  }
  may[block] = first;
  mayFail[block] = second;
}

/** Tests of one packet by its own columns: length, time, TCP flags. */
function compileRows(test: BoundTest, { rows: reader }: Work): SegmentCodes {
  let bits: CodeBits | null = null;
  const invert = (rows: number): CodeBits => {
    const { may, mayFail } = bits!;
    for (let w = 0; w < may.length; w++) mayFail[w] = ~may[w];
    if ((rows & 31) !== 0) mayFail[may.length - 1] &= (1 << (rows & 31)) - 1;
    return bits!;
  };
  if (test.kind === 'tcpFlags') {
    const judge = compileJudge({ kind: 'test', test, label: '' }, NO_FLOWS);
    const codes = flagCodes(test.tests);
    return (segment, rows) => {
      bits = bitsFor(bits, rows);
      for (let block = 0; block < bits.may.length; block++) {
        if (block * 32 + 32 > rows || !flagBlock(segment, block, codes, bits))
          judgeBlock(judge, reader, segment, block, rows, bits);
      }
      return bits;
    };
  }
  if (test.kind === 'time') {
    const within = timeTest(test.bounds.range);
    return (segment, rows) => {
      bits = bitsFor(bits, rows);
      bits.may.fill(0);
      within.select(segment, rows, bits.may);
      return invert(rows);
    };
  }
  const { value } = test as BoundTest & { kind: 'minLen' | 'maxLen' };
  const atLeast = test.kind === 'minLen';
  return (segment, rows) => {
    bits = bitsFor(bits, rows);
    lengthBits(segment.length, rows, atLeast ? value : 0, atLeast ? Number.POSITIVE_INFINITY : value, bits.may);
    return invert(rows);
  };
}

const NO_FLOWS: FlowCodes = () => new Uint8Array(0);
