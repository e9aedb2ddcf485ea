import type { BetweenBlock, PacketBatch } from '../formats/batch.js';
import type { CaptureFormat, CaptureInterface } from '../formats/model.js';
import type { Survey } from './capture-sink.js';
import type { Keep, Sink, SinkSource } from './sink.js';

/** A sink that writes nothing: it learns what a second run has to know before its first byte. */
export interface SurveySink extends Sink {
  survey(): Survey;
}

/**
 * Whether a target needs a survey before its first byte: captures joined (or one reordered) into one pcapng section, whose interface and other blocks precede every
 * packet. Only pcapng sources have such blocks, a pcap source is described by its header.
 */
export function needsSurvey(format: CaptureFormat, sources: readonly SinkSource[], reordered = false): boolean {
  return (
    format === 'pcapng' &&
    (sources.length > 1 || reordered) &&
    sources.some((source) => source.description.format === 'pcapng')
  );
}

/** Notes which interfaces the kept packets of `batch` belong to. */
export function noteInterfaces(seen: Uint8Array[], batch: PacketBatch, keep: Keep, source: SinkSource): void {
  const { count, interface: ids } = batch;
  let marks = seen[source.ordinal] ?? new Uint8Array(0);
  for (let row = 0; row < count; row++) {
    if (keep !== null && keep[row] === 0) continue;
    const id = ids[row];
    if (id >= marks.length) {
      const grown = new Uint8Array(Math.max(id + 1, source.description.interfaces.length));
      grown.set(marks);
      marks = grown;
    }
    marks[id] = 1;
  }
  seen[source.ordinal] = marks;
}

/** The interfaces that `noteInterfaces` marked. */
export function interfacesSeen(
  seen: readonly (Uint8Array | undefined)[],
  sources: readonly SinkSource[],
): Map<number, CaptureInterface[]> {
  const found = new Map<number, CaptureInterface[]>();
  for (const { ordinal, description } of sources) {
    const marks = seen[ordinal];
    found.set(ordinal, marks === undefined ? [] : description.interfaces.filter((each) => marks[each.id] === 1));
  }
  return found;
}

/** A survey of what passes through it. */
export function createSurveySink(): SurveySink {
  const seen: Uint8Array[] = [];
  const sources = new Map<number, SinkSource>();
  const blocks = new Map<number, BetweenBlock[]>();
  let packets = 0;
  return {
    write: (batch, keep, source) => {
      sources.set(source.ordinal, source);
      noteInterfaces(seen, batch, keep, source);
      if (keep === null) packets += batch.count;
      else for (let row = 0; row < batch.count; row++) packets += keep[row];
      if (batch.blocks.length === 0) return;
      const kept = blocks.get(source.ordinal) ?? [];
      for (const block of batch.blocks) kept.push({ ...block, bytes: block.bytes.slice() });
      blocks.set(source.ordinal, kept);
    },
    close: async () => ({ packets, bytes: 0 }),
    abort: async () => undefined,
    survey: () => ({ sources: [...sources.values()], interfaces: interfacesSeen(seen, [...sources.values()]), blocks }),
  };
}
