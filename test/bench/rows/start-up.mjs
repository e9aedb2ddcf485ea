// The program's start beside Node's own.
import { alternate, program, time } from '../measure.mjs';

export const name = 'start-up';
export const captures = null;

export function measure({ runs, env }) {
  const [ours, theirs] = alternate(
    4 * runs,
    () => time([...program, '--version'], { env }),
    () => time([process.execPath, '-e', '0']),
  );
  return [{ work: '--version: node -e 0', unit: 'ms', ours, theirs, pass: 2.5, aim: 1.5 }];
}
