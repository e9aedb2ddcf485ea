import { PcapshError } from '../../errors.js';
import { lexFilter } from './lexer.js';
import { parseFilter } from './parser.js';
import { readTokens } from './token-reader.js';

/** What may stand where the cursor is. */
export interface FilterCompletion {
  /** Where the word that is being typed begins, UTF-16 units. */
  readonly start: number;
  /** Words of the language that may stand there and begin like it, in order of the alphabet. */
  readonly words: string[];
}

/** The words of the language that may stand at `cursor`; none where a value is expected or what stands before makes no sense. */
export function completeFilter(text: string, cursor: number): FilterCompletion {
  const before = text.slice(0, cursor);
  const typed = /[A-Za-z0-9][-_.A-Za-z0-9]*$/.exec(before)?.[0] ?? '';
  const start = cursor - typed.length;
  const expected = expectedWords(before.slice(0, start));
  const words = [...expected].filter((word) => /^[a-z]/.test(word) && word.startsWith(typed));
  return { start, words: words.sort() };
}

function expectedWords(text: string): Set<string> {
  try {
    const reader = readTokens(lexFilter(text));
    try {
      parseFilter(reader);
    } catch (error) {
      // Half an expression is what is expected here: the parser has noted what may follow.
      if (!(error instanceof PcapshError)) throw error;
    }
    return reader.expectedAtEnd;
  } catch (error) {
    if (error instanceof PcapshError) return new Set();
    throw error;
  }
}
