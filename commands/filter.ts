import { PcapshError } from '../src/errors.js';
import { compileFilter, type HostResolver } from '../src/filter/filter.js';
import { anyHost, withAddresses } from '../src/filter/host-names.js';
import { checkRules } from '../src/filter/rules.js';
import type { Capture } from '../src/plan/capture.js';
import { type AnyArguments, declare, type Expression } from './command.js';
import { previewPackets } from './command-preview.js';
import type { Desk } from './desk.js';
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
    {
      name: 'explain',
      flag: true,
      type: 'boolean',
      summary: 'do not filter, but tell what each clause is decided by and how many packets it removes',
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
      line: 'office | filter tcp and port 443 and greater 1000 --explain',
      summary: 'what each clause removes, and by what it is decided',
    },
    {
      line: 'office | filter not arp --from +1s --tcp-flags exact:SYN | count',
      summary: 'an expression and rules, all of which must hold',
    },
  ],
  undoable: true,
  answers: 'an explanation',
  isAnswer: ({ explain }) => explain,
  input: 'packets',
  async check(args) {
    const rules = rulesOf(args);
    if (args.expression === undefined && rules === null) {
      throw new PcapshError('language.missing-argument', 'filter needs EXPRESSION, or a rule such as --port 443', {
        kind: 'input',
        hint: 'help filter shows how it is used',
      });
    }
    if (args.expression !== undefined) compileFilter(args.expression.text, { hosts: anyHost });
    if (rules !== null) checkRules(rules);
  },
  async run(input, args, { desk, signal, onProgress }) {
    const capture = filtered(input, args, desk);
    if (!args.explain) return { kind: 'packets', capture };
    const rules = rulesOf(args);
    const stages = (rules === null ? 0 : 1) + (args.expression === undefined ? 0 : 1);
    return { kind: 'explanation', explanation: await capture.explain({ stages, signal, onProgress }) };
  },
  preview: (input, args, context) => previewPackets(filtered(input, args, context.desk), {}, context),
});

/** Rules go first: those that ask about the stage's input mean what comes in, not what the expression leaves of it. */
function filtered(input: Capture, args: AnyArguments & { expression: Expression | undefined }, desk: Desk): Capture {
  const rules = rulesOf(args);
  const ruled = rules === null ? input : input.filter(rules, { zone: desk.zone() });
  return args.expression === undefined ? ruled : ruled.filter(addressed(args.expression, desk.addressesOf(input)));
}

/** The expression with addresses for names of hosts: those are known only now, with the capture. Its errors point into the line. */
function addressed({ text, place }: Expression, hosts: HostResolver): string {
  try {
    return withAddresses(text, hosts);
  } catch (error) {
    if (!(error instanceof PcapshError) || error.span === null) throw error;
    const [from, to] = error.span;
    const span: [number, number] = [place(from), to > from ? place(to - 1) + 1 : place(to)];
    throw new PcapshError(error.code, error.message, { kind: error.kind, hint: error.hint ?? undefined, span });
  }
}
