import type { FlowColumns } from '../../table/flow-columns.js';
import { type Condition, ETHERTYPE, PROTOCOL, type Value } from './condition.js';
import { genevePort } from './transport-conditions.js';

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

/** Packets that are decided together: of one class and length, and of the flows and directions (2 * flow + direction) keys[0, count). */
export interface Group {
  readonly flows: FlowColumns;
  readonly addressWords: Uint32Array;
  readonly facts: ClassFacts;
  readonly length: number;
  readonly keys: Uint32Array;
  readonly count: number;
}

export interface ColumnDecision {
  /** Whether the outcome hangs on the flow at all; if not, any flow will do. */
  readonly byFlow: boolean;
  /** Writes the verdict of each key of the group, at most GROUP_KEYS of them. */
  decide(group: Group, out: Uint8Array): void;
}

/** Most keys of a group: what is worked out of them stays in the nearest cache. */
export const GROUP_KEYS = 4096;

/*
 * A condition is decided leaf by leaf for a whole group, by a few loops that all filters share. They are compiled once and for all, whereas code made for one
 * filter would run cold: most filters are over before it is warm.
 */

type ColumnLeaf = Exclude<Condition, { kind: 'and' | 'or' | 'not' | 'unlabelled' }>;

/** What compiling a condition finds out from left to right. */
interface Uses {
  /** The outcome hangs on the flow. */
  flow: boolean;
  /** A tag stands in front: what follows is about headers that columns do not know. */
  tagged: boolean;
}
type TestLeaf = Extract<Condition, { kind: 'test' }>;
type TagLeaf = Extract<Condition, { kind: 'tag' }>;

/** What a flow knows of its packets. Words of an address count from 0, the most significant. */
type Column =
  | { kind: 'protocol' }
  | { kind: 'address'; end: 'source' | 'destination'; word: number; shift: number }
  | { kind: 'port'; end: 'source' | 'destination' };

/** A verdict that all keys share, or VARIOUS when each has its own. */
type Shared = number;
const VARIOUS: Shared = -1;

interface Work {
  readonly group: Group;
  /** Values of the columns that a leaf of this group has asked for. */
  readonly gathered: Map<string, Uint32Array>;
  readonly scratch: Scratch;
}

/** Decides a part of the condition: the verdict that all share, or VARIOUS and `out` filled. `depth` tells which scratch is free. */
type Decide = (work: Work, out: Uint8Array, depth: number) => Shared;

/** Memory that every group uses anew. */
interface Scratch {
  readonly values: Map<string, Uint32Array>;
  readonly verdicts: Uint8Array[];
}

/** By 4 * left + right: left where it is final, else right. "By its bytes" is final, for what follows may hang on a failed load. */
const AND = tableOf((left, right) => (left === Verdict.yes ? right : left));
const OR = tableOf((left, right) => (left === Verdict.no ? right : left));
const NOT = Uint8Array.of(0, Verdict.bytes, Verdict.yes, Verdict.no);

function tableOf(join: (left: number, right: number) => number): Uint8Array {
  return Uint8Array.from({ length: 16 }, (_, i) => join(i >>> 2, i & 3));
}

/** Compiles a condition for columns. What they cannot tell is "by its bytes". */
export function compileColumnDecision(condition: Condition): ColumnDecision {
  const uses: Uses = { flow: false, tagged: false };
  const decide = compile(condition, uses);
  const scratch: Scratch = { values: new Map(), verdicts: [] };
  return {
    byFlow: uses.flow,
    decide(group, out) {
      const shared = decide({ group, gathered: new Map(), scratch }, out, 0);
      if (shared !== VARIOUS) out.fill(shared, 0, group.count);
    },
  };
}

function compile(condition: Condition, uses: Uses): Decide {
  switch (condition.kind) {
    case 'and':
      return join(compileAll(condition.operands, uses), AND, Verdict.yes);
    case 'or':
      return join(compileAll(condition.operands, uses), OR, Verdict.no);
    case 'not':
      return negate(compile(condition.operand, uses));
    case 'unlabelled':
      return compile(condition.operand, uses);
    default:
      return compileLeaf(condition, uses);
  }
}

const compileAll = (operands: readonly Condition[], uses: Uses): Decide[] =>
  operands.map((operand) => compile(operand, uses));

