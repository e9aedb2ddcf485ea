import type { Span } from './ast.js';
import { allOf, anyOf, type Condition, equals, load } from './condition.js';

/** OSI network protocols by their first byte (ISO/IEC TR 9577). */
export const OSI_PROTOCOLS: ReadonlyMap<string, number> = new Map([
  ['clnp', 0x81],
  ['esis', 0x82],
  ['isis', 0x83],
]);

/** Types of IS-IS packets (ISO/IEC 10589 section 9). */
const PDU = { lan1: 15, lan2: 16, pointToPoint: 17, lsp1: 18, lsp2: 20, csnp1: 24, csnp2: 25, psnp1: 26, psnp2: 27 };
const ISIS_PACKETS: ReadonlyMap<string, readonly number[]> = new Map([
  ['l1', [PDU.psnp1, PDU.csnp1, PDU.lsp1, PDU.lan1, PDU.pointToPoint]],
  ['l2', [PDU.psnp2, PDU.csnp2, PDU.lsp2, PDU.lan2, PDU.pointToPoint]],
  ['iih', [PDU.pointToPoint, PDU.lan1, PDU.lan2]],
  ['lsp', [PDU.lsp1, PDU.lsp2]],
  ['snp', [PDU.psnp2, PDU.psnp1, PDU.csnp1, PDU.csnp2]],
  ['csnp', [PDU.csnp1, PDU.csnp2]],
  ['psnp', [PDU.psnp1, PDU.psnp2]],
]);

export const osiProtocol = (protocol: number, span: Span): Condition => ({ kind: 'osi-protocol', protocol, span });

/** IS-IS with this type of packet. */
export function isisPacket(type: number, span: Span): Condition {
  return allOf(osiProtocol(OSI_PROTOCOLS.get('isis') as number, span), equals(load('osi', 4, 1), type));
}

/** What a word for an OSI protocol or for IS-IS packets means; null for others. */
export function osiWord(name: string, span: Span): Condition | null {
  const protocol = OSI_PROTOCOLS.get(name);
  if (protocol !== undefined) return osiProtocol(protocol, span);
  const types = ISIS_PACKETS.get(name);
  return types === undefined ? null : anyOf(...types.map((type) => isisPacket(type, span)));
}
