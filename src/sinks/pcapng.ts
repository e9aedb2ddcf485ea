import type { CaptureSink, CaptureSinkOptions } from './capture-sink.js';
import type { ChunkedOutput } from './output.js';
import { createJoinedSink } from './pcapng-joined.js';
import { createSelectionSink } from './pcapng-selection.js';

/** Writes a pcapng (draft-ietf-opsawg-pcapng): packets of one pcapng as they stand there, anything else as one new section. */
export function createPcapngSink(output: ChunkedOutput, options: CaptureSinkOptions): CaptureSink {
  const { sources, reordered = false } = options;
  const single = !reordered && sources.length === 1 && sources[0].description.format === 'pcapng';
  return single ? createSelectionSink(output, options) : createJoinedSink(output, options);
}
