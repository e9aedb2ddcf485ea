import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/**
 * Bundles modules of the project (paths from its root) as programs of their own, for as long as the tests of the file run. Answers the path of the
 * program of a name. They stand inside the project, where they find the packages that they import.
 */
export function useBundle(...entries: string[]): (name: string) => string {
  const folder = join(root, 'node_modules', '.cache', `pcapsh-bundle-${process.pid}-${Date.now()}`);
  const options = ['--bundle', '--splitting', '--format=esm', '--platform=node', '--packages=external'];
  beforeAll(() => {
    mkdirSync(folder, { recursive: true });
    const { status, stderr } = spawnSync(
      join(root, 'node_modules/.bin/esbuild'),
      [...entries, ...options, '--entry-names=[name]', `--outdir=${folder}`],
      { cwd: root, encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(stderr);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return (name) => join(folder, `${name}.js`);
}
