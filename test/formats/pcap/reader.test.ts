import { concatenate } from '../../../src/bytes/concatenate.js';
import { openMemorySource } from '../../../src/formats/memory-source.js';
import { MAGIC_MODIFIED, MAGIC_NANOSECONDS } from '../../../src/formats/pcap/header.js';
import { openReaderAt, openReaderSync, type ReaderOptions } from '../../../src/formats/reader.js';
import { buildPcap, readAllSync, samples } from '../captures.js';

function read(bytes: Uint8Array, options: ReaderOptions = {}) {
  const reader = openReaderSync(openMemorySource(bytes), options);
  return { packets: readAllSync(reader), reader };
}

function offsetsOf(bytes: Uint8Array): number[] {
  return read(bytes).packets.map((packet) => packet.offset);
}

describe('pcap', () => {
  const many = samples(3000);

  test.each([
    ['little', {}],
    ['big', {}],
    ['little', { magic: MAGIC_MODIFIED }],
    ['big', { versionMinor: 2 }],
    ['little', { versionMinor: 3 }],
  ] as const)('%s endian with %j gives what was put in', (byteOrder, changes) => {
    const { packets, reader } = read(buildPcap(many, changes, byteOrder));
    expect(reader.damage).toEqual([]);
    expect(packets.map(({ data }) => data)).toEqual(many.map(({ data }) => data));
    expect(packets[1001].time).toBe(1_700_000_001_001_000_000n);
    expect(packets.map(({ number }) => number)).toEqual(many.map((_, index) => index + 1));
    expect(reader.firstOffset).toBe(24);
    expect(reader.nextOffset).toBe(reader.position);
    expect(reader.packets).toBe(3000);
  });

  test('swapped lengths of version 2.3 are told by their size', () => {
    const bytes = buildPcap([{ ...many[0], originalLength: 900 }, many[1]], { versionMinor: 3 });
    const view = new DataView(bytes.buffer);
    const captured = view.getUint32(32, true);
    view.setUint32(32, 900, true);
    view.setUint32(36, captured, true);
    expect(read(bytes).packets.map(({ data, originalLength }) => [data.length, originalLength])).toEqual([
      [captured, 900],
      [many[1].data.length, many[1].data.length],
    ]);
  });

  test('nanoseconds, and a fraction of a second or more, are exact', () => {
    const odd = { ...many[0], seconds: 5, fraction: 1_500_000_000 };
    const { packets } = read(
      buildPcap([{ ...many[0], seconds: 4, fraction: 999_999_999 }, odd], { magic: MAGIC_NANOSECONDS }),
    );
    expect(packets.map(({ time }) => time)).toEqual([4_999_999_999n, 6_500_000_000n]);
  });

  test('any window and batch size reads the same', () => {
    const bytes = buildPcap(many);
    const whole = read(bytes).packets;
    for (const [windowBytes, rows] of [
      [64, 1],
      [300, 7],
      [4096, 100],
    ]) {
      expect(read(bytes, { windowBytes, rows }).packets).toEqual(whole);
    }
  });

  test('link-type word tells the frame check sequence', () => {
    const { reader } = read(buildPcap([], { linkWord: 0x24000001 }));
    expect(reader.description.interfaces[0]).toMatchObject({ linkType: 1, fcsLength: 4 });
  });

  test.each([
    [{ versionMajor: 1 }, 'format.version'],
    [{ linkWord: 0x00300001 }, 'format.link-type'],
  ])('%j is refused', (changes, code) => {
    expect(() => read(buildPcap([], changes))).toThrow(expect.objectContaining({ code }));
  });

  test('two readers meet at the seam', () => {
    const bytes = buildPcap(many);
    const source = openMemorySource(bytes);
    const middle = bytes.length >> 1;
    const first = openReaderSync(source, { until: middle });
    const second = openReaderAt(source, first.description, middle, Number.POSITIVE_INFINITY);
    const packets = [...readAllSync(first), ...readAllSync(second)];
    expect(first.nextOffset).toBe(second.firstOffset);
    expect(packets.map(({ offset }) => offset)).toEqual(offsetsOf(bytes));
    const none = openReaderAt(source, first.description, bytes.length - 5, Number.POSITIVE_INFINITY);
    expect(readAllSync(none)).toEqual([]);
    expect(none.damage).toEqual([]);
  });
});

