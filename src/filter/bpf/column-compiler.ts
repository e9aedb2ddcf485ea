import { NO_FLOW, OVERFLOW, RowFlag, type Segment } from '../../table/columns.js';
import type { Encapsulation } from '../../table/encapsulation.js';
import type { AddressColumns, FlowColumns } from '../../table/flow-columns.js';
import { type ClassFacts, compileColumnDecision, Verdict } from './column-code.js';
import { type Condition, ETHERTYPE } from './condition.js';
import { classOfLength, lengthThresholds, mapLengths } from './length-classes.js';
import { BLOCK_ROWS, passBlocks, passBlocksByLength, RELEVANT_FLAGS, type Scan } from './row-scan.js';

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

/** What is known of all packets that are wrapped alike and are alike fragments. */
interface PacketClass extends ClassFacts {
  /** -1 where verdicts hang on the flow, 0 where they do not. */
  readonly flowMask: number;
  /** By (2 * flow + direction, under the mask) * length classes + length class; filled when first needed. */
  verdicts: Uint8Array;
}

const ETHERTYPE_LINKS: ReadonlySet<number> = new Set([1, 113, 276]);
/**
 * Link types whose packets have an outer type that is read off a field or a version, and that libpcap reads alike. BSD loopback is not
 * among them: libpcap wants its field in the byte order of the file, which the columns do not tell.
 */
const IP_LINKS: ReadonlySet<number> = new Set([9, 12, 14, 50, 101, 228, 229]);
const HIGHEST_802_3_LENGTH = 1500;

function isIp(outerType: number): boolean {
  return outerType === ETHERTYPE.ip || outerType === ETHERTYPE.ip6;
}

function columnsKnow({ linkType, outerType }: Encapsulation): boolean {
  if (ETHERTYPE_LINKS.has(linkType)) return outerType > HIGHEST_802_3_LENGTH;
  return IP_LINKS.has(linkType) && isIp(outerType);
}

const NO_VERDICTS = new Uint8Array(0);

/** All verdicts of a filter together take at most so many bytes; beyond it packets are decided one by one. */
const MOST_VERDICT_BYTES = 64 << 20;

/** So few verdicts are all decided at once: blocks of rows then pass from the first on, whatever flows they mix. */
const EAGER_VERDICTS = 1 << 17;
/** In larger tables so many rows are decided ahead when one of them is undecided. */
const ROWS_AHEAD = 4096;

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

/**
 * Compiles a condition to a test of whole segments. `validate` is called once for each link type that turns up and throws where libpcap
 * refuses the expression.
 */
