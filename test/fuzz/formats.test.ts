import fs from 'node:fs';
import path from 'node:path';
import { PcapshError } from '../../src/errors.js';
import { openMemorySource } from '../../src/formats/memory-source.js';
import { openReader, openReaderSync } from '../../src/formats/reader.js';
import { buildPcap, buildPcapng, readAll, readAllSync, samples } from '../formats/captures.js';

/** Rounds per capture; FUZZ_ROUNDS asks for more. */
const ROUNDS = Number(process.env.FUZZ_ROUNDS ?? 150);
const corpora = path.resolve(process.env.PCAPSH_CORPORA ?? '../shared/corpora', 'dev');

function generator(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

/** A copy with some bytes changed, cut out or cut off. */
function spoil(bytes: Uint8Array, random: (limit: number) => number): Uint8Array {
  const copy = new Uint8Array(bytes).subarray(0, random(4) === 0 ? random(bytes.length) : bytes.length);
  for (let count = random(12); count > 0 && copy.length > 0; count--) {
    const at = random(copy.length);
    const kind = random(4);
    if (kind === 0) copy[at] ^= 1 << random(8);
    else if (kind === 1) copy[at] = [0, 0xff, 0x7f, 0x80][random(4)];
    else if (kind === 2) copy.fill(random(256), at, at + random(40));
    else copy.copyWithin(at, random(copy.length), random(copy.length));
  }
  return copy;
}

/** Reads what may be anything: packets must lie in the file, in order; errors must be ours. */
async function readHostile(bytes: Uint8Array, random: (limit: number) => number): Promise<void> {
  const options = { windowBytes: 64 + random(5000), rows: 1 + random(50), blocks: random(2) === 0 };
  try {
    const packets = readAllSync(openReaderSync(openMemorySource(bytes), options));
    let last = -1;
    for (const { offset, data } of packets) {
      expect(offset).toBeGreaterThan(last);
      expect(offset + data.length).toBeLessThanOrEqual(bytes.length);
      last = offset;
    }
    // A stream cannot look behind a long block before it passes over it, so it may lose more, but not in silence.
    const reader = await openReader({ ...openMemorySource(bytes), seekable: false }, options);
    const streamed = await readAll(reader);
    expect(streamed.length === packets.length || reader.damageCount > 0).toBe(true);
  } catch (error) {
    if (!(error instanceof PcapshError)) throw error;
  }
}

describe('damaged captures never crash the readers', () => {
  test.each([
    ['pcap', buildPcap(samples(200))],
    ['big-endian pcap', buildPcap(samples(200), {}, 'big')],
    ['pcapng', buildPcapng(samples(200))],
    ['big-endian pcapng', buildPcapng(samples(200), 'big')],
  ])('%s', async (_, bytes) => {
    const random = generator(bytes.length);
    const start = performance.now();
    for (let round = 0; round < ROUNDS; round++) await readHostile(spoil(bytes, random), random);
    expect(performance.now() - start).toBeLessThan(ROUNDS * 400);
  });

  const present = fs.existsSync(corpora);
  if (!present) console.warn(`SKIPPED: no corpora at ${corpora}, their files are not spoilt`);
  (present ? test : test.skip)('files of the corpora', async () => {
    const random = generator(99);
    for (const folder of ['malformed', 'libpcap', 'pcapng-test-generator/output_le/difficult']) {
      for (const entry of fs.readdirSync(path.join(corpora, folder), { withFileTypes: true })) {
        if (!entry.isFile()) continue;
        const bytes = fs.readFileSync(path.join(corpora, folder, entry.name));
        for (let round = 0; round < 3; round++) await readHostile(spoil(bytes, random), random);
      }
    }
  });

  test('hostile bytes take linear time', () => {
    const zeros = buildPcap([]);
    const patterns: [string, (index: number) => number][] = [
      ['zeros', () => 0],
      ['ones', () => 255],
      ['small records that never end well', (index) => (index % 16 === 8 ? 1 : index % 16 === 12 ? 1 : 0)],
      ['blocks of type 6', (index) => (index % 4 === 0 ? 6 : 0)],
    ];
    for (const [, pattern] of patterns) {
      for (const head of [zeros, buildPcapng([])]) {
        const bytes = new Uint8Array(4_000_000);
        for (let index = 0; index < bytes.length; index++) bytes[index] = pattern(index);
        bytes.set(head);
        const start = performance.now();
        const reader = openReaderSync(openMemorySource(bytes));
        while (reader.nextSync() !== null);
        expect(performance.now() - start).toBeLessThan(8000);
        expect(reader.damage.length).toBeLessThanOrEqual(1000);
      }
    }
  });
});
