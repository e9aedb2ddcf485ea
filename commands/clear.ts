import { declare } from './command.js';

export const clear = declare({
  name: 'clear',
  group: 'session',
  summary: 'an empty screen; nothing is forgotten',
  args: [],
  examples: [{ line: 'clear', summary: 'the same as Ctrl-L' }],
  answers: 'nothing',
  journal: false,
  input: 'none',
  async run(_input, _args, { desk }) {
    desk.clear();
    return { kind: 'nothing' };
  },
});
