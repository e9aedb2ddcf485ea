import { openMemorySource } from '../../src/formats/memory-source.js';
import { openSource } from '../../src/formats/open-source.js';
import type { ByteSource } from '../../src/formats/source.js';
import { type IndexedSource, indexSource } from '../../src/plan/index-source.js';
import { segmentRows } from '../../src/table/packet-table.js';

/** The table of a capture in memory, made in one pass in this thread. */
export function indexBytes(bytes: Uint8Array): Promise<IndexedSource> {
  return indexHere(openMemorySource(bytes));
}

/** The table of a file, likewise. */
export async function indexFile(path: string): Promise<IndexedSource> {
  const source = openSource(path);
  try {
    return await indexHere(source);
  } finally {
    source.close();
  }
}

function indexHere(source: ByteSource): Promise<IndexedSource> {
  return indexSource(source, { retain: true, background: false, threads: 1 });
}

/** Every row's flags, ORed. */
export function allFlags({ segments }: Pick<IndexedSource, 'segments'>): number {
  let flags = 0;
  for (const segment of segments) for (let row = 0; row < segmentRows(segment); row++) flags |= segment.flags[row];
  return flags;
}
