import { counted } from '../src/bytes/size.js';
import { declare } from './command.js';

export const save = declare({
  name: 'save',
  group: 'session',
  summary: 'the session as a script: its commands and notes as text, never its state',
  args: [
    {
      name: 'file',
      type: 'path',
      required: true,
      placeholder: 'FILE.pcapsh',
      summary: 'paths in it are relative to it',
    },
    { name: 'force', flag: true, type: 'boolean', summary: 'replace a file that exists' },
  ],
  examples: [{ line: 'save case.pcapsh', summary: 'run it again with: pcapsh run case.pcapsh' }],
  answers: 'a message',
  journal: false,
  input: 'none',
  async run(_input, args, { desk }) {
    const lines = await desk.save(args.file, args.force);
    return { kind: 'message', text: `saved ${args.file}, ${counted(lines, 'line')}`, json: { path: args.file, lines } };
  },
});
