import type { FlowColumns } from '../../table/flow-columns.js';
import { type LeafCode, type Tree, writeBranches } from './branch-writer.js';
import type { Condition, Value } from './condition.js';
import { ETHERTYPE } from './condition.js';

/** What the columns say of a packet. A verdict of 2 or more is final, and its low bit says whether the packet matches. */
export const Verdict = { undecided: 0, bytes: 1, no: 2, yes: 3 } as const;

/**
 * Judges all packets of a flow's direction that are wrapped alike. `outerType`: what the link layer says it carries. `etherTypes`:
 * whether that is an EtherType on the wire. `laterFragment`: 1 when behind the first fragment. `length`: the original length.
 */
export type ColumnDecision = (
  flows: FlowColumns,
  addressWords: Uint32Array,
  flow: number,
  direction: number,
  outerType: number,
  etherTypes: boolean,
  laterFragment: number,
  length: number,
) => number;

type ColumnLeaf = Exclude<Condition, { kind: 'and' | 'or' | 'not' }>;
type TestLeaf = Extract<Condition, { kind: 'test' }>;

/** Parameters of the generated function, in the order of ColumnDecision. */
const PARAMETERS = ['F', 'A', 'f', 'd', 'T', 'E', 'G', 'w'];
const BYTES = `return ${Verdict.bytes};`;

const sourceWord = (word: number): string => `A[4 * (d === 0 ? F.low[f] : F.high[f]) + ${word}]`;
const destinationWord = (word: number): string => `A[4 * (d === 0 ? F.high[f] : F.low[f]) + ${word}]`;
const SOURCE_PORT = '(d === 0 ? F.lowPort[f] : F.highPort[f])';
const DESTINATION_PORT = '(d === 0 ? F.highPort[f] : F.lowPort[f])';

/**
 * Fields of the packet that a flow knows, by `base offset size`. Each is only read where a test of the link layer's protocol has held before, as libpcap's
 * own programs read them.
 */
const COLUMNS: ReadonlyMap<string, string> = new Map([
  ['ip 9 1', 'F.protocol[f]'],
  ['ip6 6 1', 'F.protocol[f]'],
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
export function columnDecisionSource(condition: Condition): string {
  return writeBranches(condition as Tree<ColumnLeaf>, leafCode, `return ${Verdict.yes};`, `return ${Verdict.no};`);
}

/** `byFlow`: whether the decision looks at the flow at all; if not, a dummy flow of 0 does. */
export function compileColumnDecision(condition: Condition): { decide: ColumnDecision; byFlow: boolean } {
  const source = columnDecisionSource(condition);
  return { decide: new Function(...PARAMETERS, source) as ColumnDecision, byFlow: source.includes('F.') };
}
