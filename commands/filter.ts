import { compileFilter } from '../src/filter/filter.js';
import { declare } from './command.js';

export const filter = declare({
  name: 'filter',
  group: 'select',
  summary: 'the packets that match an expression, in the syntax and with the meaning of tcpdump (man pcap-filter)',
  args: [
    {
      name: 'expression',
      type: 'expression',
      raw: 'expression',
      required: true,
      placeholder: 'EXPRESSION',
      summary: 'tcp, udp, host, net, port, portrange, src, dst, less, greater, and, or, not, ( )',
    },
  ],
  examples: [
    { line: 'office | filter tcp port 443 and not host 10.0.0.9', summary: 'HTTPS, one host left out' },
    { line: "office | filter 'udp and (port 53 or port 67)' | count", summary: 'the expression in quotes' },
  ],
  undoable: true,
  input: 'packets',
  async check(args) {
    compileFilter(args.expression.text);
  },
  async run(input, args) {
    return { kind: 'packets', capture: input.filter(args.expression.text) };
  },
});
