import { totalmem } from 'node:os';
import { recognizersFingerprint } from '../../decode/applications.js';
import { createOutline } from '../../decode/outline.js';
import type { ByteSource, FileIdentity } from '../../formats/source.js';
import { allocateFlows, FLOW_BYTES } from '../flow-columns.js';
import type { PacketTable } from '../packet-table.js';
import { type Checksum, checksumOfAll, fingerprint, loadChecksum } from './checksum.js';
import { areFlowsSound } from './column-check.js';
import { createColumnStore, decodeOrNull } from './column-store.js';
import { decodeDirectory, ENTRY_BYTES, type SegmentEntry } from './directory.js';
import { openSidecarFile, type SidecarFile } from './file.js';
import { decodeHeader, HEADER_BYTES, type Header, type Part } from './header.js';
import { align, bytesOf, flowColumnBytes } from './layout.js';
import { LoadedSegment } from './loaded-segment.js';
import { isCount, isDamageList, isDescription, isEncapsulationList, isFlowTimes, isRecord } from './shapes.js';
import { MOST_STRUCTURED_BYTES } from './structured.js';
import type { SidecarFacts } from './write.js';

export interface LoadedSidecar extends SidecarFacts {
  /** Done. Its segments read their columns from the sidecar when they are first used. */
  table: PacketTable;
  /** What the sidecar says of each segment: byte range, time range, whether it is sorted. */
  directory: readonly SegmentEntry[];
  /** Closes the sidecar; columns that were not read yet cannot be used any more. */
  close(): void;
}

export interface ReadSidecarOptions {
  /** Columns that may be in memory at once, bytes. Default: half of the machine's memory. */
  columnBytes?: number;
  /** Told once when a column turns out to be damaged as it is first used: the columns are then made anew from the capture. */
  onDamage?: (reason: string) => void;
}

/**
 * The index of a capture from its sidecar: header, details, dictionaries and flows are read now, columns when they are first used. null: there is none.
 * A `reason` says why it cannot be used, as the end of a sentence that begins with "the index": the capture is not the one that was indexed (size,
 * modification time, sampled fingerprint), its applications were recognized in another way, or the sidecar is damaged, of another version or byte order.
 * Never throws for what a sidecar says, and never allocates more than a small multiple of its size. The shape of `summary` is the caller's to check.
 */
export async function readSidecar(
  path: string,
  source: ByteSource,
  options: ReadSidecarOptions = {},
): Promise<LoadedSidecar | { reason: string } | null> {
  const { identity } = source;
  if (identity === null) return null;
  const file = openSidecarFile(path);
  if (file === null) return null;
  if (typeof file === 'string') return { reason: file };
  const loaded = load(file, source, identity, await loadChecksum(), options);
  if (typeof loaded !== 'string') return loaded;
  file.close();
  return { reason: loaded };
}

function load(
  file: SidecarFile,
  source: ByteSource,
  identity: FileIdentity,
  checksum: Checksum,
  options: ReadSidecarOptions,
): LoadedSidecar | string {
  const first = new Uint8Array(HEADER_BYTES);
  if (!file.read(first, 0)) return `is cut: it has ${file.bytes} bytes, its header takes ${HEADER_BYTES}`;
  const header = decodeHeader(first, checksum);
  if (typeof header === 'string') return header;
  const stale = staleness(header, source, identity, checksum);
  if (stale !== null) return stale;
  if (header.totalBytes !== file.bytes) return `is cut: it has ${file.bytes} bytes, ${header.totalBytes} were written`;
  const parts = readParts(file, header, checksum);
  if (typeof parts === 'string') return parts;
  const { directory, details, flows, addresses } = parts;
  const { description, damage, encapsulations, flowTimes, summary, damageCount } = details;
  if (!isFlowTimes(flowTimes, header.flows)) return 'contradicts itself in its flows';
  flows.exactTimes = flowTimes;
  const limits = {
    flows: header.flows,
    encapsulations: header.encapsulations,
    interfaces: description.interfaces.length,
    size: header.size,
  };
  const store = createColumnStore({
    ...{ file, source, entries: directory, limits, checksum, table: () => table },
    columnBytes: options.columnBytes ?? totalmem() / 2,
    onDamage: options.onDamage ?? (() => undefined),
  });
  let row = 0;
  const firstRows: number[] = [];
  const segments = directory.map(({ rows }, ordinal) => {
    firstRows.push(row);
    row += rows;
    return new LoadedSegment(ordinal, rows, store);
  });
  const table: PacketTable = {
    ...{ segments, firstRows, done: true, description, damage, encapsulations, flows, addresses },
  };
  return { table, summary, damageCount, directory, close: file.close };
}

