import type { Segment } from '../../table/columns.js';
import type { FlowColumns } from '../../table/flow-columns.js';
import { type LeafCode, type Tree, writeBranches } from './branch-writer.js';
import type { Condition, Value } from './condition.js';
import { ETHERTYPE } from './condition.js';

/** What the columns say of a packet. A verdict of 2 or more is final, and its low bit says whether the packet matches. */
export const Verdict = { undecided: 0, bytes: 1, no: 2, yes: 3 } as const;

/** What packets of one class have in common. */
export interface ClassFacts {
  /** What the link layer says it carries. */
  readonly outerType: number;
  /** Whether that is an EtherType on the wire. */
  readonly etherTypes: boolean;
  /** 1 when behind the first fragment. */
  readonly laterFragment: number;
}

export interface ColumnDecision {
  /** Whether the outcome hangs on the flow at all; if not, any flow will do. */
  readonly byFlow: boolean;
  /** The verdict of a packet of flow and direction `key` (2 * flow + direction) whose original length is `length`. */
  decide(flows: FlowColumns, addressWords: Uint32Array, facts: ClassFacts, key: number, length: number): number;
  /**
   * Decides what is undecided of the rows from `from` to `to`. `verdicts` holds `classLengths.length` verdicts a key; `lengthMap` tells the class of an
   * original length, `classLengths` a length of each class. Rows of other classes are decided as if they were of this one, which does no harm.
   */
  decideRows(
    flows: FlowColumns,
    addressWords: Uint32Array,
    facts: ClassFacts,
    segment: Segment,
    from: number,
    to: number,
    verdicts: Uint8Array,
    lengthMap: Uint8Array | Uint32Array,
    classLengths: Float64Array,
  ): void;
  /** Decides every verdict of verdicts[base, base + size), from the first flow on. */
  decideAll(
    flows: FlowColumns,
    addressWords: Uint32Array,
    facts: ClassFacts,
    verdicts: Uint8Array,
    base: number,
    size: number,
    classLengths: Float64Array,
  ): void;
}

type ColumnLeaf = Exclude<Condition, { kind: 'and' | 'or' | 'not' }>;
type TestLeaf = Extract<Condition, { kind: 'test' }>;

/** Names in the generated code: columns of the flow table, address words, flow, direction, facts of the class, length. */
const PARAMETERS = 'low, high, lowPort, highPort, protocol, A, f, d, T, E, G, w';
const BYTES = `return ${Verdict.bytes};`;

const sourceWord = (word: number): string => `A[4 * (d === 0 ? low[f] : high[f]) + ${word}]`;
const destinationWord = (word: number): string => `A[4 * (d === 0 ? high[f] : low[f]) + ${word}]`;
const SOURCE_PORT = '(d === 0 ? lowPort[f] : highPort[f])';
const DESTINATION_PORT = '(d === 0 ? highPort[f] : lowPort[f])';

/**
 * Fields of the packet that a flow knows, by `base offset size`. Each is only read where a test of the link layer's protocol has held before, as libpcap's
 * own programs read them.
 */
const COLUMNS: ReadonlyMap<string, string> = new Map([
  ['ip 9 1', 'protocol[f]'],
  ['ip6 6 1', 'protocol[f]'],
  ['ip 12 4', sourceWord(3)],
  ['ip 16 4', destinationWord(3)],
  ...[0, 1, 2, 3].flatMap((word): [string, string][] => [
    [`ip6 ${8 + 4 * word} 4`, sourceWord(word)],
    [`ip6 ${24 + 4 * word} 4`, destinationWord(word)],
  ]),
  ['ip-payload 0 2', SOURCE_PORT],
  ['ip-payload 2 2', DESTINATION_PORT],
  ['ip6-payload 0 2', SOURCE_PORT],
  ['ip6-payload 2 2', DESTINATION_PORT],
]);

function columnOf(value: Value): string | null {
  if (value.kind === 'length') return 'w';
  if (value.kind !== 'load' || value.index !== null) return null;
  return COLUMNS.get(`${value.base} ${value.offset} ${value.size}`) ?? null;
}

