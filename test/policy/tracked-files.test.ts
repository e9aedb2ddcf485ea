import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describeWithCorpora, describeWithPeers } from '../support/available.js';
import { root } from './modules.js';

/** What is in the repository: small files, all of them the project's own. */

const LARGEST = 2 * 1024 * 1024;

/** Absolute paths of all tracked files that are there. The owner of the folder may be another user, as in a container. */
function trackedFiles(): string[] {
  const output = execFileSync('git', ['-c', 'safe.directory=*', 'ls-files', '-z'], { cwd: root, encoding: 'utf8' });
  return output
    .split('\0')
    .filter((name) => name !== '')
    .map((name) => join(root, name))
    .filter((path) => existsSync(path));
}

function sha1(path: string): string {
  return createHash('sha1').update(readFileSync(path)).digest('hex');
}

describeWithPeers('git')('tracked files', () => {
  test('are small', () => {
    expect(trackedFiles().filter((path) => statSync(path).size > LARGEST)).toEqual([]);
  });

  test('hold nothing that is made or installed', () => {
    expect(trackedFiles().filter((path) => /\/(node_modules|dist|coverage)\//.test(path.slice(root.length)))).toEqual(
      [],
    );
  });
});

describeWithCorpora('tracked files beside the corpora', (folder) => {
  test('none is a copy of one of theirs', () => {
    const ours = new Map<string, string>();
    const sizes = new Set<number>();
    for (const path of trackedFiles()) {
      const { size } = statSync(path);
      if (size === 0) continue;
      sizes.add(size);
      ours.set(sha1(path), path);
    }
    const theirs = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => sizes.has(statSync(path).size));
    expect(theirs.flatMap((path) => ours.get(sha1(path)) ?? [])).toEqual([]);
  });
});
