import { argumentLabel, helpOverview } from '../commands/help-text.js';
import { commands } from '../commands/index.js';
import { COMMON_FLAGS } from './one-shot.js';
import { helpLines } from './render/lists.js';
import type { View } from './render/view.js';

/** What `pcapsh --help` prints. */
export function usageText(view: View): string {
  const ways = [
    ['pcapsh [FILE...]', 'a session, each file loaded under its own name'],
    ['pcapsh COMMAND [FILE...] [ARG...]', 'one command'],
    ["pcapsh -c 'LINE'", 'one line'],
    ['pcapsh run FILE.pcapsh', 'a script: [--set name=value]... [--keep-going]'],
  ];
  const flags = COMMON_FLAGS.map((spec) => [argumentLabel(spec), spec.summary]);
  const width = Math.max(...ways.map(([way]) => way.length));
  const lines = [
    `  ${view.paint.strong('pcapsh')}: a shell for packet captures`,
    '',
    ...[...ways, ...flags].map(([name, words]) => `  ${name.padEnd(width)}  ${view.paint.dim(words)}`),
    '',
    ...helpLines(helpOverview(commands), view),
    '',
    '  exit status  0 done · 1 failed · 2 not understood · 3 done, but figures are partial · 130 interrupted',
  ];
  return `${lines.join('\n')}\n`;
}
