import { formatBytes, formatCount } from '../../src/bytes/size.js';
import type { Progress } from '../../src/progress.js';
import type { Output } from '../host.js';
import { type Paint, PLAIN } from './paint.js';
import { bar } from './table.js';
import { cut, padEnd } from './width.js';

/** "▕██████████▌     ▏ 64 %  1.2 GB/s  0.2 s left"; without a known end what was done so far. */
export function progressText(progress: Progress, milliseconds: number, paint: Paint = PLAIN): string {
  const { done, total, unit } = progress;
  const amount = unit === 'bytes' ? formatBytes : (count: number) => `${formatCount(Math.round(count))} packets`;
  const perSecond = milliseconds > 0 ? (done * 1000) / milliseconds : 0;
  const rate = perSecond > 0 ? `  ${amount(perSecond)}/s` : '';
  if (total === null || total === 0) return amount(done) + rate;
  const share = Math.min(1, done / total);
  const left = perSecond > 0 && milliseconds > 300 ? `  ${((total - done) / perSecond).toFixed(1)} s left` : '';
  return `▕${paint.accent(padEnd(bar(share, 16), 16))}▏ ${String(Math.floor(share * 100)).padStart(2)} %${rate}${left}`;
}

/** One line that is drawn again and again on a terminal and gone at the end; nothing where there is no terminal. */
export interface ProgressLine {
  show(progress: Progress): void;
  clear(): void;
}

const FIRST_AFTER = 200;
const EVERY = 100;

export function createProgressLine(output: Output, ticks: () => number, paint: Paint): ProgressLine {
  const started = ticks();
  let drawn = Number.NEGATIVE_INFINITY;
  let visible = false;
  return {
    show(progress) {
      const now = ticks();
      if (!output.isTerminal || now - started < FIRST_AFTER || now - drawn < EVERY) return;
      drawn = now;
      visible = true;
      const text = progressText(progress, now - started, paint);
      output.write(`\r${text.length > output.columns() * 2 ? cut(text, output.columns() - 1) : text}\x1b[K`);
    },
    clear() {
      if (visible) output.write('\r\x1b[K');
      visible = false;
    },
  };
}
