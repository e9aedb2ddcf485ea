import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describeWithNamespaces } from '../support/available.js';
import { buildPcap, frame } from '../support/build-capture.js';
import { useBundle } from '../support/bundle.js';
import { useTemporaryFolder } from '../support/temporary-folder.js';
import { writeCapture } from '../support/write-capture.js';

const data = frame({ payload: 1400 });
const bytes = buildPcap({ records: Array.from({ length: 8000 }, (_, seconds) => ({ seconds, fraction: 0, data })) });
let mounted: string[] = [];

// Before the folder is removed, which its own hook does.
afterEach(() => {
  for (const folder of mounted) spawnSync('umount', [folder]);
  mounted = [];
});

const at = useTemporaryFolder();
const program = useBundle('test/support/commit-once.ts', 'src/plan/verify-worker.ts');

/** Mounts a small file system in memory at a new folder. Whoever may make namespaces may mount. */
function mount(name: string, options: string): string {
  mkdirSync(at(name));
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', at(name)], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  mounted.push(at(name));
  return at(name);
}

describeWithNamespaces('a commit to a troubled disk', () => {
  test('a full disk: one sentence, the older target as it was, nothing left', async () => {
    const folder = mount('small', 'size=1m');
    writeFileSync(`${folder}/b.pcap`, 'older');
    writeFileSync(at('a.pcap'), bytes);
    await expect(writeCapture([at('a.pcap')], `${folder}/b.pcap`, { force: true })).rejects.toMatchObject({
      code: 'write.no-space',
      message: `'${folder}/b.pcap' cannot be written: no space is left on its disk`,
    });
    expect(readFileSync(`${folder}/b.pcap`, 'utf8')).toBe('older');
    expect(readdirSync(folder)).toEqual(['b.pcap']);
  });

  test('a disk that fills up far behind the place where the worker began to follow', async () => {
    const folder = mount('medium', 'size=10m');
    writeFileSync(at('a.pcap'), bytes);
    await expect(writeCapture([at('a.pcap')], `${folder}/b.pcap`)).rejects.toMatchObject({ code: 'write.no-space' });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a read-only file system', async () => {
    const folder = mount('readonly', 'size=1m');
    writeFileSync(`${folder}/b.pcap`, 'older');
    spawnSync('mount', ['-o', 'remount,ro', folder]);
    writeFileSync(at('a.pcap'), bytes);
    await expect(writeCapture([at('a.pcap')], `${folder}/c.pcap`)).rejects.toMatchObject({
      code: 'write.permission',
      message: `'${folder}/c.pcap' cannot be written: its file system is read-only`,
    });
    expect(readFileSync(`${folder}/b.pcap`, 'utf8')).toBe('older');
  });
});

describeWithNamespaces('a commit by someone without rights', () => {
  const NOBODY = 65534;

  /** Replaces b.pcap in `folder` by a.pcap as another user. */
  function commitAsNobody(folder: string): { code?: string; message?: string } {
    writeFileSync(at('a.pcap'), bytes);
    chmodSync(at('.'), 0o755);
    const options = { encoding: 'utf8', cwd: '/' } as const;
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [program('commit-once'), at('a.pcap'), `${folder}/b.pcap`, String(NOBODY)],
      options,
    );
    if (stdout === '') throw new Error(stderr);
    return JSON.parse(stdout);
  }

  test('a folder of someone else: permission is denied', () => {
    mkdirSync(at('theirs'), { mode: 0o755 });
    writeFileSync(at('theirs/b.pcap'), 'older');
    chmodSync(at('theirs/b.pcap'), 0o666);
    expect(commitAsNobody(at('theirs'))).toEqual({
      code: 'write.permission',
      message: `'${at('theirs')}/b.pcap' cannot be written: permission is denied`,
    });
    expect(readFileSync(at('theirs/b.pcap'), 'utf8')).toBe('older');
  });

  test('a file of someone else in a folder of everyone: its owner cannot be kept', () => {
    mkdirSync(at('everyones'));
    chmodSync(at('everyones'), 0o777);
    writeFileSync(at('everyones/b.pcap'), 'older');
    expect(commitAsNobody(at('everyones'))).toMatchObject({ code: 'write.owner' });
    expect(readFileSync(at('everyones/b.pcap'), 'utf8')).toBe('older');
    expect(readdirSync(at('everyones'))).toEqual(['b.pcap']);
  });
});
