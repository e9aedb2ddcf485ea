import { declare } from './command.js';
import { expandPaths } from './paths.js';

export const load = declare({
  name: 'load',
  group: 'source',
  summary: 'open captures: pcap, pcapng, gzip, zstd, a folder, a pattern, a pipe, or - for standard input',
  args: [
    {
      name: 'files',
      type: 'path',
      many: true,
      required: true,
      placeholder: 'FILE…',
      summary: 'files, folders and patterns (*.pcap); several are one handle on one timeline',
    },
  ],
  examples: [
    { line: 'web = load examples/office.pcapng', summary: 'a handle named web' },
    { line: 'load examples/office.pcapng | count', summary: 'without a name, straight into a question' },
  ],
  undoable: true,
  input: 'none',
  async run(_input, args, { desk, signal, onProgress }) {
    const capture = await desk.open(expandPaths(args.files, desk.folders), { signal, onProgress });
    return { kind: 'packets', capture };
  },
});
