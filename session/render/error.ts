import { escapeSentence, escapeText } from '../../src/bytes/escape.js';
import type { PcapshError } from '../../src/errors.js';
import { INDENT, type View } from './view.js';
import { cut, widthOf } from './width.js';

/**
 * An error: the line with marks under the place, then one sentence and what to do. `indent`: columns before the line where it stands on the screen
 * already (behind a prompt); null repeats the line.
 */
export function errorLines(error: PcapshError, source: string, view: View, indent: number | null): string[] {
  const { paint } = view;
  const lines: string[] = [];
  if (error.span !== null && error.kind === 'input') lines.push(...caretLines(source, error.span, view, indent));
  const hint = error.hint === null ? '' : ` ${paint.dim('·')} ${escapeSentence(error.hint)}`;
  lines.push(`${INDENT}${paint.bad('✗')} ${escapeSentence(error.message)}${hint}`);
  return lines;
}

function caretLines(source: string, span: readonly [number, number], view: View, indent: number | null): string[] {
  // Of a line that was continued only the part with the place is shown.
  const start = source.lastIndexOf('\n', span[0] - 1) + 1;
  const end = source.indexOf('\n', start);
  const text = source.slice(start, end < 0 ? source.length : end);
  const from = span[0] - start;
  const length = Math.max(1, Math.min(span[1] - start, text.length) - from);
  if (indent !== null && start === 0 && end < 0 && indent + from + length <= view.width) {
    const before = widthOf(text.slice(0, from));
    return [' '.repeat(indent + before) + view.paint.bad('─'.repeat(widthOf(text.slice(from, from + length)) || 1))];
  }
  const room = view.width - INDENT.length;
  const shift = Math.max(0, Math.min(from - 10, from + length - room + 1));
  const shown = cut(
    escapeText(text).length === text.length ? text.slice(shift) : text.slice(shift).replace(/[^\x20-\x7e]/g, '.'),
    room,
  );
  return [
    `${INDENT}${shown}`,
    INDENT + ' '.repeat(from - shift) + view.paint.bad('─'.repeat(Math.min(length, room - from + shift))),
  ];
}
