// The generated captures: made once by the generator beside the project, kept for the next run.
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { root } from '../support/prepare.mjs';

const generator = resolve(root, process.env.PCAPSH_GENERATOR ?? '../shared/bench/generate.mjs');
const folder = resolve(process.env.PCAPSH_BENCH_DIR ?? join(tmpdir(), 'pcapsh-bench'));

/** Arguments of the generator, the file left out. */
const KINDS = {
  imix: ['imix'],
  small: ['small'],
  many: ['imix', '--flows', 'many'],
  ten: ['imix', '18000000'],
};

/** Reads a file through once, so that the first command measured finds it in memory as all others do. */
function warm(path) {
  const buffer = Buffer.allocUnsafe(1 << 22);
  const file = openSync(path, 'r');
  while (readSync(file, buffer) > 0);
  closeSync(file);
}

/** The capture of a kind, made if need be: `{kind, path, size}`; null (said aloud) where neither it nor the generator is there. */
export function prepareCapture(kind) {
  const path = join(folder, `${kind}.pcap`);
  if (!existsSync(path)) {
    if (!existsSync(generator)) {
      console.log(
        `${kind}: no capture at ${path} and no generator at ${generator} (set PCAPSH_GENERATOR): its rows are left out`,
      );
      return null;
    }
    console.log(`${kind}: generating ${path}`);
    mkdirSync(folder, { recursive: true });
    const [mode, ...options] = KINDS[kind];
    const { status } = spawnSync(process.execPath, [generator, mode, `${path}.part`, ...options], {
      stdio: ['ignore', 2, 2],
    });
    if (status !== 0) throw new Error(`${generator} failed: exit status ${status}`);
    renameSync(`${path}.part`, path);
  }
  warm(path);
  return { kind, path, size: statSync(path).size };
}
