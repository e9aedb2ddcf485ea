import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSource } from '../../src/formats/open-source.js';
import type { ByteSource } from '../../src/formats/source.js';
import { indexSource } from '../../src/plan/index-source.js';
import type { Segment } from '../../src/table/columns.js';
import { type PacketTable, segmentRows } from '../../src/table/packet-table.js';
import { encodeHeader, type Header } from '../../src/table/sidecar/header.js';
import { SEGMENT_COLUMNS } from '../../src/table/sidecar/layout.js';
import { type LoadedSidecar, type ReadSidecarOptions, readSidecar } from '../../src/table/sidecar/read.js';
import { type SidecarFacts, writeSidecar } from '../../src/table/sidecar/write.js';
import { buildPcap, frame, type PcapRecord } from '../support/build-capture.js';

export interface Indexed {
  source: ByteSource;
  table: PacketTable;
  facts: SidecarFacts;
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'pcapsh-sidecar-'));
}

/** Some packets of a few flows, one second apart. */
export function someRecords(count: number): PcapRecord[] {
  return Array.from({ length: count }, (_, i) => ({
    seconds: 1_700_000_000 + i,
    fraction: i,
    data: frame({ protocol: i % 3 === 0 ? 6 : 17, sourcePort: 1000 + (i % 7), payload: i % 50, host: 1 + (i % 5) }),
  }));
}

/** Writes a capture to `path` and indexes it, in this thread. */
export async function indexBytes(path: string, bytes: Uint8Array): Promise<Indexed> {
  writeFileSync(path, bytes);
  return indexFile(path);
}

export async function indexFile(path: string): Promise<Indexed> {
  const source = openSource(path);
  const { segments, outcome, summary } = await indexSource(source, { retain: true, background: false, threads: 1 });
  const firstRows: number[] = [];
  let row = 0;
  for (const segment of segments) {
    firstRows.push(row);
    row += segmentRows(segment);
  }
  const { description, damage, encapsulations, flows, addresses, damageCount } = outcome;
  const table = { segments, firstRows, done: true, description, damage, encapsulations, flows, addresses };
  return { source, table, facts: { summary: summary.toState(), damageCount } };
}

/** A capture of `count` packets, indexed, and its sidecar. */
export async function keptCapture(folder: string, count = 40): Promise<Indexed & { path: string; sidecar: string }> {
  const path = join(folder, 'capture.pcap');
  const indexed = await indexBytes(path, buildPcap({ records: someRecords(count) }));
  const sidecar = join(folder, 'capture.index');
  await writeSidecar(sidecar, indexed.source, indexed.table, indexed.facts);
  return { ...indexed, path, sidecar };
}

export async function loadSidecar(
  path: string,
  source: ByteSource,
  options?: ReadSidecarOptions,
): Promise<LoadedSidecar> {
  const read = await readSidecar(path, source, options);
  if (read === null || 'reason' in read) throw new Error(`the sidecar was not read: ${read?.reason ?? 'none there'}`);
  return read;
}

/** Why a sidecar is not read. */
export async function refusal(path: string, source: ByteSource): Promise<string> {
  const read = await readSidecar(path, source);
  if (read === null || !('reason' in read)) throw new Error('the sidecar was read, or there is none');
  return read.reason;
}

/** All that a table says, as plain values that can be compared. */
export function contentOf(table: PacketTable): unknown {
  const { description, damage, encapsulations, flows, addresses, firstRows } = table;
  const { exactTimes, count, ...columns } = flows;
  return {
    ...{ description, damage, encapsulations, firstRows, count, exactTimes },
    flows: Object.entries(columns)
      .map(([name, column]) => [name, [...column.slice(0, column.length)]])
      .sort(),
    addresses: [...addresses.words.subarray(0, 4 * addresses.count)],
    segments: table.segments.map(segmentContent),
  };
}

function segmentContent(segment: Segment): unknown {
  const rows = segmentRows(segment);
  return [...SEGMENT_COLUMNS.map(([name]) => [...segment[name].subarray(0, rows)]), segment.exactTimes];
}

/** Puts a header that says something else, its checksum right, into a sidecar. */
export function rewriteHeader(path: string, header: Header, checksum: (bytes: Uint8Array) => bigint): void {
  const bytes = readFileSync(path);
  bytes.set(encodeHeader(header, checksum));
  writeFileSync(path, bytes);
}
