/** 0-based, end-exclusive, in UTF-16 units of the line. */
export type Span = readonly [number, number];

/** An argument as it stands in a line. */
export interface Token {
  /** What it says, quotes and escapes undone. */
  text: string;
  span: Span;
  /** It stood in quotes: never a flag, never a variable. */
  quoted: boolean;
  /** Where the character at `offset` of `text` stands in the line. */
  place(offset: number): number;
}

/** A token whose text stands in the line as it is, from `start`. */
export function plainToken(text: string, start: number): Token {
  return { text, span: [start, start + text.length], quoted: false, place: (offset) => start + offset };
}
