import type { Application } from '../decode/application.js';
import { applicationOf, recognizeApplication } from '../decode/applications.js';
import { createOutline, outline } from '../decode/outline.js';
import type { PacketBatch } from '../formats/batch.js';
import { NO_FLOW, RowFlag } from '../table/columns.js';
import { FlowTable } from '../table/flow-table.js';
import { findRow, type PacketTable } from '../table/packet-table.js';
import type { SourceFile } from './source-file.js';

/** What the flow of a row's packet carries, as the finished flow table knows it; null for packets without transport payload. */
export function applicationOfRow(
  { segments, flows }: Pick<PacketTable, 'segments' | 'flows'>,
  ordinal: number,
  row: number,
): Application | null {
  const segment = segments[ordinal];
  if (segment.payloadLength[row] === 0) return null;
  const key = segment.flow[row];
  return key === NO_FLOW ? null : applicationOf(flows.application[key >>> 1] ?? 0);
}

/** The same of a packet by its number. */
export function applicationOfNumber(table: PacketTable, number: number): Application | null {
  const found = findRow(table, number - 1);
  return found === null ? null : applicationOfRow(table, found.ordinal, found.at);
}

/**
 * What the flows of a stream carry, as far as it has passed: of a flow's packets those before the first that was recognized have no hint here, while a table
 * knows the whole flow. Every packet of the sources counts, kept or not.
 */
export interface FlowMemory {
  /** Of packet `i` of the batch that passes, null where its flow is not known by then or it has no transport payload. */
  applicationOf(batch: PacketBatch, i: number, source: SourceFile): Application | null;
  /** The rest of the batch passes. */
  pass(batch: PacketBatch, source: SourceFile): void;
}

/** A memory that knows nothing yet. */
export function createFlowMemory(): FlowMemory {
  const tables = new Map<SourceFile, FlowTable>();
  const o = createOutline();
  let current: PacketBatch | null = null;
  let from: SourceFile | null = null;
  let first = 0;
  /** Packets of the batch that have passed, and the numbers of what their flows carry. */
  let passed = 0;
  let carried = new Uint8Array(0);

  function tableOf(source: SourceFile): FlowTable {
    const known = tables.get(source);
    if (known !== undefined) return known;
    const flows = new FlowTable();
    flows.recognize = (row, protocol, ports) => recognize(current!, row, protocol, ports);
    tables.set(source, flows);
    return flows;
  }

  function recognize(batch: PacketBatch, i: number, protocol: number, ports: number): number {
    if ((o.flags & RowFlag.laterFragment) !== 0) return 0;
    const captured = batch.length[i];
    const start = batch.start[i];
    const to = o.payloadOffset + o.payloadLength;
    // What the capture cut off belonged to the payload, unless the headers say that it ended before.
    const missing = to === captured ? batch.originalLength[i] - captured : 0;
    return recognizeApplication(
      protocol,
      ports >>> 16,
      ports & 0xffff,
      batch.bytes,
      start + o.payloadOffset,
      start + to,
      o.payloadLength + Math.max(missing, 0),
    );
  }

  function passOne(batch: PacketBatch, i: number, source: SourceFile, flows: FlowTable): number {
    const begin = batch.start[i];
    const { linkType } = source.description.interfaces[batch.interface[i]];
    outline(batch.bytes, begin, begin + batch.length[i], linkType, o);
    if (o.hasAddresses === 0 || o.payloadLength === 0) return 0;
    const key = flows.find(o);
    flows.observe(key, i);
    return flows.applicationAt(key);
  }

  function passTo(batch: PacketBatch, end: number, source: SourceFile): void {
    if (batch.count === 0) return;
    // A reader may fill the same object again: numbers tell one batch from the next.
    if (source !== from || batch.number[0] !== first) {
      from = source;
      first = batch.number[0];
      passed = 0;
      if (carried.length < batch.count) carried = new Uint8Array(batch.count);
    }
    current = batch;
    const flows = tableOf(source);
    for (; passed < end; passed++) carried[passed] = passOne(batch, passed, source, flows);
  }

  return {
    applicationOf(batch, i, source) {
      passTo(batch, i + 1, source);
      return applicationOf(carried[i]);
    },
    pass: (batch, source) => passTo(batch, batch.count, source),
  };
}
