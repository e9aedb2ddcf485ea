import type { Arithmetic, ArithmeticOperator, Relation, Span } from './ast.js';
import { syntaxError } from './filter-errors.js';
import {
  countOperator,
  isKeyword,
  isSymbol,
  nested,
  peek,
  type TokenReader,
  take,
  takeSymbol,
  unexpected,
} from './token-reader.js';
import { LINK_WORDS, PROTOCOLS, RADIO } from './vocabulary.js';

/**
 * Binding strength. libpcap's grammar gives `%` and `^` none, which makes yacc shift: they bind whatever stands around them to
 * their right (`a + b ^ c` is a + (b ^ c), `a ^ b + c` is a ^ (b + c)).
 */
const STRENGTH: Readonly<Record<string, number>> = { '|': 1, '&': 2, '<<': 3, '>>': 3, '+': 4, '-': 4, '*': 5, '/': 5 };
const UNARY_STRENGTH = 6;
const RELATIONS: ReadonlySet<string> = new Set(['=', '!=', '<', '<=', '>', '>=']);

export function isRelation(text: string): text is Relation {
  return RELATIONS.has(text);
}

const isOperator = (text: string): text is ArithmeticOperator => text in STRENGTH || text === '%' || text === '^';

/** Whether arithmetic begins at the present token: a number, `len`, `-` or an indexed protocol. */
export function atArithmetic(reader: TokenReader): boolean {
  const token = peek(reader);
  if (token.kind === 'number' || isKeyword(token, 'len', 'length') || isSymbol(token, '-')) return true;
  return token.kind === 'keyword' && isIndexable(token.text) && isSymbol(peek(reader, 1), '[');
}

function isIndexable(word: string): boolean {
  return PROTOCOLS.has(word) || LINK_WORDS.has(word) || word === RADIO;
}

const joinSpans = (left: Span, right: Span): Span => [left[0], right[1]];

function parseAccess(reader: TokenReader): Arithmetic {
  const protocol = take(reader);
  take(reader);
  const index = parseArithmetic(reader, 0);
  let size = 1;
  if (takeSymbol(reader, ':')) {
    const token = peek(reader);
    if (token.kind !== 'number') throw unexpected(reader, 'a size of 1, 2 or 4 bytes', []);
    take(reader);
    size = token.value;
    if (size !== 1 && size !== 2 && size !== 4) {
      throw syntaxError(`${size} bytes cannot be read at once`, token.span, 'sizes are 1, 2 and 4', 'filter.bad-size');
    }
  }
  const end = peek(reader);
  if (!takeSymbol(reader, ']')) throw unexpected(reader, '"]"', []);
  return { type: 'access', protocol: protocol.text, index, size, span: joinSpans(protocol.span, end.span) };
}

function parseOperand(reader: TokenReader): Arithmetic {
  const token = peek(reader);
  if (token.kind === 'number') {
    take(reader);
    return { type: 'number', value: token.value, text: token.text, span: token.span };
  }
  if (isKeyword(token, 'len', 'length')) {
    take(reader);
    return { type: 'length', span: token.span };
  }
  if (isSymbol(token, '-')) {
    take(reader);
    return nested(reader, token.span, () => {
      const operand = parseArithmetic(reader, UNARY_STRENGTH);
      return { type: 'negation', operand, span: joinSpans(token.span, operand.span) };
    });
  }
  if (isSymbol(token, '(')) {
    take(reader);
    return nested(reader, token.span, () => {
      const inner = parseArithmetic(reader, 0);
      if (!takeSymbol(reader, ')')) throw unexpected(reader, '")"', []);
      return inner;
    });
  }
  if (atArithmetic(reader)) return nested(reader, token.span, () => parseAccess(reader));
  throw unexpected(reader, 'a number, "len" or a byte of a packet like ip[8]', ['len', 'ip', 'tcp', 'udp', 'icmp']);
}

/** Parses arithmetic whose operators bind stronger than `floor`; `left` is an operand that was read already. */
export function parseArithmetic(reader: TokenReader, floor: number, left?: Arithmetic): Arithmetic {
  let result = left ?? parseOperand(reader);
  for (;;) {
    const operator = peek(reader);
    if (operator.kind !== 'symbol' || !isOperator(operator.text)) return result;
    const strength = STRENGTH[operator.text];
    if (strength !== undefined && strength <= floor) return result;
    take(reader);
    countOperator(reader, operator.span);
    const right =
      strength === undefined
        ? nested(reader, operator.span, () => parseArithmetic(reader, 0))
        : parseArithmetic(reader, strength);
    result = {
      type: 'operation',
      operator: operator.text,
      left: result,
      right,
      span: joinSpans(result.span, right.span),
    };
  }
}
