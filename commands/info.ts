import { declare } from './command.js';

export const info = declare({
  name: 'info',
  group: 'view',
  summary: 'the file itself: format, interfaces, packets, times, damage',
  args: [],
  examples: [{ line: 'office | info', summary: 'what kind of file it is' }],
  answers: 'a summary',
  input: 'packets',
  async run(input, _args, options) {
    const summary = await input.summary(options);
    return { kind: 'info', summary, sources: await input.sources(options) };
  },
});
