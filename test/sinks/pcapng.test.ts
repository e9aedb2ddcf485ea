import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import {
  block,
  buildPcap,
  concatBytes,
  customBlock,
  customOption,
  decryptionSecrets,
  enhancedPacket,
  frame,
  interfaceBlock,
  interfaceStatistics,
  nameResolution,
  type OptionPair,
  obsoletePacket,
  sectionHeader,
  simplePacket,
} from '../support/build-capture.js';
import { useTemporaryFolder } from '../support/temporary-folder.js';
import { writeCapture } from '../support/write-capture.js';

const at = useTemporaryFolder();
const data = frame({ payload: 5 });
const units = 1_700_000_000_123_456n;

function put(name: string, ...parts: Uint8Array[]): string {
  writeFileSync(at(name), concatBytes(parts));
  return at(name);
}

function expectFile(name: string, ...parts: Uint8Array[]): void {
  expect(Buffer.from(readFileSync(at(name))).toString('hex')).toBe(Buffer.from(concatBytes(parts)).toString('hex'));
}

/** A section with every kind of block; `length` is its section length field. */
function everything(big: boolean, length: number | null): Uint8Array[] {
  const options: OptionPair[] = [
    [1, 'note'],
    [4, 'maker'],
  ];
  return [
    sectionHeader(options, big, length),
    interfaceBlock(1, 0, [[2, 'eth0']], big),
    nameResolution([10, 0, 0, 1], 'one', big),
    enhancedPacket(data, units, { big, opts: [[1, 'first']] }),
    decryptionSecrets('CLIENT_RANDOM 1 2', undefined, big),
    simplePacket(data, data.length, big),
    block(0x80000001, data, big),
    obsoletePacket(data, units, 0, 3, big),
    customBlock(true, data, big),
    interfaceBlock(1, 0, [[2, 'eth1']], big),
    enhancedPacket(data, units + 5n, { big, interfaceId: 1 }),
    interfaceStatistics(0, units, [[4, new Uint8Array(8)]], big),
  ];
}

describe('pcapng to pcapng', () => {
  test('nothing selected: several sections of both byte orders are copied byte for byte', async () => {
    const forbidden = [customBlock(false, data), enhancedPacket(data, units, { opts: [customOption(19372, 'x')] })];
    const parts = [...everything(false, null), ...forbidden, ...everything(true, 1000)];
    const report = await writeCapture([put('a.pcapng', ...parts)], at('b.pcapng'), { windowBytes: 128 });
    expectFile('b.pcapng', ...parts);
    expect(report.files[0].packets).toBe(9);
    expect(report.losses).toEqual([]);
  });

  test('a selection keeps every other block at its place, the section length unknown', async () => {
    const source = put('a.pcapng', ...everything(false, 1000), ...everything(true, 999));
    for (const windowBytes of [128, 1 << 20]) {
      await writeCapture([source], at('b.pcapng'), { keep: (number) => number % 4 === 2, windowBytes, force: true });
      const [little, big] = [everything(false, null), everything(true, null)];
      expectFile(
        'b.pcapng',
        ...[little, big].flatMap((parts) => parts.filter((_part, index) => ![3, 7, 10].includes(index))),
      );
    }
  });

  test('what its maker forbids to copy is dropped from a selection and told, without asking for consent', async () => {
    const forbidden = customOption(19373, 'x');
    const source = put(
      'a.pcapng',
      sectionHeader([forbidden, [4, 'maker']]),
      interfaceBlock(1, 0, [[2, 'eth0'], forbidden]),
      customBlock(false, data),
      enhancedPacket(data, units),
      enhancedPacket(data, units, { opts: [[1, 'keep'], forbidden, customOption(2988, 'copy')] }),
      enhancedPacket(data, units, { opts: [forbidden] }),
      enhancedPacket(data, units, { opts: [[1, 'plain']] }),
      enhancedPacket(data, units, { opts: [forbidden] }),
      interfaceStatistics(0, units, [forbidden]),
    );
    const report = await writeCapture([source], at('b.pcapng'), { keep: (number) => number < 5 });
    expectFile(
      'b.pcapng',
      sectionHeader([[4, 'maker']]),
      interfaceBlock(1, 0, [[2, 'eth0']]),
      enhancedPacket(data, units),
      enhancedPacket(data, units, { opts: [[1, 'keep'], customOption(2988, 'copy')] }),
      enhancedPacket(data, units),
      enhancedPacket(data, units, { opts: [[1, 'plain']] }),
      interfaceStatistics(0, units),
    );
    expect(report.files[0].packets).toBe(4);
    expect(report.losses).toEqual([
      '5 custom options that their makers forbid to copy',
      '1 custom block that its maker forbids to copy',
    ]);
  });

  test('a block whose options are malformed is copied as it is', async () => {
    const malformed = block(5, concatBytes([new Uint8Array(12), Uint8Array.of(2, 0, 99, 0)]));
    const parts = [sectionHeader(), interfaceBlock(), malformed, block(4, Uint8Array.of(1, 0, 99, 0))];
    await writeCapture([put('a.pcapng', ...parts)], at('b.pcapng'), { keep: () => true });
    expectFile('b.pcapng', ...parts);
  });

  test('a comment joins those of the first section header', async () => {
    const source = put('a.pcapng', ...everything(true, 1000), ...everything(false, null));
    await writeCapture([source], at('b.pcapng'), { comment: 'case 42' });
    const [first, ...rest] = everything(true, null);
    expect(first.length).toBeGreaterThan(0);
    expectFile(
      'b.pcapng',
      sectionHeader(
        [
          [1, 'note'],
          [4, 'maker'],
          [1, 'case 42'],
        ],
        true,
      ),
      ...rest,
      ...everything(false, null),
    );
  });

  test('any selection of any packets has them verbatim and in order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.boolean(), fc.boolean()), { maxLength: 60 }),
        fc.integer({ min: 64, max: 600 }),
        async (packets, windowBytes) => {
          const blocks = packets.map(([size, commented], index) =>
            enhancedPacket(frame({ payload: size }), units + BigInt(index), { opts: commented ? [[1, 'x']] : [] }),
          );
          const head = [sectionHeader(), interfaceBlock()];
          const keep = (number: number): boolean => packets[number - 1][2];
          await writeCapture([put('a.pcapng', ...head, ...blocks)], at('b.pcapng'), { keep, windowBytes, force: true });
          expectFile('b.pcapng', ...head, ...blocks.filter((_block, index) => keep(index + 1)));
        },
      ),
      { numRuns: 40, seed: 7 },
    );
  });
});

