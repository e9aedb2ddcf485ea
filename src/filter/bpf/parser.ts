import { atArithmetic, isRelation, parseArithmetic } from './arithmetic-parser.js';
import type { Arithmetic, Direction, FilterNode, Operand, Qualifier, QualifierKind, Span } from './ast.js';
import { shown, syntaxError } from './filter-errors.js';
import type { Token } from './lexer.js';
import { expect, isKeyword, isSymbol, nested, peek, type TokenReader, take, unexpected } from './token-reader.js';
import {
  type Chain,
  CONNECTIVES,
  chainNode,
  closeBracket,
  extend,
  isValueToken,
  joined,
  parseMoreValues,
  parseValue,
  takeConnective,
  wordsBehind,
} from './value-parser.js';
import {
  CASTS,
  DIRECTIONS,
  FRAME_WORDS,
  KINDS,
  LINK_WORDS,
  PROTOCOL_KINDS,
  PROTOCOLS,
  RADIO,
  TERM_WORDS,
  WLAN_FIELDS,
} from './vocabulary.js';
import { parseCast, parseFrameControl, parseWord } from './word-parser.js';

/**
 * A recursive-descent parser for the grammar of pcap-filter(7): `and` and `or` have one rank and associate to the left, `not` binds
 * tightest, and a value without a qualifier takes that of the primitive before it (`port 80 or 443`).
 *
 * A unit is read before it is known what it is: behind `port 80 or`, a number may be another port or the beginning of arithmetic.
 */
type Unit =
  | { readonly type: 'term'; readonly node: FilterNode; readonly qualifier: Qualifier | null }
  | { readonly type: 'value'; readonly node: FilterNode }
  | { readonly type: 'arithmetic'; readonly value: Arithmetic; readonly span: Span };

/** Words other than protocols that begin a qualifier or a word with one. */
const QUALIFYING: ReadonlySet<string> = new Set([
  ...DIRECTIONS,
  ...WLAN_FIELDS,
  ...KINDS,
  ...PROTOCOL_KINDS,
  ...CASTS,
  ...FRAME_WORDS,
]);

function parseDirection(reader: TokenReader): Direction | null {
  const token = peek(reader);
  if (token.kind === 'keyword' && WLAN_FIELDS.has(token.text)) return take(reader).text as Direction;
  if (token.kind !== 'keyword' || !DIRECTIONS.has(token.text)) return null;
  take(reader);
  const connective = peek(reader);
  const other = peek(reader, 1);
  const paired = other.kind === 'keyword' && DIRECTIONS.has(other.text) && other.text !== token.text;
  if (paired && (isSymbol(connective, '||') || isSymbol(connective, '&&'))) {
    reader.at += 2;
    return isSymbol(connective, '||') ? 'src or dst' : 'src and dst';
  }
  return token.text as Direction;
}

const isProtocolWord = ({ kind, text }: Token): boolean =>
  kind === 'keyword' && (PROTOCOLS.has(text) || LINK_WORDS.has(text) || text === RADIO);

const plain = (node: FilterNode): Unit => ({ type: 'term', node, qualifier: null });

/** A protocol word by itself, or a qualifier and its value. */
function parseQualified(reader: TokenReader): Unit {
  const first = peek(reader);
  const protocol = isProtocolWord(first) ? first : null;
  if (protocol) {
    take(reader);
    expect(reader, [...CONNECTIVES, ...DIRECTIONS, ...KINDS, ...PROTOCOL_KINDS, ...CASTS]);
  }
  const second = peek(reader);
  if (second.kind === 'keyword' && CASTS.has(second.text)) return plain(parseCast(reader, protocol));
  if (second.kind === 'keyword' && FRAME_WORDS.has(second.text)) return plain(parseFrameControl(reader));
  const direction = parseDirection(reader);
  const next = peek(reader);
  let kind: QualifierKind | null = null;
  if (next.kind === 'keyword' && (KINDS.has(next.text) || PROTOCOL_KINDS.has(next.text))) {
    if (direction !== null && (PROTOCOL_KINDS.has(next.text) || next.text === 'gateway')) {
      throw syntaxError(`"${next.text}" has no direction`, next.span, `leave "${direction}" out`);
    }
    take(reader);
    kind = next.text as QualifierKind;
  } else if (protocol && direction === null) {
    return { type: 'term', node: protocolNode(protocol), qualifier: null };
  }
  const qualifier: Qualifier = { protocol: protocol?.text ?? null, direction, kind };
  return { type: 'term', node: parseValue(reader, qualifier, first.span), qualifier };
}

function protocolNode(token: Token): FilterNode {
  if (LINK_WORDS.has(token.text) || token.text === RADIO) {
    throw syntaxError(
      `"${token.text}" needs more: it is no protocol by itself`,
      token.span,
      `like ${token.text}${token.text === RADIO ? '[2:2] > 24' : ' host 00:00:5e:00:53:01'}`,
    );
  }
  return { type: 'protocol', name: token.text, span: token.span };
}

function parseLengthTest(reader: TokenReader): Unit {
  const word = take(reader);
  const number = peek(reader);
  if (number.kind !== 'number') throw unexpected(reader, `a number of bytes behind "${word.text}"`, []);
  take(reader);
  const type = word.text as 'less' | 'greater';
  return { type: 'term', node: { type, value: number.value, span: joined(word.span, number.span) }, qualifier: null };
}

/** Goes on behind an arithmetic value: a comparison, or the value alone. */
function parseComparison(reader: TokenReader, left: Arithmetic, start: Span): Unit {
  const token = peek(reader);
  if (token.kind !== 'symbol' || !isRelation(token.text)) return { type: 'arithmetic', value: left, span: start };
  take(reader);
  const right = parseArithmetic(reader, 0);
  const node: FilterNode = { type: 'comparison', relation: token.text, left, right, span: joined(start, right.span) };
  return { type: 'term', node, qualifier: null };
}

