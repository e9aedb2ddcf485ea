import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createSummary } from '../../src/analyze/summary.js';
import { isSummaryState } from '../../src/analyze/summary-shape.js';
import { openSource } from '../../src/formats/open-source.js';
import { openWorkspace, type Workspace, type WorkspaceOptions } from '../../src/plan/workspace.js';
import { readSidecar } from '../../src/table/sidecar/read.js';
import { writeSidecar } from '../../src/table/sidecar/write.js';
import { buildPcap, frame } from '../support/build-capture.js';

const folder = mkdtempSync(join(tmpdir(), 'pcapsh-kept-'));
const capture = join(folder, 'capture.pcap');
const beside = `${capture}.pcapsh-index`;
const cache = join(folder, 'cache');
const records = Array.from({ length: 50 }, (_, i) => ({
  seconds: 100 + i,
  fraction: i,
  data: frame({ protocol: i % 2 === 0 ? 6 : 17, destinationPort: i % 5 === 0 ? 443 : 53, host: 1 + (i % 3) }),
}));

beforeEach(() => {
  writeFileSync(capture, buildPcap({ records }));
  for (const left of [beside, cache]) rmSync(left, { recursive: true, force: true });
});
afterAll(() => rmSync(folder, { recursive: true }));

async function work<T>(options: Partial<WorkspaceOptions>, body: (workspace: Workspace) => Promise<T>): Promise<T> {
  const environment = { XDG_CACHE_HOME: cache };
  const workspace = openWorkspace({ interactive: false, threads: 1, environment, ...options });
  try {
    return await body(workspace);
  } finally {
    await workspace.close();
  }
}

/** Everything that a workspace answers of the capture, and what it had to say of its index. */
async function answers(
  options: Partial<WorkspaceOptions>,
  path = capture,
): Promise<{ figures: unknown; notices: string[] }> {
  return work(options, async (workspace) => {
    const handle = await workspace.load([path]);
    const web = handle.filter('tcp port 443');
    const figures = {
      summary: await handle.summary(),
      flows: await handle.flows(),
      unidirectional: await handle.flows({ unidirectional: true }),
      count: await web.count(),
      web: await web.summary(),
      last: (await handle.packet(50))?.timestamp,
    };
    return { figures, notices: [...workspace.notices] };
  });
}

test('the same answers come from a stream, a fresh table and a kept index', async () => {
  const stream = await answers({ index: 'none' });
  const fresh = await answers({ index: 'beside', writeIndex: true });
  expect(statSync(beside).mode & 0o777).toBe(0o600);
  const kept = await answers({ index: 'beside' });
  const session = await answers({ index: 'beside', interactive: true });
  expect(fresh).toEqual(stream);
  expect(kept).toEqual(stream);
  expect(session).toEqual(stream);
});

test('a kept index is used at once: the table is there as soon as the capture is loaded', async () => {
  await answers({ index: 'cache', writeIndex: true });
  expect(readdirSync(folder).sort()).toEqual(['cache', 'capture.pcap']);
  const [name] = readdirSync(join(cache, 'pcapsh'));
  const inode = statSync(join(cache, 'pcapsh', name)).ino;
  await work({ index: 'cache', writeIndex: true }, async (workspace) => {
    const handle = await workspace.load([capture]);
    expect(workspace.status(handle)).toEqual({ rows: 50, done: true, progress: null });
    expect(
      workspace
        .knownValues(handle)
        .find('ports', '44')
        .map(({ text }) => text),
    ).toContain('443');
  });
  expect(statSync(join(cache, 'pcapsh', name)).ino).toBe(inode);
});

test('none neither reads nor writes one; one command without --index writes none; a session keeps none of a small capture', async () => {
  await answers({ index: 'none', writeIndex: true });
  await answers({ index: 'cache' });
  await answers({ index: 'cache', writeIndex: true, interactive: true });
  expect(existsSync(cache)).toBe(false);
  writeFileSync(beside, 'no index');
  expect((await answers({ index: 'none' })).notices).toEqual([]);
});

