import { counted } from '../src/bytes/size.js';
import { PcapshError } from '../src/errors.js';
import { declare } from './command.js';

export const run = declare({
  name: 'run',
  group: 'session',
  summary: 'the lines of a script, one after the other',
  args: [
    { name: 'file', type: 'path', placeholder: 'FILE.pcapsh', summary: 'paths in it are relative to it' },
    {
      name: 'set',
      flag: true,
      many: true,
      type: 'text',
      placeholder: 'NAME=VALUE',
      summary: 'gives a parameter its value',
    },
    { name: 'keep-going', flag: true, type: 'boolean', summary: 'go on behind a cell that fails' },
    {
      name: 'recover',
      flag: true,
      type: 'boolean',
      summary: 'instead of a file: the last session that ended without leaving',
    },
  ],
  examples: [{ line: 'run examples/tour.pcapsh', summary: 'the ten steps of the tour' }],
  answers: 'a message',
  undoable: true,
  input: 'none',
  async check(args) {
    if ((args.file === undefined) !== args.recover) {
      throw new PcapshError('run.no-file', 'run needs FILE.pcapsh, or --recover alone', { kind: 'input' });
    }
    for (const parameter of args.set) {
      if (/^\$?[A-Za-z_][A-Za-z0-9_]*=/.test(parameter)) continue;
      throw new PcapshError('run.parameter', `--set takes NAME=VALUE, not "${parameter}"`, { kind: 'input' });
    }
  },
  async run(_input, args, { desk, ...options }) {
    const cells =
      args.file === undefined
        ? await desk.recover(options)
        : await desk.runScript(args.file, args.set, args['keep-going'], options);
    return { kind: 'message', text: `ran ${counted(cells, 'cell')}`, json: { cells } };
  },
});
