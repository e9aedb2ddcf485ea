import type { Result } from '../commands/result.js';
import { counted, formatCount } from '../src/bytes/size.js';
import type { CaptureSource } from '../src/plan/capture.js';

/** The files behind a figure that does not tell their damage itself. */
function sourcesOf(result: Result): readonly CaptureSource[] {
  if (result.kind === 'handle') return result.preview?.sources ?? [];
  if (result.kind === 'previewed') return result.preview.kind === 'packets' ? result.preview.sample.sources : [];
  return result.kind === 'count' || result.kind === 'flows' || result.kind === 'preview' ? result.sources : [];
}

/** Damaged packets were passed over, or figures are partial. */
export function isPartial(result: Result): boolean {
  if (result.kind === 'stats' || result.kind === 'info') return result.summary.partial;
  if (result.kind === 'written') return result.report.skipped > 0;
  return sourcesOf(result).some(({ damage }) => damage.length > 0);
}

/** A sentence for each damaged file behind a figure, which is then partial. */
export function damageNotes(result: Result): string[] {
  if (result.kind === 'skipped') {
    const { lines, first, path } = result;
    return [`${counted(lines, 'line')} of ${path} passed over; the first: ${first}`];
  }
  return sourcesOf(result)
    .filter(({ damage }) => damage.length > 0)
    .map(({ path, damage: [first, ...more] }) => {
      const others = more.length === 0 ? '' : `, and ${formatCount(more.length)} more`;
      return `figures are partial: ${path} is damaged at packet ${first.packet}, byte ${formatCount(first.offset)}: ${first.reason}${others}`;
    });
}