export function compileSegmentTest(
  condition: Condition,
  table: FilterTable,
  validate: (linkType: number) => void,
): SegmentTest {
  const decision = compileColumnDecision(condition);
  const thresholds = lengthThresholds(condition);
  const lengthMap = mapLengths(thresholds);
  const classLengths = Float64Array.of(0, ...thresholds);
  const lengthClasses = classLengths.length;
  const classes: (PacketClass | undefined)[] = [];
  const shared = new Map<string, PacketClass>();
  const list: RowList = { rows: new Uint32Array(1024), count: 0 };
  let verdictBytes = 0;

  /** Room for the verdicts of all present flows, as far as memory allows: what finds no room is decided each time. */
  function makeRoom(known: Uint8Array): Uint8Array {
    const needed = 2 * table.flows.count * lengthClasses;
    if (known.length >= needed) return known;
    // Twice as much for a table that grows, so that verdicts are not copied for each segment.
    const size = known.length === 0 ? needed : 2 * needed;
    if (verdictBytes - known.length + size > MOST_VERDICT_BYTES) return known;
    verdictBytes += size - known.length;
    const verdicts = new Uint8Array(size);
    verdicts.set(known);
    return verdicts;
  }

  function makeClass(encapsulation: Encapsulation, laterFragment: number): PacketClass {
    const { linkType, outerType } = encapsulation;
    validate(linkType);
    const etherTypes = ETHERTYPE_LINKS.has(linkType);
    const known = columnsKnow(encapsulation);
    const key = known ? `${outerType} ${etherTypes} ${laterFragment}` : 'unknown';
    const same = shared.get(key);
    if (same) return same;
    const byFlow = known && decision.byFlow && isIp(outerType);
    const fill = known ? Verdict.undecided : Verdict.bytes;
    const verdicts = byFlow ? makeRoom(NO_VERDICTS) : new Uint8Array(lengthClasses).fill(fill);
    const made: PacketClass = { flowMask: byFlow ? -1 : 0, verdicts, outerType, etherTypes, laterFragment };
    if (byFlow) decideAll(made);
    shared.set(key, made);
    return made;
  }

  function classAt(index: number): PacketClass {
    let kind = classes[index];
    if (kind === undefined) {
      kind = makeClass(table.encapsulations[index >>> 1], index & 1);
      classes[index] = kind;
    }
    return kind;
  }

  function decideAll(kind: PacketClass): void {
    const { verdicts } = kind;
    if (verdicts.length > EAGER_VERDICTS) return;
    const { flows, addresses } = table;
    let place = 0;
    for (let key = 0; place < verdicts.length; key++) {
      for (let c = 0; c < lengthClasses; c++) {
        verdicts[place++] = decision.decide(flows, addresses.words, kind, key, classLengths[c]);
      }
    }
  }

  /** Verdict of a row, from what was decided before or decided now. */
  function judge(kind: PacketClass, flowAndDirection: number, lengthClass: number): number {
    if (kind.flowMask !== 0 && flowAndDirection === NO_FLOW) return Verdict.bytes;
    const key = (flowAndDirection & kind.flowMask) >>> 0;
    const place = key * lengthClasses + lengthClass;
    const known = place < kind.verdicts.length ? kind.verdicts[place] : Verdict.undecided;
    if (known !== Verdict.undecided) return known;
    const verdict = decision.decide(table.flows, table.addresses.words, kind, key, classLengths[lengthClass]);
    if (place < kind.verdicts.length) kind.verdicts[place] = verdict;
    return verdict;
  }

  /** Judges rows one by one, and leaves the class of the last in `scan`. Returns their word of the bitmap. */
  function judgeRows(scan: Scan, segment: Segment, from: number, to: number): number {
    const { flags, encapsulation, flow, originalLength } = segment;
    let word = 0;
    for (let row = from; row < to; row++) {
      const wrapping = encapsulation[row];
      const flag = flags[row] & RELEVANT_FLAGS;
      let verdict: number = Verdict.bytes;
      if (wrapping !== OVERFLOW && (flag & RowFlag.bytes) === 0) {
        const kind = classAt(2 * wrapping + (flag === 0 ? 0 : 1));
        scan.wrapping = wrapping;
        scan.flag = flag;
        scan.flowMask = kind.flowMask;
        scan.verdicts = kind.verdicts;
        const length = originalLength[row];
        const lengthClass = length < lengthMap.length ? lengthMap[length] : classOfLength(thresholds, length);
        verdict = judge(kind, flow[row], lengthClass);
      }
      if (verdict === Verdict.yes) word |= 1 << (row & 31);
      else if (verdict === Verdict.bytes) addRow(list, row);
    }
    return word;
  }

  const currentClass = (scan: Scan): PacketClass | null =>
    classes[2 * scan.wrapping + (scan.flag === 0 ? 0 : 1)] ?? null;

  /** Decides rows ahead for the class at hand; false when that cannot help. */
  function decideAhead(kind: PacketClass | null, segment: Segment, from: number, to: number): boolean {
    if (kind === null || kind.flowMask === 0 || kind.verdicts.length === 0) return false;
    const { flows, addresses } = table;
    const { verdicts } = kind;
    decision.decideRows(flows, addresses.words, kind, segment, from, to, verdicts, lengthMap, classLengths);
    return true;
  }

  return (segment, rows, out) => {
    list.count = 0;
    for (const kind of shared.values()) if (kind.flowMask !== 0) kind.verdicts = makeRoom(kind.verdicts);
    const scan: Scan = { wrapping: -1, flag: -1, flowMask: 0, verdicts: NO_VERDICTS };
    const whole = Math.floor(rows / BLOCK_ROWS);
    const blocks = Math.ceil(rows / BLOCK_ROWS);
    let block = 0;
    let decidedTo = 0;
    while (block < blocks) {
      if (scan.wrapping >= 0) {
        block =
          lengthClasses === 1
            ? passBlocks(scan, segment, block, whole, out)
            : passBlocksByLength(scan, segment, block, whole, out, lengthMap, lengthClasses);
        if (block >= blocks) break;
        const from = block * BLOCK_ROWS;
        const to = Math.min(rows, from + ROWS_AHEAD);
        if (from >= decidedTo && decideAhead(currentClass(scan), segment, from, to)) {
          decidedTo = to;
          continue;
        }
      }
      out[block] = judgeRows(scan, segment, block * BLOCK_ROWS, Math.min(rows, (block + 1) * BLOCK_ROWS));
      block++;
    }
    return list.rows.subarray(0, list.count);
  };
}
