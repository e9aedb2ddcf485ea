import type { View } from './view.js';
import { widthOf } from './width.js';

/** Words over as many lines as the width needs. */
export function wrapped(words: readonly string[], first: string, later: string, view: Pick<View, 'width'>): string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of words) {
    if (!empty && widthOf(line) + 1 + widthOf(word) > view.width) {
      lines.push(line);
      line = later;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line];
}
