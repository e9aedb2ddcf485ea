import { NO_FLOW, OVERFLOW, RowFlag, type Segment } from '../../table/columns.js';
import type { Encapsulation } from '../../table/encapsulation.js';
import { NO_CLASS } from '../../table/flow-classes.js';
import type { AddressColumns, FlowColumns } from '../../table/flow-columns.js';
import { type ClassFacts, compileColumnDecision, GROUP_KEYS, Verdict } from './column-decision.js';
import { type Condition, ETHERTYPE } from './condition.js';
import { classOfLength, lengthThresholds, mapLengths } from './length-classes.js';
import { passBlocks, passBlocksByLength, passFlows, Scan, type Verdicts } from './row-scan.js';

/** The dictionaries of a packet table. They may grow between two segments. */
export interface FilterTable {
  readonly flows: FlowColumns;
  readonly addresses: AddressColumns;
  readonly encapsulations: readonly Encapsulation[];
  /** Of a table that is done: the class that a flow's packets share (see table/flow-classes.ts). */
  readonly flowClasses?: Uint32Array;
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
  /** The verdict hangs on the flow. */
  readonly byFlow: boolean;
  /** Verdicts by (2 * flow + direction, or 0) * length classes + length class; filled when first needed. They begin at `base`. */
  base: number;
  size: number;
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

/** All verdicts of a filter together take at most so many bytes; beyond it packets are decided one by one. */
const MOST_VERDICT_BYTES = 64 << 20;

/** So few verdicts are all decided at once: blocks of rows then pass from the first on, whatever flows they mix. */
const EAGER_VERDICTS = 1 << 17;
/** In larger tables so many rows are decided ahead when one of them is undecided. */
const ROWS_AHEAD = GROUP_KEYS;

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
  const keys = new Uint32Array(GROUP_KEYS);
  const decided = new Uint8Array(GROUP_KEYS);
  let verdicts: Verdicts = startVerdicts(lengthClasses);
  const { flowClasses } = table;
  /** So few verdicts by flow alone that all of them are decided when the first segment comes. */
  const few = flowClasses !== undefined && flowClasses.length * lengthClasses <= EAGER_VERDICTS;
  let byFlow: Uint8Array | null = null;

  /** Room for `size` verdicts, none decided; 0 when memory does not allow it: what finds no room is decided each time. */
  function reserve(size: number): number {
    const { all } = verdicts;
    // Before it stand verdicts "by its bytes", for a row that has no flow (its key is -1).
    const base = all.length + lengthClasses;
    if (base + size > MOST_VERDICT_BYTES) return 0;
    const larger = new Uint8Array(base + size);
    larger.set(all);
    larger.fill(Verdict.bytes, all.length, base);
    verdicts = { base: verdicts.base, flowMask: verdicts.flowMask, all: larger };
    return base;
  }

  /** Follows a table that has grown: classes that hang on the flow get twice the room that is needed now, so that they are not copied for each segment. */
  function follow(): void {
    const needed = 2 * table.flows.count * lengthClasses;
    if ([...shared.values()].every((kind) => !kind.byFlow || kind.size >= needed)) return;
    const old = verdicts.all;
    verdicts = startVerdicts(lengthClasses);
    for (const kind of shared.values()) {
      const { base, size } = kind;
      place(kind, kind.byFlow ? 2 * needed : size);
      if (kind.size >= size) verdicts.all.set(old.subarray(base, base + size), kind.base);
    }
    classes.length = 0;
  }

  function place(kind: PacketClass, size: number): void {
    kind.base = reserve(size);
    kind.size = kind.base === 0 ? 0 : size;
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
    const made: PacketClass = { byFlow, base: 0, size: 0, outerType, etherTypes, laterFragment };
    place(made, (byFlow ? 2 * table.flows.count : 1) * lengthClasses);
    if (byFlow && made.size <= EAGER_VERDICTS && !few) decideAll(made);
    if (!known) verdicts.all.fill(Verdict.bytes, made.base, made.base + made.size);
    shared.set(key, made);
    return made;
  }

