import { createHash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, relative } from 'node:path';
import { buildPcap, enhancedPacket, frame, interfaceBlock, sectionHeader } from '../support/build-capture.js';
import { useTemporaryFolder } from '../support/temporary-folder.js';
import { writeCapture } from '../support/write-capture.js';

const at = useTemporaryFolder();
const small = buildPcap({ records: [{ seconds: 1, fraction: 2, data: frame() }] });

function put(name: string, bytes: Uint8Array = small): string {
  writeFileSync(at(name), bytes);
  return at(name);
}

/** A pcap of more than 8 MiB, so that a worker follows the writer. */
function large(packets = 8000): Uint8Array {
  const data = frame({ payload: 1400 });
  return buildPcap({ records: Array.from({ length: packets }, (_, index) => ({ seconds: index, fraction: 0, data })) });
}

function names(): string[] {
  return readdirSync(dirname(at('x'))).sort();
}

describe('a commit', () => {
  test('reports what it wrote', async () => {
    const report = await writeCapture([put('a.pcap')], at('b.pcap'));
    const sha256 = createHash('sha256').update(small).digest('hex');
    expect(report).toEqual({
      files: [{ path: at('b.pcap'), format: 'pcap', packets: 1, bytes: small.length, sha256 }],
      losses: [],
    });
    expect(names()).toEqual(['a.pcap', 'b.pcap']);
  });

  test('verifies and hashes large files while they are written', async () => {
    const bytes = large();
    const report = await writeCapture([put('a.pcap', bytes)], [at('b.pcap'), at('c.pcapng')]);
    expect(report.files[0].sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(report.files[1].sha256).toBe(
      createHash('sha256')
        .update(readFileSync(at('c.pcapng')))
        .digest('hex'),
    );
    expect(report.files.map((file) => file.packets)).toEqual([8000, 8000]);
    expect(names()).toEqual(['a.pcap', 'b.pcap', 'c.pcapng']);
  });

  test('a new file has the mode that the umask leaves', async () => {
    const before = process.umask(0o027);
    try {
      await writeCapture([put('a.pcap')], at('b.pcap'));
    } finally {
      process.umask(before);
    }
    expect(statSync(at('b.pcap')).mode & 0o7777).toBe(0o640);
  });

  test('a replaced file keeps its mode and owner, a link stays a link', async () => {
    put('old.pcap', new Uint8Array(3));
    chmodSync(at('old.pcap'), 0o604);
    const root = process.getuid?.() === 0;
    if (root) chownSync(at('old.pcap'), 12, 34);
    symlinkSync('old.pcap', at('link.pcap'));
    const report = await writeCapture([put('a.pcap')], at('link.pcap'), { force: true });
    expect(report.files[0].path).toBe(at('link.pcap'));
    expect(lstatSync(at('link.pcap')).isSymbolicLink()).toBe(true);
    const { mode, uid, gid } = statSync(at('old.pcap'));
    expect(mode & 0o7777).toBe(0o604);
    if (root) expect([uid, gid]).toEqual([12, 34]);
    expect(readFileSync(at('old.pcap')).length).toBe(small.length);
  });

  test('a link to nothing is followed to where the file will be', async () => {
    mkdirSync(at('sub'));
    symlinkSync('sub/new.pcap', at('link.pcap'));
    await writeCapture([put('a.pcap')], at('link.pcap'));
    expect(readdirSync(at('sub'))).toEqual(['new.pcap']);
  });

  test('what a killed process left for the same target is removed, what a living one has there is not', async () => {
    await writeCapture([put('a.pcap')], at('b.pcap'), {
      onBatch: () => {
        const own = names().find((name) => name.endsWith('.tmp'))!;
        writeFileSync(at(own.replace(`-${process.pid}-`, '-4194304-')), 'stale');
        writeFileSync(at(own.replace(`-${process.pid}-`, `-${process.ppid}-`)), 'alive');
        writeFileSync(at(own.replace(`-${process.pid}-`, '-x-')), 'other');
      },
    });
    expect(names().filter((name) => name.endsWith('.tmp'))).toHaveLength(3);
    await writeCapture([at('a.pcap')], at('b.pcap'), { force: true });
    const left = names().filter((name) => name.endsWith('.tmp'));
    expect(left).toHaveLength(2);
    expect(left.some((name) => name.includes('-4194304-'))).toBe(false);
  });
});

describe('refusals', () => {
  function linkTo(target: string, name: string): string {
    symlinkSync(target, at(name));
    return at(name);
  }

  function hardLinkTo(target: string): string {
    linkSync(target, at('h.pcap'));
    return at('h.pcap');
  }

  const forms: [string, (source: string) => string][] = [
    ['the same path', (source) => source],
    ['a relative path', (source) => relative(process.cwd(), source)],
    ['a path with ./ and ..', (source) => `${dirname(source)}/./sub/../${basename(source)}`],
    ['a symbolic link', (source) => linkTo(source, 's.pcap')],
    ['a link to a link', (source) => linkTo(linkTo(source, 's'), 't.pcap')],
    ['a hard link', hardLinkTo],
    ['a path through a linked folder', (source) => `${linkTo('.', 'f')}/${basename(source)}`],
  ];

  test.each(forms)('the source under %s, even with force', async (_, target) => {
    mkdirSync(at('sub'));
    const source = put('a.pcap');
    const path = target(source);
    for (const force of [false, true]) {
      const run = writeCapture([source], path, { force });
      await expect(run).rejects.toMatchObject({ code: 'refused.source', kind: 'failure' });
    }
    expect(Buffer.compare(readFileSync(source), small)).toBe(0);
    expect(names().filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test('an index or journal, there already or not', async () => {
    const protectedFiles = [{ path: at('a.pcap.index'), identity: null }];
    const run = writeCapture([put('a.pcap')], at('a.pcap.index'), { format: 'pcap', force: true, protectedFiles });
    await expect(run).rejects.toThrow(
      `'${at('a.pcap.index')}' is being read: a source is never overwritten, even with --force`,
    );
  });

  test('an existing file without force, one that comes into being meanwhile too', async () => {
    put('b.pcap', new Uint8Array(1));
    await expect(writeCapture([put('a.pcap')], at('b.pcap'))).rejects.toMatchObject({
      code: 'refused.exists',
      hint: 'another name, or --force to replace it',
    });
    const run = writeCapture([at('a.pcap')], at('c.pcap'), { onBatch: () => void put('c.pcap', new Uint8Array(2)) });
    await expect(run).rejects.toMatchObject({ code: 'refused.exists' });
    expect(statSync(at('c.pcap')).size).toBe(2);
    expect(names()).toEqual(['a.pcap', 'b.pcap', 'c.pcap']);
  });

  test('a target that has become a link to the source meanwhile', async () => {
    const source = put('a.pcap');
    const run = writeCapture([source], at('b.pcap'), { force: true, onBatch: () => linkSync(source, at('b.pcap')) });
    await expect(run).rejects.toMatchObject({ code: 'refused.source' });
  });

  test.each([
    ['sub', 'write.directory', /is a folder, not a file/],
    ['none/', 'write.directory', /is a folder, not a file/],
    ['none/b.pcap', 'write.folder', /its folder does not exist/],
    ['a.pcap/b.pcap', 'write.folder', /part of its path is a file, not a folder/],
    [`${'x'.repeat(300)}.pcap`, 'write.folder', /its name is too long/],
    ['loop.pcap', 'write.folder', /its links lead in a circle/],
    ['b.txt', 'write.format', /has the extension '.txt'/],
  ])('%s: one sentence (%s)', async (name, code, message) => {
    mkdirSync(at('sub'));
    symlinkSync('loop.pcap', at('loop.pcap'));
    const run = writeCapture([put('a.pcap')], at(name));
    await expect(run).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test('an empty name, and one target named twice', async () => {
    await expect(writeCapture([put('a.pcap')], '')).rejects.toMatchObject({ kind: 'input' });
    const twice = writeCapture([at('a.pcap')], [at('b.pcap'), `${dirname(at('x'))}/./b.pcap`]);
    await expect(twice).rejects.toThrow('is named twice as a target');
  });
});

describe('a commit that fails', () => {
  test('leaves the older target and no temporary file', async () => {
    put('b.pcap', new Uint8Array(5));
    let batches = 0;
    const run = writeCapture([put('a.pcap', large())], at('b.pcap'), {
      force: true,
      onBatch: () => {
        if (++batches === 10) throw new Error('stopped');
      },
    });
    await expect(run).rejects.toThrow('stopped');
    expect(statSync(at('b.pcap')).size).toBe(5);
    expect(names()).toEqual(['a.pcap', 'b.pcap']);
  });

  test('cancelled in the midst and at the end: the same, at once', async () => {
    for (const stopAt of [3, 12]) {
      const controller = new AbortController();
      let batches = 0;
      const run = writeCapture([put('a.pcap', large())], at('b.pcap'), {
        signal: controller.signal,
        onBatch: () => {
          if (++batches === stopAt) setImmediate(() => controller.abort());
        },
      });
      await expect(run).rejects.toMatchObject({ code: 'cancelled', kind: 'cancelled' });
      expect(names()).toEqual(['a.pcap']);
    }
  });

  test('cancelled while what was written is verified', async () => {
    const controller = new AbortController();
    let batches = 0;
    const run = writeCapture([put('a.pcap', large(60_000))], at('b.pcap'), {
      signal: controller.signal,
      onBatch: () => {
        if (++batches === 80) setTimeout(() => controller.abort(), 10);
      },
    });
    await expect(run).rejects.toMatchObject({ code: 'cancelled' });
    expect(names()).toEqual(['a.pcap']);
  });

  test('when the process ends in its midst, by its exit hook', async () => {
    const run = writeCapture([put('a.pcap')], at('b.pcap'), {
      onBatch: () => {
        process.listeners('exit').at(-1)!(0);
        expect(names()).toEqual(['a.pcap']);
      },
    });
    await expect(run).rejects.toMatchObject({ code: 'write.folder' });
    expect(process.listeners('SIGINT').filter((each) => each.name === 'onSignal')).toEqual([]);
  });

  test('a signal that someone else handles is left to them', async () => {
    const handler = (): void => undefined;
    process.on('SIGTERM', handler);
    const report = await writeCapture([put('a.pcap')], at('b.pcap'), {
      onBatch: () => process.listeners('SIGTERM').at(-1)!('SIGTERM'),
    });
    process.off('SIGTERM', handler);
    expect(report.files[0].packets).toBe(1);
  });

  test('several targets: none is put in its place', async () => {
    const run = writeCapture([put('a.pcap')], [at('b.pcap'), at('c.pcap')], {
      onBatch: () => void put('c.pcap', new Uint8Array(1)),
    });
    await expect(run).rejects.toMatchObject({ code: 'refused.exists' });
    expect(names()).toEqual(['a.pcap', 'c.pcap']);
  });

  test('a folder that vanishes', async () => {
    mkdirSync(at('sub'));
    const run = writeCapture([put('a.pcap')], at('sub/b.pcap'), { onBatch: () => renameSync(at('sub'), at('gone')) });
    await expect(run).rejects.toMatchObject({ code: 'write.folder' });
    expect(readdirSync(at('gone')).length).toBeLessThanOrEqual(1);
  });

  const changes: [string, string | null, (source: string) => void][] = [
    ['written to', 'it has been written to', (source) => utimesSync(source, 1, 1)],
    ['shortened', `it has shrunk from ${small.length} to 30 bytes`, (source) => truncateSync(source, 30)],
    ['removed', 'it is gone', (source) => unlinkSync(source)],
    ['replaced', 'another file has its name', (source) => renameSync(put('x'), source)],
    ['grown', null, (source) => appendFileSync(source, 'more')],
  ];

  test.each(changes)('a source that was %s while it was read', async (_, why, change) => {
    const source = put('a.pcap');
    const run = writeCapture([source], at('b.pcap'), { onBatch: () => change(source) });
    if (why === null) await expect(run).resolves.toMatchObject({ losses: [] });
    else await expect(run).rejects.toMatchObject({ code: 'source.changed', message: expect.stringContaining(why) });
    expect(existsSync(at('b.pcap'))).toBe(why === null);
  });

  test('losses of one target keep the others from being written', async () => {
    writeFileSync(
      at('a.pcapng'),
      Buffer.concat([sectionHeader([[1, 'x']]), interfaceBlock(), enhancedPacket(frame(), 1n)]),
    );
    const run = writeCapture([at('a.pcapng')], [at('b.pcapng'), at('b.pcap')]);
    await expect(run).rejects.toThrow(`pcap cannot hold 1 comment: '${at('b.pcap')}' is not written`);
    expect(names()).toEqual(['a.pcapng']);
  });
});
