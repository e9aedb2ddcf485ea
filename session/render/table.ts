import { INDENT, roomOf, type View } from './view.js';
import { cut, padEnd, padStart, widthOf } from './width.js';

export interface Column {
  title: string;
  right?: true;
  /** It gives way when the terminal is narrow; the last of a table usually. */
  gives?: true;
  /** Narrower it never gets. */
  least?: number;
  /** Narrower it gets only when no other column can give any more. */
  keeps?: number;
  /** Left out where even narrowed columns do not fit; the largest number first. */
  drops?: number;
}

const GAP = 2;

/** Rows of a table without lines: as wide as needed, two spaces between columns, within the view's width. */
export function tableLines(columns: readonly Column[], rows: readonly (readonly string[])[], view: View): string[] {
  const { widths, least } = widthsOf(columns, rows);
  const shown = columnsThatFit(columns, least, view);
  const giving = [...shown].reverse().filter((i) => columns[i].gives);
  let surplus = lineWidth(shown, widths) - roomOf(view);
  for (const floors of [widths.map((width, i) => Math.max(least[i], Math.min(width, columns[i].keeps ?? 0))), least]) {
    for (const i of giving) {
      if (surplus <= 0) break;
      const taken = Math.min(surplus, widths[i] - floors[i]);
      widths[i] -= taken;
      surplus -= taken;
    }
  }
  const lineOf = (cells: readonly string[]): string => {
    const line = shown.map((i) => (columns[i].right ? padStart : padEnd)(cut(cells[i], widths[i]), widths[i]));
    return cut((INDENT + line.join(' '.repeat(GAP))).trimEnd(), roomOf(view));
  };
  return [view.paint.dim(lineOf(columns.map((column) => column.title))), ...rows.map(lineOf)];
}

/** How wide each column would be, and how narrow it may get. */
function widthsOf(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): { widths: number[]; least: number[] } {
  const widths = columns.map((column, i) =>
    rows.reduce((most, row) => Math.max(most, widthOf(row[i])), widthOf(column.title)),
  );
  const least = columns.map(({ gives, least: told, title }, i) =>
    gives ? Math.min(widths[i], told ?? widthOf(title)) : widths[i],
  );
  return { widths, least };
}

/** A column can be as wide as its text, or as it keeps, when those that give way have done so. */
export function hasRoom(
  which: number,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  view: View,
): boolean {
  const { widths, least } = widthsOf(columns, rows);
  least[which] = Math.min(widths[which], columns[which].keeps ?? widths[which]);
  const all = columns.map((_, i) => i);
  return lineWidth(all, least) <= roomOf(view);
}

function lineWidth(shown: readonly number[], widths: readonly number[]): number {
  return INDENT.length + shown.reduce((sum, i) => sum + widths[i] + GAP, -GAP);
}

function columnsThatFit(columns: readonly Column[], least: readonly number[], view: View): number[] {
  let shown = columns.map((_, i) => i);
  while (lineWidth(shown, least) > roomOf(view)) {
    const [first] = shown
      .filter((i) => columns[i].drops !== undefined)
      .sort((a, b) => columns[b].drops! - columns[a].drops!);
    if (first === undefined) break;
    shown = shown.filter((i) => i !== first);
  }
  return shown;
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
