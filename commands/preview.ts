import { declare } from './command.js';
import { previewPackets } from './command-preview.js';
import { PACKET_VIEW_FLAGS } from './packet-view.js';
import { previewOf } from './rows.js';

export const preview = declare({
  name: 'preview',
  group: 'view',
  summary: 'the first packets, a line each',
  args: [{ name: 'rows', type: 'integer', summary: 'how many; 20 unless given' }, ...PACKET_VIEW_FLAGS],
  examples: [
    { line: 'office | filter arp | preview 5', summary: 'the first five of them' },
    {
      line: 'office | preview 3 --columns number,time,source,application,info --time relative',
      summary: 'what is shown of each, and seconds since the first packet',
    },
  ],
  answers: 'a list',
  input: 'packets',
  run: (input, { rows, columns, time }, context) => previewOf(input, { rows, columns, time }, context),
  preview: (input, { rows, columns, time }, context) => previewPackets(input, { rows, columns, time }, context),
});
