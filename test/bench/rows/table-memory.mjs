// Bytes of an open capture's buffers, as `set memory` counts: per packet, and per flow with the addresses.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { root } from '../../support/prepare.mjs';
import { readJson } from '../measure.mjs';

export const name = 'table-memory';
export const captures = ['imix', 'small', 'many', 'ten'];

export async function measure({ capture: { path }, env }) {
  // Beside the program's own files, where the engine looks for its workers.
  const child = join(root, 'dist/bench-table.js');
  await build({
    entryPoints: [fileURLToPath(new URL('../table-child.ts', import.meta.url))],
    outfile: child,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'warning',
  });
  const { packets, flows, packetBytes, flowBytes } = readJson([process.execPath, child, path], { env });
  const value = (work, bytes, pass) => ({ work, unit: 'B', ours: [bytes], theirs: null, pass, aim: null });
  return [
    value('table: bytes per packet', packetBytes / packets, 48),
    value('table: bytes per flow', flowBytes / flows, 160),
  ];
}