  /** The class of rows that are not judged by their bytes. What is learnt goes into the tables of the inner loop. */
  function classAt(encapsulation: number, laterFragment: number): PacketClass {
    const index = encapsulation * Scan.kinds + laterFragment;
    let kind = classes[index];
    if (kind === undefined) {
      kind = makeClass(table.encapsulations[encapsulation], laterFragment);
      classes[index] = kind;
      if (kind.size > 0) setClass(index, kind.base, kind.byFlow ? -1 : 0);
    }
    return kind;
  }

  function setClass(index: number, base: number, flowMask: number): void {
    if (index >= verdicts.base.length) {
      const size = Math.max(2 * verdicts.base.length, Scan.kinds * table.encapsulations.length);
      const larger: Verdicts = { base: new Int32Array(size), flowMask: new Int32Array(size), all: verdicts.all };
      larger.base.set(verdicts.base);
      larger.flowMask.set(verdicts.flowMask);
      verdicts = larger;
    }
    verdicts.base[index] = base;
    verdicts.flowMask[index] = flowMask;
  }

  /** Verdict of a row, from what was decided before or decided now. */
  function judge(kind: PacketClass, flowAndDirection: number, lengthClass: number): number {
    if (kind.byFlow && flowAndDirection === NO_FLOW) return Verdict.bytes;
    const key = kind.byFlow ? flowAndDirection : 0;
    const at = key * lengthClasses + lengthClass;
    const { all } = verdicts;
    const known = at < kind.size ? all[kind.base + at] : Verdict.undecided;
    if (known !== Verdict.undecided) return known;
    keys[0] = key;
    decideKeys(kind, 1, lengthClass);
    if (at < kind.size) all[kind.base + at] = decided[0];
    return decided[0];
  }

  /** Decides the first `count` of `keys`, for one class of lengths. */
  function decideKeys(facts: ClassFacts, count: number, lengthClass: number): void {
    const { flows, addresses } = table;
    const length = classLengths[lengthClass];
    decision.decide({ flows, addressWords: addresses.words, facts, length, keys, count }, decided);
  }

  /** Decides all verdicts that a class has room for. */
  function decideAll(kind: PacketClass): void {
    const last = kind.size / lengthClasses;
    for (let from = 0; from < last; from += GROUP_KEYS) {
      const count = Math.min(GROUP_KEYS, last - from);
      for (let i = 0; i < count; i++) keys[i] = from + i;
      for (let c = 0; c < lengthClasses; c++) {
        decideKeys(kind, count, c);
        for (let i = 0; i < count; i++) verdicts.all[kind.base + (from + i) * lengthClasses + c] = decided[i];
      }
    }
  }

  /** Judges rows one by one. Returns their word of the bitmap. */
  function judgeRows(segment: Segment, from: number, to: number): number {
    const { flags, encapsulation, flow, originalLength } = segment;
    let word = 0;
    for (let row = from; row < to; row++) {
      const flag = flags[row];
      let verdict: number = Verdict.bytes;
      if (encapsulation[row] !== OVERFLOW && (flag & RowFlag.bytes) === 0) {
        const kind = classAt(encapsulation[row], (flag & RowFlag.laterFragment) === 0 ? 0 : 1);
        const length = lengthClasses === 1 ? 0 : originalLength[row];
        const lengthClass = length < lengthMap.length ? lengthMap[length] : classOfLength(thresholds, length);
        verdict = judge(kind, flow[row], lengthClass);
      }
      if (verdict === Verdict.yes) word |= 1 << (row & 31);
      else if (verdict === Verdict.bytes) addRow(list, row);
    }
    return word;
  }

  /**
   * Decides rows ahead for every class that hangs on the flow; false when that cannot help. Rows of other classes are decided as if they were of this one,
   * which does no harm.
   */
  function decideAhead(segment: Segment, from: number, to: number): boolean {
    let helped = false;
    for (const kind of shared.values()) {
      if (!kind.byFlow || kind.size === 0) continue;
      for (let c = 0; c < lengthClasses; c++) {
        const own = verdicts.all.subarray(kind.base, kind.base + kind.size);
        const count = undecidedKeys(segment, from, to, own, c);
        decideKeys(kind, count, c);
        for (let i = 0; i < count; i++) own[keys[i] * lengthClasses + c] = decided[i];
      }
      helped = true;
    }
    return helped;
  }

