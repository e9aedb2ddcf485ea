import { randomBytes } from 'node:crypto';
import { constants, type FileHandle, mkdir, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { recognizersFingerprint } from '../../decode/applications.js';
import { PcapshError } from '../../errors.js';
import type { ByteSource, FileIdentity } from '../../formats/source.js';
import type { Segment } from '../columns.js';
import { type PacketTable, segmentRows, tableRows } from '../packet-table.js';
import { type Checksum, checksumOfAll, fingerprint, loadChecksum } from './checksum.js';
import { ENTRY_BYTES, encodeDirectory, endOfSegment, type SegmentEntry, surveySegment } from './directory.js';
import { encodeHeader, HEADER_BYTES, type Part } from './header.js';
import { align, bytesOf, columnPlaces, flowColumnBytes, SEGMENT_COLUMNS } from './layout.js';
import { encodeStructured, MOST_STRUCTURED_BYTES } from './structured.js';

/** What is known of a capture beside its table. */
export interface SidecarFacts {
  /** Of all packets: plain data, handed back as it was given. */
  summary: unknown;
  /** Damaged places in all; the table lists the first of them. */
  damageCount: number;
}

/** A temporary file this old was left behind by a process that was killed. */
const ABANDONED_MILLISECONDS = 3_600_000;

/**
 * Writes the index of a capture to `path`: a temporary file beside it (mode 0600, its folder made with 0700 if need be) that is renamed when it is whole.
 * It is not synced to the disk: a sidecar that a power failure tore is found out by its checksums.
 * Throws `index.unsuitable` for a source that is no plain file or a table that is not done, `source.changed` when the capture is no longer what was indexed,
 * and errors of the file system. Nothing is left behind then.
 */
export async function writeSidecar(
  path: string,
  source: ByteSource,
  table: PacketTable,
  facts: SidecarFacts,
): Promise<void> {
  const { identity } = source;
  if (identity === null || source.path === null || !source.seekable || source.compression !== null || !table.done) {
    throw new PcapshError('index.unsuitable', `${source.name} is no plain file whose index is done`);
  }
  const checksum = await loadChecksum();
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await removeAbandoned(folder, basename(path));
  const temporary = join(folder, `${basename(path)}.${randomBytes(8).toString('hex')}.tmp`);
  const file = await open(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    await writeParts(file, source, identity, table, facts, checksum);
    await requireUnchanged(source, identity);
    await file.close();
    await rename(temporary, path);
  } catch (error) {
    await file.close().catch(() => undefined);
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
}

async function requireUnchanged(source: ByteSource, identity: FileIdentity): Promise<void> {
  const status = await stat(source.path ?? '', { bigint: true });
  const { device, inode, size, modifiedNanoseconds } = identity;
  if (
    Number(status.dev) === device &&
    Number(status.ino) === inode &&
    Number(status.size) === size &&
    status.mtimeNs === modifiedNanoseconds
  )
    return;
  throw new PcapshError('source.changed', `${source.name} changed while it was indexed`, { hint: 'load it again' });
}

async function removeAbandoned(folder: string, name: string): Promise<void> {
  const pattern = /\.[0-9a-f]{16}\.tmp$/;
  for (const other of await readdir(folder).catch((): string[] => [])) {
    if (!other.startsWith(name) || !pattern.test(other.slice(name.length))) continue;
    const left = join(folder, other);
    const status = await stat(left).catch(() => null);
    if (status !== null && Date.now() - status.mtimeMs > ABANDONED_MILLISECONDS)
      await unlink(left).catch(() => undefined);
  }
}

async function writeParts(
  file: FileHandle,
  source: ByteSource,
  identity: FileIdentity,
  table: PacketTable,
  facts: SidecarFacts,
  checksum: Checksum,
): Promise<void> {
  const { flows, addresses, encapsulations } = table;
  const segments = table.segments.filter((segment) => segmentRows(segment) > 0);
  const details = await writePart(file, HEADER_BYTES, [encodeDetails(table, facts)], checksum);
  const words = addresses.words.subarray(0, 4 * addresses.count);
  const addressWords = await writePart(file, endOf(details), [bytesOf(words)], checksum);
  const flowColumns = await writePart(file, endOf(addressWords), flowColumnBytes(flows), checksum);
  const entries: SegmentEntry[] = [];
  let place = endOf(flowColumns) + segments.length * ENTRY_BYTES;
  for (const segment of segments) {
    const entry = await writeSegment(file, segment, place, checksum);
    entries.push(entry);
    place = endOfSegment(entry);
  }
  const directory = await writePart(file, endOf(flowColumns), [encodeDirectory(entries)], checksum);
  // The file ends at a multiple of 8 even where its last column does not.
  await file.truncate(place);
  const header = {
    totalBytes: place,
    size: identity.size,
    modifiedNanoseconds: identity.modifiedNanoseconds,
    fingerprint: fingerprint(source, identity.size, checksum),
    rows: tableRows(table),
    segments: segments.length,
    flows: flows.count,
    addresses: addresses.count,
    encapsulations: encapsulations.length,
    recognizers: recognizersFingerprint(),
    ...{ details, addressWords, flowColumns, directory },
  };
  await writeFully(file, encodeHeader(header, checksum), 0);
}

function encodeDetails(table: PacketTable, facts: SidecarFacts): Uint8Array {
  const { description, damage, encapsulations, flows } = table;
  return limited(encodeStructured({ ...facts, description, damage, encapsulations, flowTimes: flows.exactTimes }));
}

function limited(bytes: Uint8Array): Uint8Array {
  if (bytes.length <= MOST_STRUCTURED_BYTES) return bytes;
  throw new PcapshError(
    'index.unsuitable',
    `${bytes.length} bytes of details do not fit an index, ${MOST_STRUCTURED_BYTES} do`,
  );
}

async function writeSegment(file: FileHandle, segment: Segment, at: number, checksum: Checksum): Promise<SegmentEntry> {
  const entry = surveySegment(segment);
  const { places, bytes } = columnPlaces(entry.rows);
  entry.at = at;
  for (const [i, [name]] of SEGMENT_COLUMNS.entries()) {
    const column = bytesOf(segment[name].subarray(0, entry.rows));
    entry.checksums[i] = checksum(column);
    await writeFully(file, column, at + places[i]);
  }
  if (segment.exactTimes.size > 0) {
    const times = limited(encodeStructured(segment.exactTimes));
    entry.timeBytes = times.length;
    entry.timeChecksum = checksum(times);
    await writeFully(file, times, at + bytes);
  }
  return entry;
}

function endOf({ at, bytes }: Part): number {
  return align(at + bytes);
}

/** Writes chunks one behind the other; the checksum is that of the checksums where there are several. */
async function writePart(
  file: FileHandle,
  at: number,
  chunks: readonly Uint8Array[],
  checksum: Checksum,
): Promise<Part> {
  let place = at;
  for (const chunk of chunks) {
    await writeFully(file, chunk, place);
    place += chunk.length;
  }
  return { at, bytes: place - at, checksum: checksumOfAll(chunks, checksum) };
}

async function writeFully(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, at, bytes.length - at, position + at);
    at += bytesWritten;
  }
}
