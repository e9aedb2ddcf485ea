// Looking at a filter while it is typed, in one process through the library: from a key to the first answer and to the exact one, and how long the thread that
// echoes keys was held. No expression comes twice.
import { fileURLToPath } from 'node:url';
import { quantile, readJson } from '../measure.mjs';

export const name = 'preview';
export const captures = ['imix', 'small', 'many'];

/** The limits of exact answers hold for so many packets; they are scaled to those of the capture. Everything else is a frame. */
const PACKETS = 2_000_000;
const FRAME = 16.7;

export function measure({ capture: { path }, runs, env }) {
  const child = fileURLToPath(new URL('../preview-child.mjs', import.meta.url));
  const answers = Array.from({ length: runs }, () => readJson([process.execPath, child, path], { env }));
  const all = (figure) => answers.flatMap((answer) => answer[figure]);
  const scale = answers[0].packets / PACKETS;
  const row = (work, ours, limits) => ({ work, unit: 'ms', ours, theirs: null, ...limits });
  const held = all('blocked');
  return [
    row('preview: key to first answer', all('first'), { pass: 2 * FRAME * scale, aim: FRAME * scale }),
    row('preview: key to exact answer', all('exact'), { pass: 3 * FRAME * scale, aim: 2 * FRAME * scale }),
    row('preview: thread held for a key', held, {
      share: 0.95,
      pass: 2 * FRAME,
      aim: FRAME,
      note: `95th percentile ${quantile(held, 0.95).toFixed(1)} ms of ${held.length} keys`,
    }),
    row('preview: first answer while reading', all('growing'), { pass: 100, aim: 2 * FRAME }),
  ];
}
