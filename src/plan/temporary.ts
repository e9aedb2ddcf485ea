import { createHash, randomBytes } from 'node:crypto';
import { openSync, readdirSync, unlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { systemCode } from './write-error.js';

/** A file that is being written beside its target, of which nothing may remain. */
export interface TemporaryFile {
  path: string;
  descriptor: number;
}

/** Characters of the target's name that its temporary files begin with, so that names stay below 255 bytes. */
const NAME_LENGTH = 40;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const outstanding = new Set<string>();

/** `.NAME.pcapsh-HOST-` and then `PID-RANDOM.tmp`: another process of the same host can tell whether its maker still lives. */
function prefixOf(target: string): string {
  const host = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
  return `.${basename(target).slice(0, NAME_LENGTH)}.pcapsh-${host}-`;
}

/**
 * Creates an empty file beside `target`, under a name that cannot be guessed, readable by its owner alone. Removes what earlier processes that were
 * killed left there for the same target. Until `release` or `remove` it is unlinked when this process ends, by a signal too.
 */
export function createTemporary(target: string): TemporaryFile {
  removeStale(target);
  const path = join(dirname(target), `${prefixOf(target)}${process.pid}-${randomBytes(12).toString('hex')}.tmp`);
  const descriptor = openSync(path, 'wx+', 0o600);
  if (outstanding.size === 0) watch();
  outstanding.add(path);
  return { path, descriptor };
}

/** The file has become the target, or is gone. */
export function releaseTemporary(path: string): void {
  outstanding.delete(path);
  if (outstanding.size === 0) unwatch();
}

/** Unlinks the file; one that is gone already is all right. */
export function removeTemporary(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Its folder has vanished or turned read-only: there is nothing left that could be done.
  }
  releaseTemporary(path);
}

function removeStale(target: string): void {
  const folder = dirname(target);
  const prefix = prefixOf(target);
  for (const name of listFolder(folder)) {
    if (!name.startsWith(prefix) || !name.endsWith('.tmp')) continue;
    const pid = Number.parseInt(name.slice(prefix.length), 10);
    if (Number.isNaN(pid) || isAlive(pid)) continue;
    removeTemporary(join(folder, name));
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

function removeAll(): void {
  for (const path of [...outstanding]) removeTemporary(path);
}

/** A signal that nobody else handles would end the process without its exit hooks. Where a session handles it, it cancels the commit instead. */
function onSignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  removeAll();
  process.kill(process.pid, signal);
}

function watch(): void {
  process.on('exit', removeAll);
  for (const signal of SIGNALS) process.on(signal, onSignal);
}

function unwatch(): void {
  process.off('exit', removeAll);
  for (const signal of SIGNALS) process.off(signal, onSignal);
}
