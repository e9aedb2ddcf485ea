import { declare } from './command.js';
import { helpFor, helpOverview } from './help-text.js';

/** Not a command's name, but help has it. */
const PROTOCOLS = 'protocols';

export const help = declare({
  name: 'help',
  group: 'session',
  summary: 'the commands, one of them, or the protocols that are known',
  args: [
    { name: 'command', type: 'text', placeholder: 'COMMAND', summary: 'the one to explain; protocols lists protocols' },
  ],
  examples: [
    { line: 'help', summary: 'all commands' },
    { line: 'help flows', summary: 'one of them, with its flags and examples' },
    { line: 'help protocols', summary: 'what is read or recognized, its specification, and what leads to it' },
  ],
  answers: 'help',
  journal: false,
  input: 'none',
  async run(_input, args, { desk: { commands } }) {
    if (args.command === PROTOCOLS) {
      const { knownProtocols } = await import('../src/decode/known-protocols.js');
      return { kind: 'help', text: { about: 'protocols', protocols: knownProtocols() } };
    }
    return {
      kind: 'help',
      text: args.command === undefined ? helpOverview(commands) : helpFor(args.command, commands),
    };
  },
});
