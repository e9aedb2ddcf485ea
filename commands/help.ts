import { declare } from './command.js';
import { helpFor, helpOverview } from './help-text.js';

export const help = declare({
  name: 'help',
  group: 'session',
  summary: 'the commands, or one of them',
  args: [{ name: 'command', type: 'text', placeholder: 'COMMAND', summary: 'the one to explain' }],
  examples: [
    { line: 'help', summary: 'all commands' },
    { line: 'help flows', summary: 'one of them, with its flags and examples' },
  ],
  answers: 'help',
  journal: false,
  input: 'none',
  async run(_input, args, { desk: { commands } }) {
    return {
      kind: 'help',
      text: args.command === undefined ? helpOverview(commands) : helpFor(args.command, commands),
    };
  },
});
