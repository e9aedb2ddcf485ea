import { recognizeApplication } from '../decode/applications.js';
import { createOutline, outline } from '../decode/outline.js';
import { type PacketBatch, TIME_EXACT } from '../formats/batch.js';
import type { CaptureDescription } from '../formats/model.js';
import { allocateSegment, NO_FLOW, OVERFLOW, RowFlag, SEGMENT_ROWS, type Segment } from './columns.js';
import { EncapsulationDictionary } from './encapsulation-dictionary.js';
import { FlowTable } from './flow-table.js';
import { addPlainRows } from './plain-rows.js';

/** Rows of the one segment that is used over and over: few, so that it stays in the cache. */
const PASSING_ROWS = 8192;
/** LINKTYPE_ number. */
const ETHERNET = 1;

export interface IndexPassOptions {
  /** No more packets than this can follow (sizes the segments of small files); Infinity when not known. */
  mostRows: number;
  /** A new segment is there and will be filled. Not called again for a segment that is used anew. */
  onSegment?: (segment: Segment) => void;
  /** The rows from `from` to `to` of a segment are there: each row is told once, soon after it was made. */
  onRows?: (segment: Segment, from: number, to: number) => void;
  /** false: one segment is used over and over, for answers in constant memory. Default true. */
  retain?: boolean;
}

/** Turns batches of packets into rows of the packet table and counts them into the flow table. */
export class IndexPass {
  readonly flows = new FlowTable();
  readonly encapsulations = new EncapsulationDictionary();
  /** Rows indexed so far. */
  rows = 0;
  private segment: Segment | null = null;
  private used = 0;
  private readonly outline = createOutline();
  private view: DataView<ArrayBufferLike> = new DataView(new ArrayBuffer(0));
  private readonly options: IndexPassOptions;
  /** Where the rows that are being made come from: packet i of the batch goes to row i + shift. */
  private place: { batch: PacketBatch; segment: Segment; shift: number } | null = null;

  constructor(options: IndexPassOptions) {
    this.options = options;
    this.flows.recognize = (row, protocol, ports) => this.recognize(row, protocol, ports);
  }

  /** Adds a batch; with `keep`, only the packets i with keep[i] = 1. `description` gives the link types of the batch's interfaces. */
  add(batch: PacketBatch, description: CaptureDescription, keep: Uint8Array | null = null): void {
    let at = 0;
    while (at < batch.count) {
      const segment = this.room();
      const { used } = this;
      at = this.fill(segment, batch, at, description, keep);
      Atomics.store(segment.count, 0, this.used);
      if (this.used > used) this.options.onRows?.(segment, used, this.used);
    }
  }

  /** No more packets come. */
  finish(): void {
    this.segment = null;
  }

  private room(): Segment {
    const { segment, options } = this;
    if (segment !== null && this.used < segment.capacity) return segment;
    if (segment !== null) {
      if (options.retain === false) {
        segment.exactTimes.clear();
        this.used = 0;
        return segment;
      }
    }
    const fresh = allocateSegment(
      Math.min(options.retain === false ? PASSING_ROWS : SEGMENT_ROWS, Math.max(options.mostRows - this.rows, 8)),
    );
    options.onSegment?.(fresh);
    this.segment = fresh;
    this.used = 0;
    return fresh;
  }

  private fill(
    segment: Segment,
    batch: PacketBatch,
    from: number,
    description: CaptureDescription,
    keep: Uint8Array | null,
  ): number {
    const { flows, encapsulations } = this;
    const { count } = batch;
    const { capacity } = segment;
    const { interfaces } = description;
    let row = this.used;
    let i = from;
    this.place = { batch, segment, shift: row - i };
    if (keep === null) {
      copyColumns(segment, row, batch, from, Math.min(count - from, capacity - row));
      const view = this.viewOf(batch.bytes);
      while (i < count && row < capacity) {
        const interfaceId = batch.interface[i];
        if (interfaces[interfaceId].linkType === ETHERNET && interfaceId < OVERFLOW) {
          const to = Math.min(count, i + capacity - row);
          const next = addPlainRows(batch, view, i, to, interfaceId, segment, row, flows, encapsulations);
          segment.interface.fill(interfaceId, row, row + next - i);
          row += next - i;
          i = next;
        }
        if (i < count && row < capacity) this.addRow(segment, row++, batch, i++, interfaces);
      }
    } else {
      for (; i < count && row < capacity; i++) {
        this.place.shift = row - i;
        copyColumns(segment, row, batch, i, 1);
        this.addRow(segment, row, batch, i, interfaces, keep[i] !== 0);
        flows.flush(segment);
        row += keep[i];
      }
    }
    flows.flush(segment);
    this.rows += row - this.used;
    this.used = row;
    return i;
  }

