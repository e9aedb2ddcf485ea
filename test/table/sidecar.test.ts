import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { openMemorySource } from '../../src/formats/memory-source.js';
import { openSource } from '../../src/formats/open-source.js';
import { segmentRows, tableBytes } from '../../src/table/packet-table.js';
import { readSidecar } from '../../src/table/sidecar/read.js';
import { encodeStructured } from '../../src/table/sidecar/structured.js';
import { writeSidecar } from '../../src/table/sidecar/write.js';
import {
  buildPcap,
  concatBytes,
  enhancedPacket,
  frame,
  interfaceBlock,
  sectionHeader,
  simplePacket,
} from '../support/build-capture.js';
import { findCorpora } from '../support/corpus-packets.js';
import {
  contentOf,
  indexBytes,
  indexFile,
  keptCapture,
  loadSidecar,
  refusal,
  someRecords,
  temporaryFolder,
} from './sidecar-support.js';

const corpora = findCorpora('sidecars of the corpora');
const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true }));

async function expectRoundTrip(path: string, bytes: Uint8Array): Promise<void> {
  const { source, table, facts } = await indexBytes(path, bytes);
  const sidecar = `${path}.index`;
  await writeSidecar(sidecar, source, table, facts);
  const loaded = await loadSidecar(sidecar, source);
  expect(contentOf(loaded.table)).toEqual(contentOf(table));
  // As bytes: the matcher takes long over an array of 65,536 sizes.
  expect(Buffer.compare(encodeStructured(loaded.summary), encodeStructured(facts.summary))).toBe(0);
  expect(loaded.damageCount).toBe(facts.damageCount);
  loaded.close();
  source.close();
}

