import { declare } from './command.js';

export const exit = declare({
  name: 'exit',
  group: 'session',
  summary: 'leave; the same as Ctrl-D',
  args: [],
  examples: [{ line: 'exit', summary: 'what is not saved stays in the journal for a while' }],
  answers: 'nothing',
  journal: false,
  input: 'none',
  async run(_input, _args, { desk }) {
    desk.exit();
    return { kind: 'nothing' };
  },
});