function isFragmentOffset(leaf: TestLeaf): boolean {
  const { left, right, relation } = leaf;
  const field =
    left.kind === 'load' && left.base === 'ip' && left.offset === 6 && left.size === 2 && left.index === null;
  return field && relation === 'any-bit' && right.kind === 'constant' && right.value === 0x1fff;
}

function testCode(leaf: TestLeaf): string | null {
  const { left, right, relation } = leaf;
  if (right.kind !== 'constant') return null;
  if (isFragmentOffset(leaf)) return 'G !== 0';
  if (relation === '=' && left.kind === 'operation' && left.operator === '&' && left.right.kind === 'constant') {
    const column = left.left.kind === 'length' ? null : columnOf(left.left);
    return column === null ? null : `(${column} & ${left.right.value | 0}) === ${right.value | 0}`;
  }
  const column = columnOf(left);
  if (column === null || relation === 'any-bit') return null;
  return `${column} ${relation === '=' ? '===' : relation} ${right.value}`;
}

const IP_TYPES: ReadonlySet<number> = new Set(Object.values(ETHERTYPE));

/** Code of one leaf; where the columns cannot tell, it returns "by its bytes" at once, for what follows may hang on a failed load. */
function leafCode(leaf: ColumnLeaf, lines: string[]): LeafCode {
  switch (leaf.kind) {
    case 'always':
      return true;
    case 'never':
      return false;
    case 'link-protocol':
      if (!IP_TYPES.has(leaf.protocol)) lines.push(`if (!E) ${BYTES}`);
      return `T === ${leaf.protocol}`;
    case 'test': {
      const code = testCode(leaf);
      if (code !== null) return code;
    }
  }
  lines.push(BYTES);
  return false;
}

/** Source of the function that judges by columns. Holds numbers of the check only. */
function columnDecisionSource(condition: Condition): string {
  return writeBranches(condition as Tree<ColumnLeaf>, leafCode, `return ${Verdict.yes};`, `return ${Verdict.no};`);
}

/** One script, so that the loop takes the decision in; it reads each column once and not through its table for each row. */
const LOOPS = `
function decideOne(F, A, facts, key, w) {
  return judge(F.low, F.high, F.lowPort, F.highPort, F.protocol, A, key >>> 1, key & 1, facts.outerType, facts.etherTypes, facts.laterFragment, w);
}
function decideRows(F, A, facts, segment, from, to, verdicts, lengthMap, classLengths) {
  const low = F.low, high = F.high, lowPort = F.lowPort, highPort = F.highPort, protocol = F.protocol;
  const T = facts.outerType, E = facts.etherTypes, G = facts.laterFragment;
  const flow = segment.flow, lengths = segment.originalLength;
  const room = verdicts.length, classes = classLengths.length, mapped = lengthMap.length;
  for (let row = from; row < to; row++) {
    const key = flow[row];
    let c = 0;
    if (classes > 1) {
      const length = lengths[row];
      if (length >= mapped) continue;
      c = lengthMap[length];
    }
    const place = key * classes + c;
    if (place < room && verdicts[place] === 0) {
      verdicts[place] = judge(low, high, lowPort, highPort, protocol, A, key >>> 1, key & 1, T, E, G, classLengths[c]);
    }
  }
}
function decideAll(F, A, facts, verdicts, base, size, classLengths) {
  const low = F.low, high = F.high, lowPort = F.lowPort, highPort = F.highPort, protocol = F.protocol;
  const T = facts.outerType, E = facts.etherTypes, G = facts.laterFragment;
  const end = base + size, classes = classLengths.length;
  for (let at = base, key = 0; at < end; key++) {
    const f = key >>> 1, d = key & 1;
    for (let c = 0; c < classes; c++) verdicts[at++] = judge(low, high, lowPort, highPort, protocol, A, f, d, T, E, G, classLengths[c]);
  }
}
return { decide: decideOne, decideRows, decideAll };`;

export function compileColumnDecision(condition: Condition): ColumnDecision {
  const body = columnDecisionSource(condition);
  const script = new Function(`function judge(${PARAMETERS}) {\n${body}\n}${LOOPS}`);
  return { byFlow: body.includes('[f]'), ...(script() as Omit<ColumnDecision, 'byFlow'>) };
}
