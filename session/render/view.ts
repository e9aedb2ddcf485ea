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
