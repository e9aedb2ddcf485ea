import { PcapshError } from '../../src/errors.js';
import { plainToken, type Span, type Token } from './tokens.js';

/**
 * Pieces of a line. The parser says which piece it expects, for a line has no tokens of its own: whether `|` separates depends on the command.
 * All positions are UTF-16 units of `source`.
 */

export const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

export function languageError(code: string, message: string, span: Span, hint?: string): PcapshError {
  return new PcapshError(`language.${code}`, message, { kind: 'input', span, hint });
}

/** `\` as the last character of a line: the line goes on. Returns its length with the line end, 0 when there is none. */
function continuation(source: string, at: number): number {
  if (source[at] !== '\\') return 0;
  if (source[at + 1] === '\n') return 2;
  if (source[at + 1] === '\r' && source[at + 2] === '\n') return 3;
  return 0;
}

function isSpace(source: string, at: number): boolean {
  return /\s/.test(source[at] ?? '');
}

/** Passes over white space, continued line ends, and a comment (a `#` after a space or at the start). */
export function skipSpace(source: string, from: number): number {
  let at = from;
  while (at < source.length) {
    const more = continuation(source, at);
    if (more > 0) at += more;
    else if (isSpace(source, at)) at++;
    else if (source[at] === '#' && (at === 0 || isSpace(source, at - 1))) {
      while (at < source.length && source[at] !== '\n') at++;
    } else break;
  }
  return at;
}

/** Whether a piece ends at `at`: white space, the end, a comment never, a bar, or the parenthesis that closes what we are in. */
function endsPiece(source: string, at: number, nested: boolean): boolean {
  if (at >= source.length || isSpace(source, at) || continuation(source, at) > 0) return true;
  if (isBar(source, at)) return true;
  return nested && source[at] === ')';
}

/** A single bar; `||` is none. */
export function isBar(source: string, at: number): boolean {
  return source[at] === '|' && source[at + 1] !== '|' && source[at - 1] !== '|';
}

/** The matching `]` of the `[` at `at`, or -1. */
export function closingBracket(source: string, at: number): number {
  let depth = 0;
  for (let i = at; i < source.length && source[i] !== '\n'; i++) {
    if (source[i] === '[') depth++;
    else if (source[i] === ']' && --depth === 0) return i;
  }
  return -1;
}

/** The end (exclusive) of the `/regex/flags` that begins at `at`, or -1. A `/` in a class or behind a backslash does not close it. */
export function endOfRegex(source: string, at: number): number {
  let inClass = false;
  for (let i = at + 1; i < source.length && source[i] !== '\n'; i++) {
    if (source[i] === '\\') i++;
    else if (inClass) inClass = source[i] !== ']';
    else if (source[i] === '[') inClass = true;
    else if (source[i] === '/') {
      let end = i + 1;
      while (/[a-z]/.test(source[end] ?? '')) end++;
      return end >= source.length || /[\s|)]/.test(source[end]) ? end : -1;
    }
  }
  return -1;
}

const ESCAPES: Record<string, string> = { n: '\n', t: '\t', '"': '"', '\\': '\\' };

/** The quoted text that begins at `at`: '…' is literal, "…" knows \n \t \" \\ \xHH. */
export function readQuoted(source: string, at: number): Token {
  const quote = source[at];
  let text = '';
  const places: number[] = [];
  let i = at + 1;
  while (i < source.length && source[i] !== quote) {
    places.push(i);
    if (quote === '"' && source[i] === '\\') {
      const more = continuation(source, i);
      const hex = /^\\x([0-9a-fA-F]{2})/.exec(source.slice(i, i + 4));
      const simple = ESCAPES[source[i + 1] ?? ''];
      if (more > 0) {
        places.pop();
        i += more;
      } else if (hex !== null) {
        text += String.fromCharCode(Number.parseInt(hex[1], 16));
        i += 4;
      } else if (simple !== undefined) {
        text += simple;
        i += 2;
      } else {
        throw languageError(
          'escape',
          `unknown escape "${source.slice(i, i + 2)}" at column ${i + 1}`,
          [i, Math.min(i + 2, source.length)],
          'known are \\n \\t \\" \\\\ \\xHH; in single quotes a backslash is itself',
        );
      }
    } else {
      text += source[i++];
    }
  }
  if (i >= source.length) {
    throw languageError('quote', `the quote that opens at column ${at + 1} is never closed`, [at, source.length]);
  }
  places.push(i);
  return { text, span: [at, i + 1], quoted: true, place: (offset) => places[Math.min(offset, places.length - 1)] };
}

export interface WordRules {
  /** Inside parentheses: an unmatched `)` ends a word. */
  nested: boolean;
  /** The command takes patterns: a word may be `/regex/`. */
  patterns: boolean;
}

/** The end (exclusive) of a word that is not quoted. */
function endOfWord(source: string, from: number, rules: WordRules): number {
  if (rules.patterns && source[from] === '/') {
    const end = endOfRegex(source, from);
    if (end > 0) return end;
  }
  let depth = 0;
  let at = from;
  while (at < source.length && !endsPiece(source, at, rules.nested && depth === 0)) {
    if (source[at] === '(') depth++;
    else if (source[at] === ')' && depth > 0) depth--;
    else if (source[at] === '[') at = Math.max(at, closingBracket(source, at));
    at++;
  }
  return at;
}

/** The argument at `at`: a word, a quoted text, or `--flag="quoted value"`. */
export function readWord(source: string, at: number, rules: WordRules): Token {
  const flag = /^--[A-Za-z][A-Za-z0-9-]*=(?=['"])/.exec(source.slice(at));
  const quoteAt = at + (flag?.[0].length ?? 0);
  if (source[quoteAt] === "'" || source[quoteAt] === '"') {
    const token = readQuoted(source, quoteAt);
    if (!endsPiece(source, token.span[1], rules.nested)) {
      throw languageError(
        'quote-end',
        `text stands directly behind the quote that closes at column ${token.span[1]}`,
        [token.span[1] - 1, token.span[1] + 1],
        'put a space between two arguments',
      );
    }
    if (flag === null) return token;
    const lead = flag[0].length;
    return {
      text: flag[0] + token.text,
      span: [at, token.span[1]],
      quoted: false,
      place: (offset) => (offset < lead ? at + offset : token.place(offset - lead)),
    };
  }
  return plainToken(source.slice(at, endOfWord(source, at, rules)), at);
}
