import { allocateSegment, type Segment } from '../columns.js';
import { align, SEGMENT_COLUMNS, type SegmentColumn } from './layout.js';

type Column = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** Where a loaded segment has its columns from. */
export interface ColumnStore {
  /** Fills one column (its rows alone); what cannot be had from the sidecar is made anew from the capture. */
  fill(segment: LoadedSegment, name: SegmentColumn, columns: Segment): void;
  exactTimes(segment: LoadedSegment): Map<number, bigint | null>;
}

const ORDINAL = Object.fromEntries(SEGMENT_COLUMNS.map(([name], i) => [name, i])) as Record<SegmentColumn, number>;

/**
 * A segment whose columns are read from a sidecar when they are first used. Hot loops take each column once a segment, so that an accessor costs them
 * nothing. Memory that no column has been read into is reserved, never touched.
 */
export class LoadedSegment implements Segment {
  readonly capacity: number;
  readonly count: Int32Array;
  readonly ordinal: number;
  private readonly store: ColumnStore;
  private memory: Segment | null = null;
  private columns: (Column | undefined)[] = [];
  private times: Map<number, bigint | null> | null = null;

  constructor(ordinal: number, rows: number, store: ColumnStore) {
    this.ordinal = ordinal;
    this.capacity = Math.max(8, align(rows));
    this.count = new Int32Array(new SharedArrayBuffer(4)).fill(rows);
    this.store = store;
  }

  /** All columns, read. */
  get buffer(): SharedArrayBuffer {
    for (const [name] of SEGMENT_COLUMNS) this.column(name);
    return this.room().buffer;
  }
  get offset(): Float64Array {
    return this.column('offset') as Float64Array;
  }
  get seconds(): Uint32Array {
    return this.column('seconds') as Uint32Array;
  }
  get nanoseconds(): Uint32Array {
    return this.column('nanoseconds') as Uint32Array;
  }
  get length(): Uint32Array {
    return this.column('length') as Uint32Array;
  }
  get originalLength(): Uint32Array {
    return this.column('originalLength') as Uint32Array;
  }
  get flow(): Uint32Array {
    return this.column('flow') as Uint32Array;
  }
  get payloadLength(): Uint32Array {
    return this.column('payloadLength') as Uint32Array;
  }
  get interface(): Uint16Array {
    return this.column('interface') as Uint16Array;
  }
  get encapsulation(): Uint16Array {
    return this.column('encapsulation') as Uint16Array;
  }
  get payloadOffset(): Uint16Array {
    return this.column('payloadOffset') as Uint16Array;
  }
  get flags(): Uint16Array {
    return this.column('flags') as Uint16Array;
  }
  get protocol(): Uint8Array {
    return this.column('protocol') as Uint8Array;
  }
  get tcpFlags(): Uint8Array {
    return this.column('tcpFlags') as Uint8Array;
  }
  get application(): Uint8Array {
    return this.column('application') as Uint8Array;
  }
  get exactTimes(): Map<number, bigint | null> {
    this.times ??= this.store.exactTimes(this);
    return this.times;
  }

  /** Lets go of what was read: it is read again when it is used again. Arrays that somebody holds stay as they are. */
  drop(): void {
    this.memory = null;
    this.columns = [];
  }

  private room(): Segment {
    if (this.memory === null) {
      this.memory = allocateSegment(this.capacity);
      Atomics.store(this.memory.count, 0, this.count[0]);
    }
    return this.memory;
  }

  private column(name: SegmentColumn): Column {
    const known = this.columns[ORDINAL[name]];
    if (known !== undefined) return known;
    const memory = this.room();
    this.store.fill(this, name, memory);
    this.columns[ORDINAL[name]] = memory[name];
    return memory[name];
  }
}
