import { allocateSegment, type Segment } from '../columns.js';
import { align, SEGMENT_COLUMNS, type SegmentColumn } from './layout.js';

/** The columns that have been read; null: not yet. */
type LoadedColumns = { [Name in SegmentColumn]: Segment[Name] | null };

/** Where a loaded segment has its columns from. */
export interface ColumnStore {
  /** Fills one column (its rows alone); what cannot be had from the sidecar is made anew from the capture. */
  fill(segment: LoadedSegment, name: SegmentColumn, columns: Segment): void;
  exactTimes(segment: LoadedSegment): Map<number, bigint | null>;
}

function nothingLoaded(): LoadedColumns {
  return {
    offset: null,
    seconds: null,
    nanoseconds: null,
    length: null,
    originalLength: null,
    flow: null,
    payloadLength: null,
    interface: null,
    encapsulation: null,
    payloadOffset: null,
    flags: null,
    protocol: null,
    tcpFlags: null,
  };
}

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
  private loaded = nothingLoaded();
  private times: Map<number, bigint | null> | null = null;

  constructor(ordinal: number, rows: number, store: ColumnStore) {
    this.ordinal = ordinal;
    this.capacity = Math.max(8, align(rows));
    this.count = new Int32Array(new SharedArrayBuffer(4)).fill(rows);
    this.store = store;
  }

  /** All columns, read. */
  get buffer(): SharedArrayBuffer {
    for (const [name] of SEGMENT_COLUMNS) if (this.loaded[name] === null) this.load(name);
    return this.room().buffer;
  }
  get offset(): Float64Array {
    return this.loaded.offset ?? this.load('offset');
  }
  get seconds(): Uint32Array {
    return this.loaded.seconds ?? this.load('seconds');
  }
  get nanoseconds(): Uint32Array {
    return this.loaded.nanoseconds ?? this.load('nanoseconds');
  }
  get length(): Uint32Array {
    return this.loaded.length ?? this.load('length');
  }
  get originalLength(): Uint32Array {
    return this.loaded.originalLength ?? this.load('originalLength');
  }
  get flow(): Uint32Array {
    return this.loaded.flow ?? this.load('flow');
  }
  get payloadLength(): Uint32Array {
    return this.loaded.payloadLength ?? this.load('payloadLength');
  }
  get interface(): Uint16Array {
    return this.loaded.interface ?? this.load('interface');
  }
  get encapsulation(): Uint16Array {
    return this.loaded.encapsulation ?? this.load('encapsulation');
  }
  get payloadOffset(): Uint16Array {
    return this.loaded.payloadOffset ?? this.load('payloadOffset');
  }
  get flags(): Uint16Array {
    return this.loaded.flags ?? this.load('flags');
  }
  get protocol(): Uint8Array {
    return this.loaded.protocol ?? this.load('protocol');
  }
  get tcpFlags(): Uint8Array {
    return this.loaded.tcpFlags ?? this.load('tcpFlags');
  }
  get exactTimes(): Map<number, bigint | null> {
    this.times ??= this.store.exactTimes(this);
    return this.times;
  }

  /** Lets go of what was read: it is read again when it is used again. Arrays that somebody holds stay as they are. */
  drop(): void {
    this.memory = null;
    this.loaded = nothingLoaded();
  }

  private room(): Segment {
    if (this.memory === null) {
      this.memory = allocateSegment(this.capacity);
      Atomics.store(this.memory.count, 0, this.count[0]);
    }
    return this.memory;
  }

  private load<Name extends SegmentColumn>(name: Name): Segment[Name] {
    const memory = this.room();
    this.store.fill(this, name, memory);
    const loaded: Pick<Segment, Name> = memory;
    Object.assign(this.loaded, { [name]: loaded[name] });
    return loaded[name];
  }
}
