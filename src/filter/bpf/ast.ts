/** The tree of a filter expression: plain JSON, each node with its place in the text. */

/** Place in the text: 0-based, end-exclusive, UTF-16 units. */
export type Span = readonly [number, number];

/** The last six are address fields of 802.11. */
export type Direction = 'src' | 'dst' | 'src or dst' | 'src and dst' | WlanField;
export type WlanField = 'addr1' | 'addr2' | 'addr3' | 'addr4' | 'ra' | 'ta';
export type QualifierKind = 'host' | 'net' | 'port' | 'portrange' | 'proto' | 'protochain' | 'gateway';

/** What stands before a value: `tcp src port`. null where a word was left out. */
export interface Qualifier {
  readonly protocol: string | null;
  readonly direction: Direction | null;
  readonly kind: QualifierKind | null;
}

/** A value as it was written; names and numbers get their meaning in the check. */
export type Operand =
  | { readonly form: 'number'; readonly text: string; readonly value: number; readonly span: Span }
  | { readonly form: 'name'; readonly text: string; readonly span: Span }
  | {
      readonly form: 'ipv4';
      readonly text: string;
      readonly prefix: number | null;
      readonly mask: string | null;
      readonly span: Span;
    }
  | { readonly form: 'ipv6'; readonly text: string; readonly prefix: number | null; readonly span: Span }
  | { readonly form: 'mac'; readonly text: string; readonly span: Span }
  /** A station of an ARCNET: `$1f`. */
  | { readonly form: 'station'; readonly text: string; readonly span: Span };

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '&' | '|' | '^' | '<<' | '>>';
export type Relation = '=' | '!=' | '<' | '<=' | '>' | '>=';

export type Arithmetic =
  | { readonly type: 'number'; readonly value: number; readonly text: string; readonly span: Span }
  | { readonly type: 'length'; readonly span: Span }
  | {
      readonly type: 'access';
      readonly protocol: string;
      readonly index: Arithmetic;
      readonly size: number;
      readonly span: Span;
    }
  | { readonly type: 'negation'; readonly operand: Arithmetic; readonly span: Span }
  | {
      readonly type: 'operation';
      readonly operator: ArithmeticOperator;
      readonly left: Arithmetic;
      readonly right: Arithmetic;
      readonly span: Span;
    };

export type FilterNode =
  /** Nothing was written: matches every packet. */
  | { readonly type: 'everything'; readonly span: Span }
  /** Two operands or more, evaluated from left to right. */
  | { readonly type: 'and' | 'or'; readonly operands: readonly FilterNode[]; readonly span: Span }
  | { readonly type: 'not'; readonly operand: FilterNode; readonly span: Span }
  | { readonly type: 'protocol'; readonly name: string; readonly span: Span }
  /** `elided`: its qualifier was left out and taken over from the primitive before it (`port 80 or 443`). */
  | {
      readonly type: 'primitive';
      readonly qualifier: Qualifier;
      readonly operand: Operand;
      readonly elided: boolean;
      readonly span: Span;
    }
  | { readonly type: 'less' | 'greater'; readonly value: number; readonly span: Span }
  /** A word that stands alone: `inbound`, `pppoed`, `fisu`, `metac`, … */
  | { readonly type: 'word'; readonly word: string; readonly span: Span }
  | {
      readonly type: 'cast';
      readonly protocol: string | null;
      readonly cast: 'broadcast' | 'multicast';
      readonly span: Span;
    }
  | {
      readonly type: 'tag';
      readonly tag: 'vlan' | 'mpls' | 'pppoes' | 'geneve';
      readonly number: number | null;
      readonly span: Span;
    }
  /** `llc`, `llc rr`: the name of a frame, null when any will do. */
  | { readonly type: 'llc'; readonly frame: string | null; readonly span: Span }
  /** 802.11 `type`, `subtype` and `dir`: bits of one of the two frame control bytes. */
  | {
      readonly type: 'frame-control';
      readonly byte: 0 | 1;
      readonly mask: number;
      readonly value: number;
      readonly span: Span;
    }
  /** A field of ATM or SS7 against a number: `vpi 5`, `opc > 100`. */
  | {
      readonly type: 'field';
      readonly word: string;
      readonly relation: Relation;
      readonly value: number;
      readonly span: Span;
    }
  /** A word and its value: `ifname en0`, `ifindex 3`, `rset web`, `reason match`. */
  | { readonly type: 'setting'; readonly word: string; readonly value: string | number; readonly span: Span }
  /** `byte 8 & 5`. */
  | {
      readonly type: 'byte';
      readonly at: number;
      readonly operator: '=' | '<' | '>' | '&' | '|';
      readonly value: number;
      readonly span: Span;
    }
  | {
      readonly type: 'comparison';
      readonly relation: Relation;
      readonly left: Arithmetic;
      readonly right: Arithmetic;
      readonly span: Span;
    };
