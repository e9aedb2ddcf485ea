import { PcapshError } from '../src/errors.js';
import { compileFilter } from '../src/filter/filter.js';
import { checkRules } from '../src/filter/rules.js';
import { declare } from './command.js';
import { RULE_FLAGS, rulesOf } from './rule-flags.js';

export const filter = declare({
  name: 'filter',
  group: 'select',
  summary:
    'the packets that match an expression, in the syntax and with the meaning of tcpdump (man pcap-filter), and rules',
  args: [
    {
      name: 'expression',
      type: 'expression',
      raw: 'expression',
      placeholder: 'EXPRESSION',
      summary: 'tcp, udp, host, net, port, portrange, src, dst, less, greater, and, or, not, ( )',
    },
    ...RULE_FLAGS,
  ],
  examples: [
    { line: 'office | filter tcp port 443 and not host 10.0.0.9', summary: 'HTTPS, one host left out' },
    { line: "office | filter 'udp and (port 53 or port 67)' | count", summary: 'the expression in quotes' },
    {
      line: 'office | filter --app tls,http --not-ip 10.0.0.9',
      summary: 'rules; VLAN, MPLS and PPPoE tags do not hide packets from them',
    },
    {
      line: 'office | filter not arp --from +1s --tcp-flags exact:SYN | count',
      summary: 'an expression and rules, all of which must hold',
    },
  ],
  undoable: true,
  input: 'packets',
  async check(args) {
    const rules = rulesOf(args);
    if (args.expression === undefined && rules === null) {
      throw new PcapshError('language.missing-argument', 'filter needs EXPRESSION, or a rule such as --port 443', {
        kind: 'input',
        hint: 'help filter shows how it is used',
      });
    }
    if (args.expression !== undefined) compileFilter(args.expression.text);
    if (rules !== null) checkRules(rules);
  },
  async run(input, args, { desk }) {
    const rules = rulesOf(args);
    // Rules go first: those that ask about the stage's input mean what comes in, not what the expression leaves of it.
    const ruled = rules === null ? input : input.filter(rules, { zone: desk.zone() });
    const capture = args.expression === undefined ? ruled : ruled.filter(args.expression.text);
    return { kind: 'packets', capture };
  },
});
