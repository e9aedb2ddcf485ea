import { PcapshError } from '../../errors.js';
import type { ByteSource } from '../../formats/source.js';
import type { Segment } from '../columns.js';
import type { PacketTable } from '../packet-table.js';
import type { Checksum } from './checksum.js';
import { type ColumnLimits, isColumnSound } from './column-check.js';
import type { SegmentEntry } from './directory.js';
import type { SidecarFile } from './file.js';
import { bytesOf, columnPlaces, SEGMENT_COLUMNS } from './layout.js';
import type { ColumnStore, LoadedSegment } from './loaded-segment.js';
import { rebuildSegments } from './rebuild.js';
import { isRowTimes } from './shapes.js';
import { decodeStructured } from './structured.js';

export interface ColumnStoreOptions {
  file: SidecarFile;
  source: ByteSource;
  entries: readonly SegmentEntry[];
  limits: ColumnLimits;
  checksum: Checksum;
  /** The table that the columns belong to, for making them anew. */
  table: () => PacketTable;
  /** Columns of the sidecar that may be in memory at once, bytes; beyond that the segments read longest ago are let go of. */
  columnBytes: number;
  /** Told once when a column is damaged: the end of a sentence that begins with "the index". */
  onDamage: (reason: string) => void;
}

/** Reads the columns of loaded segments, each checked by its checksum and its values. A damaged one makes all be made anew from the capture. */
export function createColumnStore(options: ColumnStoreOptions): ColumnStore {
  const { file, source, entries, checksum } = options;
  const held = new Map<LoadedSegment, number>();
  let heldBytes = 0;
  let rebuilt: Segment[] | null = null;

  function requireOpen(): void {
    if (!file.isOpen()) throw new PcapshError('source.closed', `${source.name} has been closed`);
  }

  function rebuild(ordinal: number, what: string): Segment {
    options.onDamage(`is damaged in ${what} of segment ${ordinal + 1}`);
    rebuilt = rebuildSegments(source, options.table());
    return rebuilt[ordinal];
  }

  function hold(segment: LoadedSegment, bytes: number): void {
    held.set(segment, (held.get(segment) ?? 0) + bytes);
    heldBytes += bytes;
    for (const [other, otherBytes] of held) {
      if (heldBytes <= options.columnBytes) return;
      if (other === segment) continue;
      other.drop();
      held.delete(other);
      heldBytes -= otherBytes;
    }
  }

  return {
    fill(segment, name, columns) {
      const { ordinal } = segment;
      const column = columns[name];
      if (rebuilt === null) {
        requireOpen();
        const { rows, at, checksums } = entries[ordinal];
        const index = SEGMENT_COLUMNS.findIndex(([other]) => other === name);
        const bytes = bytesOf(column.subarray(0, rows));
        const whole = file.read(bytes, at + columnPlaces(rows).places[index]);
        if (whole && checksum(bytes) === checksums[index] && isColumnSound(name, column, rows, options.limits)) {
          hold(segment, column.byteLength);
          return;
        }
      }
      const made = rebuilt === null ? rebuild(ordinal, `column ${name}`) : rebuilt[ordinal];
      column.set(made[name].subarray(0, column.length));
    },
    exactTimes(segment) {
      const { ordinal } = segment;
      if (rebuilt !== null) return rebuilt[ordinal].exactTimes;
      const { rows, at, timeBytes, timeChecksum } = entries[ordinal];
      if (timeBytes === 0) return new Map();
      requireOpen();
      const bytes = new Uint8Array(timeBytes);
      if (file.read(bytes, at + columnPlaces(rows).bytes) && checksum(bytes) === timeChecksum) {
        const times = decodeOrNull(bytes);
        if (isRowTimes(times, rows)) return times;
      }
      return rebuild(ordinal, 'times').exactTimes;
    },
  };
}

/** null for bytes that say nothing. */
export function decodeOrNull(bytes: Uint8Array): unknown {
  try {
    return decodeStructured(bytes);
  } catch {
    return null;
  }
}
