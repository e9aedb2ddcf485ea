import { isRelation } from './arithmetic-parser.js';
import type { FilterNode, Relation, Span } from './ast.js';
import { shown, syntaxError } from './filter-errors.js';
import { FRAME_DIRECTIONS, FRAME_SUBTYPES, FRAME_TYPES, frameSubtype } from './frame-names.js';
import type { Token } from './lexer.js';
import { nearestWord } from './suggest.js';
import {
  expect,
  isKeyword,
  isSymbol,
  nested,
  peek,
  type TokenReader,
  take,
  takeSymbol,
  unexpected,
} from './token-reader.js';
import { FIELD_WORDS, FRAME_WORDS, LONE_WORDS, NAME_SETTINGS, NUMBER_SETTINGS, TAGS } from './vocabulary.js';

/** Words with a grammar of their own: tags, frames, fields of rare link types. */

const joined = (left: Span, right: Span): Span => [left[0], right[1]];

/** A number, perhaps in brackets. */
function parseBracketed(reader: TokenReader, wanted: string): { value: number; end: Span } {
  const token = peek(reader);
  if (token.kind === 'number') return { value: take(reader).value, end: token.span };
  if (!isSymbol(token, '(')) throw unexpected(reader, wanted, []);
  take(reader);
  return nested(reader, token.span, () => {
    const { value } = parseBracketed(reader, wanted);
    const end = peek(reader).span;
    if (!takeSymbol(reader, ')')) throw unexpected(reader, '")"', []);
    return { value, end };
  });
}

function parseNumber(reader: TokenReader, wanted: string): Token {
  if (peek(reader).kind !== 'number') throw unexpected(reader, wanted, []);
  return take(reader);
}

/** `ether broadcast`; `protocol` has been read. */
export function parseCast(reader: TokenReader, protocol: Token | null): FilterNode {
  const word = take(reader);
  const cast = word.text as 'broadcast' | 'multicast';
  return { type: 'cast', protocol: protocol?.text ?? null, cast, span: joined(protocol?.span ?? word.span, word.span) };
}

/** `vlan`, `vlan 5`, `vlan (5)`. A bracket behind the word can only be around its number. */
function parseTag(reader: TokenReader): FilterNode {
  const word = take(reader);
  const tag = word.text as 'vlan' | 'mpls' | 'pppoes' | 'geneve';
  const next = peek(reader);
  if (next.kind !== 'number' && !isSymbol(next, '(')) return { type: 'tag', tag, number: null, span: word.span };
  const { value, end } = parseBracketed(reader, `the number of "${tag}"`);
  return { type: 'tag', tag, number: value, span: joined(word.span, end) };
}

function parseLlc(reader: TokenReader): FilterNode {
  const word = take(reader);
  const next = peek(reader);
  if (next.kind !== 'name' && !isKeyword(next, 'rnr')) return { type: 'llc', frame: null, span: word.span };
  take(reader);
  return { type: 'llc', frame: next.text, span: joined(word.span, next.span) };
}

/** A name of a table or a number under a mask. */
function parseNamed(
  reader: TokenReader,
  names: ReadonlyMap<string, number>,
  mask: number,
  what: string,
): Token & { bits: number } {
  const token = peek(reader);
  expect(reader, names.keys());
  if (token.kind === 'number') {
    take(reader);
    if ((token.value & ~mask) === 0) return { ...token, bits: token.value };
    throw syntaxError(
      `802.11 ${what} ${token.text} has bits that do not belong to it`,
      token.span,
      `its bits are 0x${mask.toString(16)}`,
      'filter.bad-number',
    );
  }
  if (token.kind !== 'name') throw unexpected(reader, `the name of an 802.11 ${what}`, names.keys());
  const bits = names.get(token.text);
  if (bits === undefined) throw unknownName(token, `802.11 ${what}`, names.keys());
  take(reader);
  return { ...token, bits };
}

/** The error for a name that is in no list, with the nearest that is. */
export function unknownName(token: { text: string; span: Span }, what: string, names: Iterable<string>): Error {
  const list = [...names];
  const near = nearestWord(token.text, list);
  const hint = near === null ? `there are ${list.join(', ')}` : `did you mean ${near}?`;
  return syntaxError(`unknown ${what} "${shown(token.text)}"`, token.span, hint, 'filter.unknown-name');
}

const TYPE_MASK = 0x0c;
const SUBTYPE_MASK = 0xf0;

