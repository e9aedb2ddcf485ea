import { declare } from './command.js';

export const undo = declare({
  name: 'undo',
  group: 'session',
  summary: 'take the last change of a handle back',
  args: [],
  examples: [{ line: 'undo', summary: 'one step' }],
  answers: 'a message',
  input: 'none',
  async run(_input, _args, { desk }) {
    const text = desk.undo();
    return { kind: 'message', text, json: { message: text } };
  },
});
