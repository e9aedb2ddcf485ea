import { formatIpv4Number, parseIpv6 } from '../../bytes/address.js';
import { PcapshError } from '../../errors.js';
import { ipv4Condition, ipv6Condition, prefixMask } from './address-conditions.js';
import type { Operand, Qualifier, Span } from './ast.js';
import type { Condition } from './condition.js';
import { decnetAddress, decnetCondition } from './decnet-conditions.js';
import { shown, syntaxError } from './filter-errors.js';
import { type HostResolver, hostCondition } from './host-check.js';
import { chainCondition, linkHostCondition, protoCondition, stationCondition } from './link-check.js';
import { portRange, singlePort } from './port-check.js';
import { IP_PROTOCOL, portsCondition } from './transport-conditions.js';
import { LINK_WORDS, WLAN_FIELDS } from './vocabulary.js';

const IPV4_CARRIERS: ReadonlySet<string> = new Set(['ip', 'arp', 'rarp']);
const PORT_CARRIERS: ReadonlySet<string> = new Set(['tcp', 'udp', 'sctp']);

/** A dotted number: its value moved to the left end of 32 bits, and how many bits were written. */
function parseDotted(text: string, span: Span): { address: number; bits: number } {
  const parts = text.split('.');
  for (const part of parts) {
    if (!/^\d+$/.test(part) || Number(part) > 255) {
      throw syntaxError(
        `${shown(text)} is no IPv4 address: ${shown(part)} is not a number from 0 to 255`,
        span,
        undefined,
        'filter.bad-address',
      );
    }
  }
  const address = parts.reduce((sum, part, i) => sum + Number(part) * 2 ** (24 - 8 * i), 0);
  return { address: address >>> 0, bits: 8 * parts.length };
}

function hostBitsError(text: string, network: string, span: Span): Error {
  return syntaxError(
    `${shown(text)} has bits set behind its mask`,
    span,
    `did you mean ${network}?`,
    'filter.host-bits',
  );
}

function prefixError(prefix: number, most: number, span: Span): Error {
  return syntaxError(`prefix length ${prefix} is more than ${most}`, span, undefined, 'filter.bad-prefix');
}

interface Network {
  readonly address: number;
  readonly mask: number;
}

/** The network that an IPv4 operand names; short forms are padded (`10.1` is 10.1.0.0/16). */
function ipv4Network(operand: Extract<Operand, { form: 'ipv4' }>): Network {
  const { address, bits } = parseDotted(operand.text, operand.span);
  if (operand.mask === null && operand.prefix === null) return { address, mask: prefixMask(bits) };
  if (operand.prefix !== null && operand.prefix > 32) throw prefixError(operand.prefix, 32, operand.span);
  const mask =
    operand.mask === null ? prefixMask(operand.prefix ?? 32) : parseDotted(operand.mask, operand.span).address;
  if ((address & ~mask) !== 0) {
    const network = formatIpv4Number(address & mask);
    const written = operand.mask === null ? `/${operand.prefix}` : ` mask ${operand.mask}`;
    throw hostBitsError(operand.text + written, network + written, operand.span);
  }
  return { address, mask };
}

/** A plain number as an address; as a network it is moved up to its first set byte (`net 10` is 10.0.0.0/8). */
function numberNetwork(value: number, asNetwork: boolean): Network {
  let address = value;
  let mask = 0xffffffff;
  while (asNetwork && address !== 0 && address >>> 24 === 0) {
    address = (address << 8) >>> 0;
    mask = (mask << 8) >>> 0;
  }
  return { address, mask };
}

function ipv4Primitive(qualifier: Qualifier, network: Network, span: Span): Condition {
  const { protocol, direction } = qualifier;
  if (protocol !== null && LINK_WORDS.has(protocol)) {
    throw syntaxError(
      'an IPv4 address is no link-layer address',
      span,
      `leave "${protocol}" out`,
      'filter.bad-qualifier',
    );
  }
  if (protocol !== null && !IPV4_CARRIERS.has(protocol))
    throw addressQualifierError(protocol, 'an IPv4 address', 'ip, arp or rarp', span);
  return ipv4Condition(protocol as 'ip' | 'arp' | 'rarp' | null, direction, network.address, network.mask, span);
}

function addressQualifierError(protocol: string, what: string, allowed: string, span: Span): Error {
  return syntaxError(
    `"${protocol}" has no place before ${what}`,
    span,
    allowed === '' ? undefined : `write ${allowed}, or "${protocol} and …"`,
    'filter.bad-qualifier',
  );
}

/** The four words of an address; the lexer has seen its form, but not that of a dotted end. */
function ipv6Words(operand: Extract<Operand, { form: 'ipv6' }>): number[] {
  try {
    return [...parseIpv6(operand.text)];
  } catch (error) {
    if (!(error instanceof PcapshError)) throw error;
    throw syntaxError(error.message, operand.span, error.hint ?? undefined, 'filter.bad-address');
  }
}

function ipv6Primitive(qualifier: Qualifier, operand: Extract<Operand, { form: 'ipv6' }>, span: Span): Condition {
  const words = ipv6Words(operand);
  const prefix = operand.prefix ?? 128;
  if (prefix > 128) throw prefixError(prefix, 128, operand.span);
  if (words.some((word, i) => (word & ~prefixMask(prefix - 32 * i)) !== 0)) {
    throw syntaxError(
      `${operand.text}/${prefix} has bits set behind its prefix`,
      operand.span,
      undefined,
      'filter.host-bits',
    );
  }
  if (prefix !== 128 && qualifier.kind !== 'net') throw maskError(operand.span);
  if (qualifier.protocol !== null && qualifier.protocol !== 'ip6') {
    throw addressQualifierError(qualifier.protocol, 'an IPv6 address', 'ip6', span);
  }
  return ipv6Condition(qualifier.direction, words, prefix, span);
}

