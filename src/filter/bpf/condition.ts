/**
 * What an expression means, apart from any link type: tests of fields, in libpcap's order of evaluation. The byte compiler turns
 * fields into loads from the packet, the column compiler into columns; so both mean the same.
 */
import type { ArithmeticOperator, Span } from './ast.js';

/**
 * Where a field is counted from. `packet`: the first captured byte. `link`: the link-layer header, behind a radio header if there is
 * one. `type`: the field of the link layer that tells its protocol. `payload`: behind the link-layer header, where an LLC header would be. `osi`: behind
 * an LLC header without SNAP. `arp`, `ip`, `ip6`: the network layer, under three
 * names, for a column knows a field only by its protocol. `ip-payload`, `ip6-payload`: behind the IPv4 header with its options, and behind the 40 bytes of
 * the IPv6 header. `signalling`: the MTP2 header of SS7. `outer`: the link layer around a LAN emulated on ATM. Tags (`vlan`, `mpls`, …) shift what stands behind them in the expression.
 */
export type Base =
  | 'packet'
  | 'link'
  | 'type'
  | 'payload'
  | 'osi'
  | 'arp'
  | 'ip'
  | 'ip6'
  | 'ip-payload'
  | 'ip6-payload'
  | 'signalling'
  | 'outer';

/** An address field of a link-layer header; all but the first two are of 802.11 alone. */
export type LinkEnd = 'source' | 'destination' | 'addr1' | 'addr2' | 'addr3' | 'addr4' | 'ra' | 'ta';

/** Words that make everything behind them in the expression speak of what their header carries. */
export type Tag = 'vlan' | 'mpls' | 'pppoes' | 'geneve' | 'lane';

/** Link types that a word is confined to. */
export type LinkFamily = 'pf' | 'wlan' | 'radio' | 'atm' | 'mtp2' | 'ss7';

export type Value =
  | { readonly kind: 'constant'; readonly value: number }
  /** Original length of the packet. */
  | { readonly kind: 'length' }
  /** A big-endian number of `size` bytes (1, 2, 4) at `base` + `offset` + `index`; a load beyond the captured bytes rejects the packet. */
  | {
      readonly kind: 'load';
      readonly base: Base;
      readonly offset: number;
      readonly index: Value | null;
      readonly size: number;
    }
  | { readonly kind: 'negation'; readonly operand: Value }
  | { readonly kind: 'operation'; readonly operator: ArithmeticOperator; readonly left: Value; readonly right: Value };

/** `any-bit`: the two have a bit in common. All numbers are unsigned, 32 bits wide. */
export type TestRelation = '=' | '>' | '>=' | 'any-bit';

export type Condition =
  | { readonly kind: 'always' }
  | { readonly kind: 'never' }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Condition[] }
  | { readonly kind: 'not'; readonly operand: Condition }
  | { readonly kind: 'test'; readonly left: Value; readonly relation: TestRelation; readonly right: Value }
  /** The link layer carries this protocol: an EtherType, or an LLC service access point when at most 1500. */
  | { readonly kind: 'link-protocol'; readonly protocol: number; readonly span: Span }
  /** A link-layer address: its bytes as (first two, last four). */
  | {
      readonly kind: 'link-address';
      readonly end: LinkEnd;
      readonly high: number;
      readonly low: number;
      readonly span: Span;
    }
  /** A station of an ARCNET. */
  | {
      readonly kind: 'station';
      readonly end: 'source' | 'destination';
      readonly station: number;
      readonly span: Span;
    }
  | { readonly kind: 'link-cast'; readonly cast: 'broadcast' | 'multicast'; readonly span: Span }
  /** The packet has this tag (with this number, if one is given), and what stands behind is about what it carries. */
  | { readonly kind: 'tag'; readonly tag: Tag; readonly number: number | null; readonly span: Span }
  /** An LLC header; `control`: its control field under a mask. */
  | {
      readonly kind: 'llc';
      readonly control: { readonly mask: number; readonly value: number } | null;
      readonly span: Span;
    }
  /** An OSI protocol by its number. */
  | { readonly kind: 'osi-protocol'; readonly protocol: number; readonly span: Span }
  /** Never behind an MPLS label, where libpcap looks for IP alone. */
  | { readonly kind: 'unlabelled'; readonly operand: Condition }
  /** A chain of headers behind IPv4 or IPv6 comes to this protocol. */
  | {
      readonly kind: 'protocol-chain';
      readonly base: 'ip' | 'ip6';
      readonly protocol: number;
      readonly span: Span;
    }
  /** A field that only some link types have; `word` as in messages. */
  | {
      readonly kind: 'only-on';
      readonly family: LinkFamily;
      readonly word: string;
      readonly condition: Condition;
      readonly span: Span;
    }
  | { readonly kind: 'direction'; readonly direction: 'inbound' | 'outbound'; readonly span: Span }
  | { readonly kind: 'interface-number'; readonly number: number; readonly span: Span }
  | { readonly kind: 'interface-name'; readonly name: string; readonly span: Span };

