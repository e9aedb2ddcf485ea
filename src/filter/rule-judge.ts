import { NO_PROTOCOL, type Outline } from '../decode/outline.js';
import { RowFlag } from '../table/columns.js';
import type { Nanos } from '../time.js';
import { AND_CODES, Code, NOT_CODES, OR_CODES } from './rule-codes.js';
import {
  addressTest,
  type BoundTest,
  type BoundTree,
  flagCodes,
  hasPorts,
  isExactWithin,
  isWithin,
  portCodes,
  protocolCodes,
} from './rule-tests.js';

/** How much of the IP layer there is: none (ARP…), a header that cannot be read, or both addresses. */
export const Network = { none: 0, unreadable: 1, whole: 2 } as const;

/** What rules look at in one packet. One object is used for all packets. */
export interface RuleFacts {
  network: number;
  protocol: number;
  /** Source in words 0 to 3, destination in 4 to 7. */
  addresses: Uint32Array;
  sourcePort: number;
  destinationPort: number;
  tcpFlags: number;
  /** Of RowFlag: later fragment, cut, bytes. */
  flags: number;
  /** Captured. */
  length: number;
  seconds: number;
  nanoseconds: number;
  /** undefined: `seconds` and `nanoseconds` tell the time. */
  exactTime: Nanos | null | undefined;
  /** 2 * flow + direction in the table, for what only flows know; -1 without one. */
  key: number;
}

export function createFacts(): RuleFacts {
  return {
    network: Network.none,
    protocol: NO_PROTOCOL,
    addresses: new Uint32Array(8),
    sourcePort: 0,
    destinationPort: 0,
    tcpFlags: 0,
    flags: 0,
    length: 0,
    seconds: 0,
    nanoseconds: 0,
    exactTime: undefined,
    key: -1,
  };
}

/** Takes the headers' facts from an outline; length, time and flow are the caller's. */
export function setHeaderFacts(facts: RuleFacts, o: Outline): void {
  facts.network = o.hasAddresses === 1 ? Network.whole : isIp(o.etherType) ? Network.unreadable : Network.none;
  facts.protocol = o.protocol;
  facts.addresses = o.addresses;
  facts.sourcePort = o.sourcePort;
  facts.destinationPort = o.destinationPort;
  facts.tcpFlags = o.tcpFlags;
  facts.flags = o.flags;
}

export function isIp(etherType: number): boolean {
  return etherType === 0x0800 || etherType === 0x86dd;
}

/** The code of a packet. */
export type RuleJudge = (facts: RuleFacts) => number;

/** Codes by flow and direction of a test that only flows can answer. */
export type FlowCodes = (test: BoundTest) => Uint8Array;

/** One function for a tree. `flowCodes` is asked for tests of flows alone. */
export function compileJudge(tree: BoundTree, flowCodes: FlowCodes): RuleJudge {
  switch (tree.kind) {
    case 'and':
      return joinJudges(tree.operands, flowCodes, AND_CODES);
    case 'or':
      return joinJudges(tree.operands, flowCodes, OR_CODES);
    case 'not': {
      const judge = compileJudge(tree.operand, flowCodes);
      return (facts) => NOT_CODES[judge(facts)];
    }
    default:
      return compileTest(tree.test, flowCodes);
  }
}

function joinJudges(operands: readonly BoundTree[], flowCodes: FlowCodes, table: Uint8Array): RuleJudge {
  if (operands.length === 0) return () => Code.yes;
  const judges = operands.map((each) => compileJudge(each, flowCodes));
  return (facts) => {
    let code: number = Code.ignored;
    for (let i = 0; i < judges.length; i++) code = table[(code << 2) | judges[i](facts)];
    return code;
  };
}

function compileTest(test: BoundTest, flowCodes: FlowCodes): RuleJudge {
  switch (test.kind) {
    case 'proto':
      return ofProtocol(protocolCodes(test.protocols));
    case 'srcIp':
    case 'dstIp':
    case 'ip': {
      const matches = addressTest(test.networks);
      const { end } = test;
      return ofNetwork(({ addresses }) =>
        (end !== 'destination' && matches(addresses, 0)) || (end !== 'source' && matches(addresses, 4))
          ? Code.yes
          : Code.no,
      );
    }
    case 'srcPort':
    case 'dstPort':
    case 'port': {
      const codes = portCodes(test.ranges);
      const { end } = test;
      return (facts) => {
        const state = portState(facts);
        if (state !== Code.yes) return state;
        if (end === 'source') return codes[facts.sourcePort];
        if (end === 'destination') return codes[facts.destinationPort];
        return codes[facts.sourcePort] & codes[facts.destinationPort] & 2 ? Code.no : Code.yes;
      };
    }
    case 'tcpFlags': {
      const codes = flagCodes(test.tests);
      return (facts) => tcpFlagCode(codes, facts);
    }
    case 'minLen':
      return ({ length }) => (length >= test.value ? Code.yes : Code.no);
    case 'maxLen':
      return ({ length }) => (length <= test.value ? Code.yes : Code.no);
    case 'time':
      return ({ exactTime, seconds, nanoseconds }) =>
        (exactTime === undefined ? isWithin(test.bounds, seconds, nanoseconds) : isExactWithin(test.bounds, exactTime))
          ? Code.yes
          : Code.no;
    default: {
      const codes = flowCodes(test);
      return ofNetwork(({ key }) => codes[key]);
    }
  }
}

function ofProtocol(codes: Uint8Array): RuleJudge {
  return ofNetwork(({ protocol }) => codes[protocol]);
}

/** A test of the IP layer: fails where there is none. */
function ofNetwork(judge: RuleJudge): RuleJudge {
  return (facts) =>
    facts.network === Network.whole ? judge(facts) : facts.network === Network.none ? Code.no : Code.unknown;
}

/** Whether a packet has ports to compare (yes), hides them (no: a later fragment; unknown: cut off), or is of a protocol without (ignored). */
function portState({ network, protocol, flags, sourcePort, destinationPort }: RuleFacts): number {
  if (network === Network.none) return Code.ignored;
  if (network === Network.unreadable) return Code.unknown;
  if (!hasPorts(protocol)) return Code.ignored;
  if ((flags & RowFlag.laterFragment) !== 0) return Code.no;
  return sourcePort === 0 && destinationPort === 0 && (flags & RowFlag.cut) !== 0 ? Code.unknown : Code.yes;
}

const TCP = 6;
const CUT_BEFORE_FLAGS = RowFlag.cut | RowFlag.bytes;

/** Flags of no TCP segment, and those of a later fragment, match nothing. */
export function tcpFlagCode(
  codes: Uint8Array,
  { network, protocol, flags, tcpFlags }: Pick<RuleFacts, 'network' | 'protocol' | 'flags' | 'tcpFlags'>,
): number {
  if (network !== Network.whole) return network === Network.none ? Code.no : Code.unknown;
  if (protocol !== TCP || (flags & RowFlag.laterFragment) !== 0) return Code.no;
  if (tcpFlags === 0 && (flags & CUT_BEFORE_FLAGS) === CUT_BEFORE_FLAGS) return Code.unknown;
  return codes[tcpFlags];
}
