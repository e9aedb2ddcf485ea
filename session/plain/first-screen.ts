import type { Paint } from '../render/paint.js';
import { padEnd } from '../render/width.js';

/** What a session without a capture begins with. */
export function firstScreen(version: string, paint: Paint, columns: number): string {
  const title = `${paint.accent('pcapsh')} ${version.replace(/\.\d+$/, '')} ${paint.dim('· the packet-capture shell')}`;
  const keys = 'Tab completes · help · Ctrl-D';
  const rows = [
    ['load FILE', 'open a capture (pcap, pcapng, .gz, .zst, folder, pipe)'],
    ['tour', 'ten steps on an example capture'],
    ['run case.pcapsh', 'run a saved session'],
  ];
  const width = Math.min(columns, 100);
  const head = padEnd(title, width - keys.length) + paint.dim(keys);
  return `${head}\n\n${rows.map(([name, words]) => `  ${paint.accent(padEnd(name, 19))}  ${words}`).join('\n')}\n\n`;
}