/** `type mgt`, `type mgt subtype beacon`, `subtype beacon`, `dir tods`. */
export function parseFrameControl(reader: TokenReader): FilterNode {
  const word = take(reader);
  if (word.text === 'dir') {
    const { bits, span } = parseNamed(reader, FRAME_DIRECTIONS, 0xffffffff, 'direction');
    return { type: 'frame-control', byte: 1, mask: 3, value: bits, span: joined(word.span, span) };
  }
  const both = TYPE_MASK | SUBTYPE_MASK;
  if (word.text === 'subtype') {
    const token = peek(reader);
    if (token.kind === 'number') {
      throw syntaxError('a subtype by its number needs its type', token.span, `write type mgt subtype ${token.text}`);
    }
    const { bits, span } = parseNamed(reader, FRAME_SUBTYPES, both, 'subtype');
    return { type: 'frame-control', byte: 0, mask: both, value: bits, span: joined(word.span, span) };
  }
  const type = parseNamed(reader, FRAME_TYPES, TYPE_MASK, 'type');
  if (!isKeyword(peek(reader), 'subtype')) {
    return { type: 'frame-control', byte: 0, mask: TYPE_MASK, value: type.bits, span: joined(word.span, type.span) };
  }
  take(reader);
  const subtype = parseNamed(reader, frameSubtype(type.bits), SUBTYPE_MASK, `subtype of type ${type.text}`);
  const value = type.bits | subtype.bits;
  return { type: 'frame-control', byte: 0, mask: both, value, span: joined(word.span, subtype.span) };
}

/** `vpi 5`, `opc > 100`, `vci (5 or 6)`. */
function parseField(reader: TokenReader): FilterNode {
  const word = take(reader);
  const wanted = `a number behind "${word.text}"`;
  const field = (relation: Relation, number: Token): FilterNode => ({
    type: 'field',
    word: word.text,
    relation,
    value: number.value,
    span: joined(word.span, number.span),
  });
  const next = peek(reader);
  if (next.kind === 'symbol' && isRelation(next.text)) {
    take(reader);
    return field(next.text, parseNumber(reader, wanted));
  }
  if (!takeSymbol(reader, '(')) return field('=', parseNumber(reader, wanted));
  const operands = [field('=', parseNumber(reader, wanted))];
  while (takeSymbol(reader, '||')) operands.push(field('=', parseNumber(reader, wanted)));
  const end = peek(reader).span;
  if (!takeSymbol(reader, ')')) throw unexpected(reader, '"or" or ")"', ['or']);
  return operands.length === 1 ? operands[0] : { type: 'or', operands, span: joined(word.span, end) };
}

function parseSetting(reader: TokenReader): FilterNode {
  const word = take(reader);
  const token = peek(reader);
  const { text, span } = token;
  const place = joined(word.span, span);
  if (token.kind === 'name' && NAME_SETTINGS.has(word.text)) {
    take(reader);
    return { type: 'setting', word: word.text, value: text, span: place };
  }
  if (token.kind === 'number' && NUMBER_SETTINGS.has(word.text)) {
    take(reader);
    return { type: 'setting', word: word.text, value: token.value, span: place };
  }
  throw unexpected(reader, `a ${NUMBER_SETTINGS.has(word.text) ? 'number' : 'name'} behind "${word.text}"`, []);
}

const BYTE_OPERATORS: ReadonlySet<string> = new Set(['=', '<', '>', '&', '|']);

/** `byte 8 & 5`: a relic of libpcap's. */
function parseByte(reader: TokenReader): FilterNode {
  const word = take(reader);
  const at = parseNumber(reader, 'the place of a byte');
  const operator = peek(reader);
  if (operator.kind !== 'symbol' || !BYTE_OPERATORS.has(operator.text)) throw unexpected(reader, '=, <, >, & or |', []);
  take(reader);
  const value = parseNumber(reader, 'a number');
  return {
    type: 'byte',
    at: at.value,
    operator: operator.text as '=' | '<' | '>' | '&' | '|',
    value: value.value,
    span: joined(word.span, value.span),
  };
}

/** A word that takes no qualifier, with what belongs to it; null when there is none. */
export function parseWord(reader: TokenReader): FilterNode | null {
  const token = peek(reader);
  if (token.kind !== 'keyword') return null;
  const { text } = token;
  if (LONE_WORDS.has(text)) return { type: 'word', word: take(reader).text, span: token.span };
  if (TAGS.has(text)) return parseTag(reader);
  if (text === 'llc') return parseLlc(reader);
  if (FRAME_WORDS.has(text)) return parseFrameControl(reader);
  if (FIELD_WORDS.has(text)) return parseField(reader);
  if (text === 'byte') return parseByte(reader);
  return NAME_SETTINGS.has(text) || NUMBER_SETTINGS.has(text) ? parseSetting(reader) : null;
}
