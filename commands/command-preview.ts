import type { Capture } from '../src/plan/capture.js';
import type { CapturePreview } from '../src/plan/preview.js';
import type { WriteForecast } from '../src/plan/write-preview.js';
import type { Context } from './command.js';
import type { PacketView } from './packet-view.js';
import type { Result } from './result.js';
import { rowsOf } from './rows.js';

/** What is seen of a command while it is typed. */
export type Preview = PacketsPreview | WritePreview;

export interface PacketsPreview extends Omit<CapturePreview, 'sample'> {
  kind: 'packets';
  /** The first packets, as `preview` shows them. */
  sample: Result & { kind: 'preview' };
}

/** What a sink would do, and the packets that go into it. */
export interface WritePreview extends WriteForecast {
  kind: 'write';
  /** Files that are read, and stay as they are. */
  sources: string[];
}

/** What a preview is given beside the context of a run. */
export interface PreviewContext extends Context {
  /** The handle with which the pipeline begins: figures are shares of it, and its time is the axis. null where the pipeline itself loads. */
  from: Capture | null;
  /** Told what is known so far, while the answer takes its time; null: nobody asks before it is exact. */
  tell: ((estimate: Preview) => void) | null;
}

/** Packets of a sample. */
const SAMPLE = 5;

/** What is seen of packets: how many, when, and the first of them. */
export async function previewPackets(
  capture: Capture,
  view: PacketView,
  context: PreviewContext,
): Promise<PacketsPreview> {
  const { signal, onProgress, desk, from, tell } = context;
  const settings = desk.packetView();
  const columns = view.columns ?? settings.columns;
  const time = view.time ?? settings.time;
  const show = async ({ sample, ...figures }: CapturePreview): Promise<PacketsPreview> => {
    const sources = await capture.sources({ signal });
    const tagger = await capture.tagger();
    const rows = await rowsOf(sample, { nameOf: desk.namesOf(capture), sources, columns, tagger });
    const start = figures.histogram?.first ?? null;
    const several = sources.filter(({ compared }) => compared !== true).length > 1;
    const base = { kind: 'preview' as const, rows, packets: null, of: null, several, sources, columns, time, start };
    const shown = tagger === null ? base : { ...base, lookedFor: tagger.of };
    return { kind: 'packets', ...figures, sample: shown };
  };
  let over = false;
  const onEstimate = (estimate: CapturePreview): void => {
    show(estimate).then(
      (preview) => {
        if (!over && signal?.aborted !== true) tell?.(preview);
      },
      () => undefined, // told with the exact answer
    );
  };
  try {
    const preview = await capture.preview({
      from: from ?? undefined,
      rows: Math.min(view.rows ?? SAMPLE, SAMPLE),
      signal,
      onProgress,
      onEstimate: tell === null ? undefined : onEstimate,
    });
    return await show(preview);
  } finally {
    over = true;
  }
}
