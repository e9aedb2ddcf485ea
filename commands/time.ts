import { PcapshError } from '../src/errors.js';
import type { WindowText } from '../src/plan/steps.js';
import { checkWindow } from '../src/plan/time-stage.js';
import { parseDuration, parseMoment } from '../src/time.js';
import { declare, type Expression } from './command.js';
import { previewPackets } from './command-preview.js';

export const time = declare({
  name: 'time',
  group: 'select',
  summary: 'the packets of a window of time, both ends included; the answer names the zone and the window',
  args: [
    {
      name: 'window',
      type: 'expression',
      raw: 'expression',
      placeholder: 'START..END',
      offers: () => [],
      summary:
        'either may be missing: 14:30..14:35 (the first such times from the earliest packet on), +30s..+1m (from the earliest packet), -2m.. ' +
        '(before the latest), 2026-11-21T14:30:00Z.., 2026-11-21 14:30 Europe/Berlin.., milliseconds since 1970',
    },
    {
      name: 'around',
      flag: true,
      type: 'text',
      placeholder: 'MOMENT',
      check: (text) => void parseMoment(text),
      summary: 'a packet by its number ("frame 812", with several files "frame 2:812") or a time; with --within',
    },
    {
      name: 'within',
      flag: true,
      type: 'text',
      placeholder: 'DURATION',
      check: (text) => void parseDuration(text),
      summary: 'so long before and after: 500ms, 10s, 2m, 1h',
    },
  ],
  examples: [
    { line: 'office | time +30s..+1m', summary: 'half a minute, from 30 seconds after the first packet on' },
    { line: 'office | time 05:40..05:41 Europe/Berlin | count', summary: 'by the clocks of a zone' },
    {
      line: 'office | time --around "frame 812" --within 2s | flows --top 3',
      summary: 'what happened around a packet',
    },
    { line: 'office | time -10s.. | filter tcp | count', summary: 'the last ten seconds' },
  ],
  undoable: true,
  input: 'packets',
  async check(args) {
    checkWindow(windowOf(args), null);
  },
  async run(input, args, { desk }) {
    return { kind: 'packets', capture: input.time(windowOf(args), { zone: desk.zone() }) };
  },
  preview: (input, args, context) =>
    previewPackets(input.time(windowOf(args), { zone: context.desk.zone() }), {}, context),
});

function windowOf(args: {
  window: Expression | undefined;
  around: string | undefined;
  within: string | undefined;
}): WindowText {
  const { window, around, within } = args;
  if (window !== undefined) {
    if (around === undefined && within === undefined) return window.text;
    throw wrong('time takes START..END, or --around and --within, not both');
  }
  if (around !== undefined && within !== undefined) return { around, within };
  if (around !== undefined) throw wrong('time --around needs --within: so long before and after, as 2m');
  if (within !== undefined) throw wrong('time --within needs --around: a packet as "frame 812", or a time');
  throw wrong('time needs START..END, as 14:30..14:35, or --around and --within');
}

function wrong(message: string): PcapshError {
  return new PcapshError('time.arguments', message, { kind: 'input', hint: 'help time shows how it is used' });
}
