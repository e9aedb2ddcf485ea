import { createOutline, outline } from '../decode/outline.js';
import { type PacketBatch, TIME_EXACT } from '../formats/batch.js';
import type { CaptureDescription } from '../formats/model.js';
import { allocateSegment, NO_FLOW, OVERFLOW, RowFlag, SEGMENT_ROWS, type Segment } from './columns.js';
import { EncapsulationDictionary } from './encapsulation-dictionary.js';
import { FlowTable } from './flow-table.js';

export interface IndexPassOptions {
  /** No more packets than this can follow (sizes the segments of small files); Infinity when not known. */
  mostRows: number;
  /** A new segment is there and will be filled. Not called again for a segment that is used anew. */
  onSegment?: (segment: Segment) => void;
  /** A segment is full, or the last one is done: `rows` of it are valid. */
  onFilled?: (segment: Segment, rows: number) => void;
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
  private readonly options: IndexPassOptions;

  constructor(options: IndexPassOptions) {
    this.options = options;
  }

  /** Adds a batch; with `keep`, only the packets i with keep[i] = 1. `description` gives the link types of the batch's interfaces. */
  add(batch: PacketBatch, description: CaptureDescription, keep: Uint8Array | null = null): void {
    let at = 0;
    while (at < batch.count) {
      const segment = this.room();
      at = this.fill(segment, batch, at, description, keep);
      Atomics.store(segment.count, 0, this.used);
    }
  }

  /** No more packets come. */
  finish(): void {
    if (this.segment !== null && this.used > 0) this.options.onFilled?.(this.segment, this.used);
    this.segment = null;
  }

  private room(): Segment {
    const { segment, options } = this;
    if (segment !== null && this.used < segment.capacity) return segment;
    if (segment !== null) {
      options.onFilled?.(segment, this.used);
      if (options.retain === false) {
        segment.exactTimes.clear();
        this.used = 0;
        return segment;
      }
    }
    const fresh = allocateSegment(Math.min(SEGMENT_ROWS, Math.max(options.mostRows - this.rows, 8)));
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
    const { flows, encapsulations, outline: o } = this;
    // Locals, so that no store into one column makes the next access load its array anew.
    const { bytes, start, length, originalLength, position, recordStart, count } = batch;
    const {
      seconds: batchSeconds,
      nanoseconds: batchNanoseconds,
      flags: batchFlags,
      interface: batchInterface,
    } = batch;
    const {
      offset,
      seconds,
      nanoseconds,
      length: lengths,
      originalLength: originalLengths,
      flow: flowKeys,
      payloadLength,
    } = segment;
    const {
      interface: interfaceIds,
      encapsulation,
      payloadOffset,
      flags: rowFlags,
      protocol,
      tcpFlags,
      capacity,
    } = segment;
    const { interfaces } = description;
    let row = this.used;
    if (keep === null) copyColumns(segment, row, batch, from, Math.min(count - from, capacity - row));
    let interfaceId = -1;
    let linkType = 0;
    let i = from;
    for (; i < count && row < capacity; i++) {
      if (keep !== null && keep[i] === 0) continue;
      if (batchInterface[i] !== interfaceId) {
        interfaceId = batchInterface[i];
        linkType = interfaces[interfaceId].linkType;
      }
      const begin = start[i];
      const captured = length[i];
      const original = originalLength[i];
      const exact = batchFlags[i] & TIME_EXACT;
      outline(bytes, begin, begin + captured, linkType, o);
      let flags = o.flags | exact;
      if (captured < original) flags |= RowFlag.truncated;
      if (o.hasAddresses === 0) flowKeys[row] = NO_FLOW;
      else if (exact === 0) flows.add(o, original, batchSeconds[i], batchNanoseconds[i], row, flowKeys);
      else {
        flows.flush(flowKeys);
        const key = flows.find(o);
        flowKeys[row] = key;
        flows.addExact(key, original, batch.exactTimes.get(i) ?? null);
      }
      if (exact !== 0) segment.exactTimes.set(row, batch.exactTimes.get(i) ?? null);
      const wrapping = encapsulations.ordinalOf(o);
      if (wrapping === OVERFLOW || interfaceId >= OVERFLOW || o.payloadOffset > 0xffff) flags |= RowFlag.bytes;
      offset[row] = position + recordStart[i];
      if (keep !== null) {
        seconds[row] = batchSeconds[i];
        nanoseconds[row] = batchNanoseconds[i];
        lengths[row] = captured;
        originalLengths[row] = original;
      }
      payloadLength[row] = o.payloadLength;
      interfaceIds[row] = Math.min(interfaceId, OVERFLOW);
      encapsulation[row] = wrapping;
      payloadOffset[row] = Math.min(o.payloadOffset, 0xffff);
      rowFlags[row] = flags;
      protocol[row] = o.protocol;
      tcpFlags[row] = o.tcpFlags;
      row++;
    }
    flows.flush(flowKeys);
    this.rows += row - this.used;
    this.used = row;
    return i;
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
