import { cut, padEnd, padStart } from './paint.js';
import { INDENT, type View } from './view.js';

export interface Column {
  title: string;
  right?: true;
  /** It gives way when the terminal is narrow; the last of a table usually. */
  gives?: true;
  /** Narrower it never gets. */
  least?: number;
}

/** Rows of a table without lines: as wide as needed, two spaces between columns, within the view's width. */
export function tableLines(columns: readonly Column[], rows: readonly (readonly string[])[], view: View): string[] {
  const widths = columns.map((column, i) =>
    rows.reduce((most, row) => Math.max(most, row[i].length), column.title.length),
  );
  let surplus = INDENT.length + widths.reduce((sum, width) => sum + width, 0) + 2 * (columns.length - 1) - view.width;
  for (let i = columns.length - 1; i >= 0 && surplus > 0; i--) {
    if (!columns[i].gives) continue;
    const taken = Math.min(surplus, Math.max(0, widths[i] - (columns[i].least ?? columns[i].title.length)));
    widths[i] -= taken;
    surplus -= taken;
  }
  const lineOf = (cells: readonly string[]): string =>
    INDENT +
    cells
      .map((cell, i) =>
        columns[i].right ? padStart(cut(cell, widths[i]), widths[i]) : padEnd(cut(cell, widths[i]), widths[i]),
      )
      .join('  ')
      .trimEnd();
  return [view.paint.dim(lineOf(columns.map((column) => column.title))), ...rows.map(lineOf)];
}

const EIGHTHS = ' ▏▎▍▌▋▊▉';

/** A bar of `width` columns, filled to `share` (0 to 1) in eighths of a column. */
export function bar(share: number, width: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * width * 8);
  const full = '█'.repeat(eighths >> 3);
  return full + (eighths & 7 ? EIGHTHS[eighths & 7] : '');
}

const LEVELS = '▁▂▃▄▅▆▇█';

/** One column a value, as high as its share of the largest. */
export function sparkline(values: readonly number[]): string {
  const most = Math.max(...values, 1);
  return values.map((value) => LEVELS[Math.min(7, Math.floor((value / most) * 7.999))]).join('');
}
