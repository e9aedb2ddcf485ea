import type { FilterNode } from './bpf/ast.js';
import { compilePacketTest, type PacketTest } from './bpf/bytes-compiler.js';
import { checkFilter } from './bpf/check.js';
import { compileSegmentTest, type FilterTable, type SegmentTest } from './bpf/column-compiler.js';
import { lexFilter } from './bpf/lexer.js';
import { parseFilter } from './bpf/parser.js';
import { readTokens } from './bpf/token-reader.js';

export type { FilterNode, Span } from './bpf/ast.js';
export type { PacketTest } from './bpf/bytes-compiler.js';
export type { FilterTable, SegmentTest } from './bpf/column-compiler.js';
export { completeFilter, type FilterCompletion } from './bpf/complete.js';

/** An expression in the language of pcap-filter(7), with the meaning that libpcap 1.10.3 gives it. */
export interface Filter {
  readonly text: string;
  /** Plain JSON; each node has its place in `text`. */
  readonly tree: FilterNode;
  /**
   * One generated function over the raw packet, for packets of one LINKTYPE_. `byteOrder` is that of the file: BSD loopback headers are
   * written in it. Throws PcapshError (kind `input`) where libpcap refuses the expression for this link type.
   */
  forLinkType(linkType: number, byteOrder?: 'little' | 'big'): PacketTest;
  /**
   * A test of whole segments by their columns. It holds verdicts by flow: keep it for all segments of the table. Throws, here or when a new link type turns up,
   * PcapshError (kind `input`) where libpcap refuses the expression for a link type of the table.
   */
  forTable(table: FilterTable): SegmentTest;
}

/** Lexes, parses and checks an expression, as far as no link type is needed. Throws PcapshError (kind `input`) with place and hint. */
export function compileFilter(text: string): Filter {
  const tree = parseFilter(readTokens(lexFilter(text)));
  const condition = checkFilter(tree);
  const compiled = new Map<number, PacketTest>();
  function forLinkType(linkType: number, byteOrder: 'little' | 'big' = 'little'): PacketTest {
    const key = 2 * linkType + (byteOrder === 'big' ? 1 : 0);
    const known = compiled.get(key);
    if (known) return known;
    const test = compilePacketTest(condition, linkType, byteOrder);
    compiled.set(key, test);
    return test;
  }
  const forTable = (table: FilterTable): SegmentTest => compileSegmentTest(condition, table, forLinkType);
  return { text, tree, forLinkType, forTable };
}
