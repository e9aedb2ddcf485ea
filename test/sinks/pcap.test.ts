import { readFileSync, writeFileSync } from 'node:fs';
import { openSource } from '../../src/formats/open-source.js';
import { openReaderSync } from '../../src/formats/reader.js';
import { lossesOf } from '../../src/sinks/pcap-losses.js';
import {
  buildPcap,
  concatBytes,
  customBlock,
  decryptionSecrets,
  enhancedPacket,
  frame,
  interfaceBlock,
  interfaceStatistics,
  journalExport,
  nameResolution,
  obsoletePacket,
  type PcapFile,
  sectionHeader,
  simplePacket,
} from '../support/build-capture.js';
import { useTemporaryFolder } from '../support/temporary-folder.js';
import { writeCapture } from '../support/write-capture.js';

const at = useTemporaryFolder();

function put(name: string, ...parts: Uint8Array[]): string {
  writeFileSync(at(name), concatBytes(parts));
  return at(name);
}

const records = Array.from({ length: 9 }, (_, index) => ({
  seconds: 1_700_000_000 + index,
  fraction: index * 1000 + 7,
  data: frame({ payload: index * 3, host: index }),
}));

const variants: [string, Omit<PcapFile, 'records'>][] = [
  ['little-endian microseconds', {}],
  ['big-endian microseconds', { big: true }],
  ['little-endian nanoseconds', { magic: 0xa1b23c4d }],
  ['big-endian nanoseconds', { big: true, magic: 0xa1b23c4d }],
  ['modified', { magic: 0xa1b2cd34 }],
  ['zone, accuracy, snapshot length 0 and FCS bits', { zone: 3600, accuracy: 5, snapLength: 0, linkWord: 0x24000001 }],
];

describe('pcap to pcap', () => {
  test.each(variants)('%s: an unfiltered copy is the source byte for byte', async (_, file) => {
    const bytes = buildPcap({ ...file, records });
    const report = await writeCapture([put('a.pcap', bytes)], at('b.pcap'));
    expect(Buffer.compare(readFileSync(at('b.pcap')), bytes)).toBe(0);
    expect(report.files).toMatchObject([{ format: 'pcap', packets: 9, bytes: bytes.length }]);
    expect(report.losses).toEqual([]);
  });

  test.each(variants)('%s: a selection keeps header and records', async (_, file) => {
    const kept = (number: number): boolean => number % 3 !== 1;
    await writeCapture([put('a.pcap', buildPcap({ ...file, records }))], at('b.pcap'), { keep: kept });
    const expected = buildPcap({ ...file, records: records.filter((_record, index) => kept(index + 1)) });
    expect(Buffer.compare(readFileSync(at('b.pcap')), expected)).toBe(0);
  });

  test('nothing kept leaves the header', async () => {
    await writeCapture([put('a.pcap', buildPcap({ records }))], at('b.pcap'), { keep: () => false });
    expect(Buffer.compare(readFileSync(at('b.pcap')), buildPcap({ records: [] }))).toBe(0);
  });

  test('files with the same header are joined under it, with the largest snapshot length', async () => {
    const a = put('a.pcap', buildPcap({ big: true, snapLength: 100, records }));
    const b = put('b.pcap', buildPcap({ big: true, snapLength: 200, records }));
    await writeCapture([a, b], at('c.pcap'));
    const expected = buildPcap({ big: true, snapLength: 200, records: [...records, ...records] });
    expect(Buffer.compare(readFileSync(at('c.pcap')), expected)).toBe(0);
  });

  test('files with different headers become a little-endian file of the finest time', async () => {
    const a = put('a.pcap', buildPcap({ big: true, snapLength: 0, records: records.slice(0, 1) }));
    const b = put('b.pcap', buildPcap({ magic: 0xa1b23c4d, records: records.slice(1, 2) }));
    await writeCapture([a, b], at('c.pcap'));
    const micro = { ...records[0], fraction: records[0].fraction * 1000 };
    const expected = buildPcap({ magic: 0xa1b23c4d, records: [micro, records[1]] });
    expect(Buffer.compare(readFileSync(at('c.pcap')), expected)).toBe(0);
  });

  test('a joined header that cannot keep a zone says so', async () => {
    const a = put('a.pcap', buildPcap({ zone: 60, records }));
    const b = put('b.pcap', buildPcap({ accuracy: 3, records }));
    await expect(writeCapture([a, b], at('c.pcap'))).rejects.toMatchObject({
      code: 'loss',
      message: expect.stringMatching(/time zone correction of 60 s; the timestamp accuracy of 3/),
    });
  });

  test('a fraction of a second or more is copied as it stands, and carried over when encoded', async () => {
    const odd = [{ seconds: 5, fraction: 2_500_000, data: frame() }];
    const bytes = buildPcap({ records: odd });
    await writeCapture([put('a.pcap', bytes)], at('b.pcap'));
    expect(Buffer.compare(readFileSync(at('b.pcap')), bytes)).toBe(0);
    const nano = [{ ...odd[0], fraction: 1 }];
    await writeCapture([put('n.pcap', buildPcap({ magic: 0xa1b23c4d, records: nano })), at('a.pcap')], at('c.pcap'));
    const carried = { ...odd[0], seconds: 7, fraction: 500_000_000 };
    const expected = buildPcap({ magic: 0xa1b23c4d, records: [...nano, carried] });
    expect(Buffer.compare(readFileSync(at('c.pcap')), expected)).toBe(0);
  });
});