function parseNegation(reader: TokenReader, qualifier: Qualifier | null): Unit {
  const token = take(reader);
  return nested(reader, token.span, () => {
    const unit = settle(parseUnit(reader, qualifier), qualifier);
    const node: FilterNode = { type: 'not', operand: unit.node, span: joined(token.span, unit.node.span) };
    return { ...unit, node };
  });
}

/** Brackets: around an expression, around values that share a qualifier, or around arithmetic. */
function parseBrackets(reader: TokenReader, qualifier: Qualifier | null): Unit {
  const opened = take(reader);
  const inside = nested(reader, opened.span, (): Unit => {
    const first = parseUnit(reader, qualifier);
    if (first.type === 'arithmetic' && isSymbol(peek(reader), ')')) {
      return { ...first, span: joined(opened.span, take(reader).span) };
    }
    const unit = settle(first, qualifier);
    if (unit.type === 'value') {
      const node = parseMoreValues(reader, qualifier as Qualifier, unit.node);
      closeBracket(reader, opened);
      return { type: 'value', node };
    }
    const node = parseMoreUnits(reader, unit);
    closeBracket(reader, opened);
    return { type: 'term', node, qualifier };
  });
  if (inside.type !== 'arithmetic') return inside;
  return parseComparison(reader, parseArithmetic(reader, 0, inside.value), inside.span);
}

function parseUnit(reader: TokenReader, qualifier: Qualifier | null): Unit {
  const token = peek(reader);
  expect(reader, TERM_WORDS);
  if (isSymbol(token, '!')) return parseNegation(reader, qualifier);
  if (isSymbol(token, '(')) return parseBrackets(reader, qualifier);
  if (isKeyword(token, 'less', 'greater')) return parseLengthTest(reader);
  if (atArithmetic(reader)) {
    return parseComparison(reader, parseArithmetic(reader, 0), token.span);
  }
  if (isProtocolWord(token) || (token.kind === 'keyword' && QUALIFYING.has(token.text))) return parseQualified(reader);
  const word = parseWord(reader);
  if (word !== null) return plain(word);
  if (isValueToken(token)) {
    if (qualifier === null) throw bareValue(reader, token);
    if (token.kind === 'name' && !takesNames(qualifier) && !endsValue(peek(reader, 1)))
      throw unexpected(reader, 'an address or a word of the language', TERM_WORDS);
    return { type: 'value', node: parseValue(reader, qualifier, null) };
  }
  throw unexpected(reader, 'a protocol, an address or a port', TERM_WORDS);
}

const endsValue = ({ kind, text }: Token): boolean =>
  kind === 'end' || (kind === 'symbol' && (text === ')' || text === '&&' || text === '||'));

/** Behind `host a or` a name may be that of another host, or a mistyped word: with more behind it, it is the latter. */
function takesNames({ kind }: Qualifier): boolean {
  return kind === 'port' || kind === 'portrange' || (kind !== null && PROTOCOL_KINDS.has(kind));
}

function bareValue(reader: TokenReader, token: Token): Error {
  if (token.kind === 'name') return unexpected(reader, 'a protocol, an address or a port', TERM_WORDS);
  const word = token.kind === 'mac' ? 'ether host' : isSymbol(peek(reader, 1), '/') ? 'net' : 'host';
  return syntaxError(
    `address ${shown(token.text)} stands alone`,
    token.span,
    `did you mean ${word} ${shown(token.text)}?`,
    'filter.bare-address',
  );
}

/** Decides what a lone number is: a value under the qualifier before it, or a mistake. */
function settle(unit: Unit, qualifier: Qualifier | null): Exclude<Unit, { type: 'arithmetic' }> {
  if (unit.type !== 'arithmetic') return unit;
  const { value } = unit;
  if (value.type !== 'number') {
    throw syntaxError('arithmetic is not compared with anything', value.span, 'write a comparison like len > 100');
  }
  if (qualifier === null) {
    throw syntaxError(
      `number ${shown(value.text)} stands alone`,
      value.span,
      `did you mean port ${shown(value.text)}?`,
      'filter.bare-number',
    );
  }
  const operand: Operand = { form: 'number', text: value.text, value: value.value, span: value.span };
  return { type: 'value', node: { type: 'primitive', qualifier, operand, elided: true, span: unit.span } };
}

function parseMoreUnits(reader: TokenReader, first: Exclude<Unit, { type: 'arithmetic' }>): FilterNode {
  const chain: Chain = { operator: null, operands: [first.node] };
  let qualifier = first.type === 'term' ? first.qualifier : null;
  for (;;) {
    expect(reader, CONNECTIVES);
    const operator = takeConnective(reader);
    if (operator === null) return chainNode(chain);
    const unit = settle(parseUnit(reader, qualifier), qualifier);
    if (unit.type === 'term') qualifier = unit.qualifier;
    extend(reader, chain, operator, unit.node);
  }
}

/** Parses the tokens of a whole expression. Throws PcapshError (kind `input`) with place and hint. `reader` may be inspected afterwards. */
export function parseFilter(reader: TokenReader): FilterNode {
  if (peek(reader).kind === 'end') {
    expect(reader, TERM_WORDS);
    return { type: 'everything', span: peek(reader).span };
  }
  const tree = parseMoreUnits(reader, settle(parseUnit(reader, null), null));
  if (peek(reader).kind !== 'end') throw unexpected(reader, '"and" or "or"', wordsBehind(reader));
  return tree;
}
