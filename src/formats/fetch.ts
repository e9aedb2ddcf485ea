import { PcapshError } from '../errors.js';
import { allocateBatch, type PacketBatch } from './batch.js';
import { createDamageLog } from './damage-log.js';
import type { CaptureDescription } from './model.js';
import { capturedLength, type RecordLayout, recordLayout } from './pcap/record.js';
import { createPcapScanner } from './pcap/scanner.js';
import { createBlockReferences } from './pcapng/block-references.js';
import { createPcapngScanner, enterKnownSection } from './pcapng/scanner.js';
import type { ByteSource } from './source.js';
import { createWindow, type Scanner, type Window } from './window.js';

/** Records of one source that are wanted, as columns of `count` elements, with what the table knows of them. */
export interface WantedRecords {
  count: number;
  /** Byte offset of the record header or block. Ascending offsets are read together; any order is possible. */
  offsets: ArrayLike<number>;
  numbers: ArrayLike<number>;
  /** Captured lengths. */
  lengths: ArrayLike<number>;
  seconds: ArrayLike<number>;
  nanoseconds: ArrayLike<number>;
}

export interface FetchOptions {
  /** At most so many packets a batch. Default 4,096. */
  rows?: number;
}

/** Records closer to each other than this are read in one go. */
const GAP = 64 * 1024;
/** At most so many bytes are read in one go, one long record excepted. */
const SPAN = 1024 * 1024;
/** Bytes of options and frame that are expected of a pcapng packet; more are read when there are more. */
const BLOCK_ROOM = 96;
/** A pcap record header, and the shortest block that is a packet. */
const SHORTEST_RECORD = 16;
const DEFAULT_ROWS = 4096;

interface Fetching {
  source: ByteSource;
  wanted: WantedRecords;
  batch: PacketBatch;
  window: Window;
  scanner: Scanner;
  /** Bytes of the record whose header lies at `at` in the window. */
  recordLength: (at: number) => number;
  /** Bytes of a record beside its captured bytes, as far as they can be told before. */
  overhead: number;
  enterSection: (offset: number) => void;
}

/**
 * Reads the wanted records, in their order, into batches. A batch is reused: it holds until the next is asked for. Numbers are those of `wanted`.
 * Throws `source.changed` when no such record is at an offset any more, or its captured length or time is another one.
 */
export function* fetchRecords(
  source: ByteSource,
  description: CaptureDescription,
  wanted: WantedRecords,
  options: FetchOptions = {},
): Generator<PacketBatch> {
  const rows = options.rows ?? DEFAULT_ROWS;
  const batch = allocateBatch(Math.max(1, Math.min(rows, wanted.count)));
  const fetching = prepare(source, description, wanted, batch);
  for (let from = 0; from < wanted.count; ) {
    const until = readTogether(fetching, from, Math.min(wanted.count, from + rows));
    batch.count = 0;
    batch.exactTimes.clear();
    for (let index = from; index < until; index++) place(fetching, index);
    batch.bytes = fetching.window.bytes;
    batch.position = fetching.window.position;
    yield batch;
    from = until;
  }
}

function prepare(
  source: ByteSource,
  description: CaptureDescription,
  wanted: WantedRecords,
  batch: PacketBatch,
): Fetching {
  const window = createWindow(0, 0, null);
  window.final = true;
  const header = description.pcap;
  const shared = { batch, damage: createDamageLog(), until: Number.POSITIVE_INFINITY, chain: 0 };
  const common = { source, wanted, batch, window };
  if (header !== null) {
    const { byteOrder } = description.sections[0];
    const layout: RecordLayout = recordLayout(header, byteOrder);
    return {
      ...common,
      scanner: createPcapScanner({ ...shared, header, byteOrder }),
      recordLength: (at) => layout.headerLength + capturedLength(layout, window.view, at),
      overhead: layout.headerLength,
      enterSection: () => {},
    };
  }
  const references = createBlockReferences();
  const scanner = createPcapngScanner({ ...shared, description, references, collect: false });
  let ordinal = -1;
  return {
    ...common,
    scanner,
    recordLength: (at) => window.view.getUint32(at + 4, scanner.little),
    overhead: BLOCK_ROOM,
    enterSection: (offset) => {
      const found = sectionAt(description, offset);
      if (found !== ordinal) enterKnownSection(scanner, found);
      ordinal = found;
    },
  };
}

/** Ordinal of the section that byte `offset` lies in. */
function sectionAt(description: CaptureDescription, offset: number): number {
  const { sections } = description;
  let low = 0;
  let high = sections.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (sections[middle].offset <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Reads the records from index `from` on that lie close behind each other. Returns the index behind the last of them. */
function readTogether(fetching: Fetching, from: number, limit: number): number {
  const { wanted, window, overhead } = fetching;
  const { offsets, lengths } = wanted;
  const first = offsets[from];
  let end = first + overhead + lengths[from];
  let until = from + 1;
  while (until < limit && offsets[until] > offsets[until - 1] && offsets[until] - end < GAP) {
    const next = offsets[until] + overhead + lengths[until];
    if (next - first > SPAN) break;
    end = Math.max(end, next);
    until++;
  }
  window.position = first;
  window.end = 0;
  load(fetching, end - first);
  return until;
}

/** Makes the window hold `size` bytes from its position on, or what there is of them. */
function load(fetching: Fetching, size: number): void {
  const { window, source } = fetching;
  if (window.bytes.length < size) {
    const larger = new Uint8Array(Math.max(size, Math.min(window.bytes.length * 2, SPAN)));
    larger.set(window.bytes.subarray(0, window.end));
    window.bytes = larger;
    window.view = new DataView(larger.buffer);
  }
  while (window.end < size) {
    const count = source.readSync(window.bytes.subarray(window.end, size), window.position + window.end);
    if (count === 0) return;
    window.end += count;
  }
}

/** Puts the record of an index into the batch, and checks that it is the one that was meant. */
function place(fetching: Fetching, index: number): void {
  const { wanted, window, batch, scanner } = fetching;
  const row = batch.count;
  const offset = wanted.offsets[index];
  const at = offset - window.position;
  fetching.enterSection(offset);
  const end = window.end;
  if (end - at < SHORTEST_RECORD) throw changed(fetching, index);
  const length = fetching.recordLength(at);
  // A length that lies is not believed further than options may go.
  if (length > wanted.lengths[index] + 2 * SPAN) throw changed(fetching, index);
  if (at + length > end) load(fetching, at + length);
  if (at + length > window.end) throw changed(fetching, index);
  const loaded = window.end;
  window.start = at;
  window.end = at + length;
  scanner.scan(window, row + 1);
  window.end = loaded;
  const same =
    batch.count === row + 1 &&
    batch.length[row] === wanted.lengths[index] &&
    batch.seconds[row] === wanted.seconds[index] &&
    batch.nanoseconds[row] === wanted.nanoseconds[index];
  if (!same) throw changed(fetching, index);
  batch.number[row] = wanted.numbers[index];
}

function changed(fetching: Fetching, index: number): PcapshError {
  const { source, wanted } = fetching;
  return new PcapshError(
    'source.changed',
    `${source.name} has changed: packet ${wanted.numbers[index]} is no longer at byte ${wanted.offsets[index]}`,
    { hint: 'load it again' },
  );
}
