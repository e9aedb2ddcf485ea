import { declare } from './command.js';

/** Rows on a screen, unless told. */
const SHOWN = 20;

export const flows = declare({
  name: 'flows',
  group: 'view',
  summary: 'conversations (addresses, ports, protocol), the largest first',
  args: [
    { name: 'top', flag: true, type: 'integer', summary: 'at most so many rows; 20 on a screen, all in --json' },
    {
      name: 'by',
      flag: true,
      type: 'choice',
      choices: ['bytes', 'packets'],
      summary: 'what is large: bytes unless told',
    },
    { name: 'unidirectional', flag: true, type: 'boolean', summary: 'each direction by itself' },
  ],
  examples: [
    { line: 'office | flows --top 5', summary: 'the five largest' },
    { line: 'office | filter udp | flows --by packets', summary: 'UDP, the busiest first' },
  ],
  answers: 'flows',
  input: 'packets',
  async run(input, args, options) {
    const { signal, onProgress, whole } = options;
    const { unidirectional, by } = args;
    const top = args.top ?? (whole ? undefined : SHOWN);
    const report = await input.flows({ signal, onProgress, unidirectional, by, top });
    return { kind: 'flows', report, sources: await input.sources(options) };
  },
});
