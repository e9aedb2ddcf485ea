import type { Cidr } from '../bytes/address.js';
import { PcapshError } from '../errors.js';
import {
  type Nanos,
  resolveTimeWindow,
  splitNanos,
  type TimeContext,
  type TimeRange,
  type TimeWindow,
} from '../time.js';
import { Code } from './rule-codes.js';
import type { FlagTest, ValueTest } from './rule-values.js';
import type { RuleTest, RuleTree } from './rules.js';

/** Tests over the values of a packet or a flow, each made once for a filter. They answer with a `Code`, or a table of codes. */

/** Of TCP, DCCP, UDP, SCTP and UDP-Lite: ports stand first in their headers. */
export function hasPorts(protocol: number): boolean {
  return protocol === 6 || protocol === 17 || protocol === 33 || protocol === 132 || protocol === 136;
}

/** Code by IP protocol. */
export function protocolCodes(protocols: ReadonlySet<number>): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, protocol) => (protocols.has(protocol) ? Code.yes : Code.no));
}

const knownPorts = new WeakMap<object, Uint8Array>();

/** Code by port, for a packet that has ports. */
export function portCodes(ranges: readonly (readonly [number, number])[]): Uint8Array {
  const known = knownPorts.get(ranges);
  if (known !== undefined) return known;
  const codes = new Uint8Array(65536).fill(Code.no);
  for (const [first, last] of ranges) codes.fill(Code.yes, first, last + 1);
  knownPorts.set(ranges, codes);
  return codes;
}

/** Whether an address is in one of some networks, however many they are. An IPv4 address (::ffff:a.b.c.d) is in no network of IPv6. */
export type AddressTest = (words: Uint32Array, at: number) => boolean;

const MAPPED = 0xffff;

export function addressTest(networks: readonly Cidr[]): AddressTest {
  const ipv4 = new Map<number, Set<number>>();
  const ipv6 = new Map<string, { mask: Uint32Array; bases: Set<string> }>();
  for (const { words, mask } of networks) {
    const isMapped = words[0] === 0 && words[1] === 0 && words[2] === MAPPED && mask[2] === 0xffffffff;
    if (isMapped) {
      const bases = ipv4.get(mask[3]) ?? new Set<number>();
      ipv4.set(mask[3], bases.add((words[3] & mask[3]) >>> 0));
    } else {
      const key = mask.join(' ');
      const group = ipv6.get(key) ?? { mask, bases: new Set<string>() };
      ipv6.set(key, group);
      group.bases.add(maskedText(words, 0, mask));
    }
  }
  const masks = [...ipv4];
  const groups = [...ipv6.values()];
  return (words, at) => {
    if (words[at] === 0 && words[at + 1] === 0 && words[at + 2] === MAPPED) {
      for (let i = 0; i < masks.length; i++) if (masks[i][1].has((words[at + 3] & masks[i][0]) >>> 0)) return true;
      return false;
    }
    for (let i = 0; i < groups.length; i++) if (groups[i].bases.has(maskedText(words, at, groups[i].mask))) return true;
    return false;
  };
}

function maskedText(words: Uint32Array, at: number, mask: Uint32Array): string {
  let text = '';
  for (let i = 0; i < 4; i++) text += `${((words[at + i] & mask[i]) >>> 0).toString(36)} `;
  return text;
}

/** Code by the TCP flags of a segment. */
export function flagCodes(tests: readonly FlagTest[]): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, flags) =>
    tests.some(({ exact, mask }) => (exact ? flags === mask : (flags & mask) !== 0)) ? Code.yes : Code.no,
  );
}

/** A window of time as the columns have times; both ends belong to it. */
export interface TimeBounds {
  readonly startSeconds: number;
  readonly startNanoseconds: number;
  readonly endSeconds: number;
  readonly endNanoseconds: number;
  readonly range: TimeRange;
}

export function timeBounds(range: TimeRange): TimeBounds {
  const parts = (time: Nanos | null, open: number): [number, number] => {
    if (time === null) return [open, 0];
    const { seconds, nanoseconds } = splitNanos(time);
    return [Number(seconds), nanoseconds];
  };
  const [startSeconds, startNanoseconds] = parts(range.start, Number.NEGATIVE_INFINITY);
  const [endSeconds, endNanoseconds] = parts(range.end, Number.POSITIVE_INFINITY);
  return { startSeconds, startNanoseconds, endSeconds, endNanoseconds, range };
}

/** A time in seconds and nanoseconds. */
export function isWithin(bounds: TimeBounds, seconds: number, nanoseconds: number): boolean {
  const { startSeconds, startNanoseconds, endSeconds, endNanoseconds } = bounds;
  if (seconds < startSeconds || (seconds === startSeconds && nanoseconds < startNanoseconds)) return false;
  return seconds < endSeconds || (seconds === endSeconds && nanoseconds <= endNanoseconds);
}

/** An exact time; null, a packet without one, is in no window. */
export function isExactWithin({ range: { start, end } }: TimeBounds, time: Nanos | null): boolean {
  return time !== null && (start === null || time >= start) && (end === null || time <= end);
}

/** A test with everything resolved that hangs on the input. */
export type BoundTest = ValueTest | { readonly kind: 'time'; readonly bounds: TimeBounds };

export type BoundTree =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly BoundTree[] }
  | { readonly kind: 'not'; readonly operand: BoundTree }
  | { readonly kind: 'test'; readonly test: BoundTest; readonly label: string };

/** Resolves the times of a tree. Throws what `resolveTimeWindow` throws. */
export function bindTimes(tree: RuleTree, context: TimeContext): BoundTree {
  switch (tree.kind) {
    case 'and':
    case 'or':
      return { kind: tree.kind, operands: tree.operands.map((each) => bindTimes(each, context)) };
    case 'not':
      return { kind: 'not', operand: bindTimes(tree.operand, context) };
    default: {
      const { test, label } = tree;
      if (test.kind !== 'time') return { kind: 'test', test, label };
      const bounds = timeBounds(resolve(test.window, context));
      return { kind: 'test', test: { kind: 'time', bounds }, label };
    }
  }
}

/** The window that no time is in. */
const NOWHERE: TimeRange = { start: 0n, end: -1n };

/** Where a window counts from packets and no packet has a time, nothing is in it. */
function resolve(window: TimeWindow, context: TimeContext): TimeRange {
  try {
    return resolveTimeWindow(window, context);
  } catch (error) {
    if (error instanceof PcapshError && error.code === 'time.no-packets') return NOWHERE;
    throw error;
  }
}

/** All tests of a tree. */
export function* testsOf(tree: RuleTree | BoundTree): Generator<RuleTest | BoundTest> {
  if (tree.kind === 'test') yield tree.test;
  else if (tree.kind === 'not') yield* testsOf(tree.operand);
  else for (const operand of tree.operands) yield* testsOf(operand);
}

/** What a test needs to know of the stage's whole input: nothing, its earliest and latest time, or its flows. */
export function needsInput(tree: RuleTree): { times: boolean; flows: boolean } {
  const needs = { times: false, flows: false };
  for (const test of testsOf(tree)) {
    if (test.kind === 'minFlowPackets' || test.kind === 'app' || test.kind === 'flowId') needs.flows = true;
    else if (test.kind === 'time' && 'window' in test) {
      const { start, end } = test.window;
      if ([start, end].some((point) => point?.kind === 'relative' || point?.kind === 'clock')) needs.times = true;
    }
  }
  return needs;
}
