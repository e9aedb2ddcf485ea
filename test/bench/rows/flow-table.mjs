// The flow table from scratch, the whole process, beside tshark's conversations (once: it takes half a minute).
import { alternate, program, time } from '../measure.mjs';

export const name = 'flow-table';
export const captures = ['imix', 'small', 'many'];

export function measure({ capture: { path }, runs, quick, env }) {
  const [ours] = alternate(runs, () => time([...program, 'flows', path, '--top', '20', '--json'], { env }));
  const work = 'flow table';
  if (quick)
    return [{ work, unit: 'ms', ours, theirs: null, pass: null, aim: null, note: 'tshark is left out (--quick)' }];
  const theirs = [time(['tshark', '-n', '-q', '-z', 'conv,tcp', '-r', path])];
  return [{ work: `${work}: tshark -z conv,tcp`, unit: 'ms', ours, theirs, pass: 1 / 40, aim: 1 / 80 }];
}
