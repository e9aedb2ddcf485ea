// What some tests need beyond the clone: the corpora, network namespaces, the field's own programs. One probe for each, used by
// the tests (available.ts) and by run-all.mjs, which fails where a test was skipped for want of something that is there.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { root } from './prepare.mjs';

/** Absolute path of the corpora, whether they are there or not. */
export const corporaFolder = resolve(root, process.env.PCAPSH_CORPORA ?? '../shared/corpora');

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function hasProgram(name) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => isExecutable(join(folder, name)));
}

/** Network namespaces: the right to make one is what a test needs, so one is made and removed. */
function hasNamespaces() {
  const name = `pcapsh-probe-${process.pid}`;
  if (spawnSync('ip', ['netns', 'add', name], { stdio: 'ignore' }).status !== 0) return false;
  spawnSync('ip', ['netns', 'delete', name], { stdio: 'ignore' });
  return true;
}

const known = new Map();

/** Whether a need is met: `corpora`, `namespaces`, or the name of a program. Probed once a process. */
export function isAvailable(need) {
  if (!known.has(need)) {
    const probes = { corpora: () => existsSync(corporaFolder), namespaces: hasNamespaces };
    known.set(need, (probes[need] ?? (() => hasProgram(need)))());
  }
  return known.get(need);
}
