import { declare } from './command.js';

export const handles = declare({
  name: 'handles',
  group: 'session',
  summary: 'what has a name, what it means, how many packets it holds',
  args: [],
  examples: [{ line: 'handles', summary: 'all of them' }],
  answers: 'a list',
  journal: false,
  input: 'none',
  run: async (_input, _args, { desk }) => ({ kind: 'handles', rows: desk.handles() }),
});
