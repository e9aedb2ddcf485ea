import type { AddressColumns, FlowColumns } from '../table/flow-columns.js';
import { AND_CODES, Code, NOT_CODES, OR_CODES } from './rule-codes.js';
import type { FlowCodes } from './rule-judge.js';
import { addressTest, type BoundTest, type BoundTree, hasPorts, portCodes, protocolCodes } from './rule-tests.js';
import type { End } from './rule-values.js';

/** So many flows and directions are decided together: what is worked out of them stays in the nearest cache. */
export const GROUP = 4096;
/** Beside a code: the packets of this flow are not all alike (later fragments, cut headers), each is judged by itself. */
export const BY_ROW = 4;

/** What a table tells of its flows. */
export interface RuleTable {
  readonly flows: FlowColumns;
  readonly addresses: AddressColumns;
}

/** Writes the codes of keys[0, count) (2 * flow + direction, each below the table's own) to `out`. */
export type KeyCodes = (keys: Uint32Array, count: number, out: Uint8Array) => void;

/** Whether the flow and direction alone decide. */
export function isOfFlow(tree: BoundTree): boolean {
  if (tree.kind === 'not') return isOfFlow(tree.operand);
  if (tree.kind !== 'test') return tree.operands.every(isOfFlow);
  const { kind } = tree.test;
  return kind !== 'tcpFlags' && kind !== 'minLen' && kind !== 'maxLen' && kind !== 'time';
}

/** Compiles a tree that hangs on flows alone: leaf by leaf over a group of keys, by loops that all filters share. */
export function compileKeyCodes(tree: BoundTree, table: RuleTable, flowCodes: FlowCodes): KeyCodes {
  const uses = { ports: false };
  const codes = compile(tree, table, flowCodes, uses, 0);
  if (!uses.ports) return codes;
  return (keys, count, out) => {
    codes(keys, count, out);
    markDoubtful(table.flows, keys, count, out);
  };
}

function compile(
  tree: BoundTree,
  table: RuleTable,
  flowCodes: FlowCodes,
  uses: { ports: boolean },
  depth: number,
): KeyCodes {
  if (tree.kind === 'test') return compileTest(tree.test, table, flowCodes, uses);
  if (tree.kind === 'not') {
    const codes = compile(tree.operand, table, flowCodes, uses, depth);
    return (keys, count, out) => {
      codes(keys, count, out);
      for (let i = 0; i < count; i++) out[i] = NOT_CODES[out[i]];
    };
  }
  if (tree.operands.length === 0) return (_keys, count, out) => void out.fill(Code.yes, 0, count);
  const parts = tree.operands.map((each) => compile(each, table, flowCodes, uses, depth + 1));
  const join = tree.kind === 'and' ? AND_CODES : OR_CODES;
  const right = new Uint8Array(parts.length > 1 ? GROUP : 0);
  return (keys, count, out) => {
    parts[0](keys, count, out);
    for (let p = 1; p < parts.length; p++) {
      parts[p](keys, count, right);
      for (let i = 0; i < count; i++) out[i] = join[(out[i] << 2) | right[i]];
    }
  };
}

function compileTest(
  test: BoundTest,
  { flows, addresses }: RuleTable,
  flowCodes: FlowCodes,
  uses: { ports: boolean },
): KeyCodes {
  switch (test.kind) {
    case 'proto': {
      const codes = protocolCodes(test.protocols);
      return (keys, count, out) => lookUpProtocols(flows.protocol, codes, keys, count, out);
    }
    case 'srcIp':
    case 'dstIp':
    case 'ip': {
      const matches = addressTest(test.networks);
      const codes = new Uint8Array(addresses.count);
      for (let i = 0; i < codes.length; i++) codes[i] = matches(addresses.words, 4 * i) ? Code.yes : Code.no;
      return (keys, count, out) => lookUpEnds(flows.low, flows.high, codes, test.end, keys, count, out);
    }
    case 'srcPort':
    case 'dstPort':
    case 'port': {
      uses.ports = true;
      const codes = portCodes(test.ranges);
      return (keys, count, out) => {
        lookUpEnds(flows.lowPort, flows.highPort, codes, test.end, keys, count, out);
        lookUpProtocols(flows.protocol, WITH_PORTS, keys, count, out, true);
      };
    }
    default: {
      const codes = flowCodes(test);
      return (keys, count, out) => {
        for (let i = 0; i < count; i++) out[i] = codes[keys[i]];
      };
    }
  }
}

/** All bits of a code where a protocol has ports, none where port rules are ignored. */
const WITH_PORTS = Uint8Array.from({ length: 256 }, (_, protocol) => (hasPorts(protocol) ? 3 : 0));

function lookUpProtocols(
  protocol: Uint8Array,
  codes: Uint8Array,
  keys: Uint32Array,
  count: number,
  out: Uint8Array,
  masks = false,
): void {
  if (masks) for (let i = 0; i < count; i++) out[i] &= codes[protocol[keys[i] >>> 1]];
  else for (let i = 0; i < count; i++) out[i] = codes[protocol[keys[i] >>> 1]];
}

/** Direction 0 is from the low end to the high one. No branch: directions cannot be predicted. */
function lookUpEnds(
  low: Uint32Array | Uint16Array,
  high: Uint32Array | Uint16Array,
  codes: Uint8Array,
  end: End,
  keys: Uint32Array,
  count: number,
  out: Uint8Array,
): void {
  if (end === 'either') {
    // Yes is 1 and no is 2: at either end yes unless both are no.
    for (let i = 0; i < count; i++) {
      const flow = keys[i] >>> 1;
      const both = codes[low[flow]] & codes[high[flow]];
      out[i] = (both & 2) | (1 ^ (both >>> 1));
    }
    return;
  }
  const turn = end === 'source' ? 0 : 1;
  for (let i = 0; i < count; i++) {
    const key = keys[i];
    const a = low[key >>> 1];
    out[i] = codes[a ^ ((a ^ high[key >>> 1]) & -((key & 1) ^ turn))];
  }
}

/** Two ports of 0 may be ports of 0, or those that a later fragment or a cut header does not tell. */
function markDoubtful({ lowPort, highPort }: FlowColumns, keys: Uint32Array, count: number, out: Uint8Array): void {
  for (let i = 0; i < count; i++) {
    const flow = keys[i] >>> 1;
    if ((lowPort[flow] | highPort[flow]) === 0) out[i] |= BY_ROW;
  }
}
