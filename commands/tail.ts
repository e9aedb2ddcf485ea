import { declare } from './command.js';

export const tail = declare({
  name: 'tail',
  group: 'select',
  summary: 'the last packets, 10 unless told',
  args: [{ name: 'count', type: 'integer', summary: 'how many; 10 unless given' }],
  examples: [
    { line: 'office | tail 3', summary: 'the last three' },
    { line: 'office | filter udp | tail 5 | count', summary: 'at most five' },
  ],
  undoable: true,
  input: 'packets',
  shown: (args) => args.count ?? 10,
  async run(input, args) {
    return { kind: 'packets', capture: input.tail(args.count ?? 10) };
  },
});
