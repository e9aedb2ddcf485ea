import { byDirection } from './address-conditions.js';
import type { Operand, Qualifier, Span } from './ast.js';
import { allOf, anyOf, type Condition, ETHERTYPE, type LinkEnd, linkProtocol, PROTOCOL } from './condition.js';
import { shown, syntaxError } from './filter-errors.js';
import { nameTable } from './names.js';
import { isisPacket, OSI_PROTOCOLS, osiProtocol } from './osi-conditions.js';
import { nearestWord } from './suggest.js';
import { eitherIpProtocol, ipv4Protocol, ipv6Protocol, LINK_PROTOCOLS } from './transport-conditions.js';
import { LINK_WORDS, WLAN_FIELDS } from './vocabulary.js';

/** What the link layer carries, by the names that libpcap knows. */
const ETHERTYPE_NAMES: ReadonlyMap<string, number> = new Map([...LINK_PROTOCOLS, ['loopback', PROTOCOL.loopback]]);

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

function linkQualifier({ protocol, direction, kind }: Qualifier, text: string, span: Span): void {
  if (protocol !== null && LINK_WORDS.has(protocol) && kind !== 'net') return;
  throw syntaxError(
    `${text} is a link-layer address`,
    span,
    `did you mean ether ${direction === null ? 'host' : direction} ${text}?`,
    'filter.bad-qualifier',
  );
}

/** `ether host 00:00:5e:00:53:01`, `wlan addr1 00:00:5e:00:53:01`. */
export function linkHostCondition(qualifier: Qualifier, text: string, span: Span): Condition {
  linkQualifier(qualifier, text, span);
  const { direction } = qualifier;
  const mac = parseMac(text);
  const at = (end: LinkEnd): Condition => ({ kind: 'link-address', end, ...mac, span });
  if (direction !== null && WLAN_FIELDS.has(direction)) return at(direction as LinkEnd);
  return byDirection(direction, at('source'), at('destination'));
}

/** `link src $1f`: a station of an ARCNET. */
export function stationCondition(qualifier: Qualifier, text: string, span: Span): Condition {
  linkQualifier(qualifier, text, span);
  const { direction } = qualifier;
  if (direction !== null && WLAN_FIELDS.has(direction)) {
    throw syntaxError(`a station of ARCNET has no "${direction}"`, span, 'src and dst do', 'filter.bad-qualifier');
  }
  // libpcap 1.10.3 takes the dollar sign for a digit: it reads $1f as 0xd1.
  const station = 0xd0 | Number.parseInt(text[1], 16);
  return byDirection(
    direction,
    { kind: 'station', end: 'source', station, span },
    { kind: 'station', end: 'destination', station, span },
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
  const near = nearestWord(operand.text, names.keys());
  throw syntaxError(
    `unknown ${what} "${shown(operand.text)}"`,
    operand.span,
    near === null ? 'write its number' : `did you mean ${near}?`,
    'filter.unknown-protocol',
  );
}

/** What carries a protocol, in front of "proto" and "protochain". */
const CHAINED: ReadonlySet<string> = new Set(['ip', 'ip6']);

function meaningless(words: string, hint: string, span: Span): Error {
  return syntaxError(`"${words}" has no meaning`, span, hint, 'filter.bad-qualifier');
}

/** `ip proto 89`, `ip6 proto \\tcp`, `ether proto 0x86dd`, `iso proto \\isis`. */
export function protoCondition(protocol: string | null, operand: Operand, span: Span): Condition {
  if (protocol !== null && LINK_WORDS.has(protocol)) {
    return linkProtocol(protocolNumber(operand, ETHERTYPE_NAMES, 'EtherType'), span);
  }
  if (protocol === 'iso') return osiProtocol(protocolNumber(operand, OSI_PROTOCOLS, 'OSI protocol'), span);
  if (protocol === 'isis') return isisPacket(protocolNumber(operand, new Map(), 'type of IS-IS packet'), span);
  if (protocol !== null && !CHAINED.has(protocol)) {
    throw meaningless(`${protocol} proto`, 'write ip proto, ip6 proto, ether proto or iso proto', span);
  }
  const number = protocolNumber(operand, nameTable().protocols, 'protocol');
  if (protocol === 'ip') return ipv4Protocol(number, span);
  return protocol === 'ip6' ? ipv6Protocol(number, span) : eitherIpProtocol(number, span);
}

/** `ip6 protochain \\tcp`: behind whatever extension headers. */
export function chainCondition(protocol: string | null, operand: Operand, span: Span): Condition {
  if (protocol !== null && !CHAINED.has(protocol)) {
    throw meaningless(`${protocol} protochain`, 'write ip protochain or ip6 protochain', span);
  }
  const number = protocolNumber(operand, nameTable().protocols, 'protocol');
  const over = (base: 'ip' | 'ip6'): Condition =>
    allOf(linkProtocol(ETHERTYPE[base], span), { kind: 'protocol-chain', base, protocol: number, span });
  return protocol === null ? anyOf(over('ip'), over('ip6')) : over(protocol as 'ip' | 'ip6');
}