test('one that is out of date is made anew, with a word, by a session too', async () => {
  await answers({ index: 'beside', writeIndex: true });
  utimesSync(capture, 9, 9);
  const options = { index: 'beside', writeIndex: true, interactive: true } as const;
  const notice = `the index of ${capture} is out of date: the capture was written to since; it is made anew`;
  expect((await answers(options)).notices).toEqual([notice]);
  expect((await answers(options)).notices).toEqual([]);
});

test('one whose columns are damaged is mended, told and taken away', async () => {
  const { figures } = await answers({ index: 'beside', writeIndex: true });
  const bytes = readFileSync(beside);
  bytes.fill(0xee, bytes.length - 2000);
  writeFileSync(beside, bytes);
  const mended = await answers({ index: 'beside' });
  expect(mended.figures).toEqual(figures);
  expect(mended.notices.length).toBe(1);
  expect(mended.notices[0]).toMatch(/is damaged in column \w+ of segment 1; it is made anew$/);
  expect(existsSync(beside)).toBe(false);
});

test('one without a summary is made anew', async () => {
  await answers({ index: 'beside', writeIndex: true });
  const source = openSource(capture);
  const read = await readSidecar(beside, source);
  if (read === null || 'reason' in read) throw new Error('not read');
  await writeSidecar(beside, source, read.table, { summary: { packets: 50 }, damageCount: 0 });
  expect((await answers({ index: 'beside' })).notices).toEqual([
    `the index of ${capture} contradicts itself in its summary; it is made anew`,
  ]);
});

test('a cache that cannot be written fails no command', async () => {
  writeFileSync(cache, 'a file stands here');
  const { figures } = await answers({ index: 'none' });
  const options = { index: 'cache', writeIndex: true } as const;
  await work(options, async (workspace) => {
    const handle = await workspace.load([capture]);
    expect(await handle.summary()).toEqual((figures as { summary: unknown }).summary);
    await workspace.close();
    expect(workspace.notices).toEqual([expect.stringMatching(/^the index of .* is not kept: ENOTDIR/)]);
  });
});

test('a compressed capture has none', async () => {
  const packed = join(folder, 'packed.pcap.gz');
  writeFileSync(packed, gzipSync(buildPcap({ records })));
  mkdirSync(cache);
  await answers({ index: 'cache', writeIndex: true }, packed);
  expect(readdirSync(cache)).toEqual([]);
  rmSync(packed);
});

test('no target replaces the index of an open capture, wherever it is kept, or the journal', async () => {
  const journal = join(folder, 'journal.jsonl');
  writeFileSync(journal, '{}\n');
  await work({ index: 'cache', writeIndex: true }, async (workspace) => {
    await (await workspace.load([capture])).count();
  });
  await work({ journal }, async (workspace) => {
    const handle = await workspace.load([capture]);
    for (const path of [beside, join(cache, 'pcapsh', readdirSync(join(cache, 'pcapsh'))[0])]) {
      await expect(handle.write(path, { format: 'pcap', force: true })).rejects.toThrow('is the index of a capture');
    }
    await expect(handle.write(journal, { format: 'pcap', force: true })).rejects.toThrow('the journal of this session');
    expect(() => workspace.refuseProtected(capture)).toThrow('is being read');
    expect(() => workspace.refuseProtected(join(folder, 'other.pcap'))).not.toThrow();
  });
  expect(readFileSync(journal, 'utf8')).toBe('{}\n');
});

test('a summary that was read is looked at closely', () => {
  const state = createSummary().toState();
  const { sizes, protocols } = state;
  expect(isSummaryState(state, 0)).toBe(true);
  const wrong = [
    null,
    [],
    { ...state, packets: 1 },
    { ...state, capturedBytes: -1 },
    { ...state, first: 1 },
    { ...state, first: 1n },
    { ...state, sizes: null },
    { ...state, sizes: { ...sizes, dense: new Uint32Array(3) } },
    { ...state, sizes: { ...sizes, beyond: {} } },
    { ...state, sizes: { ...sizes, beyond: new Map([[1.5, 1]]) } },
    { ...state, protocols: [] },
    { ...state, protocols: { ...protocols, classes: [[1]] } },
    { ...state, protocols: { ...protocols, classes: [['eth']] } },
  ];
  expect(wrong.map((value) => isSummaryState(value, 0))).toEqual(wrong.map(() => false));
});
