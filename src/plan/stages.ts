import { compileFilter, type Filter, type PacketTest } from '../filter/filter.js';
import type { PacketBatch } from '../formats/batch.js';
import type { CaptureDescription } from '../formats/model.js';
import { createFlowMemory } from './flow-memory.js';
import { matchNeedsInput, streamMatch } from './match-stage.js';
import { packetOf } from './packet.js';
import { packetNotes } from './packet-notes.js';
import { rulesNeedInput, streamRules } from './rule-stage.js';
import type { SourceFile } from './source-file.js';
import type { StageStep } from './steps.js';
import { streamTime, timeNeedsInput } from './time-stage.js';

/**
 * A stage that judges packets as they stream by: it clears `keep[i]` of those that it drops, in order. `isDone` once no later packet can get through.
 */
export interface StreamStage {
  apply(batch: PacketBatch, keep: Uint8Array, source: SourceFile, ordinal: number): void;
  isDone(): boolean;
  /** What a `match` has found so far: packets by the ordinal of each indicator. */
  readonly matched?: Float64Array;
}

/** Only what needs the whole capture cannot stream. */
export function canStream(stages: readonly StageStep[]): boolean {
  return stages.every((stage) => {
    if (stage.step === 'rules') return !rulesNeedInput(stage);
    if (stage.step === 'match') return !matchNeedsInput(stage);
    return stage.step === 'time' ? !timeNeedsInput(stage) : stage.step !== 'tail';
  });
}

/** A stage ready to run once. @throws PcapshError for a filter that cannot be understood */
export function streamStage(step: StageStep): StreamStage {
  switch (step.step) {
    case 'filter':
      return filterStage(step.expression);
    case 'rules':
      return streamRules(step);
    case 'predicate':
      return predicateStage(step.test);
    case 'match':
      return streamMatch(step);
    case 'time':
      return streamTime(step);
    case 'head':
      return positionStage(1, step.count);
    case 'nth':
      return positionStage(step.position, step.position);
    case 'tail':
      throw new TypeError('tail needs the whole capture and cannot stream');
  }
}

/** The tests of an expression, made when first met: one for each link type and byte order (BSD loopback headers are written in the file's). */
export function interfaceTests(
  filter: Pick<Filter, 'forInterface'>,
): (id: number, description: CaptureDescription) => PacketTest {
  return (id, { interfaces, sections }) =>
    filter.forInterface({
      linkType: interfaces[id].linkType,
      byteOrder: sections[interfaces[id].section].byteOrder,
      interfaceNumber: id,
      interfaceName: interfaces[id].name,
    });
}

/** The direction of packet `i` as packet tests want it: 1 inbound, 2 outbound, 0 where its record does not tell. */
export function directionAt(
  batch: PacketBatch,
  i: number,
  { format, interfaces, sections }: CaptureDescription,
): number {
  if (format !== 'pcapng') return 0;
  const record = batch.bytes.subarray(batch.recordStart[i], batch.recordStart[i] + batch.recordLength[i]);
  const { direction } = packetNotes(record, sections[interfaces[batch.interface[i]].section].byteOrder);
  return direction === null ? 0 : direction === 'inbound' ? 1 : 2;
}

function filterStage(expression: string): StreamStage {
  const filter = compileFilter(expression);
  const testFor = interfaceTests(filter);
  return {
    apply(batch, keep, source) {
      let interfaceId = -1;
      let from = 0;
      let test: PacketTest | null = null;
      // One run of packets of the same interface at a time, so that the loop calls one function.
      for (let i = 0; i <= batch.count; i++) {
        if (i < batch.count && batch.interface[i] === interfaceId) continue;
        if (test !== null && filter.asksDirection) judgeDirected(test, batch, keep, [from, i], source.description);
        else if (test !== null) judge(test, batch, keep, from, i);
        if (i === batch.count) break;
        interfaceId = batch.interface[i];
        test = testFor(interfaceId, source.description);
        from = i;
      }
    },
    isDone: () => false,
  };
}

function judge(test: PacketTest, batch: PacketBatch, keep: Uint8Array, from: number, to: number): void {
  const { bytes, start, length, originalLength } = batch;
  for (let i = from; i < to; i++) {
    if (keep[i] !== 0 && !test(bytes, start[i], length[i], originalLength[i])) keep[i] = 0;
  }
}

function judgeDirected(
  test: PacketTest,
  batch: PacketBatch,
  keep: Uint8Array,
  [from, to]: readonly [number, number],
  description: CaptureDescription,
): void {
  const { bytes, start, length, originalLength } = batch;
  for (let i = from; i < to; i++) {
    if (keep[i] === 0) continue;
    if (!test(bytes, start[i], length[i], originalLength[i], directionAt(batch, i, description))) keep[i] = 0;
  }
}

function predicateStage(test: (packet: ReturnType<typeof packetOf>) => boolean): StreamStage {
  const memory = createFlowMemory();
  return {
    apply(batch, keep, source, ordinal) {
      for (let i = 0; i < batch.count; i++) {
        const carried = memory.applicationOf(batch, i, source);
        if (keep[i] !== 0 && !test(packetOf(batch, i, source, ordinal, carried))) keep[i] = 0;
      }
    },
    isDone: () => false,
  };
}

/** Keeps the packets at positions `first` to `last` (1-based, both included) of those that reach it. */
function positionStage(first: number, last: number): StreamStage {
  let position = 0;
  return {
    apply(batch, keep) {
      for (let i = 0; i < batch.count; i++) {
        if (keep[i] === 0) continue;
        position++;
        if (position < first || position > last) keep[i] = 0;
      }
    },
    isDone: () => position >= last,
  };
}
