import { PcapshError } from '../src/errors.js';
import type { WriteOptions } from '../src/plan/capture.js';
import { declare } from './command.js';
import { previewPackets } from './command-preview.js';

export const write = declare({
  name: 'write',
  group: 'sink',
  summary: 'a new capture: pcap or pcapng, checked by reading it back, renamed into place when it is whole',
  args: [
    { name: 'file', type: 'path', summary: 'its name; .pcap or .pcapng says the format' },
    {
      name: 'output',
      flag: true,
      short: 'o',
      many: true,
      type: 'path',
      placeholder: 'FILE',
      summary: 'the same as FILE; may be given several times',
    },
    { name: 'format', flag: true, type: 'choice', choices: ['pcap', 'pcapng'], summary: 'whatever the extension says' },
    { name: 'force', flag: true, type: 'boolean', summary: 'replace a file that exists (never a source)' },
    { name: 'allow-loss', flag: true, type: 'boolean', summary: 'lose what the format cannot hold' },
    {
      name: 'on-error',
      flag: true,
      type: 'choice',
      choices: ['halt', 'skip'],
      summary: 'at damage: halt (unless told), or skip and list it',
    },
    { name: 'comment', flag: true, type: 'text', summary: 'a comment for the new pcapng' },
  ],
  examples: [
    { line: 'office | filter tcp port 443 | write secure.pcapng', summary: 'what was kept, as a new capture' },
    { line: 'office | write office.pcap --allow-loss --force', summary: 'another format, over an older file' },
  ],
  answers: 'a report',
  input: 'packets',
  async check(args) {
    if (args.file === undefined && args.output.length === 0) {
      throw new PcapshError('write.no-target', 'write needs FILE: the name of the new capture', {
        kind: 'input',
        hint: 'write lab.pcapng; on the command line: pcapsh write a.pcap -o lab.pcapng',
      });
    }
  },
  async run(input, args, { signal, onProgress }) {
    const started = performance.now();
    const report = await input.write(pathsOf(args), { ...optionsOf(args), signal, onProgress });
    return { kind: 'written', report, capture: input, milliseconds: performance.now() - started };
  },
  async preview(input, args, context) {
    const { signal } = context;
    // How many packets there are is told while captures are read; the rest needs all of them.
    await previewPackets(input, {}, context);
    const forecast = await input.forecast(pathsOf(args), { ...optionsOf(args), signal });
    const sources = (await input.sources({ signal })).map(({ path }) => path);
    return { kind: 'write', ...forecast, sources };
  },
});

interface Targets {
  file: string | undefined;
  output: string[];
}

function pathsOf({ file, output }: Targets): string[] {
  return file === undefined ? output : [file, ...output];
}

function optionsOf(args: {
  format: 'pcap' | 'pcapng' | undefined;
  force: boolean;
  'allow-loss': boolean;
  'on-error': 'halt' | 'skip' | undefined;
  comment: string | undefined;
}): WriteOptions {
  const { format, force, comment } = args;
  return { format, force, comment, allowLoss: args['allow-loss'], onError: args['on-error'] };
}
