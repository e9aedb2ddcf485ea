import type { FilterNode, Operand, Qualifier, Span } from './ast.js';
import { syntaxError } from './filter-errors.js';
import type { Token } from './lexer.js';
import { nearestWord } from './suggest.js';
import {
  countChange,
  countPrimitive,
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
import { DIRECTIONS, KINDS, PROTOCOLS } from './vocabulary.js';

/** Values behind a qualifier, and the chains of `and` and `or` that join them. */

export const CONNECTIVES = ['and', 'or'];
const VALUE_WORDS_AFTER_DIRECTION = ['host', 'net', 'port', 'portrange'];

export const joined = (left: Span, right: Span): Span => [left[0], right[1]];

/** A chain of one connective becomes one node, so that long lists stay flat. */
export interface Chain {
  operator: 'and' | 'or' | null;
  operands: FilterNode[];
}

export function chainNode(chain: Chain): FilterNode {
  const { operator, operands } = chain;
  if (operator === null) return operands[0];
  return { type: operator, operands, span: joined(operands[0].span, operands[operands.length - 1].span) };
}

/** Adds an operand behind `operator`; a change of connective closes the chain so far, which becomes the first operand. */
export function extend(reader: TokenReader, chain: Chain, operator: 'and' | 'or', operand: FilterNode): void {
  countPrimitive(reader, operand.span);
  if (chain.operator !== null && chain.operator !== operator) {
    countChange(reader, operand.span);
    chain.operands = [chainNode(chain)];
  }
  chain.operator = operator;
  chain.operands.push(operand);
}

export function takeConnective(reader: TokenReader): 'and' | 'or' | null {
  if (takeSymbol(reader, '&&')) return 'and';
  return takeSymbol(reader, '||') ? 'or' : null;
}

const VALUE_KINDS: ReadonlySet<string> = new Set(['name', 'ipv4', 'ipv6', 'mac', 'station']);

export function isValueToken(token: Token): boolean {
  return VALUE_KINDS.has(token.kind);
}

function takePrefix(reader: TokenReader): { prefix: number | null; end: Span | null } {
  if (!takeSymbol(reader, '/')) return { prefix: null, end: null };
  const token = peek(reader);
  if (token.kind !== 'number') throw unexpected(reader, 'a prefix length', []);
  take(reader);
  return { prefix: token.value, end: token.span };
}

function parseOperand(reader: TokenReader): Operand {
  const token = take(reader);
  const { text, span } = token;
  switch (token.kind) {
    case 'number':
      return { form: 'number', text, value: token.value, span };
    case 'mac':
      return { form: 'mac', text, span };
    case 'station':
      return { form: 'station', text, span };
    case 'ipv4': {
      if (isKeyword(peek(reader), 'mask')) {
        take(reader);
        const mask = peek(reader);
        if (mask.kind !== 'ipv4') throw unexpected(reader, 'a mask like 255.255.0.0', []);
        take(reader);
        return { form: 'ipv4', text, prefix: null, mask: mask.text, span: joined(span, mask.span) };
      }
      const { prefix, end } = takePrefix(reader);
      return { form: 'ipv4', text, prefix, mask: null, span: end ? joined(span, end) : span };
    }
    case 'ipv6': {
      const { prefix, end } = takePrefix(reader);
      return { form: 'ipv6', text, prefix, span: end ? joined(span, end) : span };
    }
    default:
      return { form: 'name', text, span };
  }
}

function wantedValue(qualifier: Qualifier): string {
  switch (qualifier.kind) {
    case 'port':
      return 'a port number or name';
    case 'portrange':
      return 'a range of ports like 8000-8080';
    case 'net':
      return 'a network like 10.0.0.0/8';
    case 'gateway':
      return 'the name of a gateway';
    case 'proto':
    case 'protochain':
      return 'a protocol number, or a name behind a backslash,';
    default:
      return 'an address';
  }
}

/** A value, a negated value, or values in brackets, all under one qualifier. `start`: where its qualifier begins, null when elided. */
export function parseValue(reader: TokenReader, qualifier: Qualifier, start: Span | null): FilterNode {
  const token = peek(reader);
  if (isSymbol(token, '!')) {
    take(reader);
    return nested(reader, token.span, () => {
      const operand = parseValue(reader, qualifier, start);
      return { type: 'not', operand, span: joined(start ?? token.span, operand.span) };
    });
  }
  if (isSymbol(token, '(')) {
    take(reader);
    return nested(reader, token.span, () => {
      const first = parseValue(reader, qualifier, start);
      const all = parseMoreValues(reader, qualifier, first);
      closeBracket(reader, token);
      return all;
    });
  }
  const directionOnly = start !== null && qualifier.kind === null;
  if (token.kind !== 'number' && !isValueToken(token)) {
    throw unexpected(reader, wantedValue(qualifier), directionOnly ? VALUE_WORDS_AFTER_DIRECTION : []);
  }
  if (
    token.kind === 'name' &&
    directionOnly &&
    !token.escaped &&
    nearestWord(token.text, VALUE_WORDS_AFTER_DIRECTION)
  ) {
    throw unexpected(reader, 'host, net, port, portrange or an address', VALUE_WORDS_AFTER_DIRECTION);
  }
  const operand = parseOperand(reader);
  return {
    type: 'primitive',
    qualifier,
    operand,
    elided: start === null,
    span: start ? joined(start, operand.span) : operand.span,
  };
}

export function parseMoreValues(reader: TokenReader, qualifier: Qualifier, first: FilterNode): FilterNode {
  const chain: Chain = { operator: null, operands: [first] };
  for (let operator = takeConnective(reader); operator !== null; operator = takeConnective(reader)) {
    extend(reader, chain, operator, parseValue(reader, qualifier, null));
  }
  return chainNode(chain);
}

export function closeBracket(reader: TokenReader, opened: Token): void {
  expect(reader, [...CONNECTIVES, ')']);
  if (takeSymbol(reader, ')')) return;
  if (peek(reader).kind === 'end') {
    throw syntaxError(`"(" at column ${opened.span[0] + 1} is never closed`, opened.span);
  }
  throw unexpected(reader, '"and", "or" or ")"', wordsBehind(reader));
}

/** What may have been meant behind what is whole: behind a protocol it may be its port or host, too. */
export function wordsBehind(reader: TokenReader): readonly string[] {
  const before = reader.tokens[reader.at - 1];
  return before?.kind === 'keyword' && PROTOCOLS.has(before.text)
    ? [...CONNECTIVES, ...DIRECTIONS, ...KINDS]
    : CONNECTIVES;
}
