import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Transform } from 'node:stream';
import zlib from 'node:zlib';
import { concatenate } from '../../src/bytes/concatenate.js';
import { unzstdByNode } from '../../src/formats/compression.js';
import { openMemorySource } from '../../src/formats/memory-source.js';
import { compressedSource, openSource } from '../../src/formats/open-source.js';
import { openReader, openReaderSync } from '../../src/formats/reader.js';
import { buildPcap, readAll, readAllSync, samples } from './captures.js';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pcapsh-sources-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));

const capture = buildPcap(samples(3000));

function file(name: string, bytes: Uint8Array): string {
  const target = path.join(folder, name);
  fs.writeFileSync(target, bytes);
  return target;
}

async function readFile(name: string) {
  const source = openSource(name);
  const reader = await openReader(source);
  const packets = await readAll(reader);
  source.close();
  return { packets, reader, source };
}

/** A zstd frame of raw blocks (RFC 8878, section 3.1.1.2). */
function zstdFrame(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0x38)];
  for (let at = 0; at < bytes.length; at += 65_536) {
    const block = bytes.subarray(at, at + 65_536);
    const word = (block.length << 3) | (at + 65_536 >= bytes.length ? 1 : 0);
    parts.push(Uint8Array.of(word & 255, (word >> 8) & 255, word >> 16), block);
  }
  return concatenate(parts);
}

/** gzip with every optional header field. */
function gzipWithFields(bytes: Uint8Array): Uint8Array {
  const plain = zlib.gzipSync(new Uint8Array(bytes));
  const fields = Buffer.concat([
    Buffer.from([2, 0, 7, 7]),
    Buffer.from('name\0'),
    Buffer.from('comment\0'),
    Buffer.from([1, 2]),
  ]);
  return Buffer.concat([plain.subarray(0, 3), Buffer.from([30]), plain.subarray(4, 10), fields, plain.subarray(10)]);
}

describe('files', () => {
  test('a plain file can seek and has an identity', async () => {
    const { packets, source, reader } = await readFile(file('a.txt', capture));
    expect(packets).toHaveLength(3000);
    expect(source).toMatchObject({
      seekable: true,
      size: capture.length,
      compression: null,
      rawPosition: capture.length,
    });
    expect(source.identity?.size).toBe(capture.length);
    expect(reader.growing).toBe(false);
    expect(source.currentSize()).toBeNull();
    expect(() => source.readSync(new Uint8Array(1), 0)).toThrow('has been closed');
  });

  test.each([
    ['gzip', zlib.gzipSync(capture)],
    ['gzip', gzipWithFields(capture)],
    [
      'gzip',
      concatenate([zlib.gzipSync(capture.subarray(0, 1000)), zlib.gzipSync(capture.subarray(1000)), new Uint8Array(9)]),
    ],
    ['zstd', zstdFrame(capture)],
    ['zstd', concatenate([zstdFrame(capture.subarray(0, 5000)), zstdFrame(capture.subarray(5000))])],
  ] as const)('%s files are told by their content', async (compression, bytes) => {
    const { packets, reader, source } = await readFile(file('b.pcap', bytes));
    expect(packets).toHaveLength(3000);
    expect(reader.damage).toEqual([]);
    expect(reader.description.compression).toBe(compression);
    expect(source).toMatchObject({ seekable: false, size: null, rawSize: bytes.length, rawPosition: bytes.length });
    expect(() => source.readSync(new Uint8Array(1), 0)).toThrow('cannot seek');
    expect(() => openReaderSync(source)).toThrow('cannot seek');
  });

  test('damage in compressed data ends them; what came before is read', async () => {
    const gzip = zlib.gzipSync(capture, { level: 1 });
    const cases: [Uint8Array, RegExp][] = [
      [gzip.subarray(0, gzip.length >> 1), /cut within member 1/],
      [gzip.subarray(0, gzip.length - 3), /cut within the trailer/],
      [gzip.with(gzip.length - 6, 9), /checksum or length/],
      [new Uint8Array(zlib.gzipSync(capture, { level: 0 })).fill(255, 200_000), /damaged within member 1/],
      [zstdFrame(capture).subarray(0, 300_000), /zstd data are cut/],
    ];
    for (const [bytes, reason] of cases) {
      const { packets, reader } = await readFile(file('c.gz', bytes));
      expect(packets.length).toBeGreaterThan(200);
      expect(reader.damage.at(-1)?.reason).toMatch(reason);
    }
  });

  test.each([
    ['a gzip header that is cut', Uint8Array.of(0x1f, 0x8b, 8), 'a header needs 10 bytes'],
    ['another method', Uint8Array.of(0x1f, 0x8b, 7, 0, 0, 0, 0, 0, 0, 0), 'compression method 7'],
    ['a cut name', Uint8Array.of(0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 0, 65), 'cut within a header'],
    ['a cut extra field', Uint8Array.of(0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0, 65), 'cut within a header'],
    ['a zstd window of 2 GiB', Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0xa8, 0, 0), 'asks for a window'],
    [
      'zstd garbage',
      Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0x38, ...new Uint8Array(40).fill(255)),
      'zstd data are cut',
    ],
  ])('%s says so', async (_, bytes, message) => {
    await expect(readFile(file('d.gz', bytes))).rejects.toThrow(message);
  });

  test('zstd by a transform of node', async () => {
    const pass = new Transform({ transform: (chunk, _, done) => done(null, chunk) });
    const fails = new Transform({ transform: (_chunk, _, done) => done(new Error('bad frame')) });
    const chunks = async (transform: Transform) => {
      const parts: Uint8Array[] = [];
      for await (const part of unzstdByNode(openMemorySource(capture).stream(), transform)) parts.push(part);
      return concatenate(parts);
    };
    expect((await chunks(pass)).length).toBe(capture.length);
    await expect(chunks(fails)).rejects.toThrow('bad frame');
  });

  test('a file that grows is read as far as it has come', () => {
    const name = file('growing.pcap', capture);
    const source = openSource(name);
    const reader = openReaderSync(source, { windowBytes: 4096 });
    reader.nextSync();
    fs.appendFileSync(name, capture.subarray(24));
    while (reader.nextSync() !== null);
    expect(reader.packets).toBe(6000);
    expect(reader.growing).toBe(true);
  });

  test('cancelling and closing end a reader', async () => {
    const controller = new AbortController();
    const reader = await openReader(compressedSource(openMemorySource(zlib.gzipSync(capture)), 'gzip'), {
      signal: controller.signal,
    });
    controller.abort();
    await expect(reader.next()).rejects.toMatchObject({ code: 'cancelled', kind: 'cancelled' });
    const other = openReaderSync(openMemorySource(capture));
    other.close();
    expect(other.nextSync()).toBeNull();
  });
});

