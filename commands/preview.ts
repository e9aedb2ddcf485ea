import { declare } from './command.js';
import { previewOf } from './rows.js';

export const preview = declare({
  name: 'preview',
  group: 'view',
  summary: 'the first packets, a line each',
  args: [{ name: 'rows', type: 'integer', summary: 'how many; 20 unless given' }],
  examples: [{ line: 'office | filter arp | preview 5', summary: 'the first five of them' }],
  answers: 'a list',
  input: 'packets',
  run: (input, args, options) => previewOf(input, args.rows ?? 20, options),
});
