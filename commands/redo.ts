import { declare } from './command.js';

export const redo = declare({
  name: 'redo',
  group: 'session',
  summary: 'make the change again that undo took back',
  args: [],
  examples: [{ line: 'redo', summary: 'one step' }],
  answers: 'a message',
  input: 'none',
  async run(_input, _args, { desk }) {
    const text = desk.redo();
    return { kind: 'message', text, json: { message: text } };
  },
});
