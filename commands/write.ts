import { PcapshError } from '../src/errors.js';
import { declare } from './command.js';

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
    const paths = args.file === undefined ? args.output : [args.file, ...args.output];
    const report = await input.write(paths, {
      format: args.format,
      force: args.force,
      allowLoss: args['allow-loss'],
      onError: args['on-error'],
      comment: args.comment,
      signal,
      onProgress,
    });
    return { kind: 'written', report, capture: input, milliseconds: performance.now() - started };
  },
});
