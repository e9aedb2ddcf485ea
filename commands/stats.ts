import { declare } from './command.js';

export const stats = declare({
  name: 'stats',
  group: 'view',
  summary: 'sizes, times, rates, addresses, protocols, top flows and damage, in one pass',
  args: [],
  examples: [
    { line: 'office | stats', summary: 'everything' },
    { line: 'office | filter tcp | stats', summary: 'of the TCP packets alone' },
  ],
  answers: 'a summary',
  input: 'packets',
  async run(input, _args, options) {
    const summary = await input.summary(options);
    return { kind: 'stats', summary, sources: await input.sources(options) };
  },
});
