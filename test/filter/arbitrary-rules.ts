import fc from 'fast-check';
import type { RuleLeaf, Rules } from '../../src/filter/rules.js';

/** Rules out of the few values that random captures hold, so that each keeps something and drops something. */

const some = <T>(...values: T[]): fc.Arbitrary<T[]> =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 });
const one = <T>(...values: T[]): fc.Arbitrary<T[]> => fc.constantFrom(...values).map((value) => [value]);

const addresses = some(
  '10.0.0.1',
  '10.0.0.2',
  '10.0.0.0/30',
  '::ffff:10.0.0.3',
  '0.0.0.0/0',
  '::/0',
  '10.0.0.2/31',
  '2001:db8::/32',
);
const ports = some<string | number>(53, 443, '50-100', '0', '40000', 80, '1-65535');
const times = one('+0s', '+300ms', '-200ms', '2023-11-14T22:13:20.5Z', '1700000000500', '22:13:20');

/** Those that a packet's own headers answer. */
export const HEADER_RULES: Record<string, fc.Arbitrary<(string | number)[]>> = {
  proto: some<string | number>('tcp', 'udp', 1, 'icmp6', 132, 47, 60),
  srcIp: addresses,
  dstIp: addresses,
  ip: addresses,
  srcPort: ports,
  dstPort: ports,
  port: ports,
  tcpFlags: some('SYN', 'any:SYN+ACK', 'exact:SYN', 'exact:none', 'FIN+RST+PSH', 'exact:SYN+ACK'),
  minLen: one<string | number>(40, 60, 0),
  maxLen: one<string | number>(40, 60, 20),
};

const RULES: Record<string, fc.Arbitrary<(string | number)[]>> = {
  ...HEADER_RULES,
  from: times,
  to: times,
  minFlowPackets: one<string | number>(1, 2, 3),
  app: some('dns', 'http', 'tls', 'quic'),
};

/** A leaf of one to three of these rules, some of them negated. */
export function arbitraryLeaf(
  rules: Record<string, fc.Arbitrary<(string | number)[]>> = RULES,
): fc.Arbitrary<RuleLeaf> {
  const rule = fc.tuple(fc.constantFrom(...Object.keys(rules)), fc.boolean()).chain(([kind, negated]) => {
    const key = negated ? `not${kind[0].toUpperCase()}${kind.slice(1)}` : kind;
    return rules[kind].map((values) => [key, values] as const);
  });
  return fc
    .array(rule, { maxLength: 3 })
    .map((entries) => Object.fromEntries(entries) as RuleLeaf)
    .filter((leaf) => !(leaf.from !== undefined && leaf.to !== undefined)) // a window may end before it starts, which is refused
    .filter(({ minLen, maxLen }) => minLen === undefined || maxLen === undefined || Number(minLen) <= Number(maxLen));
}

/** Rules nested to some depth. */
export const arbitraryRules: fc.Arbitrary<Rules> = fc.letrec<{ rules: Rules }>((tie) => ({
  rules: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    arbitraryLeaf(),
    fc.record({
      op: fc.constantFrom('and' as const, 'or' as const, 'not' as const),
      rules: fc.array(tie('rules'), { minLength: 1, maxLength: 3 }),
    }),
  ),
})).rules;
