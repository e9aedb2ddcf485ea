/**
 * What an expression means, apart from any link type: tests of fields, in libpcap's order of evaluation. The byte compiler turns
 * fields into loads from the packet, the column compiler into columns; so both mean the same.
 */
import type { ArithmeticOperator, Span } from './ast.js';

/**
 * Where a field is counted from. `packet`: the first captured byte. `link`: the link-layer header, behind a radio header if there is
 * one. `payload`: behind the link-layer header, where an LLC header would be. `arp`, `ip`, `ip6`: the network layer, under three
 * names, for a column knows a field only by its protocol. `ip-payload`, `ip6-payload`: behind the IPv4 header with its options, and behind the 40 bytes of
 * the IPv6 header.
 */
export type Base = 'packet' | 'link' | 'payload' | 'arp' | 'ip' | 'ip6' | 'ip-payload' | 'ip6-payload';

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
      readonly end: 'source' | 'destination';
      readonly high: number;
      readonly low: number;
      readonly span: Span;
    };

export const ETHERTYPE = { ip: 0x0800, arp: 0x0806, rarp: 0x8035, ip6: 0x86dd } as const;

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

export const linkProtocol = (protocol: number, span: Span): Condition => ({ kind: 'link-protocol', protocol, span });