/** Operands from left to right, as long as the verdict is `open`. */
function join(parts: readonly Decide[], table: Uint8Array, open: number): Decide {
  return (work, out, depth) => {
    let verdict: Shared = open;
    for (const part of parts) {
      if (verdict === VARIOUS) {
        const right = scratchOf(work.scratch, depth);
        const shared = part(work, right, depth + 1);
        if (shared !== VARIOUS) right.fill(shared, 0, work.group.count);
        joinVerdicts(out, right, work.group.count, table);
      } else if (verdict === open) verdict = part(work, out, depth);
      else break;
    }
    return verdict;
  };
}

function joinVerdicts(out: Uint8Array, right: Uint8Array, count: number, table: Uint8Array): void {
  for (let i = 0; i < count; i++) out[i] = table[(out[i] << 2) | right[i]];
}

function negate(part: Decide): Decide {
  return (work, out, depth) => {
    const shared = part(work, out, depth);
    if (shared !== VARIOUS) return NOT[shared];
    for (let i = 0; i < work.group.count; i++) out[i] = NOT[out[i]];
    return VARIOUS;
  };
}

function scratchOf(scratch: Scratch, depth: number): Uint8Array {
  scratch.verdicts[depth] ??= new Uint8Array(GROUP_KEYS);
  return scratch.verdicts[depth];
}

const IP_TYPES: ReadonlySet<number> = new Set(Object.values(ETHERTYPE));
const verdictOf = (matches: boolean): number => (matches ? Verdict.yes : Verdict.no);
const byBytes: Decide = () => Verdict.bytes;

function compileLeaf(leaf: ColumnLeaf, uses: Uses): Decide {
  if (leaf.kind === 'always') return () => Verdict.yes;
  if (leaf.kind === 'never') return () => Verdict.no;
  if (leaf.kind === 'tag') return compileTag(leaf, uses);
  if (uses.tagged && !isLength(leaf)) return byBytes;
  if (leaf.kind === 'link-protocol') {
    const { protocol } = leaf;
    const isIpType = IP_TYPES.has(protocol);
    return ({ group: { facts } }) =>
      isIpType || facts.etherTypes ? verdictOf(facts.outerType === protocol) : Verdict.bytes;
  }
  return leaf.kind === 'test' ? compileTest(leaf, uses) : byBytes;
}

const isLength = (leaf: ColumnLeaf): boolean => leaf.kind === 'test' && leaf.left.kind === 'length';

/** Outer types of packets that have the tag; no type tells of Geneve. */
const TAG_TYPES: Readonly<Record<TagLeaf['tag'], readonly number[]>> = {
  vlan: [PROTOCOL.vlan, PROTOCOL.providerVlan, PROTOCOL.oldProviderVlan],
  mpls: [PROTOCOL.mpls],
  pppoes: [PROTOCOL.pppoeSession],
  geneve: [],
  lane: [],
};

/** Most packets have no tag, which their columns know; those that have one are read. */
function compileTag({ tag, span }: TagLeaf, uses: Uses): Decide {
  if (uses.tagged) return byBytes;
  if (tag === 'geneve') {
    const outer = compile(genevePort(span), uses);
    uses.tagged = true;
    return join([outer, byBytes], AND, Verdict.yes);
  }
  uses.tagged = true;
  const types = new Set(TAG_TYPES[tag]);
  return ({ group: { facts } }) => (!facts.etherTypes || types.has(facts.outerType) ? Verdict.bytes : Verdict.no);
}

function compileTest(leaf: TestLeaf, uses: Uses): Decide {
  const { left, right, relation } = leaf;
  if (right.kind !== 'constant') return byBytes;
  if (isFragmentOffset(leaf)) return ({ group }) => verdictOf(group.facts.laterFragment !== 0);
  const { value } = right;
  if (left.kind === 'length' && relation !== 'any-bit') {
    return ({ group: { length } }) =>
      verdictOf(relation === '=' ? length === value : relation === '>' ? length > value : length >= value);
  }
  const masked = left.kind === 'operation' && left.operator === '&' && left.right.kind === 'constant';
  if (masked && relation !== '=') return byBytes;
  const mask = masked && left.right.kind === 'constant' ? left.right.value : 0xffffffff;
  const column = columnOf(masked ? left.left : left);
  if (column === null || relation === 'any-bit') return byBytes;
  uses.flow = true;
  return (work, out) => {
    const values = gather(work, column);
    const { count } = work.group;
    if (relation === '=') areEqual(values, count, mask | 0, value | 0, out);
    else areAbove(values, count, relation === '>' ? value + 1 : value, out);
    return VARIOUS;
  };
}

