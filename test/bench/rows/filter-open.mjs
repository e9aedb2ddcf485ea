// New filters on an open capture, in one process through the library. No expression comes twice, so that nothing is answered by a
// selection that is kept.
import { fileURLToPath } from 'node:url';
import { readJson } from '../measure.mjs';

export const name = 'filter-open';
export const captures = ['imix', 'small', 'many'];

/** The limits hold for so many packets; they are scaled to those of the capture. */
const PACKETS = 2_000_000;

export function measure({ capture: { path }, env }) {
  const child = fileURLToPath(new URL('../filters-child.mjs', import.meta.url));
  const { packets, kinds } = readJson([process.execPath, child, path], { env });
  const scale = packets / PACKETS;
  return kinds.map(({ kind, times }) => ({
    work: `new filter: ${kind}`,
    unit: 'ms',
    ours: times,
    theirs: null,
    pass: 15 * scale,
    aim: 5 * scale,
  }));
}
