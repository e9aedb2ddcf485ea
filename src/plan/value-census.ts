import { NO_FLOW, type Segment } from '../table/columns.js';
import { type PacketTable, segmentRows } from '../table/packet-table.js';
import type { Selection, SourceSelection } from './selection.js';

/** Packets by the values that they have, counted step by step. */
export interface Census {
  /** Counts for some milliseconds, a little at least; true once all is counted. */
  advance(milliseconds: number): boolean;
  /** Addresses as four words each, and the packets of each by ordinal, table by table. */
  readonly tables: readonly { words: Uint32Array; packets: Float64Array }[];
  /** By port, of either end. */
  readonly ports: Float64Array;
  /** By number of the IP protocol, and of the application. */
  readonly protocols: Float64Array;
  readonly applications: Float64Array;
  /** By name; interfaces without one are left out. */
  readonly interfaces: ReadonlyMap<string, number>;
  tags(kind: 'vlans' | 'labels' | 'sessions'): Map<number, number>;
}

/** Rows and flows that are counted between two looks at the clock. */
const PIECE = 32_768;
/** So many are counted whatever the clock says: small captures are known at once. */
const LEAST_PIECES = 4;
/** Protocols whose flows have ports: TCP, UDP, DCCP, SCTP, UDP-Lite. */
const WITH_PORTS: ReadonlySet<number> = new Set([6, 17, 33, 132, 136]);

/** What is counted of one table by ordinals, before it is known what these stand for. */
interface Ordinals {
  /** By 2 * flow + direction. */
  flows: Uint32Array;
  encapsulations: Uint32Array;
  interfaces: Uint32Array;
}

/** A census of the packets of a selection: one walk over their columns, then one over the flows. */
export function createCensus(selection: Selection): Census {
  const tables = selection.map(({ table: { addresses } }) => ({
    words: addresses.words,
    packets: new Float64Array(addresses.count),
  }));
  const ports = new Float64Array(0x10000);
  const protocols = new Float64Array(256);
  const applications = new Float64Array(256);
  const interfaces = new Map<string, number>();
  const wrapped: { table: PacketTable; packets: Uint32Array }[] = [];

  function* count(): Generator<void> {
    for (const [i, selected] of selection.entries()) {
      const ordinals: Ordinals = {
        flows: new Uint32Array(2 * selected.table.flows.count),
        encapsulations: new Uint32Array(0x10000),
        interfaces: new Uint32Array(0x10000),
      };
      wrapped.push({ table: selected.table, packets: ordinals.encapsulations });
      // Of a whole table the flows have been counted when it was made.
      const whole = selected.bitmaps.every((bitmap) => bitmap === null);
      if (whole) yield* countFlows(selected.table, selected.table.flows.packets, tables[i].packets);
      yield* countRows(selected, ordinals);
      for (const { id, name } of selected.source.description.interfaces) {
        const packets = ordinals.interfaces[id] ?? 0;
        if (name !== null && packets > 0) interfaces.set(name, (interfaces.get(name) ?? 0) + packets);
      }
      if (!whole) yield* countFlows(selected.table, ordinals.flows, tables[i].packets);
    }
  }

  function* countFlows({ flows }: PacketTable, packets: Uint32Array, addresses: Float64Array): Generator<void> {
    const { low, high, lowPort, highPort, protocol, application } = flows;
    for (let from = 0; from < flows.count; from += PIECE) {
      const to = Math.min(flows.count, from + PIECE);
      for (let flow = from; flow < to; flow++) {
        const both = packets[2 * flow] + packets[2 * flow + 1];
        if (both === 0) continue;
        addresses[low[flow]] += both;
        if (high[flow] !== low[flow]) addresses[high[flow]] += both;
        protocols[protocol[flow]] += both;
        applications[application[flow]] += both;
        if (!WITH_PORTS.has(protocol[flow])) continue;
        ports[lowPort[flow]] += both;
        if (highPort[flow] !== lowPort[flow]) ports[highPort[flow]] += both;
      }
      yield;
    }
  }

  const steps = count();
  let done = false;
  return {
    tables,
    ports,
    protocols,
    applications,
    interfaces,
    advance(milliseconds) {
      const end = performance.now() + milliseconds;
      for (let pieces = 0; !done && (pieces < LEAST_PIECES || performance.now() < end); pieces++)
        done = steps.next().done === true;
      return done;
    },
    tags(kind) {
      const counts = new Map<number, number>();
      for (const { table, packets } of wrapped) {
        table.encapsulations.forEach(({ vlans, mpls, pppoeSession }, ordinal) => {
          // Filters for tags are about the outermost one.
          const value = { vlans: vlans[0], labels: mpls[0], sessions: pppoeSession ?? undefined }[kind];
          if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + packets[ordinal]);
        });
      }
      return counts;
    },
  };
}

function* countRows({ table, bitmaps }: SourceSelection, ordinals: Ordinals): Generator<void> {
  for (const [i, segment] of table.segments.entries()) {
    const rows = segmentRows(segment);
    for (let from = 0; from < rows; from += PIECE) {
      countPiece(segment, from, Math.min(rows, from + PIECE), bitmaps[i], ordinals);
      yield;
    }
  }
}

function countPiece(
  segment: Segment,
  from: number,
  to: number,
  selection: Uint32Array | null,
  { flows, encapsulations, interfaces }: Ordinals,
): void {
  const { flow, encapsulation, interface: interfaceOf } = segment;
  const noFlow = NO_FLOW;
  for (let row = from; row < to; row++) {
    if (selection !== null && ((selection[row >>> 5] >>> (row & 31)) & 1) === 0) continue;
    const key = flow[row];
    if (key !== noFlow) flows[key]++;
    encapsulations[encapsulation[row]]++;
    interfaces[interfaceOf[row]]++;
  }
}
