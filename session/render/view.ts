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

/** Below so many columns a terminal is narrow. */
export const NARROW = 60;
