import type { View } from './view.js';
import { beginning, cut, widthOf } from './width.js';

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

/** Text over lines of `room` columns, broken at spaces where there are any; the last of `most` lines ends in an ellipsis when more would follow. */
export function folded(text: string, room: number, most: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (widthOf(rest) > room && lines.length < most - 1) {
    const whole = beginning(rest, room);
    const space = rest[whole.length] === ' ' ? whole.length : whole.lastIndexOf(' ');
    // A line that would be left half empty is filled instead: a long name, digits.
    const end = space > whole.length / 2 ? space : whole.length;
    if (end === 0) break;
    lines.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  return [...lines, cut(rest, room)];
}