  /** The row of a packet of any kind, but for the columns that are copied. One that does not count only tells what its flow carries. */
  private addRow(
    segment: Segment,
    row: number,
    batch: PacketBatch,
    i: number,
    interfaces: CaptureDescription['interfaces'],
    counts = true,
  ): void {
    const { outline: o } = this;
    const begin = batch.start[i];
    const captured = batch.length[i];
    const interfaceId = batch.interface[i];
    const exact = batch.flags[i] & TIME_EXACT;
    outline(batch.bytes, begin, begin + captured, interfaces[interfaceId].linkType, o);
    let flags = o.flags | exact;
    if (captured < batch.originalLength[i]) flags |= RowFlag.truncated;
    const wrapping = counts ? this.encapsulations.ordinalOf(o) : 0;
    if (wrapping === OVERFLOW || interfaceId >= OVERFLOW || o.payloadOffset > 0xffff) flags |= RowFlag.bytes;
    segment.offset[row] = batch.position + batch.recordStart[i];
    segment.payloadLength[row] = o.payloadLength;
    segment.interface[row] = Math.min(interfaceId, OVERFLOW);
    segment.encapsulation[row] = wrapping;
    segment.payloadOffset[row] = Math.min(o.payloadOffset, 0xffff);
    segment.flags[row] = flags;
    segment.protocol[row] = o.protocol;
    segment.tcpFlags[row] = o.tcpFlags;
    if (o.hasAddresses === 0) segment.flow[row] = NO_FLOW;
    else if (!counts) {
      if (o.payloadLength > 0) this.flows.observe(this.flows.find(o), row);
    } else if (exact === 0) {
      this.flows.add(o, batch.originalLength[i], batch.seconds[i], batch.nanoseconds[i], row, segment);
    } else this.addExact(segment, row, batch, i);
    if (exact !== 0 && counts) segment.exactTimes.set(row, batch.exactTimes.get(i) ?? null);
  }

  /** Counts a packet whose time does not fit the columns into its flow. */
  private addExact(segment: Segment, row: number, batch: PacketBatch, i: number): void {
    const { flows } = this;
    flows.flush(segment);
    const key = flows.find(this.outline);
    segment.flow[row] = key;
    flows.addExact(key, batch.originalLength[i], batch.exactTimes.get(i) ?? null, row, segment);
  }

  /** What the packet of a row carries above TCP or UDP: the number of an application, 0 for none that is known. */
  private recognize(row: number, protocol: number, ports: number): number {
    const { batch, segment, shift } = this.place!;
    if ((segment.flags[row] & RowFlag.laterFragment) !== 0) return 0;
    const i = row - shift;
    const captured = batch.length[i];
    const from = segment.payloadOffset[row];
    const to = from + segment.payloadLength[row];
    const start = batch.start[i];
    // What the capture cut off belonged to the payload, unless the headers say that it ended before.
    const missing = to === captured ? batch.originalLength[i] - captured : 0;
    return recognizeApplication(
      protocol,
      ports >>> 16,
      ports & 0xffff,
      batch.bytes,
      start + from,
      start + to,
      to - from + Math.max(missing, 0),
    );
  }

  private viewOf(bytes: Uint8Array): DataView {
    const { view } = this;
    if (view.buffer === bytes.buffer && view.byteOffset === bytes.byteOffset && view.byteLength === bytes.length)
      return view;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    return this.view;
  }
}

/** Copies what a batch holds as the table does: `count` packets from index `from` on. */
function copyColumns(segment: Segment, row: number, batch: PacketBatch, from: number, count: number): void {
  const to = from + count;
  segment.seconds.set(batch.seconds.subarray(from, to), row);
  segment.nanoseconds.set(batch.nanoseconds.subarray(from, to), row);
  segment.length.set(batch.length.subarray(from, to), row);
  segment.originalLength.set(batch.originalLength.subarray(from, to), row);
}
