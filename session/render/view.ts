import type { Paint } from './paint.js';

/** How an answer is to be shown. */
export interface View {
  paint: Paint;
  /** Columns. */
  width: number;
  /** A file or another program reads it, and nobody said how wide it may be: `width` is where text is broken, but nothing is cut or left out. */
  whole?: boolean;
  zone: string;
}

/** Columns that what cannot be broken may take. */
export function roomOf({ width, whole }: Pick<View, 'width' | 'whole'>): number {
  return whole === true ? Number.POSITIVE_INFINITY : width;
}

/** What stands before every line of an answer. */
export const INDENT = '  ';

/** Below so many columns a terminal is narrow. */
export const NARROW = 60;
