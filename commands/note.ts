import { declare } from './command.js';

export const note = declare({
  name: 'note',
  group: 'session',
  summary: 'a note in the session; a line that begins with # is one too',
  args: [
    {
      name: 'text',
      type: 'expression',
      raw: 'line',
      required: true,
      placeholder: 'TEXT',
      summary: 'as far as the end of the line',
    },
  ],
  examples: [{ line: 'note the client retries | every 3 s', summary: 'goes into the saved script as a # line' }],
  answers: 'nothing',
  input: 'none',
  async run(_input, args, { desk }) {
    desk.note(args.text.text);
    return { kind: 'nothing' };
  },
});
