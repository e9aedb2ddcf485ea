import { declare } from './command.js';
import { previewPackets } from './command-preview.js';
import { PACKET_VIEW_FLAGS } from './packet-view.js';

export const tail = declare({
  name: 'tail',
  group: 'select',
  summary: 'the last packets, 10 unless told',
  args: [{ name: 'count', type: 'integer', summary: 'how many; 10 unless given' }, ...PACKET_VIEW_FLAGS],
  examples: [
    { line: 'office | tail 3', summary: 'the last three' },
    { line: 'office | filter udp | tail 5 | count', summary: 'at most five' },
  ],
  undoable: true,
  input: 'packets',
  shown: ({ count, columns, time }) => ({ rows: count ?? 10, columns, time }),
  async run(input, args) {
    return { kind: 'packets', capture: input.tail(args.count ?? 10) };
  },
  preview: (input, { count, columns, time }, context) =>
    previewPackets(input.tail(count ?? 10), { columns, time }, context),
});
