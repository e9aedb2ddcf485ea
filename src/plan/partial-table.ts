import { viewSegment } from '../table/columns.js';
import type { IndexSnapshot } from '../table/index-job.js';
import { type PacketTable, segmentRows } from '../table/packet-table.js';
import type { SourceFile } from './source-file.js';

/** The first rows of a table that is done, as a table of its own. */
export function firstRowsOf(table: PacketTable, rows: number): PacketTable {
  return { ...table, ...cutSegments(table, rows), done: false };
}

/** What is there of a table that grows: the rows that a snapshot of its pass knows. */
function tableSoFar(table: PacketTable, snapshot: IndexSnapshot): PacketTable {
  const { rows, flows, addresses, encapsulations, description } = snapshot;
  return { ...cutSegments(table, rows), done: false, description, damage: [], encapsulations, flows, addresses };
}

/** The segments of the first `rows` rows. The last of them gets a count of its own, so that nobody looks beyond. */
function cutSegments(table: PacketTable, rows: number): Pick<PacketTable, 'segments' | 'firstRows'> {
  const segments: PacketTable['segments'] = [];
  const firstRows: number[] = [];
  let before = 0;
  for (const segment of table.segments) {
    if (before >= rows) break;
    const there = Math.min(segmentRows(segment), rows - before);
    firstRows.push(before);
    const { buffer, capacity, exactTimes } = segment;
    segments.push({ ...viewSegment(buffer, capacity, exactTimes), count: Int32Array.of(there) });
    before += there;
  }
  return { segments, firstRows };
}

const snapshots = new WeakMap<PacketTable, IndexSnapshot>();
/** A new snapshot is taken when so many times the rows are there: all of them together then cost no more than a few of the last. */
const GROWTH = 1.5;

/** The rows of a source that are there while its index pass runs; null before there are any. */
export async function growingTable(source: SourceFile): Promise<PacketTable | null> {
  const { table, ask } = source;
  if (table === null || ask === null) return null;
  let there = 0;
  for (const segment of table.segments) there += segmentRows(segment);
  const known = snapshots.get(table);
  let snapshot: IndexSnapshot | null = known ?? null;
  if (known === undefined || there >= GROWTH * known.rows) snapshot = (await ask()) ?? snapshot;
  if (snapshot === null || snapshot.rows === 0) return null;
  snapshots.set(table, snapshot);
  return table.done ? null : tableSoFar(table, snapshot);
}

/** The share of a source's bytes that the rows of a part of its table come from, 0 to 1. */
export function shareOf(source: SourceFile, part: PacketTable): number {
  const last = part.segments.at(-1);
  const { progress, bytes } = source;
  if (last !== undefined && bytes.seekable && bytes.size !== null) {
    const row = segmentRows(last) - 1;
    return Math.min(1, (last.offset[row] + last.length[row]) / bytes.size);
  }
  return progress === null || progress.total === null ? 0 : Math.min(1, progress.done / progress.total);
}
