import type { FilterNode } from './bpf/ast.js';
import { compilePacketTest, type PacketTest } from './bpf/bytes-compiler.js';
import { checkFilter } from './bpf/check.js';
import { lexFilter } from './bpf/lexer.js';
import { parseFilter } from './bpf/parser.js';
import { readTokens } from './bpf/token-reader.js';

export type { FilterNode, Span } from './bpf/ast.js';
export type { PacketTest } from './bpf/bytes-compiler.js';

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
}

/** Lexes, parses and checks an expression, as far as no link type is needed. Throws PcapshError (kind `input`) with place and hint. */
export function compileFilter(text: string): Filter {
  const tree = parseFilter(readTokens(lexFilter(text)));
  const condition = checkFilter(tree);
  const compiled = new Map<string, PacketTest>();
  return {
    text,
    tree,
    forLinkType(linkType, byteOrder = 'little') {
      const key = `${linkType} ${byteOrder}`;
      const known = compiled.get(key);
      if (known) return known;
      const test = compilePacketTest(condition, linkType, byteOrder);
      compiled.set(key, test);
      return test;
    },
  };
}
