import { NO_FLOW, OVERFLOW, RowFlag, type Segment } from '../../table/columns.js';
import type { Encapsulation } from '../../table/encapsulation.js';
import type { AddressColumns, FlowColumns } from '../../table/flow-columns.js';
import { compileColumnDecision, lengthThresholds, Verdict } from './column-code.js';
import { type Condition, ETHERTYPE } from './condition.js';

/** The dictionaries of a packet table. They may grow between two segments. */
export interface FilterTable {
  readonly flows: FlowColumns;
  readonly addresses: AddressColumns;
  readonly encapsulations: readonly Encapsulation[];
  /** LINKTYPE_ of an interface, for packets that are judged by their bytes. */
  linkTypeOf(interfaceId: number): number;
}

/**
 * Sets bit r (bit r & 31 of word r >>> 5) for every row r < rows that matches and clears the others; returns the rows, ascending, that must be judged
 * by their bytes (their bits are 0). `out` has a word for every 32 rows. The list is valid until the next call.
 */
export type SegmentTest = (segment: Segment, rows: number, out: Uint32Array) => Uint32Array;

/** What is known of all packets that are wrapped alike, are alike fragments, and fall between the same two lengths. */
interface PacketClass {
  /** Verdict of all of them, or undecided: it depends on the flow. */
  readonly verdict: number;
  /** Verdicts by 2 * flow + direction, filled when first needed; null when there is no room for them. */
  verdicts: Uint8Array | null;
  readonly outerType: number;
  readonly etherTypes: boolean;
  readonly laterFragment: number;
  readonly length: number;
}

const ETHERTYPE_LINKS: ReadonlySet<number> = new Set([1, 113, 276]);
/** Link types whose packets have an outer type that is read off a field or a version, and that libpcap reads alike. */
const IP_LINKS: ReadonlySet<number> = new Set([9, 12, 14, 50, 101, 228, 229]);
/** BSD loopback: the number for IPv6 depends on the system, so only IPv4 is left to the columns. */
const LOOPBACK_LINKS: ReadonlySet<number> = new Set([0, 108]);
const HIGHEST_802_3_LENGTH = 1500;

function isIp(outerType: number): boolean {
  return outerType === ETHERTYPE.ip || outerType === ETHERTYPE.ip6;
}

function columnsKnow({ linkType, outerType }: Encapsulation): boolean {
  if (ETHERTYPE_LINKS.has(linkType)) return outerType > HIGHEST_802_3_LENGTH;
  if (LOOPBACK_LINKS.has(linkType)) return outerType === ETHERTYPE.ip;
  return IP_LINKS.has(linkType) && isIp(outerType);
}

const NO_VERDICTS = new Uint8Array(0);
/** All verdicts of a filter together take at most so many bytes; beyond it packets are decided one by one. */
const MOST_VERDICT_BYTES = 64 << 20;

/** Rows that are judged by their bytes; grows. */
interface RowList {
  rows: Uint32Array;
  count: number;
}

function addRow(list: RowList, row: number): void {
  if (list.count === list.rows.length) {
    const larger = new Uint32Array(2 * list.rows.length);
    larger.set(list.rows);
    list.rows = larger;
  }
  list.rows[list.count++] = row;
}

