import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeWithCorpora } from '../support/available.js';
import { readManifest } from '../support/manifest.js';

interface Survival {
  answers: { file: string; milliseconds: number; crash: string | null }[];
  residentBytes: number;
  largestBuffer: number;
}

const HANG_MILLISECONDS = 10_000;
const MOST_MEMORY = 500e6;

describeWithCorpora('every file of the corpora, malformed ones included', (folder) => {
  let survival: Survival;
  let files: string[];

  beforeAll(() => {
    files = readManifest(folder).map(({ path }) => join(folder, 'dev', path));
    const script = fileURLToPath(new URL('../support/survive.mjs', import.meta.url));
    // A process of its own, so that the memory is ours alone and a hang ends.
    const { status, stdout, stderr } = spawnSync(process.execPath, [script], {
      input: files.join('\n'),
      encoding: 'utf8',
      maxBuffer: 1 << 26,
      timeout: 120_000,
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    if (status !== 0) throw new Error(`the process ended with status ${status}: ${stderr.slice(-2000)}`);
    survival = JSON.parse(stdout) as Survival;
  }, 130_000);

  it('is answered, or refused with a sentence', () => {
    expect(survival.answers.length).toBe(files.length);
    expect(survival.answers.filter(({ crash }) => crash !== null)).toEqual([]);
  });

  it('is done with in time', () => {
    expect(survival.answers.filter(({ milliseconds }) => milliseconds > HANG_MILLISECONDS)).toEqual([]);
  });

  it('needs little memory', () => {
    expect(survival.residentBytes).toBeLessThan(MOST_MEMORY);
    expect(survival.largestBuffer).toBeLessThan(MOST_MEMORY);
  });
});
