import type { DecidedBy } from '../filter/clauses.js';
import type { Packet } from './packet.js';

/** What a filter does to its input. */
export interface FilterExplanation {
  /** Packets that come in, and that are kept. */
  packets: number;
  kept: number;
  /** The clauses that all must hold, in order: what each removes of those that are left. */
  funnel: FunnelStep[];
  /** Each stage as a tree. */
  trees: ExplainedClause[];
  /** Times of rules as they were understood, RFC 3339. */
  windows: { rule: string; start: string | null; end: string | null }[];
}

export interface FunnelStep {
  clause: string;
  /** Where it was written. */
  from: 'rules' | 'expression' | 'function';
  decidedBy: DecidedBy;
  removed: number;
  left: number;
}

export interface ExplainedClause {
  clause: string;
  op: 'and' | 'or' | 'not' | null;
  decidedBy: DecidedBy;
  /** Packets of the stage's input that it matches by itself; null beyond so many clauses. */
  matches: number | null;
  /** Packets whose bytes had to be read for it. */
  fromBytes: number | null;
  operands: ExplainedClause[];
}

/** `ignored`: a rule about what packets of this kind do not have. `unknown`: what would tell is cut off or cannot be read. */
export type ClauseVerdict = 'yes' | 'no' | 'ignored' | 'unknown';

/** What became of one packet. */
export interface PacketHistory {
  packet: Packet;
  kept: boolean;
  stages: StageHistory[];
}

export interface StageHistory {
  /** As it would be typed. */
  stage: string;
  /** null: the packet was dropped before and never came there. */
  kept: boolean | null;
  /** The clause that decided, where one did. */
  decidedBy: string | null;
  /** Empty for stages without clauses. */
  clauses: JudgedClause[];
}

export interface JudgedClause {
  clause: string;
  op: 'and' | 'or' | 'not' | null;
  verdict: ClauseVerdict;
  /** What the packet has where the clause looks; null for what joins clauses. */
  seen: string | null;
  operands: JudgedClause[];
}