describe('a sidecar holds the table', () => {
  const record = fc.record({
    seconds: fc.nat(0xffffffff),
    fraction: fc.nat(999_999),
    data: fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      fc
        .record({
          protocol: fc.constantFrom(6, 17, 1),
          sourcePort: fc.nat(65535),
          host: fc.nat(3),
          payload: fc.nat(40),
        })
        .map(frame),
    ),
  });

  test('of any pcap file', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(record, { maxLength: 40 }), fc.boolean(), async (records, big) => {
        await expectRoundTrip(join(folder, 'any.pcap'), buildPcap({ records, big, linkWord: 1 }));
      }),
      { numRuns: 60 },
    );
  });

  test('of any pcapng file: raw options, time offsets, packets without time or before 1970, damage', async () => {
    const options = fc.array(fc.tuple(fc.constantFrom(2, 3, 1, 2988), fc.string({ maxLength: 12 })), { maxLength: 4 });
    const packet = fc.oneof(
      fc.nat(50).map((payload) => simplePacket(frame({ payload }))),
      fc
        .tuple(fc.bigInt(0n, (1n << 64n) - 1n), fc.nat(50))
        .map(([time, payload]) => enhancedPacket(frame({ payload, host: 7 }), time)),
      fc.uint8Array({ minLength: 1, maxLength: 30 }),
    );
    await fc.assert(
      fc.asyncProperty(
        options,
        fc.bigInt(-(1n << 40n), 1n << 40n),
        fc.array(packet, { maxLength: 20 }),
        async (opts, seconds, packets) => {
          const offset = new Uint8Array(8);
          new DataView(offset.buffer).setBigInt64(0, seconds, true);
          const bytes = concatBytes([sectionHeader(opts), interfaceBlock(1, 0, [...opts, [14, offset]]), ...packets]);
          await expectRoundTrip(join(folder, 'any.pcapng'), bytes);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('of a capture of several segments, and says of each its bytes, its times and whether it is sorted', async () => {
    const records = Array.from({ length: 300_000 }, (_, i) => ({
      seconds: i === 270_000 ? 5 : 1000 + i,
      fraction: 0,
      data: frame({ payload: 0, sourcePort: i % 5000 }),
    }));
    const path = join(folder, 'large.pcap');
    const { source, table, facts } = await indexBytes(path, buildPcap({ records }));
    await writeSidecar(`${path}.index`, source, table, facts);
    // Room for the columns of one segment at a time: the other one is read again when it is used again.
    const { directory, table: loaded, close } = await loadSidecar(`${path}.index`, source, { columnBytes: 12_000_000 });
    expect(directory.map(({ rows, sorted }) => ({ rows, sorted }))).toEqual([
      { rows: 262_144, sorted: true },
      { rows: 37_856, sorted: false },
    ]);
    expect(directory.map(({ firstSeconds, lastSeconds }) => [firstSeconds, lastSeconds])).toEqual([
      [1000, 263_143],
      [5, 300_999],
    ]);
    expect(directory[0].firstOffset).toBe(24);
    expect(directory[1].lastOffset).toBe((source.size ?? 0) - 16 - records[0].data.length);
    for (let round = 0; round < 2; round++) {
      loaded.segments.forEach((segment, i) => {
        for (const name of ['offset', 'flow', 'seconds', 'originalLength'] as const) {
          const rows = segmentRows(segment);
          expect(Buffer.compare(bytesOf(segment[name], rows), bytesOf(table.segments[i][name], rows))).toBe(0);
        }
      });
    }
    expect(loaded.segments.every(({ buffer }) => buffer instanceof SharedArrayBuffer)).toBe(true);
    expect(tableBytes(loaded)).toBeGreaterThan(43 * 300_000);
    close();
    source.close();
  }, 120_000);

  test('of no packet at all', async () => {
    await expectRoundTrip(join(folder, 'empty.pcap'), buildPcap({ records: [] }));
  });

  (corpora === null ? test.skip : test)(
    'of the corpora (each eighth file)',
    async () => {
      const files = readdirSync(corpora ?? '', { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && /cap(ng)?$/.test(entry.name))
        .map((entry) => join(entry.parentPath, entry.name))
        .sort();
      let kept = 0;
      for (const path of files.filter((_, i) => i % 8 === 0)) {
        if (statSync(path).size > 300_000) continue;
        const indexed = await indexFile(path).catch(() => null); // what is no capture has no table
        if (indexed === null || indexed.source.compression !== null) continue;
        const sidecar = join(folder, 'corpus.index');
        await writeSidecar(sidecar, indexed.source, indexed.table, indexed.facts);
        const loaded = await loadSidecar(sidecar, indexed.source);
        expect([path, contentOf(loaded.table)]).toEqual([path, contentOf(indexed.table)]);
        loaded.close();
        indexed.source.close();
        kept++;
      }
      expect(kept).toBeGreaterThan(50);
    },
    120_000,
  );
});

function bytesOf(column: Float64Array | Uint32Array, rows: number): Buffer {
  const { buffer, byteOffset, BYTES_PER_ELEMENT } = column;
  return Buffer.from(buffer, byteOffset, rows * BYTES_PER_ELEMENT);
}

describe('a sidecar is not used', () => {
  test('when there is none', async () => {
    const { source } = await keptCapture(folder);
    expect(await readSidecar(join(folder, 'nowhere.index'), source)).toBeNull();
    expect(await readSidecar(join(folder, 'capture.pcap', 'index'), source)).toBeNull();
  });

  test('of a source without identity', async () => {
    const { sidecar } = await keptCapture(folder);
    expect(await readSidecar(sidecar, openMemorySource(buildPcap({ records: [] })))).toBeNull();
  });

  test('when the capture was touched', async () => {
    const { path, sidecar } = await keptCapture(folder);
    utimesSync(path, 1, 1);
    expect(await refusal(sidecar, openSource(path))).toBe('is out of date: the capture was written to since');
  });

  test('when the capture has grown', async () => {
    const { path, sidecar, source } = await keptCapture(folder);
    const bytes = readFileSync(path);
    writeFileSync(path, concatBytes([bytes, new Uint8Array(100)]));
    expect(await refusal(sidecar, openSource(path))).toBe(
      `is out of date: the capture has ${(source.size ?? 0) + 100} bytes, ${source.size} were indexed`,
    );
  });

  test('when a sampled byte of the capture changed and nothing else did', async () => {
    const { path, sidecar } = await keptCapture(folder);
    const bytes = readFileSync(path);
    utimesSync(path, 1_600_000_000, 1_600_000_000);
    const { source, table, facts } = await indexFile(path);
    await writeSidecar(sidecar, source, table, facts);
    bytes[bytes.length - 1] ^= 1;
    writeFileSync(path, bytes);
    utimesSync(path, 1_600_000_000, 1_600_000_000);
    expect(await refusal(sidecar, openSource(path))).toBe('is out of date: the capture has other content');
  });

  test('but it is when the capture was only moved', async () => {
    const { path, sidecar, table } = await keptCapture(folder);
    const moved = join(folder, 'moved.pcap');
    renameSync(path, moved);
    const loaded = await loadSidecar(sidecar, openSource(moved));
    expect(contentOf(loaded.table)).toEqual(contentOf(table));
  });

  test('when a folder stands in its place', async () => {
    const { source } = await keptCapture(folder);
    expect(await refusal(folder, source)).toBe('is no regular file');
  });
});

describe('writing a sidecar', () => {
  test('makes its folder for its owner alone, and the file too', async () => {
    const { source, table, facts } = await keptCapture(folder);
    const place = join(folder, 'deep', 'cache', 'capture.index');
    await writeSidecar(place, source, table, facts);
    expect(statSync(place).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'deep', 'cache')).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'deep')).mode & 0o777).toBe(0o700);
  });

  test('leaves nothing behind when it fails, and the older one in place', async () => {
    const { source, table, facts, sidecar, path } = await keptCapture(folder);
    const older = readFileSync(sidecar);
    utimesSync(path, 7, 7);
    await expect(writeSidecar(sidecar, source, table, facts)).rejects.toThrow('changed while it was indexed');
    expect(readFileSync(sidecar).equals(older)).toBe(true);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test('never shows half a file at its place, and clears what a killed process left an hour ago', async () => {
    const { source, table, facts, sidecar } = await keptCapture(folder);
    const [old, young] = ['0123456789abcdef', 'fedcba9876543210'].map((mark) => `${sidecar}.${mark}.tmp`);
    writeFileSync(old, 'half');
    writeFileSync(young, 'half');
    utimesSync(old, 1, 1);
    const before = statSync(sidecar).ino;
    await writeSidecar(sidecar, source, table, facts);
    expect(statSync(sidecar).ino).not.toBe(before);
    expect([existsSync(old), existsSync(young)]).toEqual([false, true]);
    rmSync(young);
  });

  test('is refused for what is no plain file, and for a table that is not done', async () => {
    const { source, table, facts } = await keptCapture(folder);
    const place = join(folder, 'refused.index');
    const memory = openMemorySource(buildPcap({ records: someRecords(1) }));
    await expect(writeSidecar(place, memory, table, facts)).rejects.toThrow('no plain file');
    await expect(writeSidecar(place, source, { ...table, done: false }, facts)).rejects.toThrow('no plain file');
    await expect(writeSidecar(place, source, table, { ...facts, summary: 'x'.repeat(1 << 25) })).rejects.toThrow(
      'do not fit an index',
    );
    expect(existsSync(place)).toBe(false);
  });

  test('fails where a file stands in the place of its folder', async () => {
    const { source, table, facts } = await keptCapture(folder);
    mkdirSync(join(folder, 'taken.index'), { recursive: true });
    writeFileSync(join(folder, 'taken.index', 'x'), '');
    await expect(writeSidecar(join(folder, 'taken.index'), source, table, facts)).rejects.toThrow();
    await expect(writeSidecar(join(folder, 'capture.pcap', 'y'), source, table, facts)).rejects.toThrow();
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});
