import type { PacketsPreview, Preview, WritePreview } from '../../commands/command-preview.js';
import type { Histogram } from '../../src/analyze/histogram.js';
import { escapeSentence, escapeText } from '../../src/bytes/escape.js';
import { counted, formatBytes, formatCount, formatRate } from '../../src/bytes/size.js';
import { formatClock, formatDate } from '../../src/time.js';
import { previewLines } from './packets.js';
import { bar, sparkline } from './table.js';
import { INDENT, type View } from './view.js';
import { cut, padEnd, widthOf } from './width.js';
import { wrapped } from './wrap.js';

/** What a command would do. */
export function previewedLines(preview: Preview, view: View): string[] {
  return preview.kind === 'packets' ? packetsLines(preview, view) : writeLines(preview, view);
}

/** How many packets, by which clause, when, and the first of them. */
function packetsLines(preview: PacketsPreview, view: View): string[] {
  const { funnel, histogram, sample } = preview;
  const lines = [headLine(preview, view)];
  if (funnel.length > 1) lines.push(...funnelLines(preview, view));
  if (histogram !== null && preview.packets > 0) lines.push(...timeLines(histogram, view));
  if (sample.rows.length > 0) lines.push(...previewLines(sample, view));
  return lines;
}

function share(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(1)} %`;
}

/** "✓ 501,921 packets (25.1 %) · 281 MB · 4,912 flows"; what is no more than an estimate says how much has been read. */
function headLine({ packets, of, bytes, flows, exact, share: read }: PacketsPreview, { paint }: View): string {
  const sign = exact ? paint.good('✓') : paint.accent('≈');
  const part = of === 0 || of === packets ? '' : ` (${share(packets, of)})`;
  const pieces = [`${counted(packets, 'packet')}${exact ? '' : ' so far'}${part}`];
  if (packets > 0) pieces.push(formatBytes(bytes));
  if (packets > 0 && flows !== null) pieces.push(counted(flows, 'flow'));
  if (!exact) pieces.push(`${Math.floor(100 * read)} % read`);
  return `${INDENT}${sign} ${pieces.join(paint.dim(' · '))}`;
}

const FUNNEL_BAR = 16;
const ARROW = ' → ';

/** The clauses side by side, or below each other where that is too wide. */
function funnelLines({ funnel, of }: PacketsPreview, view: View): string[] {
  const { paint } = view;
  const barOf = (packets: number): string =>
    paint.accent(padEnd(bar(of === 0 ? 0 : packets / of, FUNNEL_BAR), FUNNEL_BAR));
  const pieces = funnel.map(({ label, packets }) => `${escapeText(label)} ▕${barOf(packets)}▏ ${formatCount(packets)}`);
  const line = `${INDENT}${INDENT}${pieces.join(paint.dim(ARROW))}`;
  if (widthOf(line) <= view.width) return [line];
  const room = view.width - 2 * INDENT.length - FUNNEL_BAR - 16;
  const widest = Math.max(4, Math.min(room, Math.max(...funnel.map(({ label }) => widthOf(escapeText(label))))));
  const counts = Math.max(...funnel.map(({ packets }) => formatCount(packets).length));
  return funnel.map(
    ({ label, packets }) =>
      `${INDENT}${INDENT}${padEnd(cut(escapeText(label), widest), widest)} ▕${barOf(packets)}▏ ${formatCount(packets).padStart(counts)}`,
  );
}

/** "22:13:20 ▂▃▅▅▆ 22:16:38   peak 3,211/s at 22:14:07"; with dates where it is more than a day. */
function timeLines(histogram: Histogram, view: View): string[] {
  const { first, last } = histogram;
  const { paint, zone } = view;
  const days = formatDate(first, zone) !== formatDate(last, zone);
  const clock = (time: bigint): string => {
    const seconds = formatClock(time, zone).slice(0, 8);
    return days ? `${formatDate(time, zone)} ${seconds}` : seconds;
  };
  const ends = [paint.dim(clock(first)), paint.dim(clock(last))];
  const room = view.width - 2 * INDENT.length - widthOf(ends[0]) - widthOf(ends[1]) - 2;
  const counts = narrowed(histogram.counts, room);
  const width = (Number(histogram.width) / 1e9) * Math.ceil(histogram.counts.length / counts.length);
  const most = Math.max(...counts);
  const at =
    first + histogram.width * BigInt(counts.indexOf(most) * Math.ceil(histogram.counts.length / counts.length));
  const line = `${INDENT}${INDENT}${ends[0]} ${paint.accent(columns(counts))} ${ends[1]}`;
  const rate = last === first ? [] : [`peak ${formatRate(most / width)} at ${clock(at)}`];
  const [peak] = rate;
  if (peak === undefined) return [line];
  const whole = `${line}   ${paint.dim(peak)}`;
  return widthOf(whole) <= view.width ? [whole] : [line, `${INDENT}${INDENT}${paint.dim(peak)}`];
}

/** Empty ones are blank. */
function columns(counts: readonly number[]): string {
  return [...sparkline(counts)].map((column, i) => (counts[i] === 0 ? ' ' : column)).join('');
}

/** Neighbours added up until they are no more than `most`. */
function narrowed(counts: readonly number[], most: number): number[] {
  const together = Math.ceil(counts.length / Math.max(1, most));
  const sums: number[] = [];
  counts.forEach((count, i) => {
    if (i % together === 0) sums.push(0);
    sums[sums.length - 1] += count;
  });
  return sums;
}

/** What would be written, what it would lose, and what stays as it is. */
function writeLines({ files, packets, losses, sources }: WritePreview, view: View): string[] {
  const { paint } = view;
  const below = INDENT + ' '.repeat(12);
  const labelled = (label: string, pieces: readonly string[]): string[] =>
    wrapped(pieces, `${INDENT}${paint.dim(padEnd(label, 10))}  `, below, view);
  const lines = files.flatMap((file) => {
    const { problem } = file;
    const hint = problem?.hint == null ? '' : ` ${paint.dim('·')} ${escapeSentence(problem.hint)}`;
    if (problem !== null) return [`${INDENT}${paint.bad('✗')} ${escapeSentence(problem.message)}${hint}`];
    const format = `${file.format}${file.nanoseconds ? ', nanoseconds' : ''}`;
    const pieces = [
      paint.strong(escapeText(file.path)),
      format,
      counted(packets, 'packet'),
      `≈ ${formatBytes(file.bytes)}`,
    ];
    if (file.free !== null) pieces.push(`free ${formatBytes(file.free)}`);
    if (file.replaces) pieces.push('replaces what is there');
    return labelled(
      'will write',
      pieces.map((piece) => `${piece}  `),
    ).map((line) => line.trimEnd());
  });
  losses.forEach((loss, i) => {
    lines.push(...labelled(i === 0 ? 'loses' : '', escapeSentence(loss).split(' ')));
  });
  if (losses.length > 0) {
    lines.push(...labelled('', 'and what its packets and blocks have beside that'.split(' ')).map(paint.dim));
    lines.push(`${below}${paint.dim('write a .pcapng, or give --allow-loss')}`);
  }
  const stay = sources.length === 1 ? 'stays' : 'stay';
  lines.push(...labelled('sources', [...sources.map(escapeText).join(', ').split(' '), stay, 'untouched']));
  return lines;
}