  /** Puts the keys of rows from `from` to `to` whose verdict in `own` is undecided, and whose length is of a class, into `keys`. */
  function undecidedKeys(segment: Segment, from: number, to: number, own: Uint8Array, lengthClass: number): number {
    const { flow, originalLength } = segment;
    let count = 0;
    for (let row = from; row < to; row++) {
      const key = flow[row];
      if (lengthClasses > 1) {
        const length = originalLength[row];
        if (length >= lengthMap.length || lengthMap[length] !== lengthClass) continue;
      }
      const place = key * lengthClasses + lengthClass;
      if (place < own.length && own[place] === Verdict.undecided) keys[count++] = key;
    }
    return count;
  }

  /** Verdicts by flow and direction alone, where every flow has packets of one class; those of others are not final. */
  function decideFlows(flowClasses: Uint32Array): Uint8Array {
    const all = new Uint8Array(flowClasses.length * lengthClasses);
    for (const [index, members] of membersOf(flowClasses)) {
      const wrapping = Math.floor(index / Scan.kinds);
      if ((index & 2) !== 0 || wrapping === OVERFLOW) continue; // judged by its bytes
      const kind = classAt(wrapping, index & 1);
      for (let c = 0; c < lengthClasses; c++) {
        const same = kind.byFlow ? Verdict.undecided : judge(kind, 0, c);
        for (let from = 0; from < members.length; from += GROUP_KEYS) {
          const group = members.subarray(from, from + GROUP_KEYS);
          keys.set(group);
          if (kind.byFlow) decideKeys(kind, group.length, c);
          else decided.fill(same, 0, group.length);
          for (let i = 0; i < group.length; i++) all[group[i] * lengthClasses + c] = decided[i];
        }
      }
    }
    return all;
  }

  return (segment, rows, out) => {
    list.count = 0;
    if (few) {
      byFlow ??= decideFlows(flowClasses);
      const blocks = Math.ceil(rows / Scan.blockRows);
      const whole = Math.floor(rows / Scan.blockRows);
      for (let block = 0; block < blocks; block++) {
        block = passFlows(byFlow, segment, block, whole, out, lengthMap, lengthClasses);
        if (block >= blocks) break;
        const from = block * Scan.blockRows;
        out[block] = judgeRows(segment, from, Math.min(rows, from + Scan.blockRows));
      }
      return list.rows.subarray(0, list.count);
    }
    follow();
    const whole = Math.floor(rows / Scan.blockRows);
    const blocks = Math.ceil(rows / Scan.blockRows);
    let block = 0;
    let decidedTo = 0;
    while (block < blocks) {
      block =
        lengthClasses === 1
          ? passBlocks(verdicts, segment, block, whole, out)
          : passBlocksByLength(verdicts, segment, block, whole, out, lengthMap, lengthClasses);
      if (block >= blocks) break;
      const from = block * Scan.blockRows;
      const to = Math.min(rows, from + ROWS_AHEAD);
      if (from >= decidedTo && decideAhead(segment, from, to)) {
        decidedTo = to;
        continue;
      }
      out[block] = judgeRows(segment, from, Math.min(rows, from + Scan.blockRows));
      block++;
    }
    return list.rows.subarray(0, list.count);
  };
}

const knownMembers = new WeakMap<Uint32Array, ReadonlyMap<number, Uint32Array>>();

/** The flows and directions of each class, ascending. Worked out once for a table. */
function membersOf(flowClasses: Uint32Array): ReadonlyMap<number, Uint32Array> {
  const known = knownMembers.get(flowClasses);
  if (known !== undefined) return known;
  const lists = new Map<number, number[]>();
  flowClasses.forEach((index, key) => {
    if (index >= NO_CLASS) return;
    const list = lists.get(index);
    if (list === undefined) lists.set(index, [key]);
    else list.push(key);
  });
  const members = new Map([...lists].map(([index, list]) => [index, Uint32Array.from(list)]));
  knownMembers.set(flowClasses, members);
  return members;
}

/** Nothing is decided: every class points at verdicts that are not final. */
function startVerdicts(lengthClasses: number): Verdicts {
  return {
    base: new Int32Array(Scan.kinds * 16),
    flowMask: new Int32Array(Scan.kinds * 16),
    all: new Uint8Array(lengthClasses).fill(Verdict.undecided),
  };
}
