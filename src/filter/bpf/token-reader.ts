import type { PcapshError } from '../../errors.js';
import type { Span } from './ast.js';
import { shown, syntaxError } from './filter-errors.js';
import type { Token } from './lexer.js';
import { nearestWord } from './suggest.js';

/** Brackets and `not` may be nested so deep; it bounds the stack of every pass over the tree. */
const DEEPEST_NESTING = 400;

const MOST_OPERATORS = 2_000;
const MOST_CHANGES = 1_000;
const MOST_PRIMITIVES = 20_000;

/** A place in the list of tokens. One reader per parse. */
export interface TokenReader {
  readonly tokens: readonly Token[];
  at: number;
  depth: number;
  /** Arithmetic operators read so far. */
  operators: number;
  /** Primitives read so far. */
  primitives: number;
  /** Changes between `and` and `or` so far. */
  changes: number;
  /** Words that may stand where the text ends; filled when the parser gets there. */
  readonly expectedAtEnd: Set<string>;
}

export function readTokens(tokens: readonly Token[]): TokenReader {
  return { tokens, at: 0, depth: 0, operators: 0, primitives: 0, changes: 0, expectedAtEnd: new Set() };
}

export const peek = (reader: TokenReader, ahead = 0): Token =>
  reader.tokens[Math.min(reader.at + ahead, reader.tokens.length - 1)];

export function take(reader: TokenReader): Token {
  const token = peek(reader);
  if (token.kind !== 'end') reader.at++;
  return token;
}

export function isSymbol(token: Token, text: string): boolean {
  return token.kind === 'symbol' && token.text === text;
}

export function isKeyword(token: Token, ...words: string[]): boolean {
  return token.kind === 'keyword' && words.includes(token.text);
}

export function takeSymbol(reader: TokenReader, text: string): boolean {
  if (!isSymbol(peek(reader), text)) return false;
  reader.at++;
  return true;
}

/** Notes what may stand here, should the text end here. */
export function expect(reader: TokenReader, words: Iterable<string>): void {
  if (peek(reader).kind === 'end') for (const word of words) reader.expectedAtEnd.add(word);
}

/** Counts an arithmetic operator; refuses expressions with too many, for each may nest the tree one deeper. */
export function countOperator(reader: TokenReader, span: Span): void {
  if (++reader.operators > MOST_OPERATORS) {
    const message = `the expression has more than ${MOST_OPERATORS} arithmetic operators`;
    throw syntaxError(message, span, undefined, 'filter.too-deep');
  }
}

/** Counts a primitive: an address, a port, a comparison. */
export function countPrimitive(reader: TokenReader, span: Span): void {
  if (++reader.primitives > MOST_PRIMITIVES) {
    const message = `the expression has more than ${MOST_PRIMITIVES} primitives`;
    throw syntaxError(message, span, undefined, 'filter.too-long');
  }
}

/** Counts a change between `and` and `or`: each nests the tree one deeper. */
export function countChange(reader: TokenReader, span: Span): void {
  if (++reader.changes > MOST_CHANGES) {
    const message = `the expression changes between "and" and "or" more than ${MOST_CHANGES} times`;
    throw syntaxError(message, span, undefined, 'filter.too-deep');
  }
}

/** Runs `body` one level deeper; refuses expressions that nest too deep. */
export function nested<T>(reader: TokenReader, span: Span, body: () => T): T {
  if (reader.depth >= DEEPEST_NESTING) {
    throw syntaxError(
      `brackets or "not" are nested more than ${DEEPEST_NESTING} deep`,
      span,
      undefined,
      'filter.too-deep',
    );
  }
  reader.depth++;
  const result = body();
  reader.depth--;
  return result;
}

/** Names by which people ask for an application, and those of Wireshark's display filters, with the words that find it here. */
export const APPLICATIONS: ReadonlyMap<string, string> = new Map([
  ['dns', 'port 53'],
  ['http', 'tcp port 80'],
  ['https', 'tcp port 443'],
  ['tls', 'tcp port 443'],
  ['ssl', 'tcp port 443'],
  ['quic', 'udp port 443'],
  ['ssh', 'tcp port 22'],
  ['smtp', 'tcp port 25'],
  ['ftp', 'tcp port 21'],
  ['telnet', 'tcp port 23'],
  ['ntp', 'udp port 123'],
  ['dhcp', 'udp portrange 67-68'],
  ['bootp', 'udp portrange 67-68'],
  ['snmp', 'udp port 161'],
  ['syslog', 'udp port 514'],
  ['rdp', 'tcp port 3389'],
  ['smb', 'tcp port 445'],
  ['ipv4', 'ip'],
  ['ipv6', 'ip6'],
  ['icmpv6', 'icmp6'],
  ['ip.addr', 'host'],
  ['ip.src', 'src host'],
  ['ip.dst', 'dst host'],
  ['ipv6.addr', 'host'],
  ['ipv6.src', 'src host'],
  ['ipv6.dst', 'dst host'],
  ['tcp.port', 'tcp port'],
  ['tcp.srcport', 'tcp src port'],
  ['tcp.dstport', 'tcp dst port'],
  ['udp.port', 'udp port'],
  ['udp.srcport', 'udp src port'],
  ['udp.dstport', 'udp dst port'],
  ['frame.len', 'len'],
]);

/** The error for a token that cannot stand here; `candidates` are the words that can, `wanted` says it in words. */
export function unexpected(reader: TokenReader, wanted: string, candidates: Iterable<string>): PcapshError {
  const token = peek(reader);
  const words = [...candidates];
  expect(reader, words);
  if (token.kind === 'end') {
    const last = reader.tokens[reader.tokens.length - 2];
    return syntaxError(`the expression ends where ${wanted} is expected`, last?.span ?? token.span);
  }
  const column = token.span[0] + 1;
  if (token.kind === 'name') {
    const meant = APPLICATIONS.get(token.text.toLowerCase()) ?? nearestWord(token.text, words);
    const hint = meant === null ? `${wanted} is expected here` : `did you mean ${meant}?`;
    return syntaxError(`unknown word "${shown(token.text)}"`, token.span, hint, 'filter.unknown-word');
  }
  return syntaxError(`${wanted} is expected at column ${column}, not "${shown(token.text)}"`, token.span);
}
