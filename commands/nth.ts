import { PcapshError } from '../src/errors.js';
import { declare } from './command.js';
import { previewPackets } from './command-preview.js';
import { PACKET_VIEW_FLAGS } from './packet-view.js';

export const nth = declare({
  name: 'nth',
  group: 'select',
  summary: 'the one packet at a position, counted from 1',
  args: [
    {
      name: 'position',
      type: 'integer',
      required: true,
      summary: 'its place in what comes in (not its packet number)',
    },
    ...PACKET_VIEW_FLAGS,
  ],
  examples: [{ line: 'office | filter tcp | nth 2', summary: 'the second TCP packet' }],
  undoable: true,
  input: 'packets',
  shown: ({ columns, time }) => ({ columns, time }),
  async check(args) {
    if (args.position === 0) throw new PcapshError('nth.zero', 'positions begin at 1, not 0', { kind: 'input' });
  },
  async run(input, args) {
    return { kind: 'packets', capture: input.nth(args.position) };
  },
  preview: (input, { position, columns, time }, context) =>
    previewPackets(input.nth(position), { columns, time }, context),
});
