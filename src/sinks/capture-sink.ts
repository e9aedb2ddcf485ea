import type { BetweenBlock } from '../formats/batch.js';
import type { CaptureInterface } from '../formats/model.js';
import type { LossTally } from './losses.js';
import type { Sink, SinkSource } from './sink.js';

/** What is known of a selection before it is written: the answer of a first run over the same packets. */
export interface Survey {
  /** The sources that packets or blocks came from, with what they have told by their end. */
  sources: readonly SinkSource[];
  /** Interfaces that a packet of the selection belongs to, by ordinal of the source. */
  interfaces: ReadonlyMap<number, readonly CaptureInterface[]>;
  /** Every block that is no packet, by ordinal of the source, in order. The bytes are the survey's own. */
  blocks: ReadonlyMap<number, readonly BetweenBlock[]>;
}

export interface CaptureSinkOptions {
  /** As the user gave the target, for messages. */
  target: string;
  /** Every source, in order. A description may still grow; the one that a batch comes with counts. */
  sources: readonly SinkSource[];
  /** Something was selected or edited. Without that a single pcapng is copied as it stands. */
  selected: boolean;
  /** Packets come in another order than they stand in, and no blocks come between them. */
  reordered?: boolean;
  /** Section comment of a new pcapng. */
  comment: string | null;
  /** Lose what the target cannot hold. Without it nothing more is written once something would be lost; the rest is only counted. */
  allowLoss: boolean;
  /** null: decide from what the sources have told by the first packet. */
  survey: Survey | null;
}

/** A sink for captures. It never waits by itself: `write` answers a promise only when its output is slow. */
export interface CaptureSink extends Sink {
  readonly losses: LossTally;
  /** After `close`: what was decided before the first packet turned out wrong, so the file has to be written again, with this survey; else null. */
  surveyForRerun(): Survey | null;
}

/** The sources with their complete descriptions, where a survey has seen them to their end. */
export function describedSources({ sources, survey }: CaptureSinkOptions): SinkSource[] {
  return sources.map((source) => survey?.sources.find((each) => each.ordinal === source.ordinal) ?? source);
}
