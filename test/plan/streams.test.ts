import { spawn, spawnSync } from 'node:child_process';
import { createReadStream, writeFileSync } from 'node:fs';
import { PassThrough, Writable } from 'node:stream';
import { createTarget } from '../../src/plan/target.js';
import { describeWithPeers } from '../support/available.js';
import {
  buildPcap,
  concatBytes,
  enhancedPacket,
  frame,
  interfaceBlock,
  sectionHeader,
} from '../support/build-capture.js';
import { useTemporaryFolder } from '../support/temporary-folder.js';
import { writeCapture } from '../support/write-capture.js';

const at = useTemporaryFolder();
const data = frame({ payload: 1000 });

function capture(packets: number): Uint8Array {
  return buildPcap({ records: Array.from({ length: packets }, (_, seconds) => ({ seconds, fraction: 0, data })) });
}

function put(name: string, bytes: Uint8Array): string {
  writeFileSync(at(name), bytes);
  return at(name);
}

/** A stand-in for standard output that takes its time. */
function collector(): { stream: Writable; bytes: () => Buffer } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    highWaterMark: 1000,
    write: (chunk, _encoding, done) => {
      chunks.push(chunk);
      setImmediate(done);
    },
  });
  return { stream, bytes: () => Buffer.concat(chunks) };
}

describe('writing to standard output', () => {
  test('streams the capture, unverified, and leaves the stream open', async () => {
    const bytes = capture(2000);
    const { stream, bytes: received } = collector();
    const report = await writeCapture([put('a.pcap', bytes)], '-', { standardOutput: stream });
    expect(Buffer.compare(received(), bytes)).toBe(0);
    expect(report.files).toEqual([{ path: '-', format: 'pcap', packets: 2000, bytes: bytes.length, sha256: null }]);
    expect(stream.writableEnded).toBe(false);
  });

  test('the pcap header is settled before the first byte by reading twice', async () => {
    const nano: [number, Uint8Array][] = [[9, Uint8Array.of(9)]];
    const parts = [sectionHeader(), interfaceBlock(), enhancedPacket(data, 1n)];
    const late = [interfaceBlock(1, 0, nano), enhancedPacket(data, 7n, { interfaceId: 1 })];
    const { stream, bytes } = collector();
    const source = put('a.pcapng', concatBytes([...parts, ...late]));
    await writeCapture([source], '-', { standardOutput: stream, format: 'pcap', allowLoss: true, windowBytes: 1200 });
    expect(bytes().readUInt32LE(0)).toBe(0xa1b23c4d);
  });

  test('a capture that would lose something sends nothing', async () => {
    const source = put(
      'a.pcapng',
      concatBytes([sectionHeader([[1, 'x']]), interfaceBlock(), enhancedPacket(data, 1n)]),
    );
    const { stream, bytes } = collector();
    const run = writeCapture([source], '-', { standardOutput: stream, format: 'pcap' });
    await expect(run).rejects.toMatchObject({ code: 'loss' });
    expect(bytes()).toHaveLength(0);
  });

  test('a reader that closes ends it with a sentence', async () => {
    const stream = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })),
    });
    const run = writeCapture([put('a.pcap', capture(2000))], '-', { standardOutput: stream });
    await expect(run).rejects.toMatchObject({
      code: 'write.closed',
      message: 'standard output cannot be written: its reader has closed it',
    });
  });

  test('a reader that never reads can be waited for no longer', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 30);
    const run = writeCapture([put('a.pcap', capture(2000))], '-', {
      standardOutput: new PassThrough(),
      signal: controller.signal,
    });
    await expect(run).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('writing to devices', () => {
  test('/dev/null takes everything', async () => {
    const bytes = capture(20);
    const report = await writeCapture([put('a.pcap', bytes)], '/dev/null');
    expect(report.files).toEqual([
      { path: '/dev/null', format: 'pcap', packets: 20, bytes: bytes.length, sha256: null },
    ]);
  });

  test('/dev/full takes nothing', async () => {
    const run = writeCapture([put('a.pcap', capture(20))], '/dev/full');
    await expect(run).rejects.toMatchObject({ code: 'write.no-space' });
  });

  test('the format is that of the source unless told otherwise', () => {
    expect(createTarget('/dev/null', { sourceFormat: 'pcapng' }).format).toBe('pcapng');
    expect(createTarget('-', { sourceFormat: 'pcapng', format: 'pcap' }).format).toBe('pcap');
  });

  test('a device that is read is refused', () => {
    const protectedFiles = [{ path: '/dev/zero', identity: null }];
    expect(() => createTarget('/dev/zero', { protectedFiles })).toThrow('is being read');
  });
});

describeWithPeers('mkfifo')('writing to a named pipe', () => {
  test('waits for its reader and streams', async () => {
    spawnSync('mkfifo', [at('pipe')]);
    const bytes = capture(500);
    const run = writeCapture([put('a.pcap', bytes)], at('pipe'));
    await new Promise((resolve) => setTimeout(resolve, 80));
    const received: Buffer[] = [];
    for await (const chunk of createReadStream(at('pipe'))) received.push(chunk);
    expect(Buffer.compare(Buffer.concat(received), bytes)).toBe(0);
    expect((await run).files[0].sha256).toBeNull();
  });

  test('is given up when cancelled', async () => {
    spawnSync('mkfifo', [at('pipe')]);
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 30);
    const run = writeCapture([put('a.pcap', capture(5))], at('pipe'), { signal: controller.signal });
    await expect(run).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('a reader that goes away ends it', async () => {
    spawnSync('mkfifo', [at('pipe')]);
    const reader = spawn('head', ['-c', '10', at('pipe')], { stdio: 'ignore' });
    const run = writeCapture([put('a.pcap', capture(5000))], at('pipe'));
    await expect(run).rejects.toMatchObject({ code: 'write.closed' });
    reader.kill();
  });
});