function staleness(header: Header, source: ByteSource, identity: FileIdentity, checksum: Checksum): string | null {
  if (identity.size !== header.size)
    return `is out of date: the capture has ${identity.size} bytes, ${header.size} were indexed`;
  if (identity.modifiedNanoseconds !== header.modifiedNanoseconds)
    return 'is out of date: the capture was written to since';
  if (fingerprint(source, identity.size, checksum) !== header.fingerprint)
    return 'is out of date: the capture has other content';
  if (header.recognizers !== recognizersFingerprint())
    return 'is of a version that recognizes applications in another way';
  return null;
}

interface Details extends SidecarFacts, Pick<PacketTable, 'description' | 'damage' | 'encapsulations'> {
  flowTimes: unknown;
}

interface Parts extends Pick<PacketTable, 'flows' | 'addresses'> {
  details: Details;
  directory: SegmentEntry[];
}

/** Everything but the segments. Each part must stand where the one before it ends, and be as long as the counts say, before anything is allocated. */
function readParts(file: SidecarFile, header: Header, checksum: Checksum): Parts | string {
  const { details, addressWords, flowColumns, directory } = header;
  const lengths: [Part, number][] = [
    [details, Math.min(details.bytes, MOST_STRUCTURED_BYTES)],
    [addressWords, 16 * header.addresses],
    [flowColumns, FLOW_BYTES * header.flows],
    [directory, ENTRY_BYTES * header.segments],
  ];
  let place = HEADER_BYTES;
  for (const [part, bytes] of lengths) {
    if (part.at !== place || part.bytes !== bytes || place + bytes > file.bytes) return 'contradicts itself';
    place = align(part.at + part.bytes);
  }
  const flows = allocateFlows(header.flows);
  flows.count = header.flows;
  const [detailBytes, directoryBytes] = [new Uint8Array(details.bytes), new Uint8Array(directory.bytes)];
  const addresses = { count: header.addresses, words: new Uint32Array(new SharedArrayBuffer(addressWords.bytes)) };
  const wanted: [string, Part, Uint8Array[]][] = [
    ['details', details, [detailBytes]],
    ['addresses', addressWords, [bytesOf(addresses.words)]],
    ['flows', flowColumns, flowColumnBytes(flows)],
    ['directory', directory, [directoryBytes]],
  ];
  for (const [name, part, chunks] of wanted) {
    if (!readChunks(file, part.at, chunks) || checksumOfAll(chunks, checksum) !== part.checksum)
      return `is damaged in its ${name}`;
  }
  if (!areFlowsSound({ flows, addresses })) return 'contradicts itself in its flows';
  const entries = decodeDirectory(directoryBytes, place, header.totalBytes);
  if (entries === null || entries.reduce((sum, { rows }) => sum + rows, 0) !== header.rows)
    return 'contradicts itself in its directory';
  const decoded = checkDetails(decodeOrNull(detailBytes), header.encapsulations);
  if (decoded === null) return 'contradicts itself in its details';
  return { details: decoded, directory: entries, flows, addresses };
}

function readChunks(file: SidecarFile, at: number, chunks: readonly Uint8Array[]): boolean {
  let place = at;
  for (const chunk of chunks) {
    if (!file.read(chunk, place)) return false;
    place += chunk.length;
  }
  return true;
}

function checkDetails(value: unknown, encapsulationCount: number): Details | null {
  if (!isRecord(value)) return null;
  const { summary, damageCount, description, damage, encapsulations, flowTimes } = value;
  if (!isDescription(description) || !isDamageList(damage) || !isCount(damageCount)) return null;
  if (!isEncapsulationList(encapsulations, encapsulationCount, createOutline().tags.length)) return null;
  return { summary, damageCount, description, damage, encapsulations, flowTimes };
}
