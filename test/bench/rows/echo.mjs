// From a typed key to its echo at the plain prompt, while a capture is being indexed. The 95th percentile counts, not the median.
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { program, quantile, readJson } from '../measure.mjs';

export const name = 'echo';
export const captures = ['imix', 'small', 'many', 'ten'];

export function measure({ capture: { path }, runs, env }) {
  const typist = fileURLToPath(new URL('../typist.py', import.meta.url));
  const latencies = [];
  for (let run = 0; run < 2 * runs; run++) {
    // A session may keep the index: the next one would have nothing to do.
    rmSync(env.XDG_CACHE_HOME, { recursive: true, force: true });
    latencies.push(...readJson(['python3', typist, path, ...program], { env }));
  }
  const note = `${latencies.length} keys, 95th percentile ${quantile(latencies, 0.95).toFixed(1)} ms`;
  return [
    {
      work: 'key to echo while indexing',
      unit: 'ms',
      ours: latencies,
      theirs: null,
      share: 0.95,
      pass: 33,
      aim: 16,
      note,
    },
  ];
}