describe('pcap to pcapng', () => {
  const records = [
    { seconds: 4_000_000_000, fraction: 999_999, data: frame({ payload: 1 }), originalLength: 4000 },
    { seconds: 1, fraction: 2, data: frame({ payload: 4 }) },
  ];

  test('one little-endian section with interface pcap0', async () => {
    const source = put('a.pcap', buildPcap({ big: true, snapLength: 77, linkWord: 0x24000001, records }));
    await writeCapture([source], at('b.pcapng'), { comment: 'case 42' });
    expectFile(
      'b.pcapng',
      sectionHeader([[1, 'case 42']]),
      interfaceBlock(1, 77, [
        [2, 'pcap0'],
        [9, Uint8Array.of(6)],
        [13, Uint8Array.of(4)],
      ]),
      enhancedPacket(records[0].data, 4_000_000_000_999_999n, { originalLength: 4000 }),
      enhancedPacket(records[1].data, 1_000_002n),
    );
  });

  test('nanoseconds keep their resolution, over the whole range of time', async () => {
    const seconds = [0, 1, 4, 5, 65535, 65536, 2 ** 31, 2 ** 32 - 1];
    const all = seconds.flatMap((each) => [0, 1, 999_999_999].map((fraction) => ({ seconds: each, fraction, data })));
    await writeCapture([put('a.pcap', buildPcap({ magic: 0xa1b23c4d, records: all }))], at('b.pcapng'));
    expectFile(
      'b.pcapng',
      sectionHeader(),
      interfaceBlock(1, 262_144, [
        [2, 'pcap0'],
        [9, Uint8Array.of(9)],
      ]),
      ...all.map(({ seconds: s, fraction }) => enhancedPacket(data, BigInt(s) * 1_000_000_000n + BigInt(fraction))),
    );
  });

  test('a fraction of a second or more is carried over', async () => {
    const odd = [{ seconds: 5, fraction: 2_500_000, data }];
    await writeCapture([put('a.pcap', buildPcap({ records: odd }))], at('b.pcapng'), { keep: () => true });
    const bytes = readFileSync(at('b.pcapng'));
    const packet = Buffer.from(enhancedPacket(data, 7_500_000n));
    expect(bytes.subarray(-packet.length).toString('hex')).toBe(packet.toString('hex'));
  });

  test('an empty pcap becomes an empty section', async () => {
    await writeCapture([put('a.pcap', buildPcap({ records: [] }))], at('b.pcapng'));
    expectFile(
      'b.pcapng',
      sectionHeader(),
      interfaceBlock(1, 262_144, [
        [2, 'pcap0'],
        [9, Uint8Array.of(6)],
      ]),
    );
  });

  test('zone, accuracy and modified records need consent', async () => {
    const a = put('a.pcap', buildPcap({ zone: 3600, accuracy: 1, records }));
    await expect(writeCapture([a], at('b.pcapng'))).rejects.toThrow(
      /time zone correction of 3600 s; the timestamp accuracy/,
    );
    const m = put('m.pcap', buildPcap({ magic: 0xa1b2cd34, records }));
    await expect(writeCapture([m], at('b.pcapng'))).rejects.toMatchObject({ code: 'loss', hint: 'give --allow-loss' });
    const report = await writeCapture([m], at('b.pcapng'), { allowLoss: true });
    expect(report.losses).toEqual(['interface index, protocol and packet type of modified pcap records']);
  });
});
