import type { Direction, Span } from './ast.js';
import { allOf, anyOf, type Condition, ETHERTYPE, equalsUnderMask, linkProtocol, load } from './condition.js';

/** Joins the tests of the two ends as the direction asks; none means either end. */
export function byDirection(direction: Direction | null, source: Condition, destination: Condition): Condition {
  switch (direction) {
    case 'src':
      return source;
    case 'dst':
      return destination;
    case 'src and dst':
      return allOf(source, destination);
    default:
      return anyOf(source, destination);
  }
}

/** Where the protocols that carry IPv4 addresses have them: RFC 791 section 3.1, RFC 826. */
const IPV4_PLACES = {
  ip: { protocol: ETHERTYPE.ip, base: 'ip', source: 12, destination: 16 },
  arp: { protocol: ETHERTYPE.arp, base: 'arp', source: 14, destination: 24 },
  rarp: { protocol: ETHERTYPE.rarp, base: 'arp', source: 14, destination: 24 },
} as const;

const unlabelled = (operand: Condition): Condition => ({ kind: 'unlabelled', operand });

/** An IPv4 address or network in one protocol's header, or in those of all three. `address` and `mask` are 32-bit numbers. */
export function ipv4Condition(
  protocol: keyof typeof IPV4_PLACES | null,
  direction: Direction | null,
  address: number,
  mask: number,
  span: Span,
): Condition {
  if (protocol === null) {
    return anyOf(
      ipv4Condition('ip', direction, address, mask, span),
      unlabelled(ipv4Condition('arp', direction, address, mask, span)),
      unlabelled(ipv4Condition('rarp', direction, address, mask, span)),
    );
  }
  const place = IPV4_PLACES[protocol];
  const end = (offset: number): Condition =>
    allOf(linkProtocol(place.protocol, span), equalsUnderMask(load(place.base, offset, 4), mask, address));
  return byDirection(direction, end(place.source), end(place.destination));
}

/** An IPv6 address or network: four 32-bit words under a prefix (RFC 8200 section 3). */
export function ipv6Condition(
  direction: Direction | null,
  words: readonly number[],
  prefix: number,
  span: Span,
): Condition {
  const end = (offset: number): Condition =>
    allOf(
      linkProtocol(ETHERTYPE.ip6, span),
      ...words.map((word, i) => equalsUnderMask(load('ip6', offset + 4 * i, 4), prefixMask(prefix - 32 * i), word)),
    );
  return byDirection(direction, end(8), end(24));
}

/** A 32-bit mask of `bits` leading ones; less than 0 counts as 0, more than 32 as 32. */
export function prefixMask(bits: number): number {
  if (bits <= 0) return 0;
  return bits >= 32 ? 0xffffffff : (0xffffffff << (32 - bits)) >>> 0;
}
