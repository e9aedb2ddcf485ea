import { CONSTANTS } from '../../src/filter/bpf/vocabulary.js';
import { closingBracket, endOfRegex, isBar } from './lexer.js';

/**
 * Where a filter expression ends. `|` is both the pipe and the bitwise or of libpcap: it belongs to the expression only before what nothing but
 * arithmetic can begin with: a digit, `(`, `-`, `len`, `proto[` or a named constant.
 */
function continuesArithmetic(source: string, bar: number): boolean {
  const rest = source.slice(bar + 1).trimStart();
  if (/^(?:[0-9(-]|len\b|[A-Za-z][A-Za-z0-9]*\s*\[)/.test(rest)) return true;
  return CONSTANTS.has(/^[A-Za-z][A-Za-z0-9-]*/.exec(rest)?.[0] ?? '');
}

export interface RawRules {
  /** Inside parentheses: an unmatched `)` ends the text. */
  nested: boolean;
  /** `line`: as far as the end of the line, bars and comments included. */
  mode: 'expression' | 'line';
}

/** A `/` opens a pattern where no operand stands before it that it could divide. */
function opensRegex(source: string, at: number): boolean {
  if (!/\s/.test(source[at - 1] ?? ' ')) return false;
  const before = source.slice(0, at).trimEnd();
  return !/(?:[\])]|\blen|\b\d+|\b0x[0-9a-fA-F]+)$/.test(before) && endOfRegex(source, at) > 0;
}

/** The quote that closes the one at `at`, or -1. Only in "…" does a backslash guard the next character. */
function closingQuote(source: string, at: number): number {
  for (let i = at + 1; i < source.length; i++) {
    if (source[i] === source[at]) return i;
    if (source[at] === '"' && source[i] === '\\') i++;
  }
  return -1;
}

/** The end (exclusive, white space included) of the raw text that begins at `from`. */
export function endOfRaw(source: string, from: number, rules: RawRules): number {
  if (rules.mode === 'line') return source.length;
  let depth = 0;
  let at = from;
  while (at < source.length) {
    const character = source[at];
    if (character === "'" || character === '"') {
      at = Math.max(at, closingQuote(source, at));
    } else if (character === '[') {
      at = Math.max(at, closingBracket(source, at));
    } else if (character === '/' && opensRegex(source, at)) {
      at = endOfRegex(source, at) - 1;
    } else if (character === '(') {
      depth++;
    } else if (character === ')') {
      if (depth === 0 && rules.nested) return at;
      depth--;
    } else if (character === '#' && /\s/.test(source[at - 1] ?? ' ')) {
      return at;
    } else if (isBar(source, at) && !continuesArithmetic(source, at)) {
      return at;
    }
    at++;
  }
  return at;
}
