import { PcapshError } from '../../src/errors.js';
import { type RuleKind, ruleFlag, ruleKinds } from '../../src/filter/rule-kinds.js';
import { checkRuleText, tcpFlagNames } from '../../src/filter/rule-values.js';
import { checkRules, negatedKey } from '../../src/filter/rules.js';

function failure(read: () => unknown): PcapshError {
  try {
    read();
  } catch (error) {
    if (error instanceof PcapshError) return error;
  }
  throw new Error('no error');
}

/** The part of a text that a caret stands under, the sentence, and the hint. */
function told(kind: RuleKind, text: string): [string | null, string, string | null] {
  const { span, message, hint, kind: kindOfError } = failure(() => checkRuleText(kind, text));
  expect(kindOfError).toBe('input');
  return [span === null ? null : text.slice(...span), message, hint];
}

describe('values of rules', () => {
  test.each<[RuleKind, string, string, string, string | null]>([
    ['port', '80,99999', '99999', 'port 99999 is more than 65535', null],
    ['port', '80-99999', '99999', 'port 99999 is more than 65535', null],
    ['srcPort', '443,-5', '-5', '"-5" is no port: a number, or a range as 6000-6063', null],
    ['ip', '10.0.0.300', '300', '300 in "10.0.0.300" is above 255', null],
    ['ip', '10.0.0.1/8', '10.0.0.1/8', '10.0.0.1/8 has bits set behind its prefix', 'did you mean 10.0.0.0/8?'],
    [
      'dstIp',
      '::1, 2001:db8::1/32',
      '2001:db8::1/32',
      '2001:db8::1/32 has bits set behind its prefix',
      'did you mean 2001:db8::/32?',
    ],
    ['srcIp', '10.0.0.0/33', '33', 'prefix length "33" in "10.0.0.0/33" is not a number from 0 to 32', null],
    ['proto', 'tcp,upd', 'upd', 'unknown protocol "upd"', 'did you mean udp?'],
    ['proto', '256', '256', 'IP protocol 256 is more than 255', null],
    ['proto', 'arp', 'arp', '"arp" is no protocol that IP carries', 'filter arp takes such packets'],
    ['app', 'dns,htpt', 'htpt', 'unknown application "htpt"', 'did you mean http?'],
    ['tcpFlags', 'any:SYN+AKC', 'AKC', 'unknown TCP flag "AKC"', 'did you mean ACK?'],
    [
      'tcpFlags',
      'exact:',
      '',
      'a TCP flag is missing',
      'there are FIN SYN RST PSH ACK URG ECE CWR: any:SYN+ACK, exact:SYN',
    ],
    [
      'flowId',
      'abc',
      'abc',
      '"abc" is no flow ID: 16 hex digits, or a Community ID (1: and 28 characters)',
      'flows --json prints them',
    ],
    ['minLen', '1k', '1k', '"1k" is no whole number', null],
    ['maxLen', '1,2', '1', 'one value is taken, not several', null],
    ['from', '25:00', '25', 'hour 25 of "25:00" is not 0 to 23', null],
    [
      'to',
      'soon',
      'soon',
      '"soon" is not a time',
      'write 2024-01-31T14:30:00Z, 14:30, +30s, -2m or milliseconds since 1970',
    ],
  ])('%s %s', (kind, text, place, message, hint) => {
    const [at, sentence, more] = told(kind, text);
    expect(at).toBe(place);
    expect(sentence).toBe(message);
    if (hint !== null) expect(more).toBe(hint);
  });

  test.each<[RuleKind, string]>([
    ['proto', 'tcp,UDP, icmp6,17,sctp'],
    ['ip', '::ffff:10.0.0.1,10.0.0.0/8,2001:db8::/32'],
    ['port', '0,65535,90-80'],
    ['flowId', '0123456789ABCDEF,1:abcdefghijklmnopqrstuvwxyz0=,1:wCb3OG7yAFWelaUydu0D+125CLM='],
    ['tcpFlags', 'syn,exact:SYN+ack,exact:none'],
    ['from', '2024-01-31 14:30 Europe/Vienna'],
    ['to', '-2m'],
    ['from', '1700000000000'],
  ])('%s takes %s', (kind, text) => {
    expect(() => checkRuleText(kind, text)).not.toThrow();
  });

  test('names of flags', () => {
    expect(tcpFlagNames(0x12)).toBe('SYN+ACK');
    expect(tcpFlagNames(0)).toBe('none');
    expect(ruleFlag(negatedKey('minFlowPackets'))).toBe('--not-min-flow-packets');
    expect(ruleKinds).toHaveLength(15);
  });
});

describe('rules', () => {
  test.each<[unknown, string]>([
    [null, 'rules are an object such as { port: [443] }, not null'],
    [[{ port: 1 }], 'rules are an object such as { port: [443] }, not a list'],
    [{ prot: ['tcp'] }, 'there is no rule "prot"'],
    [{ notports: [1] }, 'there is no rule "notports"'],
    [{ op: 'xor', rules: [{}] }, 'op of a node of rules is and, or or not, not "xor"'],
    [{ op: 'or', rules: [] }, 'the node "or" needs rules: a list of some'],
    [{ op: 'or', rules: [{}], port: 1 }, 'a node of rules has op and rules, not "port"'],
    [{ port: [null] }, 'port takes texts and numbers, not null'],
    [{ minLen: 100, maxLen: 10 }, 'no packet has 100 bytes or more and 10 bytes or less'],
    [{ srcIp: '10.0.0' }, 'srcIp: IPv4 address "10.0.0" has 3 parts, not 4'],
    [{ unidirectional: 'yes' }, 'unidirectional is true or false'],
    [{ from: ['1', '2'] }, 'from takes one time, not 2'],
    [
      { from: '2024-01-02T00:00Z', to: '2024-01-01T00:00Z' },
      'the window ends at 2024-01-01T00:00:00.000000000Z, before its start at 2024-01-02T00:00:00.000000000Z',
    ],
  ])('%j is refused', (rules, message) => {
    const error = failure(() => checkRules(rules));
    expect(error.message).toBe(message);
    expect(error.kind).toBe('input');
  });

  test('a name that was nearly right is suggested', () => {
    expect(failure(() => checkRules({ scrIp: ['10.0.0.1'] })).hint).toBe('did you mean srcIp?');
    expect(failure(() => checkRules({ notSrcPrt: [1] })).hint).toBe('did you mean notSrcPort?');
  });

  test('nesting is bounded', () => {
    let rules: unknown = { port: 1 };
    for (let i = 0; i < 10_000; i++) rules = { op: 'not', rules: [rules] };
    expect(failure(() => checkRules(rules)).code).toBe('rule.too-deep');
  });

  test('are plain JSON, spelt out', () => {
    const { rules } = checkRules({ op: 'and', rules: [{ proto: 'tcp,udp', port: 443 }, { notIp: '10.0.0.1' }] });
    expect(rules).toEqual({ op: 'and', rules: [{ proto: ['tcp', 'udp'], port: ['443'] }, { notIp: ['10.0.0.1'] }] });
    expect(checkRules(JSON.parse(JSON.stringify(rules))).rules).toEqual(rules);
  });
});
