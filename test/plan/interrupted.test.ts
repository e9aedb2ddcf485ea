import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildPcap, frame } from '../support/build-capture.js';
import { useBundle } from '../support/bundle.js';
import { useTemporaryFolder } from '../support/temporary-folder.js';
import { writeCapture } from '../support/write-capture.js';

const program = useBundle('test/support/slow-commit.ts', 'test/support/slow-spool.ts', 'src/plan/verify-worker.ts');
const at = useTemporaryFolder();
const data = frame({ payload: 1400 });
const source = buildPcap({ records: Array.from({ length: 16_000 }, (_, seconds) => ({ seconds, fraction: 0, data })) });

/** A process that is in the midst of replacing b.pcap by a.pcap. */
async function startCommit(): Promise<ChildProcess> {
  writeFileSync(at('a.pcap'), source);
  writeFileSync(at('b.pcap'), 'older');
  const child = spawn(process.execPath, [program('slow-commit'), at('a.pcap'), at('b.pcap')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((done) => child.stdout!.once('data', done));
  return child;
}

function end(child: ChildProcess, signal: NodeJS.Signals): Promise<[code: number | null, signal: string | null]> {
  const ended = new Promise<[number | null, string | null]>((done) => child.once('exit', (...how) => done(how)));
  child.kill(signal);
  return ended;
}

function names(): string[] {
  return readdirSync(dirname(at('x'))).sort();
}

function expectUntouched(): void {
  expect(Buffer.compare(readFileSync(at('a.pcap')), source)).toBe(0);
  expect(readFileSync(at('b.pcap'), 'utf8')).toBe('older');
}

describe('a process that ends in the midst of a commit', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'by %s: it dies of it, nothing is left behind',
    async (signal) => {
      const child = await startCommit();
      expect(names()).toHaveLength(3);
      expect(await end(child, signal)).toEqual([null, signal]);
      expectUntouched();
      expect(names()).toEqual(['a.pcap', 'b.pcap']);
    },
  );

  test('by SIGKILL: both files are intact, and the next commit removes what was left', async () => {
    await end(await startCommit(), 'SIGKILL');
    expectUntouched();
    expect(names()).toHaveLength(3);
    await writeCapture([at('a.pcap')], at('b.pcap'), { force: true });
    expect(Buffer.compare(readFileSync(at('b.pcap')), source)).toBe(0);
    expect(names()).toEqual(['a.pcap', 'b.pcap']);
  });
});

describe('a process that ends with a copy of what could not seek', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('by %s: the copy goes with it', async (signal) => {
    writeFileSync(at('a.pcap.gz'), gzipSync(source.subarray(0, 100_000)));
    const child = spawn(process.execPath, [program('slow-spool'), at('a.pcap.gz')], {
      env: { ...process.env, TMPDIR: dirname(at('x')) },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((done) => child.stdout!.once('data', done));
    expect(names()).toHaveLength(2);
    expect(await end(child, signal)).toEqual([null, signal]);
    expect(names()).toEqual(['a.pcap.gz']);
  });
});
