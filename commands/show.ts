import { PcapshError } from '../src/errors.js';
import { unfold } from '../src/plan/steps.js';
import { declare } from './command.js';
import { parsePacketNumber } from './packet-number.js';

export const show = declare({
  name: 'show',
  group: 'view',
  summary: 'one packet: its layers, and its bytes',
  args: [
    {
      name: 'number',
      type: 'text',
      required: true,
      placeholder: 'N',
      summary: 'its packet number; with several files FILE:N, as 2:812',
    },
  ],
  examples: [{ line: 'office | show 1', summary: 'the first packet of the file' }],
  answers: 'a packet',
  input: 'packets',
  async check(args) {
    parsePacketNumber(args.number);
  },
  async run(input, args, options) {
    const wanted = parsePacketNumber(args.number);
    const { files } = unfold(input.plan).load;
    const several = files.length > 1;
    if (several && wanted.source === null) {
      throw new PcapshError('show.which-file', `${files.length} files are loaded: packet ${wanted.number} of which?`, {
        kind: 'input',
        hint: `1:${wanted.number} is packet ${wanted.number} of ${files[0]}`,
      });
    }
    if (wanted.source !== null && (wanted.source === 0 || wanted.source > files.length)) {
      const held = files.length === 1 ? 'there is one file' : `there are ${files.length} files`;
      throw new PcapshError('show.no-file', `there is no file ${wanted.source}: ${held}`);
    }
    const packet = await input.packet(wanted.number, { ...options, file: wanted.source ?? undefined });
    if (packet === null) {
      throw new PcapshError('show.no-packet', `packet ${args.number} is not in this handle`, {
        hint: 'packet numbers are those of the file; nth takes positions',
      });
    }
    const { flowIdOf } = await import('../src/plan/packet-flow.js');
    return { kind: 'packet', packet, flowId: await flowIdOf(packet), several };
  },
});
