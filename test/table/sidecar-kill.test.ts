import { spawn } from 'node:child_process';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, stop } from 'esbuild';
import { openSource } from '../../src/formats/open-source.js';
import { tableRows } from '../../src/table/packet-table.js';
import { readSidecar } from '../../src/table/sidecar/read.js';
import { buildPcap, frame } from '../support/build-capture.js';
import { temporaryFolder } from './sidecar-support.js';

const PACKETS = 400_000;
const folder = temporaryFolder();
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await stop();
});

const WRITER = `
  import { indexFile } from './sidecar-support.js';
  import { writeSidecar } from '../../src/table/sidecar/write.js';
  const { source, table, facts } = await indexFile(process.argv[2]);
  for (;;) await writeSidecar(process.argv[3], source, table, facts);
`;

test('a process killed while it writes leaves a whole sidecar or none', async () => {
  const capture = join(folder, 'capture.pcap');
  const data = frame({ payload: 10 });
  writeFileSync(
    capture,
    buildPcap({ records: Array.from({ length: PACKETS }, (_, i) => ({ seconds: i, fraction: 0, data })) }),
  );
  const program = join(folder, 'writer.mjs');
  const stdin = { contents: WRITER, resolveDir: join(process.cwd(), 'test/table'), loader: 'ts' } as const;
  await build({ stdin, outfile: program, bundle: true, format: 'esm', platform: 'node', logLevel: 'error' });
  let halves = 0;
  for (let round = 0; round < 6; round++) {
    const sidecar = join(folder, `round-${round}.index`);
    const child = spawn(process.execPath, [program, capture, sidecar], { stdio: 'ignore' });
    const ended = new Promise((resolve) => child.on('exit', resolve));
    const isWriting = (): boolean => readdirSync(folder).some((name) => name.startsWith(`round-${round}.`));
    while (!isWriting() && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 1));
    await new Promise((resolve) => setTimeout(resolve, round * 7));
    child.kill('SIGKILL');
    await ended;
    if (readdirSync(folder).some((name) => name.startsWith(`round-${round}.`) && name.endsWith('.tmp'))) halves++;
    const source = openSource(capture);
    const read = await readSidecar(sidecar, source);
    if (existsSync(sidecar)) expect(read !== null && 'table' in read && tableRows(read.table)).toBe(PACKETS);
    else expect(read).toBeNull();
    if (read !== null && 'close' in read) read.close();
    source.close();
  }
  expect(halves).toBeGreaterThan(0);
}, 120_000);
