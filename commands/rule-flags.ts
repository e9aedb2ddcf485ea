import { type RuleKind, ruleFlag, ruleKinds } from '../src/filter/rule-kinds.js';
import { applicationNames, checkRuleText } from '../src/filter/rule-values.js';
import { negatedKey, type RuleLeaf } from '../src/filter/rules.js';
import type { AnyArguments, ArgumentSpec } from './command.js';

/** How help shows each kind of rule. Several values stand with commas, and a flag may be repeated: one of them must fit. */
const RULES: Record<RuleKind, Pick<ArgumentSpec, 'placeholder' | 'summary' | 'offers'>> = {
  proto: {
    placeholder: 'NAMES',
    summary: 'IP protocols by name or number: tcp,udp,icmp,17',
    offers: {
      held: 'protocols',
      words: () => ['tcp', 'udp', 'icmp', 'icmp6', 'sctp', 'igmp', 'gre', 'esp', 'ah', 'ospf', 'pim', 'vrrp'],
    },
  },
  srcIp: {
    placeholder: 'ADDRESSES',
    summary: 'source: addresses and networks, 10.0.0.0/8,2001:db8::1',
    offers: 'addresses',
  },
  dstIp: { placeholder: 'ADDRESSES', summary: 'destination, likewise', offers: 'addresses' },
  ip: { placeholder: 'ADDRESSES', summary: 'either end, likewise', offers: 'addresses' },
  srcPort: { placeholder: 'PORTS', summary: 'source port: numbers, ranges, names: 443,8000-8099,ssh', offers: 'ports' },
  dstPort: { placeholder: 'PORTS', summary: 'destination port, likewise', offers: 'ports' },
  port: {
    placeholder: 'PORTS',
    summary: 'port of either end; packets of protocols without ports pass all three',
    offers: 'ports',
  },
  flowId: { placeholder: 'IDS', summary: 'flows by their ID (16 hex digits) or Community ID (1:…)' },
  from: { placeholder: 'TIME', summary: 'not before: 2024-01-31T14:30:00Z, 14:30, +30s, -2m, milliseconds since 1970' },
  to: { placeholder: 'TIME', summary: 'not after' },
  tcpFlags: {
    placeholder: 'FLAGS',
    summary: 'TCP flags: any:SYN+ACK (one of them; the same without any:) or exact:SYN (these and no other)',
    offers: () => ['any:', 'exact:', 'SYN', 'ACK', 'FIN', 'RST', 'PSH', 'URG', 'exact:SYN', 'exact:SYN+ACK'],
  },
  minLen: { placeholder: 'BYTES', summary: 'captured length at least' },
  maxLen: { placeholder: 'BYTES', summary: 'captured length at most' },
  minFlowPackets: { placeholder: 'N', summary: 'of flows with at least so many packets, both directions counted' },
  app: {
    placeholder: 'NAMES',
    summary: 'of flows recognized as dns, http, tls…: all their packets, with payload or without',
    offers: { held: 'applications', words: applicationNames },
  },
};

const SINGLE: ReadonlySet<RuleKind> = new Set(['from', 'to', 'minLen', 'maxLen', 'minFlowPackets']);

function specOf(kind: RuleKind, negated: boolean): ArgumentSpec {
  return {
    ...RULES[kind],
    name: ruleFlag(negated ? negatedKey(kind) : kind).slice(2),
    flag: true,
    type: 'text',
    rule: negated ? 'negated' : 'plain',
    ...(SINGLE.has(kind) ? {} : { many: true }),
    check: (text) => checkRuleText(kind, text),
  };
}

const DIRECTED: ArgumentSpec = {
  name: 'unidirectional',
  flag: true,
  type: 'boolean',
  rule: 'plain',
  summary: '--flow-id compares IDs of single directions',
};

/** The structured filter flags: of `filter`, and on the command line of every command that takes packets. Declared here alone. */
export const RULE_FLAGS: readonly ArgumentSpec[] = [
  ...ruleKinds.map((kind) => specOf(kind, false)),
  DIRECTED,
  ...ruleKinds.map((kind) => specOf(kind, true)),
];

/** The rules that arguments give; null where there are none. */
export function rulesOf(args: AnyArguments): RuleLeaf | null {
  const rules: Record<string, unknown> = {};
  for (const kind of ruleKinds) {
    for (const key of [kind, negatedKey(kind)]) {
      const value = args[ruleFlag(key).slice(2)];
      if (value !== undefined && !(Array.isArray(value) && value.length === 0)) rules[key] = value;
    }
  }
  if (Object.keys(rules).length === 0) return null;
  if (args.unidirectional === true) rules.unidirectional = true;
  return rules as RuleLeaf;
}
