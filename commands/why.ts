import { PcapshError } from '../src/errors.js';
import { loadsOf } from '../src/plan/steps.js';
import { declare } from './command.js';
import { parsePacketNumbers } from './packet-number.js';

export const why = declare({
  name: 'why',
  group: 'view',
  summary: 'which clause of which stage kept or dropped a packet, and what it saw there',
  args: [
    {
      name: 'number',
      type: 'text',
      required: true,
      placeholder: 'N',
      summary: 'its number; with several files FILE:N, as 2:812',
      check: readNumber,
    },
  ],
  examples: [
    { line: 'office | filter tcp port 443 and not host 10.0.0.9 | why 65', summary: 'what became of packet 65' },
    { line: 'office | filter --app dns --max-len 200 | head 3 | why 12', summary: 'rules and positions too' },
  ],
  answers: 'what became of a packet',
  input: 'packets',
  async run(input, args, { signal, onProgress }) {
    const { file, from } = readNumber(args.number);
    const files = loadsOf(input.plan).flatMap((load) => load.files);
    if (file === null && files.length > 1) {
      throw new PcapshError('why.which-file', `${files.length} files are loaded: packet ${from} of which?`, {
        kind: 'input',
        hint: `1:${from} is packet ${from} of ${files[0]}`,
      });
    }
    const history = await input.why(from, { file: file ?? 1, signal, onProgress });
    if (history === null) {
      throw new PcapshError('why.no-packet', `the capture has no packet ${args.number}`, {
        hint: 'packet numbers are those of the file; count tells how many there are',
      });
    }
    return { kind: 'why', history, several: files.length > 1 };
  },
});

function readNumber(text: string): { file: number | null; from: number } {
  const { file, from, to } = parsePacketNumbers(text);
  if (from === to) return { file, from };
  throw new PcapshError('why.one', `why takes one packet, not ${to - from + 1}`, { kind: 'input' });
}
