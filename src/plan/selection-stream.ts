import { PcapshError } from '../errors.js';
import { isSet } from '../table/bitmap.js';
import { segmentRows, tableRows } from '../table/packet-table.js';
import type { Selection } from './selection.js';
import type { SourceFile } from './source-file.js';
import type { StreamStage } from './stages.js';

/**
 * A selection as a stage over a stream of the same sources. A record that isn't what its row says means that the file changed since it was indexed: that is
 * an error, never another packet in silence. Packets that were appended since are not among those selected.
 */
export function selectionStage(selection: Selection): StreamStage {
  const bySource = new Map(selection.map((one) => [one.source, one]));
  const ended = new Set<SourceFile>();
  return {
    apply(batch, keep, source) {
      const selected = bySource.get(source);
      if (selected === undefined || batch.count === 0) return;
      const { table, bitmaps } = selected;
      const rows = tableRows(table);
      let ordinal = 0;
      for (let i = 0; i < batch.count; i++) {
        const row = batch.number[i] - 1;
        while (ordinal + 1 < table.firstRows.length && table.firstRows[ordinal + 1] <= row) ordinal++;
        if (row >= rows && hasGrown(source)) {
          keep.fill(0, i, batch.count);
          ended.add(source);
          return;
        }
        const segment = table.segments[ordinal];
        const at = row - table.firstRows[ordinal];
        if (
          segment === undefined ||
          at >= segmentRows(segment) ||
          segment.length[at] !== batch.length[i] ||
          segment.seconds[at] !== batch.seconds[i]
        )
          throw changed(source, row + 1);
        const bitmap = bitmaps[ordinal];
        if (bitmap !== null && !isSet(bitmap, at)) keep[i] = 0;
      }
    },
    isDone: () => ended.size === bySource.size,
  };
}

/** More has been written to the file since it was opened: it is still being captured. */
export function hasGrown({ bytes, identity }: SourceFile): boolean {
  const now = bytes.currentSize();
  return now !== null && identity !== null && now > identity.size;
}

function changed(source: SourceFile, number: number): PcapshError {
  return new PcapshError(
    'source.changed',
    `the capture changed: packet ${number} of ${source.path} is not what was indexed`,
    { hint: 'load it again' },
  );
}
