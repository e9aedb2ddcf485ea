import { type ContentJudge, compileMatch, createJudge, type JudgedPacket, loadNameReader } from '../filter/content.js';
import { type PacketBatch, TIME_EXACT } from '../formats/batch.js';
import type { RunOptions } from '../progress.js';
import { type Bitmap, emptyBitmap, isSet, setRow } from '../table/bitmap.js';
import { segmentRows } from '../table/packet-table.js';
import { splitNanos } from '../time.js';
import { breathe, createPace } from './cancellation.js';
import { fetchRows } from './fetch-rows.js';
import { compileMatchColumns, RowVerdict } from './match-columns.js';
import type { Selection, SourceSelection } from './selection.js';
import type { StreamStage } from './stages.js';
import type { StageStep } from './steps.js';

export type MatchStep = Extract<StageStep, { step: 'match' }>;

/** Who began a flow is known when all of it is. */
export function matchNeedsInput({ match }: MatchStep): boolean {
  return match.sentBy !== undefined;
}

/** Makes ready what a search needs beside its columns. Streams of plans that hold one await this first. */
export async function loadMatch(): Promise<void> {
  await loadNameReader();
}

/** A search as a stage that looks at each packet by itself. @throws PcapshError where its file has changed */
export function streamMatch({ match: spec }: MatchStep): StreamStage {
  const match = compileMatch(spec);
  const judge = createJudge(match, { whole: spec.whole === true });
  const matched = new Float64Array(match.indicators.length);
  return {
    matched,
    apply(batch, keep, source) {
      judge.begin();
      const { interfaces } = source.description;
      for (let i = 0; i < batch.count; i++) {
        if (keep[i] === 0) continue;
        const count = judgePacket(judge, batch, i, interfaces);
        if (count === 0) keep[i] = 0;
        else for (let k = 0; k < count; k++) matched[judge.found[k]]++;
      }
    },
    isDone: () => false,
  };
}

const packet: JudgedPacket = {
  bytes: new Uint8Array(0),
  start: 0,
  length: 0,
  originalLength: 0,
  linkType: 0,
  time: null,
};

/** How many indicators packet `i` of a batch bears. */
export function judgePacket(
  judge: ContentJudge,
  batch: PacketBatch,
  i: number,
  interfaces: readonly { linkType: number }[],
): number {
  packet.bytes = batch.bytes;
  packet.start = batch.start[i];
  packet.length = batch.length[i];
  packet.originalLength = batch.originalLength[i];
  packet.linkType = interfaces[batch.interface[i]].linkType;
  packet.time = microsecondsOf(batch, i);
  return judge.judge(packet);
}

function microsecondsOf(batch: PacketBatch, i: number): number | null {
  if ((batch.flags[i] & TIME_EXACT) === 0) return batch.seconds[i] * 1e6 + Math.floor(batch.nanoseconds[i] / 1000);
  const exact = batch.exactTimes.get(i) ?? null;
  if (exact === null) return null;
  const { seconds, nanoseconds } = splitNanos(exact);
  return Number(seconds) * 1e6 + Math.floor(nanoseconds / 1000);
}

/** So many rows are looked up together before they are read. */
const READ_ROWS = 32_768;

/** The packets of a selection that bear an indicator. What columns tell is not read: addresses, networks and ports are decided once a flow. */
export async function selectByMatch(
  selection: Selection,
  { match: spec }: MatchStep,
  options: RunOptions,
): Promise<Selection> {
  await loadMatch();
  const match = compileMatch(spec);
  const judge = createJudge(match, { whole: spec.whole === true });
  const pace = createPace(options.signal);
  const kept: SourceSelection[] = [];
  for (const selected of selection) {
    const { source, table, bitmaps } = selected;
    const matched = new Float64Array(match.indicators.length);
    const columns = compileMatchColumns(match, spec, table);
    const segments: Bitmap[] = [];
    for (const [ordinal, segment] of table.segments.entries()) {
      const before = bitmaps[ordinal];
      const rows = segmentRows(segment);
      const bitmap = emptyBitmap(rows);
      const pending = new Uint32Array(rows);
      let count = 0;
      for (let row = 0; row < rows; row++) {
        if (before !== null && !isSet(before, row)) continue;
        const verdict = columns.judge(segment, row);
        if (verdict === RowVerdict.read) pending[count++] = row;
        else if (verdict === RowVerdict.keep) {
          setRow(bitmap, row);
          for (const indicator of columns.found(segment, row)) matched[indicator]++;
        }
      }
      await pace();
      const firstRow = table.firstRows[ordinal];
      for (let from = 0; from < count; from += READ_ROWS) {
        for (const batch of fetchRows(
          source,
          table,
          ordinal,
          pending.subarray(from, Math.min(count, from + READ_ROWS)),
        )) {
          judge.begin();
          const { interfaces } = source.description;
          for (let i = 0; i < batch.count; i++) {
            const found = judgePacket(judge, batch, i, interfaces);
            if (found === 0) continue;
            setRow(bitmap, batch.number[i] - 1 - firstRow);
            for (let k = 0; k < found; k++) matched[judge.found[k]]++;
          }
          await breathe(options.signal);
        }
      }
      segments.push(bitmap);
    }
    kept.push({ source, table, bitmaps: segments, matched });
  }
  return kept;
}