describe('pcapng to pcap', () => {
  const data = frame({ payload: 5 });
  const units = 1_700_000_000_123_456n;

  test('little-endian microseconds, the largest snapshot length in use', async () => {
    const a = put(
      'a.pcapng',
      sectionHeader([], true),
      interfaceBlock(1, 96, [], true),
      enhancedPacket(data, units, { big: true }),
    );
    const report = await writeCapture([a], at('b.pcap'));
    const expected = buildPcap({ snapLength: 96, records: [{ seconds: 1_700_000_000, fraction: 123_456, data }] });
    expect(Buffer.compare(readFileSync(at('b.pcap')), expected)).toBe(0);
    expect(report.losses).toEqual([]);
  });

  test('nanosecond magic and snapshot length follow the interfaces in use, even those that are met late', async () => {
    const nano: [number, Uint8Array][] = [[9, Uint8Array.of(9)]];
    const parts = [sectionHeader(), interfaceBlock(1, 96), enhancedPacket(data, units)];
    const late = [interfaceBlock(1, 0, nano), enhancedPacket(data, units * 1000n + 1n, { interfaceId: 1 })];
    const a = put('a.pcapng', ...parts, ...late);
    await writeCapture([a], at('b.pcap'), { allowLoss: true, windowBytes: 200 });
    const both = [
      { seconds: 1_700_000_000, fraction: 123_456_000, data },
      { seconds: 1_700_000_000, fraction: 123_456_001, data },
    ];
    expect(Buffer.compare(readFileSync(at('b.pcap')), buildPcap({ magic: 0xa1b23c4d, records: both }))).toBe(0);
    await writeCapture([a], at('c.pcap'), { allowLoss: true, keep: (number) => number === 1 });
    const first = buildPcap({ snapLength: 96, records: [{ ...both[0], fraction: 123_456 }] });
    expect(Buffer.compare(readFileSync(at('c.pcap')), first)).toBe(0);
    await writeCapture([a], at('d.pcap'), { allowLoss: true, windowBytes: 200, keep: (number) => number === 2 });
    expect(Buffer.compare(readFileSync(at('d.pcap')), buildPcap({ magic: 0xa1b23c4d, records: [both[1]] }))).toBe(0);
  });

  test('a header that was decided wrongly fails cleanly when the source cannot be read again', async () => {
    const nano: [number, Uint8Array][] = [[9, Uint8Array.of(9)]];
    const many = Array.from({ length: 20 }, () => enhancedPacket(data, units));
    const late = [interfaceBlock(1, 0, nano), enhancedPacket(data, units, { interfaceId: 1 })];
    const a = put('a.pcapng', sectionHeader(), interfaceBlock(), ...many, ...late);
    const run = writeCapture([a], at('b.pcap'), { allowLoss: true, windowBytes: 300, repeatable: false });
    await expect(run).rejects.toMatchObject({ code: 'write.two-passes' });
  });

  test('without a packet the declared interfaces decide', async () => {
    await writeCapture([put('a.pcapng', sectionHeader(), interfaceBlock(101, 0))], at('b.pcap'));
    expect(Buffer.compare(readFileSync(at('b.pcap')), buildPcap({ linkWord: 101, records: [] }))).toBe(0);
    await writeCapture([put('c.pcapng', sectionHeader())], at('d.pcap'));
    expect(Buffer.compare(readFileSync(at('d.pcap')), buildPcap({ records: [] }))).toBe(0);
  });

  test('if_fcslen becomes the bits of the link-type word', async () => {
    const a = put(
      'a.pcapng',
      sectionHeader(),
      interfaceBlock(1, 100, [[13, Uint8Array.of(4)]]),
      enhancedPacket(data, units),
    );
    await writeCapture([a], at('b.pcap'));
    expect(readFileSync(at('b.pcap')).readUInt32LE(20)).toBe(0x24000001);
  });

  test('what pcap cannot hold is listed, and needs consent', async () => {
    const a = put(
      'a.pcapng',
      sectionHeader([
        [1, 'whole'],
        [3, 'Linux'],
      ]),
      interfaceBlock(1, 0, [
        [2, 'eth0'],
        [3, 'up\u001b[2J'],
        [11, '\0tcp'],
        [15, 'card'],
        [1, 'mine'],
        [13, Uint8Array.of(3)],
      ]),
      interfaceBlock(1, 0, [
        [2, 'eth1'],
        [9, Uint8Array.of(12)],
      ]),
      enhancedPacket(data, units, {
        opts: [
          [1, 'odd'],
          [2, Uint8Array.of(1, 0, 0, 0)],
        ],
      }),
      enhancedPacket(data, 1_000_000_000_001n, { interfaceId: 1 }),
      enhancedPacket(data, 1_000_000_000_000n, { interfaceId: 1 }),
      nameResolution([10, 0, 0, 1], 'host'),
      interfaceStatistics(0, units),
      decryptionSecrets('x'),
      journalExport('__CURSOR=1\n'),
      customBlock(true, data),
      simplePacket(data),
    );
    const run = writeCapture([a], at('b.pcap'));
    await expect(run).rejects.toMatchObject({ code: 'loss', hint: 'write a .pcapng, or give --allow-loss' });
    const error = await run.catch((reason: Error) => reason.message);
    for (const part of [
      '3 comments',
      'hardware, system or application',
      'interface names (eth0, eth1)',
      'interface descriptions (up\\x1b[2J)',
      'interface filters (tcp)',
      'the distinction of 2 interfaces',
      '1 other interface option',
      'a frame check sequence of 3 bytes',
      'frame check sequences of different lengths',
      '1 other packet option',
      '1 time finer than nanoseconds',
      '1 name resolution block',
      '1 interface statistics block',
      '1 block of decryption secrets',
      '1 journal entry',
      '1 custom block',
    ]) {
      expect(error).toContain(part);
    }
    expect(() => readFileSync(at('b.pcap'))).toThrow('ENOENT');
    const report = await writeCapture([a], at('b.pcap'), { allowLoss: true });
    expect(report.files[0].packets).toBe(4);
    expect(report.losses).toContain('1 packet without a time, which gets time 0');
  });

  test('packets without a time need no consent, times that pcap cannot hold do', async () => {
    const a = put('a.pcapng', sectionHeader(), interfaceBlock(), simplePacket(data), simplePacket(data));
    const report = await writeCapture([a], at('b.pcap'));
    expect(report.losses).toEqual(['2 packets without a time, which get time 0']);
    const b = put('c.pcapng', sectionHeader(), interfaceBlock(), enhancedPacket(data, 1n << 60n));
    await expect(writeCapture([b], at('d.pcap'))).rejects.toThrow('1 time before 1970 or after 2106');
  });

  test('several link types in use are refused, one that is not in use does not matter', async () => {
    const a = put(
      'a.pcapng',
      sectionHeader(),
      interfaceBlock(1),
      interfaceBlock(101),
      enhancedPacket(data, units),
      obsoletePacket(data, units, 1, 3),
    );
    await expect(writeCapture([a], at('b.pcap'), { allowLoss: true })).rejects.toMatchObject({
      code: 'write.link-types',
      message: 'pcap holds one link type, these packets have 2: 1, 101',
    });
    await writeCapture([a], at('b.pcap'), { allowLoss: true, keep: (number) => number === 2 });
    expect(readFileSync(at('b.pcap')).readUInt32LE(20)).toBe(101);
  });

  test('a comment is refused', async () => {
    const a = put('a.pcapng', sectionHeader(), interfaceBlock());
    await expect(writeCapture([a], at('b.pcap'), { comment: 'case 42' })).rejects.toMatchObject({
      code: 'write.comment',
    });
  });
});

test('losses that a description alone tells', async () => {
  const a = put('a.pcapng', sectionHeader([[1, 'x']]), interfaceBlock(1, 0, [[2, 'eth0']]));
  const source = openSource(a);
  const reader = openReaderSync(source);
  while (reader.nextSync() !== null);
  source.close();
  expect(lossesOf([reader.description], 'pcap')).toEqual(['1 comment', 'interface names (eth0)']);
  expect(lossesOf([reader.description], 'pcapng')).toEqual([]);
});
