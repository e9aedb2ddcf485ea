import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { joinNames } from '../../src/formats/pcapng/known-names.js';
import type { Capture } from '../../src/plan/capture.js';
import type { NumberRange } from '../../src/plan/packet-numbers.js';
import { openWorkspace, type Workspace } from '../../src/plan/workspace.js';
import { buildPcap, frame } from '../support/build-capture.js';

const PACKETS = 150;
const folder = mkdtempSync(join(tmpdir(), 'pcapsh-numbers-'));
const streams: Workspace = openWorkspace({ interactive: false });
const tables: Workspace = openWorkspace({ interactive: true });
let stream: Capture;
let table: Capture;

beforeAll(async () => {
  const paths = [1, 2].map((file) => {
    const records = Array.from({ length: PACKETS }, (_, i) => ({
      seconds: i * file,
      fraction: 0,
      data: frame({ protocol: i % 3 === 0 ? 6 : 17, host: i % 250 }),
    }));
    const path = join(folder, `${file}.pcap`);
    writeFileSync(path, buildPcap({ records }));
    return path;
  });
  stream = await streams.load(paths);
  table = await tables.load(paths);
});
afterAll(async () => {
  await streams.close();
  await tables.close();
  rmSync(folder, { recursive: true });
});

const range = fc
  .record({ file: fc.integer({ min: 1, max: 3 }), a: fc.integer({ min: 1, max: 200 }), b: fc.nat(200) })
  .map(({ file, a, b }): NumberRange => ({ file, from: a, to: a + b }));

test('ranges of numbers give the same packets from the table, from a stream and one by one', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(range, { maxLength: 4 }),
      fc.nat(40),
      fc.constantFrom('', 'tcp', 'host 10.0.0.7'),
      async (ranges, limit, filter) => {
        const [one, other] = [stream, table].map((each) => (filter === '' ? each : each.filter(filter)));
        const expected: string[] = [];
        const missing: NumberRange[] = [];
        for (const each of ranges) {
          const before = expected.length;
          for (let number = each.from; number <= Math.min(each.to, PACKETS); number++) {
            if (each.file > 2 || (filter === 'tcp' && (number - 1) % 3 !== 0)) continue;
            if (filter === 'host 10.0.0.7' && number - 1 !== 7) continue;
            expected.push(`${each.file}:${number}`);
          }
          if (expected.length === before) missing.push(each);
        }
        for (const capture of [one, other]) {
          const found = await capture.numbered(ranges, { limit });
          expect(found.packets.map(({ file, number }) => `${file}:${number}`)).toEqual(expected.slice(0, limit));
          expect(found.more).toBe(Math.max(0, expected.length - limit));
          expect(found.missing).toEqual(missing);
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('one packet, and the time of the first', async () => {
  for (const capture of [stream, table]) {
    expect(await capture.packet(7, { file: 2 })).toMatchObject({ number: 7, file: 2, timestamp: 12_000_000_000n });
    expect(await capture.packet(PACKETS + 1)).toBeNull();
    expect(await capture.filter('tcp').packet(2)).toBeNull();
    expect(await capture.filter('udp').tail(3).start()).toBe(0n);
  }
});

test('names of two parts of a file, each once', () => {
  const a = { address: '10.0.0.1', name: 'a' };
  const b = { address: '10.0.0.1', name: 'b' };
  expect(joinNames([a], [b, a])).toEqual([a, b]);
  const many = Array.from({ length: 10_000 }, (_, i) => ({ address: String(i), name: 'x' }));
  expect(joinNames(many, [a])).toHaveLength(8192);
});
