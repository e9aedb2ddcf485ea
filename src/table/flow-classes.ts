import { NO_FLOW } from './columns.js';
import { type PacketTable, segmentRows } from './packet-table.js';

/** A flow and direction whose packets are not all of one class. */
export const MIXED_CLASSES = 0xffffffff;
/** No packet of this flow and direction. */
export const NO_CLASS = 0xfffffffe;

/** Kinds of packet of one encapsulation, and the bits of a row's flags that tell them, shifted down by 4: RowFlag.laterFragment, RowFlag.bytes. */
enum Kind {
  count = 4,
  bits = 48,
}

const known = new WeakMap<PacketTable, Uint32Array>();

/**
 * The class that all packets of a flow and direction share, by 2 * flow + direction: 4 * encapsulation + kind, MIXED_CLASSES or NO_CLASS. Nearly every flow has
 * one, so a filter that is decided by flow then needs no other column. Made once for a finished table, 4 bytes a flow and direction.
 */
export function flowClassesOf(table: PacketTable): Uint32Array {
  for (const _segment of classifyFlows(table));
  return known.get(table)!;
}

/** The same in pieces: when it is through, `flowClassesOf` has nothing left to do. */
export function* classifyFlows(table: PacketTable): Generator<void> {
  if (known.has(table)) return;
  const classes = new Uint32Array(2 * table.flows.count).fill(NO_CLASS);
  for (const segment of table.segments) {
    const { flow, encapsulation, flags } = segment;
    const rows = segmentRows(segment);
    for (let row = 0; row < rows; row++) {
      const key = flow[row];
      if (key === NO_FLOW) continue;
      const found = encapsulation[row] * Kind.count + ((flags[row] & Kind.bits) >>> 4);
      const before = classes[key];
      if (before === found) continue;
      classes[key] = before === NO_CLASS ? found : MIXED_CLASSES;
    }
    yield;
  }
  known.set(table, classes);
}
