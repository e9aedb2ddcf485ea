// Index, decode, flows and summary, the whole process, beside tcpdump that only counts.
import { alternate, program, time } from '../measure.mjs';

export const name = 'summary';
export const captures = ['imix', 'small', 'many', 'ten'];

export function measure({ capture: { path }, runs, env }) {
  const [ours, theirs] = alternate(
    runs,
    () => time([...program, 'stats', path], { env }),
    () => time(['tcpdump', '-r', path, '--count']),
  );
  return [{ work: 'index and summary: tcpdump --count', unit: 'ms', ours, theirs, pass: 2, aim: 1 }];
}
