import { PcapshError } from '../../errors.js';
import type { Span } from './ast.js';
import { CONSTANTS, KEYWORDS, SYNONYMS } from './vocabulary.js';

/**
 * `keyword`: a reserved word. `name`: any other word, or one behind a backslash. `symbol`: an operator or bracket (`and`, `or`, `not`
 * come as `&&`, `||`, `!`).
 */
export type TokenKind = 'keyword' | 'name' | 'number' | 'ipv4' | 'ipv6' | 'mac' | 'station' | 'symbol' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** As the parser reads it: normalised for symbols and for keywords that have two forms, without the backslash for escaped names. */
  readonly text: string;
  /** Value of a number. */
  readonly value: number;
  readonly escaped: boolean;
  readonly span: Span;
}

const SYMBOLS: ReadonlyMap<string, string> = new Map([
  ['and', '&&'],
  ['or', '||'],
  ['not', '!'],
  ['==', '='],
]);

const BYTE = '[0-9A-Fa-f]{1,2}';
const GROUP = '[0-9A-Fa-f]{4}';
const NUMBER = '(?:0[xX][0-9A-Fa-f]+|[0-9]+)';
const repeat = (item: string, separator: string, times: number): string => Array(times).fill(item).join(separator);

/** In order of rank: the longest match wins, and of two equally long ones the first (scanner.l of libpcap). */
const PATTERNS: readonly (readonly [TokenKind, RegExp])[] = [
  [
    'mac',
    new RegExp(
      `${repeat(BYTE, ':', 6)}|${repeat(BYTE, '-', 6)}|${repeat(BYTE, '\\.', 6)}|${repeat(GROUP, '\\.', 3)}|${repeat(GROUP, '', 3)}`,
      'y',
    ),
  ],
  ['number', new RegExp(NUMBER, 'y')],
  ['ipv4', new RegExp(`${NUMBER}(?:\\.${NUMBER}){1,3}`, 'y')],
  ['name', /[A-Za-z0-9](?:[-_.A-Za-z0-9]*[.A-Za-z0-9])?/y],
];
const SYMBOL = /&&|\|\||>=|<=|!=|==|<<|>>|[+\-*/%:[\]!<>()&|^=]/y;
const ESCAPED = /\\[^ !()\n\t]+/y;
const SPACE = /[ \r\n\t]+/y;
/** `$1f`: a station of an ARCnet. */
const ARCNET_ADDRESS = /^\$[0-9A-Fa-f]{1,2}/;
const HEX_GROUP = /[0-9A-Fa-f]{1,4}/y;
const DOTTED = /[0-9]{1,3}(?:\.[0-9]{1,3}){3}/y;

/** Longest text of an expression, UTF-16 units. */
const LONGEST_TEXT = 1 << 20;

function matchLength(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
}

/** Length of the longest text at `at` that has the form of an IPv6 address (RFC 4291 section 2.2), 0 if there is none. */
function ipv6Length(text: string, at: number): number {
  let position = at;
  let groups = 0;
  let compressed = false;
  let longest = 0;
  if (text.startsWith('::', at)) {
    compressed = true;
    position += 2;
    longest = 2;
  }
  for (;;) {
    const dotted = matchLength(DOTTED, text, position);
    if (dotted > 0 && (compressed ? groups <= 5 : groups === 6)) longest = position + dotted - at;
    const group = matchLength(HEX_GROUP, text, position);
    if (group === 0) return longest;
    groups++;
    position += group;
    if (compressed ? groups <= 7 : groups === 8) longest = Math.max(longest, position - at);
    if (groups === 8 || text[position] !== ':') return longest;
    if (text[position + 1] === ':' && !compressed) {
      compressed = true;
      position += 2;
      if (groups <= 7) longest = Math.max(longest, position - at);
    } else position++;
  }
}

function numberValue(text: string, span: Span): number {
  const octal = /^0[0-9]/.test(text);
  if (octal && /[89]/.test(text)) {
    throw new PcapshError(
      'filter.bad-number',
      `number ${text} begins with 0, which makes it octal, and contains ${text.match(/[89]/)}`,
      {
        kind: 'input',
        span,
        hint: `write ${text.replace(/^0+/, '')}`,
      },
    );
  }
  const value = octal ? Number.parseInt(text, 8) : Number(text);
  if (value > 0xffffffff) {
    throw new PcapshError('filter.bad-number', `number ${text.slice(0, 40)} does not fit in 32 bits`, {
      kind: 'input',
      span,
      hint: 'the largest is 4294967295',
    });
  }
  return value;
}

function wordToken(text: string, span: Span): Token {
  const constant = CONSTANTS.get(text);
  if (constant !== undefined) return { kind: 'number', text, value: constant, escaped: false, span };
  const symbol = SYMBOLS.get(text);
  if (symbol !== undefined) return { kind: 'symbol', text: symbol, value: 0, escaped: false, span };
  if (!KEYWORDS.has(text)) return { kind: 'name', text, value: 0, escaped: false, span };
  return { kind: 'keyword', text: SYNONYMS.get(text) ?? text, value: 0, escaped: false, span };
}

function nextToken(text: string, at: number): Token {
  const escaped = matchLength(ESCAPED, text, at);
  if (escaped > 0) {
    return { kind: 'name', text: text.slice(at + 1, at + escaped), value: 0, escaped: true, span: [at, at + escaped] };
  }
  let kind: TokenKind = 'symbol';
  let length = 0;
  for (const [candidate, pattern] of PATTERNS) {
    const found = matchLength(pattern, text, at);
    if (found > length) {
      kind = candidate;
      length = found;
    }
  }
  const address = ipv6Length(text, at);
  if (address > length) {
    kind = 'ipv6';
    length = address;
  }
  if (length === 0) length = matchLength(SYMBOL, text, at);
  if (length === 0) {
    const station = ARCNET_ADDRESS.exec(text.slice(at, at + 3))?.[0];
    if (station !== undefined) {
      return { kind: 'station', text: station, value: 0, escaped: false, span: [at, at + station.length] };
    }
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
    const span: Span = [at, at + character.length];
    const shown = /[\p{C}\p{Z}]/u.test(character)
      ? `character U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
      : `"${character}"`;
    throw new PcapshError('filter.syntax', `${shown} has no meaning in a filter`, { kind: 'input', span });
  }
  const span: Span = [at, at + length];
  const found = text.slice(at, at + length);
  if (kind === 'name') return wordToken(found, span);
  if (kind === 'number') return { kind, text: found, value: numberValue(found, span), escaped: false, span };
  if (kind === 'symbol') return { kind, text: SYMBOLS.get(found) ?? found, value: 0, escaped: false, span };
  return { kind, text: found, value: 0, escaped: false, span };
}

/**
 * The tokens of an expression, ended by one of kind `end`. Throws PcapshError (kind `input`, with the place) for characters that
 * mean nothing and for numbers beyond 32 bits.
 */
export function lexFilter(text: string): Token[] {
  if (text.length > LONGEST_TEXT) {
    throw new PcapshError(
      'filter.too-long',
      `expression has ${text.length} characters, at most ${LONGEST_TEXT} are taken`,
      {
        kind: 'input',
        hint: 'put long lists of addresses into a file of indicators',
      },
    );
  }
  const tokens: Token[] = [];
  let at = matchLength(SPACE, text, 0);
  while (at < text.length) {
    const token = nextToken(text, at);
    tokens.push(token);
    at = token.span[1];
    at += matchLength(SPACE, text, at);
  }
  tokens.push({ kind: 'end', text: '', value: 0, escaped: false, span: [text.length, text.length] });
  return tokens;
}
