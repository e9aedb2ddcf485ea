import type { Paint } from './paint.js';

/** How an answer is to be shown. */
export interface View {
  paint: Paint;
  /** Columns. */
  width: number;
  zone: string;
}

/** What stands before every line of an answer. */
export const INDENT = '  ';

/** `1 packet`, `2,000 packets`. */
export function counted(count: number, formatted: string, word: string): string {
  return `${formatted} ${word}${count === 1 ? '' : 's'}`;
}
