// Filter and write, the whole process. Equal promises: what tcpdump wrote is flushed to the disk and hashed; the bare peer stands beside it.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { alternate, median, program, time } from '../measure.mjs';

export const name = 'filter-write';
export const captures = ['imix', 'small', 'many', 'ten'];

const EXPRESSION = 'tcp port 443';

export function measure({ capture: { path }, runs, folder, env }) {
  const out = join(folder, 'out.pcap');
  const fresh = (command, options) => {
    rmSync(out, { force: true });
    return time(command, options);
  };
  // As root tcpdump becomes another user before it writes, who may not write here.
  const user = process.getuid?.() === 0 ? '-Z root' : '';
  const write = `tcpdump ${user} -r '${path}' -w '${out}' '${EXPRESSION}'`;
  const [ours, theirs, bare] = alternate(
    runs,
    () => fresh([...program, 'filter', path, EXPRESSION, '-o', out], { env }),
    () => fresh(['sh', '-c', `${write} && sync '${out}' && sha256sum '${out}'`]),
    () => fresh(['sh', '-c', write]),
  );
  rmSync(out, { force: true });
  const note = `bare tcpdump -w, neither flushed nor hashed: ${median(bare).toFixed(0)} ms`;
  return [{ work: 'filter and write: tcpdump, sync, sha256', unit: 'ms', ours, theirs, pass: 1, aim: 0.7, note }];
}