function thresholdsBelow(thresholds: readonly number[], length: number): number {
  let low = 0;
  let high = thresholds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (thresholds[middle] <= length) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Compiles a condition to a test of whole segments. `validate` is called once for each link type that turns up and throws where libpcap
 * refuses the expression.
 */
export function compileSegmentTest(
  condition: Condition,
  table: FilterTable,
  validate: (linkType: number) => void,
): SegmentTest {
  const decide = compileColumnDecision(condition);
  const thresholds = lengthThresholds(condition);
  const lengthClasses = thresholds.length + 1;
  const classes: (PacketClass | undefined)[] = [];
  const shared = new Map<string, PacketClass>();
  const list: RowList = { rows: new Uint32Array(1024), count: 0 };
  let verdictBytes = 0;

  function verdictsFor(known: Uint8Array | null): Uint8Array | null {
    const needed = 2 * table.flows.count;
    if (known !== null && known.length >= needed) return known;
    // Room for flows to come, so that a growing table does not copy its verdicts for each segment.
    const size = known === null ? needed : 2 * needed;
    if (verdictBytes - (known?.length ?? 0) + size > MOST_VERDICT_BYTES) return null;
    verdictBytes += size - (known?.length ?? 0);
    const verdicts = new Uint8Array(size);
    if (known) verdicts.set(known);
    return verdicts;
  }

  function decideRow(kind: PacketClass, flowAndDirection: number): number {
    const { outerType, etherTypes, laterFragment, length } = kind;
    const flow = flowAndDirection >>> 1;
    return decide(
      table.flows,
      table.addresses.words,
      flow,
      flowAndDirection & 1,
      outerType,
      etherTypes,
      laterFragment,
      length,
    );
  }

  function makeClass(encapsulation: Encapsulation, laterFragment: number, lengthClass: number): PacketClass {
    validate(encapsulation.linkType);
    const { outerType } = encapsulation;
    const etherTypes = ETHERTYPE_LINKS.has(encapsulation.linkType);
    const length = lengthClass === 0 ? 0 : thresholds[lengthClass - 1];
    const kind = { verdict: Verdict.undecided, verdicts: null, outerType, etherTypes, laterFragment, length };
    if (!columnsKnow(encapsulation)) return { ...kind, verdict: Verdict.bytes };
    const key = `${outerType} ${etherTypes} ${laterFragment} ${lengthClass}`;
    const same = shared.get(key);
    if (same) return same;
    // Without an IP header nothing depends on a flow.
    const made: PacketClass = isIp(outerType)
      ? { ...kind, verdicts: verdictsFor(null) }
      : { ...kind, verdict: decideRow(kind, 0) };
    shared.set(key, made);
    return made;
  }

  function classAt(index: number): PacketClass {
    let kind = classes[index];
    if (kind === undefined) {
      const lengthClass = index % lengthClasses;
      const wrapped = (index - lengthClass) / lengthClasses;
      kind = makeClass(table.encapsulations[wrapped >>> 1], wrapped & 1, lengthClass);
      classes[index] = kind;
    }
    return kind;
  }

  /** Verdict of a row whose class leaves it to the flow and whose flow was not judged yet. */
  function judge(kind: PacketClass, flowAndDirection: number): number {
    if (flowAndDirection === NO_FLOW) return Verdict.bytes;
    const verdict = decideRow(kind, flowAndDirection);
    if (kind.verdicts !== null && flowAndDirection < kind.verdicts.length) kind.verdicts[flowAndDirection] = verdict;
    return verdict;
  }

  return (segment, rows, out) => {
    const { flags, encapsulation, flow, originalLength } = segment;
    list.count = 0;
    for (const kind of shared.values()) {
      if (kind.verdicts !== null) kind.verdicts = verdictsFor(kind.verdicts);
    }
    const byBytes = RowFlag.bytes;
    const later = RowFlag.laterFragment;
    const byLength = lengthClasses > 1;
    let current: PacketClass | null = null;
    let index = -1;
    let classVerdict: number = Verdict.undecided;
    let verdicts: Uint8Array = NO_VERDICTS;
    let word = 0;
    for (let row = 0; row < rows; row++) {
      const flag = flags[row];
      const wrapping = encapsulation[row];
      let verdict: number = Verdict.bytes;
      if ((flag & byBytes) === 0 && wrapping !== OVERFLOW) {
        let next = 2 * wrapping + ((flag & later) === 0 ? 0 : 1);
        if (byLength) next = next * lengthClasses + thresholdsBelow(thresholds, originalLength[row]);
        if (next !== index || current === null) {
          current = classAt(next);
          index = next;
          classVerdict = current.verdict;
          verdicts = current.verdicts ?? NO_VERDICTS;
        }
        verdict = classVerdict;
        if (verdict === Verdict.undecided) {
          const flowAndDirection = flow[row];
          if (flowAndDirection < verdicts.length) verdict = verdicts[flowAndDirection];
          if (verdict === Verdict.undecided) verdict = judge(current, flowAndDirection);
        }
      }
      if (verdict === Verdict.yes) word |= 1 << (row & 31);
      else if (verdict === Verdict.bytes) addRow(list, row);
      if ((row & 31) === 31) {
        out[row >>> 5] = word;
        word = 0;
      }
    }
    if ((rows & 31) !== 0) out[rows >>> 5] = word;
    return list.rows.subarray(0, list.count);
  };
}
