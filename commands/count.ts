import { declare } from './command.js';
import { previewPackets } from './command-preview.js';

export const count = declare({
  name: 'count',
  group: 'view',
  summary: 'how many packets',
  args: [],
  examples: [{ line: 'office | filter port 53 | count', summary: 'packets of DNS' }],
  answers: 'a number',
  input: 'packets',
  async run(input, _args, options) {
    const count = await input.count(options);
    return { kind: 'count', count, sources: await input.sources(options) };
  },
  preview: (input, _args, context) => previewPackets(input, {}, context),
});
