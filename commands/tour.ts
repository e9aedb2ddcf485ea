import { declare } from './command.js';

export const tour = declare({
  name: 'tour',
  group: 'session',
  summary: 'ten steps on an example capture',
  args: [],
  examples: [{ line: 'tour', summary: 'each step is typed for you' }],
  answers: 'a message',
  journal: false,
  undoable: true,
  input: 'none',
  async run(_input, _args, { desk, ...options }) {
    const cells = await desk.tour(options);
    return { kind: 'message', text: 'the tour is over; its handles are yours now', json: { cells } };
  },
});