function areEqual(values: Uint32Array, count: number, mask: number, value: number, out: Uint8Array): void {
  for (let i = 0; i < count; i++) out[i] = (values[i] & mask) === value ? 3 : 2;
}

/** At or above `least`, which may be 2^32. */
function areAbove(values: Uint32Array, count: number, least: number, out: Uint8Array): void {
  for (let i = 0; i < count; i++) out[i] = values[i] >= least ? 3 : 2;
}

function isFragmentOffset({ left, right, relation }: TestLeaf): boolean {
  const field =
    left.kind === 'load' && left.base === 'ip' && left.offset === 6 && left.size === 2 && left.index === null;
  return field && relation === 'any-bit' && right.kind === 'constant' && right.value === 0x1fff;
}

/**
 * Fields of the packet that a flow knows, by `base offset size`. Each is only read where a test of the link layer's protocol has held before, as libpcap's
 * own programs read them.
 */
const COLUMNS: ReadonlyMap<string, Column> = new Map([
  ['ip 9 1', { kind: 'protocol' }],
  ['ip6 6 1', { kind: 'protocol' }],
  ['ip 12 4', { kind: 'address', end: 'source', word: 3, shift: 0 }],
  ['ip 16 4', { kind: 'address', end: 'destination', word: 3, shift: 0 }],
  ['ip 16 1', { kind: 'address', end: 'destination', word: 3, shift: 24 }],
  ['ip6 24 1', { kind: 'address', end: 'destination', word: 0, shift: 24 }],
  ...[0, 1, 2, 3].flatMap((word): [string, Column][] => [
    [`ip6 ${8 + 4 * word} 4`, { kind: 'address', end: 'source', word, shift: 0 }],
    [`ip6 ${24 + 4 * word} 4`, { kind: 'address', end: 'destination', word, shift: 0 }],
  ]),
  ['ip-payload 0 2', { kind: 'port', end: 'source' }],
  ['ip-payload 2 2', { kind: 'port', end: 'destination' }],
  ['ip6-payload 0 2', { kind: 'port', end: 'source' }],
  ['ip6-payload 2 2', { kind: 'port', end: 'destination' }],
] as const);

function columnOf(value: Value): Column | null {
  if (value.kind !== 'load' || value.index !== null) return null;
  return COLUMNS.get(`${value.base} ${value.offset} ${value.size}`) ?? null;
}

/** The values of a column for the keys of the group, looked up once however many leaves ask. */
function gather({ group, gathered, scratch }: Work, column: Column): Uint32Array {
  const name =
    column.kind === 'protocol'
      ? 'protocol'
      : `${column.end} ${column.kind === 'port' ? 'port' : `${column.word} ${column.shift}`}`;
  const known = gathered.get(name);
  if (known !== undefined) return known;
  const values = scratch.values.get(name) ?? new Uint32Array(GROUP_KEYS);
  scratch.values.set(name, values);
  gathered.set(name, values);
  const { flows, keys, count, addressWords } = group;
  if (column.kind === 'protocol') gatherProtocols(flows.protocol, keys, count, values);
  else {
    const turn = column.end === 'source' ? 0 : 1;
    if (column.kind === 'port') gatherEnds(flows.lowPort, flows.highPort, keys, count, turn, values);
    else {
      gatherEnds(flows.low, flows.high, keys, count, turn, values);
      lookUpWords(addressWords, column.word, column.shift, count, values);
    }
  }
  return values;
}

function gatherProtocols(protocol: Uint8Array, keys: Uint32Array, count: number, values: Uint32Array): void {
  for (let i = 0; i < count; i++) values[i] = protocol[keys[i] >>> 1];
}

/** What direction 0 has at its low end and direction 1 at its high one; with `turn` 1 the other way round. No branch: directions cannot be predicted. */
function gatherEnds(
  low: Uint32Array | Uint16Array,
  high: Uint32Array | Uint16Array,
  keys: Uint32Array,
  count: number,
  turn: number,
  values: Uint32Array,
): void {
  for (let i = 0; i < count; i++) {
    const key = keys[i];
    const a = low[key >>> 1];
    values[i] = a ^ ((a ^ high[key >>> 1]) & -((key & 1) ^ turn));
  }
}

function lookUpWords(words: Uint32Array, word: number, shift: number, count: number, values: Uint32Array): void {
  for (let i = 0; i < count; i++) values[i] = words[4 * values[i] + word] >>> shift;
}
