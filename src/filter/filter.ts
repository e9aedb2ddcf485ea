import type { FilterNode } from './bpf/ast.js';
import { compilePacketTest, type PacketTest } from './bpf/bytes-compiler.js';
import { type CheckOptions, checkFilter } from './bpf/check.js';
import { compileSegmentTest, type FilterTable, type SegmentTest } from './bpf/column-compiler.js';
import { asksDirection, asksInterface } from './bpf/condition-uses.js';
import { lexFilter } from './bpf/lexer.js';
import type { PacketSource } from './bpf/link-state.js';
import { parseFilter } from './bpf/parser.js';
import { readTokens } from './bpf/token-reader.js';

export type { FilterNode, Span } from './bpf/ast.js';
export type { PacketTest } from './bpf/bytes-compiler.js';
export type { CheckOptions, HostResolver } from './bpf/check.js';
export type { FilterTable, SegmentTest } from './bpf/column-compiler.js';
export { completeFilter, type FilterCompletion } from './bpf/complete.js';
export type { PacketSource } from './bpf/link-state.js';

/** An expression in the language of pcap-filter(7), with the meaning that libpcap 1.10.3 gives it. */
export interface Filter {
  readonly text: string;
  /** Plain JSON; each node has its place in `text`. */
  readonly tree: FilterNode;
  /** Whether packet tests must be told the direction of a packet (1 inbound, 2 outbound, 0 unknown): it has the words `inbound` or `outbound`. */
  readonly asksDirection: boolean;
  /**
   * One generated function over the raw packet, for packets of one LINKTYPE_. `byteOrder` is that of the file: BSD loopback headers are
   * written in it. Throws PcapshError (kind `input`) where libpcap refuses the expression for this link type. Of the interface nothing else is known.
   */
  forLinkType(linkType: number, byteOrder?: 'little' | 'big'): PacketTest;
  /** The same for packets of one interface, with its name and number: what `ifname` and `ifindex` ask for. */
  forInterface(source: PacketSource): PacketTest;
  /**
   * A test of whole segments by their columns. It holds verdicts by flow: keep it for all segments of the table. Throws, here or when a new link type turns up,
   * PcapshError (kind `input`) where libpcap refuses the expression for a link type of the table.
   */
  forTable(table: FilterTable): SegmentTest;
}

/**
 * Lexes, parses and checks an expression, as far as no link type is needed. Names of hosts get their addresses from `options.hosts` alone, nothing is asked on a network. Throws
 * PcapshError (kind `input`) with place and hint.
 */
export function compileFilter(text: string, options: CheckOptions = {}): Filter {
  const tree = parseFilter(readTokens(lexFilter(text)));
  const condition = checkFilter(tree, options);
  const compiled = new Map<string, PacketTest>();
  const byInterface = asksInterface(condition);
  function forInterface(source: PacketSource): PacketTest {
    const { linkType, byteOrder, interfaceNumber, interfaceName } = source;
    const key = `${linkType} ${byteOrder}${byInterface ? ` ${interfaceNumber} ${interfaceName}` : ''}`;
    const known = compiled.get(key);
    if (known) return known;
    const test = compilePacketTest(condition, source);
    compiled.set(key, test);
    return test;
  }
  const forLinkType = (linkType: number, byteOrder: 'little' | 'big' = 'little'): PacketTest =>
    forInterface({ linkType, byteOrder, interfaceNumber: null, interfaceName: null });
  const forTable = (table: FilterTable): SegmentTest =>
    compileSegmentTest(condition, table, byInterface ? () => undefined : forLinkType);
  return { text, tree, asksDirection: asksDirection(condition), forLinkType, forInterface, forTable };
}
