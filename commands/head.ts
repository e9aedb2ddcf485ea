import { declare } from './command.js';

export const head = declare({
  name: 'head',
  group: 'select',
  summary: 'the first packets, 10 unless told',
  args: [{ name: 'count', type: 'integer', summary: 'how many; 10 unless given' }],
  examples: [
    { line: 'office | head 3', summary: 'the first three' },
    { line: 'office | filter udp | head 5 | count', summary: 'at most five' },
  ],
  undoable: true,
  input: 'packets',
  shown: (args) => args.count ?? 10,
  async run(input, args) {
    return { kind: 'packets', capture: input.head(args.count ?? 10) };
  },
});
