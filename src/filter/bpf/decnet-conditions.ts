import { byDirection } from './address-conditions.js';
import type { Direction, Operand, Span } from './ast.js';
import { allOf, anyOf, type Condition, equals, equalsUnderMask, linkProtocol, load, PROTOCOL } from './condition.js';
import { shown, syntaxError } from './filter-errors.js';

/**
 * A DECnet address: area and node (6 and 10 bits), or one number of 16 bits. libpcap takes what fits of larger ones; further parts it does not read.
 */
export function decnetAddress(operand: Operand): number {
  if (operand.form === 'number') return operand.value & 0xffff;
  if (operand.form !== 'ipv4') {
    throw syntaxError(
      `${shown(operand.text)} is no DECnet address`,
      operand.span,
      operand.form === 'name'
        ? 'nothing here knows names of DECnet: write area.node, like 1.2'
        : 'write area.node, like 1.2',
      'filter.bad-address',
    );
  }
  const [area, node] = operand.text.split('.').map(Number);
  return ((area & 0x3f) << 10) | (node & 0x3ff);
}

/** Where the addresses are in the routing headers of DECnet phase IV: the short and the long one, each also behind one byte of padding. */
const HEADERS = [
  { size: 1, mask: 0x07, value: 0x02, at: 2, source: 5, destination: 3 },
  { size: 2, mask: 0xff07, value: 0x8102, at: 2, source: 6, destination: 4 },
  { size: 1, mask: 0x07, value: 0x06, at: 2, source: 17, destination: 9 },
  { size: 2, mask: 0xff07, value: 0x8106, at: 2, source: 18, destination: 10 },
] as const;

export function decnetCondition(direction: Direction | null, address: number, span: Span): Condition {
  const littleEndian = ((address & 0xff) << 8) | (address >>> 8);
  const end = (which: 'source' | 'destination'): Condition =>
    allOf(
      linkProtocol(PROTOCOL.decnet, span),
      anyOf(
        ...HEADERS.map((header) =>
          allOf(
            equalsUnderMask(load('ip', header.at, header.size), header.mask, header.value),
            equals(load('ip', header[which], 2), littleEndian),
          ),
        ),
      ),
    );
  return byDirection(direction, end('source'), end('destination'));
}
