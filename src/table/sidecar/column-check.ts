import { NO_FLOW, OVERFLOW } from '../columns.js';
import type { PacketTable } from '../packet-table.js';
import type { SegmentColumn } from './layout.js';

/** What the values of a column may refer to. */
export interface ColumnLimits {
  flows: number;
  encapsulations: number;
  interfaces: number;
  /** Bytes of the capture. */
  size: number;
}

type Column = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** Whether the first `rows` values of a column refer to what there is: a sidecar may lie, its checksums right. */
export function isColumnSound(name: SegmentColumn, column: Column, rows: number, limits: ColumnLimits): boolean {
  switch (name) {
    case 'offset':
      return areOffsets(column, rows, limits.size);
    case 'length':
      return areBelow(column, rows, limits.size, -1);
    case 'flow':
      return areBelow(column, rows, 2 * limits.flows, NO_FLOW);
    case 'encapsulation':
      return areBelow(column, rows, limits.encapsulations, OVERFLOW);
    case 'interface':
      return areBelow(column, rows, limits.interfaces, OVERFLOW);
    case 'nanoseconds':
      return areBelow(column, rows, 1_000_000_000, -1);
    default:
      return true;
  }
}

function areBelow(column: Column, rows: number, limit: number, except: number): boolean {
  for (let row = 0; row < rows; row++) if (column[row] >= limit && column[row] !== except) return false;
  return true;
}

function areOffsets(column: Column, rows: number, size: number): boolean {
  let before = 0;
  for (let row = 0; row < rows; row++) {
    const offset = column[row];
    if (!(offset > before && offset < size && Number.isInteger(offset))) return false;
    before = offset;
  }
  return true;
}

/** Whether the flows name addresses that there are, and directions. */
export function areFlowsSound({ flows, addresses }: Pick<PacketTable, 'flows' | 'addresses'>): boolean {
  return (
    areBelow(flows.low, flows.count, addresses.count, -1) &&
    areBelow(flows.high, flows.count, addresses.count, -1) &&
    areBelow(flows.firstDirection, flows.count, 2, -1) &&
    areFinite(flows.bytes, 2 * flows.count)
  );
}

function areFinite(column: Float64Array, count: number): boolean {
  for (let i = 0; i < count; i++) if (!(column[i] >= 0 && column[i] <= Number.MAX_SAFE_INTEGER)) return false;
  return true;
}
