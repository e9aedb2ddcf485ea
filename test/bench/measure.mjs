// Measuring: whole processes by the clock, alternately with their peer, so that a busy machine is busy for both.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../support/prepare.mjs';

/** The built program, as the first arguments of a command. */
export const program = [process.execPath, join(root, 'dist/pcapsh.js')];

/** Runs a command to its end and answers its milliseconds, Node's or the shell's start included. Throws when it fails. */
export function time(command, { env = {} } = {}) {
  const started = performance.now();
  const { status, stderr, error } = spawnSync(command[0], command.slice(1), {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  const milliseconds = performance.now() - started;
  if (status !== 0)
    throw new Error(`${command.join(' ')}: ${error?.message ?? `exit status ${status}: ${stderr.slice(-500)}`}`);
  return milliseconds;
}

/** Runs a command and answers the JSON that it printed last. */
export function readJson(command, { env = {} } = {}) {
  const { status, stdout, stderr, error } = spawnSync(command[0], command.slice(1), {
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  if (status !== 0)
    throw new Error(`${command.join(' ')}: ${error?.message ?? `exit status ${status}: ${stderr.slice(-500)}`}`);
  return JSON.parse(stdout.trim().split('\n').at(-1));
}

/** Most memory that a command had in use at once, in bytes, by GNU time; null where that is not installed. */
export function peakMemory(command, { env = {}, folder }) {
  if (!existsSync('/usr/bin/time')) return null;
  const report = join(folder, 'peak');
  time(['/usr/bin/time', '-f', '%M', '-o', report, ...command], { env });
  const kibibytes = Number(readFileSync(report, 'utf8').trim());
  rmSync(report);
  return kibibytes * 1024;
}

/** Runs each of the functions in turn, `runs` times over: one list of their answers each. */
export function alternate(runs, ...functions) {
  const samples = functions.map(() => []);
  for (let run = 0; run < runs; run++) {
    for (const [index, one] of functions.entries()) samples[index].push(one());
  }
  return samples;
}

/** The value below which a share of the samples lies; 0.5 is the median. */
export function quantile(samples, share) {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const low = Math.floor(at);
  return sorted[low] + (sorted[Math.ceil(at)] - sorted[low]) * (at - low);
}

export function median(samples) {
  return quantile(samples, 0.5);
}
