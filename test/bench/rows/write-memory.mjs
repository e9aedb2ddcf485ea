// Memory of a streaming copy: its size must not depend on that of the capture.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { peakMemory, program } from '../measure.mjs';

export const name = 'write-memory';
export const captures = ['imix', 'small', 'many', 'ten'];

export function measure({ capture: { path }, folder, env }) {
  const out = join(folder, 'out.pcap');
  const peak = (work, command) => {
    rmSync(out, { force: true });
    const bytes = peakMemory(command, { env, folder });
    rmSync(out, { force: true });
    return bytes === null ? [] : [{ work, unit: 'MB', ours: [bytes], theirs: null, pass: 250e6, aim: 120e6 }];
  };
  return [
    ...peak('peak memory: write', [...program, 'write', path, '-o', out]),
    ...peak('peak memory: filter and write', [...program, 'filter', path, 'tcp port 443', '-o', out]),
  ];
}