describe('pipes', () => {
  test.each([
    ['plain', capture],
    ['gzip', zlib.gzipSync(capture)],
  ])('a named pipe with %s bytes', async (_, bytes) => {
    const input = file('input', bytes);
    const pipe = path.join(folder, 'pipe');
    fs.rmSync(pipe, { force: true });
    execFileSync('mkfifo', [pipe]);
    const writer = spawn('dd', [`if=${input}`, `of=${pipe}`, 'status=none']);
    const { packets, source } = await readFile(pipe);
    expect(packets).toHaveLength(3000);
    expect(source).toMatchObject({ seekable: false, size: null, rawSize: null, rawPosition: bytes.length });
    expect(() => source.readSync(new Uint8Array(1), 0)).toThrow('cannot seek');
    writer.kill();
  });

  test('standard input has no path', () => {
    expect(openSource('-')).toMatchObject({ path: null, seekable: false, name: '-' });
  });
});

describe('what is no capture', () => {
  test.each([
    ['', 'format.empty', '0 bytes'],
    ['ab', 'format.short', '2 bytes, 24 required'],
    ['hello, this is a text\n', 'format.unknown', 'begins like text'],
    ['PK\x03\x04\x00\x00', 'format.unknown', 'a zip archive'],
    ['\xd4\xc3\xb2\xa1\x02\x00', 'format.short', 'a pcap file header needs 24 bytes, 6 are there'],
    ['\n\r\r\n\x00\x00', 'format.short', 'a pcapng section header needs 28 bytes'],
    [`\n\r\r\n${'\x00'.repeat(24)}`, 'format.unknown', 'no byte-order magic'],
    [
      `\n\r\r\n\x1c\x00\x00\x00\x4d\x3c\x2b\x1a\x02\x00\x00\x00${'\xff'.repeat(12)}`,
      'format.version',
      'pcapng version 2.0',
    ],
    ['\x00\x00\x00\x00\x00\x00\x00\x60\x02\x04\x00\x20\x00\x00\x00\x10', 'format.unknown', 'an ERF record'],
    ['\x01\x02\x03\x04\x05', 'format.unknown', 'its first bytes are 01020304'],
  ])('%j is told in a sentence', async (content, code, message) => {
    const name = file('unknown.bin', Buffer.from(content, 'latin1'));
    await expect(readFile(name)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });

  test('a directory and a missing file', () => {
    expect(() => openSource(folder)).toThrow(expect.objectContaining({ code: 'source.directory' }));
    expect(() => openSource(path.join(folder, 'none'))).toThrow(expect.objectContaining({ code: 'source.missing' }));
    expect(() => openSource(path.join(folder, 'a\0b'))).toThrow(expect.objectContaining({ code: 'source.unreadable' }));
  });

  test('a plain file streams too', async () => {
    const parts: Uint8Array[] = [];
    for await (const part of openSource(file('e', capture)).stream()) parts.push(part);
    expect(concatenate(parts)).toEqual(capture);
    expect(readAllSync(openReaderSync(openMemorySource(concatenate(parts))))).toHaveLength(3000);
  });
});