export const ETHERTYPE = { ip: 0x0800, arp: 0x0806, rarp: 0x8035, ip6: 0x86dd } as const;

/** EtherTypes and LLC service access points by which the link layer tells other protocols (IEEE 802 numbers). */
export const PROTOCOL = {
  ipSap: 0x06,
  spanningTree: 0x42,
  ipx: 0xe0,
  netBeui: 0xf0,
  osi: 0xfe,
  mopDownLine: 0x6001,
  mopRemoteConsole: 0x6002,
  decnet: 0x6003,
  lat: 0x6004,
  sca: 0x6007,
  appleTalk: 0x809b,
  appleTalkArp: 0x80f3,
  vlan: 0x8100,
  pppoeDiscovery: 0x8863,
  pppoeSession: 0x8864,
  mpls: 0x8847,
  mplsInPpp: 0x0281,
  providerVlan: 0x88a8,
  oldProviderVlan: 0x9100,
  loopback: 0x9000,
} as const;

export const allOf = (...operands: Condition[]): Condition =>
  operands.length === 1 ? operands[0] : { kind: 'and', operands };
export const anyOf = (...operands: Condition[]): Condition =>
  operands.length === 1 ? operands[0] : { kind: 'or', operands };
export const not = (operand: Condition): Condition => ({ kind: 'not', operand });

export const constant = (value: number): Value => ({ kind: 'constant', value: value >>> 0 });

export function load(base: Base, offset: number, size: number): Value {
  return { kind: 'load', base, offset, index: null, size };
}

export function test(left: Value, relation: TestRelation, right: number | Value): Condition {
  return { kind: 'test', left, relation, right: typeof right === 'number' ? constant(right) : right };
}

export const equals = (left: Value, right: number): Condition => test(left, '=', right);

/** (left & mask) = value. */
export function equalsUnderMask(left: Value, mask: number, value: number): Condition {
  if (mask >>> 0 === 0xffffffff) return equals(left, value);
  return equals({ kind: 'operation', operator: '&', left, right: constant(mask) }, value);
}

/** Bytes at `base` + `offset`, told as libpcap compares them: four at a time from the end. */
export function equalsBytes(base: Base, offset: number, bytes: ArrayLike<number>): Condition {
  const tests: Condition[] = [];
  for (let end = bytes.length; end > 0; ) {
    const size = end >= 4 ? 4 : end >= 2 ? 2 : 1;
    end -= size;
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 256 + bytes[end + i];
    tests.push(equals(load(base, offset + end, size), value));
  }
  return tests.length === 0 ? { kind: 'always' } : allOf(...tests);
}

export const linkProtocol = (protocol: number, span: Span): Condition => ({ kind: 'link-protocol', protocol, span });
