import { createHash, randomBytes } from 'node:crypto';
import { openSync, readdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { removeAtEnd, removeLeftover } from './leftovers.js';
import { systemCode } from './write-error.js';

/** A file that is being written beside its target, of which nothing may remain. */
export interface TemporaryFile {
  path: string;
  descriptor: number;
}

/** Characters of the target's name that its temporary files begin with, so that names stay below 255 bytes. */
const NAME_LENGTH = 40;

/** `.NAME.pcapsh-HOST-` and then `PID-RANDOM.tmp`: another process of the same host can tell whether its maker still lives. */
function prefixOf(target: string): string {
  const host = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
  return `.${basename(target).slice(0, NAME_LENGTH)}.pcapsh-${host}-`;
}

/**
 * Creates an empty file beside `target`, under a name that cannot be guessed, readable by its owner alone. Removes what earlier processes that were
 * killed left there for the same target. It is a leftover (see leftovers.ts) until it becomes the target.
 */
export function createTemporary(target: string): TemporaryFile {
  removeStale(target);
  const path = join(dirname(target), `${prefixOf(target)}${process.pid}-${randomBytes(12).toString('hex')}.tmp`);
  const descriptor = openSync(path, 'wx+', 0o600);
  removeAtEnd(path);
  return { path, descriptor };
}

function removeStale(target: string): void {
  const folder = dirname(target);
  const prefix = prefixOf(target);
  for (const name of listFolder(folder)) {
    if (!name.startsWith(prefix) || !name.endsWith('.tmp')) continue;
    const pid = Number.parseInt(name.slice(prefix.length), 10);
    if (Number.isNaN(pid) || isAlive(pid)) continue;
    removeLeftover(join(folder, name));
  }
}

/** Names in a folder; none when it may be written but not listed. */
function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) !== 'ESRCH';
  }
}
