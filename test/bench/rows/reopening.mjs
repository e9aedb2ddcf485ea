// The same capture opened again, by the index that the first opening left in the cache.
import { rmSync } from 'node:fs';
import { alternate, median, program, time } from '../measure.mjs';

export const name = 'reopening';
export const captures = ['imix', 'small', 'many', 'ten'];

export function measure({ capture: { path }, runs, env }) {
  const open = (place) => time([...program, '-c', `load '${path}' | stats`, ...place], { env });
  const [without, first, ours] = alternate(
    runs,
    () => open(['--index', 'none']),
    () => {
      rmSync(env.XDG_CACHE_HOME, { recursive: true, force: true });
      return open(['--index']);
    },
    () => open(['--index']),
  );
  rmSync(env.XDG_CACHE_HOME, { recursive: true, force: true });
  const bare = median(without);
  const note = `an opening that keeps no index: ${bare.toFixed(0)} ms; again is ${(median(ours) / bare).toFixed(2)} x of it`;
  return [{ work: 'opened again: its first opening', unit: 'ms', ours, theirs: first, pass: 1 / 3, aim: 1 / 6, note }];
}