function maskError(span: Span): Error {
  return syntaxError('a mask or prefix length belongs to "net"', span, 'write net in front', 'filter.bad-qualifier');
}

/** libpcap takes the last two bytes of an IPv4 network for a DECnet address, and forgets the mask. */
function decnetNumber(operand: Operand, kind: Qualifier['kind']): number {
  if (operand.form !== 'ipv4' || (operand.prefix === null && operand.mask === null)) return decnetAddress(operand);
  if (kind !== 'net') throw maskError(operand.span);
  return ipv4Network(operand).address & 0xffff;
}

function addressCondition(qualifier: Qualifier, operand: Operand, span: Span, hosts: HostResolver): Condition {
  const { protocol, direction, kind } = qualifier;
  const isLinkAddress = operand.form === 'mac' || operand.form === 'station';
  if (!isLinkAddress && direction !== null && WLAN_FIELDS.has(direction)) {
    const hint = `write wlan ${direction} 00:00:5e:00:53:01`;
    throw syntaxError(
      `"${direction}" is a field of 802.11: it holds link-layer addresses`,
      span,
      hint,
      'filter.bad-qualifier',
    );
  }
  if (protocol === 'decnet' && !isLinkAddress && operand.form !== 'ipv6') {
    return decnetCondition(direction, decnetNumber(operand, kind), span);
  }
  switch (operand.form) {
    case 'mac':
      return linkHostCondition(qualifier, operand.text, span);
    case 'station':
      return stationCondition(qualifier, operand.text, span);
    case 'number':
      return ipv4Primitive(qualifier, numberNetwork(operand.value, qualifier.kind === 'net'), span);
    case 'ipv4':
      if ((operand.prefix !== null || operand.mask !== null) && qualifier.kind !== 'net') throw maskError(operand.span);
      return ipv4Primitive(qualifier, ipv4Network(operand), span);
    case 'ipv6':
      return ipv6Primitive(qualifier, operand, span);
    case 'name':
      return hostCondition({ qualifier, operand, span, hosts }, (text) =>
        namedAddress({ protocol, direction, kind }, text, operand.span, span),
      );
  }
}

/** A gateway is told from a host by its link-layer address, which only a file of them could tell. */
function gatewayError(operand: Operand): Error {
  if (operand.form !== 'name') {
    return syntaxError(
      '"gateway" takes a name',
      operand.span,
      'write ether host with its link-layer address',
      'filter.bad-qualifier',
    );
  }
  return syntaxError(
    `nothing here knows the link-layer address of gateway "${shown(operand.text)}"`,
    operand.span,
    'write: ether host 00:00:5e:00:53:01 and not host 10.0.0.1, with its addresses',
    'filter.unknown-host',
  );
}

/** The condition for one address of a name, or null where the protocol has no such addresses. */
function namedAddress(qualifier: Qualifier, address: string, place: Span, span: Span): Condition | null {
  const { protocol } = qualifier;
  if (address.includes(':')) {
    if (protocol !== null && protocol !== 'ip6') return null;
    return ipv6Primitive(qualifier, { form: 'ipv6', text: address, prefix: null, span: place }, span);
  }
  if (protocol !== null && !IPV4_CARRIERS.has(protocol)) return null;
  return ipv4Primitive(
    qualifier,
    ipv4Network({ form: 'ipv4', text: address, prefix: null, mask: null, span: place }),
    span,
  );
}

function portsPrimitive(qualifier: Qualifier, operand: Operand, span: Span): Condition {
  const { protocol, direction, kind } = qualifier;
  if (direction !== null && WLAN_FIELDS.has(direction)) {
    throw syntaxError(
      `"${direction}" is a field of 802.11: it holds no ports`,
      span,
      'ports have src and dst',
      'filter.bad-qualifier',
    );
  }
  if (protocol !== null && !PORT_CARRIERS.has(protocol)) {
    throw syntaxError(`"${protocol}" has no ports`, span, 'tcp, udp and sctp have', 'filter.bad-qualifier');
  }
  if (operand.form !== 'number' && operand.form !== 'name') {
    throw syntaxError(
      `${shown(operand.text)} is an address, not a port`,
      operand.span,
      `did you mean host ${shown(operand.text)}?`,
      'filter.bad-port',
    );
  }
  const number = protocol === null ? null : IP_PROTOCOL[protocol as keyof typeof IP_PROTOCOL];
  const { ports, transport } = kind === 'portrange' ? portRange(operand, number) : singlePort(operand, number);
  return portsCondition(number ?? transport, direction, ports, span);
}

/** The meaning of a qualified value. Throws PcapshError where the two do not fit. */
export function primitiveCondition(qualifier: Qualifier, operand: Operand, span: Span, hosts: HostResolver): Condition {
  switch (qualifier.kind) {
    case 'port':
    case 'portrange':
      return portsPrimitive(qualifier, operand, span);
    case 'proto':
      return protoCondition(qualifier.protocol, operand, span);
    case 'protochain':
      return chainCondition(qualifier.protocol, operand, span);
    case 'gateway':
      throw gatewayError(operand);
    default:
      return addressCondition(qualifier, operand, span, hosts);
  }
}
