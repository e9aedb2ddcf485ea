import type { ArithmeticOperator } from './ast.js';
import type { Tree } from './branch-writer.js';
import type { TestRelation } from './condition.js';
import type { Place } from './link-model.js';

/** A condition for one link type: places in the packet instead of bases, tests instead of words. */

export type LoweredValue =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'length' }
  | {
      readonly kind: 'load';
      readonly place: Place;
      /** The place is that of an IPv4 header, and its length is added. */
      readonly behindIpHeader: boolean;
      readonly offset: number;
      readonly index: LoweredValue | null;
      readonly size: number;
    }
  /** A variable of the generated function, and the packet's direction: 1 inbound, 2 outbound, 0 unknown (pcapng, section 4.3.1). */
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'direction' }
  | { readonly kind: 'negation'; readonly operand: LoweredValue }
  | {
      readonly kind: 'operation';
      readonly operator: ArithmeticOperator;
      readonly left: LoweredValue;
      readonly right: LoweredValue;
    };

export type LoweredTest =
  | { readonly kind: 'always' | 'never' }
  | {
      readonly kind: 'test';
      readonly left: LoweredValue;
      readonly relation: TestRelation;
      readonly right: LoweredValue;
    }
  /** Sets `target` to what is added to the place of the network layer to get behind its header; holds. */
  | {
      readonly kind: 'header-end';
      readonly target: string;
      readonly network: Place;
      readonly version: 4 | 6;
    }
  /** Sets the variables for what a Geneve header carries, which stands `offset` behind variable `start`; holds. */
  | {
      readonly kind: 'geneve';
      readonly start: string;
      readonly offset: number;
      readonly link: string;
      readonly type: string;
      readonly payload: string;
    }
  /** Walks a chain of headers from the network layer on. */
  | { readonly kind: 'chain'; readonly network: number; readonly base: 'ip' | 'ip6'; readonly protocol: number };

export type LoweredTree = Tree<LoweredTest>;