describe('damage in pcap', () => {
  const bytes = buildPcap(samples(5000, 3));
  const offsets = offsetsOf(bytes);

  function damage(change: (view: DataView, offset: number) => void, index = 2500) {
    const copy = bytes.slice();
    change(new DataView(copy.buffer), offsets[index]);
    const result = read(copy);
    const found = new Set(result.packets.map(({ offset }) => offset));
    const lost = offsets.filter((offset) => !found.has(offset)).length;
    return { ...result, lost, bogus: result.packets.length - (offsets.length - lost) };
  }

  test.each([0xffffffff, 300_000, 200_000, 5000, 500, 80, 3])(
    'captured length %d loses at most two packets',
    (length) => {
      const { lost, bogus, reader } = damage((view, offset) => view.setUint32(offset + 8, length, true));
      expect(lost).toBeLessThanOrEqual(2);
      expect(bogus).toBe(0);
      expect(reader.damage).toHaveLength(1);
      expect(reader.damage[0]).toMatchObject({ packet: 2501, offset: offsets[2500] });
    },
  );

  test.each([-4, 4, 16, 1])('captured length off by %d loses at most two packets', (by) => {
    const { lost, bogus } = damage((view, offset) =>
      view.setUint32(offset + 8, view.getUint32(offset + 8, true) + by, true),
    );
    expect(lost).toBeLessThanOrEqual(2);
    expect(bogus).toBe(0);
  });

  test('a time that is wrong loses nothing', () => {
    const { lost, reader } = damage((view, offset) => view.setUint32(offset, 5, true));
    expect(lost).toBe(0);
    expect(reader.damage).toEqual([]);
  });

  test('a first and a last record that are wrong', () => {
    expect(damage((view, offset) => view.setUint32(offset + 8, 0xffffffff, true), 0).lost).toBe(1);
    expect(damage((view, offset) => view.setUint32(offset + 8, 100_000, true), 4990).lost).toBe(1);
  });

  test('a cut file, a cut header and a file behind another', () => {
    expect(read(bytes.subarray(0, bytes.length - 3)).reader.damage[0].reason).toMatch(/^cut: the record needs/);
    expect(read(bytes.subarray(0, offsets[10] + 5)).reader.damage[0].reason).toMatch(
      /^cut: a record header needs 16 bytes, 5/,
    );
    const twice = read(concatenate([bytes, bytes]));
    expect(twice.packets).toHaveLength(10_000);
    expect(twice.reader.damage[0]).toMatchObject({
      reason: expect.stringContaining('second pcap file header'),
      skipped: 24,
    });
  });

  test('zeros behind the records are records without bytes, as for capinfos', () => {
    const { packets, reader } = read(concatenate([bytes, new Uint8Array(64)]));
    expect(packets).toHaveLength(5004);
    expect(reader.damage).toEqual([]);
  });

  test('garbage to the end is one damage', () => {
    const { packets, reader } = read(concatenate([bytes, new Uint8Array(5000).fill(255)]), { windowBytes: 4096 });
    expect(packets).toHaveLength(5000);
    expect(reader.damage).toEqual([expect.objectContaining({ packet: 5001, skipped: 5000 })]);
  });

  test('a hundred wrong headers lose no more than themselves', () => {
    const copy = bytes.slice();
    for (let index = 25; index < 5000; index += 50) copy.fill(0xee, offsets[index], offsets[index] + 16);
    const { packets, reader } = read(copy, { windowBytes: 8192 });
    expect(packets).toHaveLength(4900);
    expect(reader.damageCount).toBe(100);
  });
});
