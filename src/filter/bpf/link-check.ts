import { byDirection } from './address-conditions.js';
import type { Operand, Qualifier, Span } from './ast.js';
import { type Condition, linkProtocol } from './condition.js';
import { shown, syntaxError, unsupportedWord } from './filter-errors.js';
import { nameTable } from './names.js';
import { nearestWord } from './suggest.js';
import { eitherIpProtocol, ipv4Protocol, ipv6Protocol } from './transport-conditions.js';
import { LINK_WORDS, OTHER_WORDS } from './vocabulary.js';

/** EtherTypes that libpcap knows by name (IEEE 802 numbers). */
const ETHERTYPE_NAMES: ReadonlyMap<string, number> = new Map([
  ['ip', 0x0800],
  ['ip6', 0x86dd],
  ['arp', 0x0806],
  ['rarp', 0x8035],
  ['loopback', 0x9000],
]);

/** Six bytes of a link-layer address as (first two, last four). */
function parseMac(text: string): { high: number; low: number } {
  const digits =
    /[:-]/.test(text) || text.split('.').length === 6
      ? text
          .split(/[:.-]/)
          .map((byte) => byte.padStart(2, '0'))
          .join('')
      : text.replaceAll('.', '');
  return { high: Number.parseInt(digits.slice(0, 4), 16), low: Number.parseInt(digits.slice(4), 16) };
}

/** `ether host 00:00:5e:00:53:01`. */
export function linkHostCondition(qualifier: Qualifier, text: string, span: Span): Condition {
  const { protocol, direction, kind } = qualifier;
  if (protocol === null || !LINK_WORDS.has(protocol) || kind === 'net') {
    throw syntaxError(
      `${text} is a link-layer address`,
      span,
      `did you mean ether ${direction === null ? 'host' : direction} ${text}?`,
      'filter.bad-qualifier',
    );
  }
  const { high, low } = parseMac(text);
  return byDirection(
    direction,
    { kind: 'link-address', end: 'source', high, low, span },
    { kind: 'link-address', end: 'destination', high, low, span },
  );
}

function protocolNumber(operand: Operand, names: ReadonlyMap<string, number>, what: string): number {
  if (operand.form === 'number') return operand.value;
  if (operand.form !== 'name') {
    throw syntaxError(
      `${shown(operand.text)} is an address, not a protocol`,
      operand.span,
      undefined,
      'filter.bad-protocol',
    );
  }
  const value = names.get(operand.text);
  if (value !== undefined) return value;
  if (names === ETHERTYPE_NAMES && OTHER_WORDS.has(operand.text)) throw unsupportedWord(operand.text, operand.span);
  const near = nearestWord(operand.text, names.keys());
  throw syntaxError(
    `unknown ${what} "${shown(operand.text)}"`,
    operand.span,
    near === null ? 'write its number' : `did you mean ${near}?`,
    'filter.unknown-protocol',
  );
}

/** `ip proto 89`, `ip6 proto \\tcp`, `ether proto 0x86dd`. */
export function protoCondition(protocol: string | null, operand: Operand, span: Span): Condition {
  if (protocol !== null && LINK_WORDS.has(protocol)) {
    return linkProtocol(protocolNumber(operand, ETHERTYPE_NAMES, 'EtherType'), span);
  }
  if (protocol !== null && protocol !== 'ip' && protocol !== 'ip6') {
    throw syntaxError(
      `"${protocol} proto" has no meaning`,
      span,
      'write ip proto, ip6 proto or ether proto',
      'filter.bad-qualifier',
    );
  }
  const number = protocolNumber(operand, nameTable().protocols, 'protocol');
  if (protocol === 'ip') return ipv4Protocol(number, span);
  return protocol === 'ip6' ? ipv6Protocol(number, span) : eitherIpProtocol(number, span);
}
