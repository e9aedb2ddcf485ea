// What `npm start` and `npm test` need before anything else: the dependencies and a build, each made only where it is missing.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the project, without a slash at its end. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

const SOURCES = ['src', 'commands', 'session', 'build.mjs', 'package.json', 'tsconfig.json', 'tsconfig.build.json'];

function packagesOf(lockfile) {
  return JSON.parse(readFileSync(lockfile, 'utf8')).packages;
}

/** Whether node_modules holds every package at the version that package-lock.json names. Optional ones may be missing: they depend on the platform. */
export function isInstalled() {
  const record = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = packagesOf(record);
  return Object.entries(packagesOf(join(root, 'package-lock.json'))).every(
    ([path, { version, optional }]) => path === '' || optional === true || installed[path]?.version === version,
  );
}

/** Runs `npm ci` unless everything is there. Its output goes to stderr, so that stdout holds what was asked for. Throws when it fails. */
export function install() {
  if (isInstalled()) return;
  console.error('installing the dependencies (npm ci)');
  // Development packages too, whatever NODE_ENV says: the build is one of them.
  const { status, error } = spawnSync('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) throw new Error(`npm ci failed: ${error?.message ?? `exit status ${status}`}`);
}

/** Latest change of a file, or of anything below a folder, in milliseconds since 1970; 0 when it is not there. */
function changedAt(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return 0;
  if (!found.isDirectory()) return found.mtimeMs;
  return Math.max(found.mtimeMs, ...readdirSync(path).map((name) => changedAt(join(path, name))));
}

/** Whether dist/ was made after the last change of what it is made from. */
export function isBuilt() {
  const builtAt = changedAt(join(root, 'dist/pcapsh.js'));
  return SOURCES.every((name) => changedAt(join(root, name)) < builtAt);
}

/** Builds dist/ with the arguments of build.mjs; its output goes to stderr. Answers whether that worked. */
export function build(...options) {
  const { status } = spawnSync(process.execPath, [join(root, 'build.mjs'), ...options], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  return status === 0;
}
