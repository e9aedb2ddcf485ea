import { concatenate } from '../../../src/bytes/concatenate.js';
import { openMemorySource } from '../../../src/formats/memory-source.js';
import type { ByteOrder } from '../../../src/formats/model.js';
import { encodeBlock } from '../../../src/formats/pcapng/block.js';
import { encodeCustomBlock } from '../../../src/formats/pcapng/custom.js';
import { InterfaceOption } from '../../../src/formats/pcapng/interface-description.js';
import { textOption, uint64Option, uintOption } from '../../../src/formats/pcapng/options.js';
import { encodeObsoletePacket } from '../../../src/formats/pcapng/packet.js';
import { encodeSimplePacket } from '../../../src/formats/pcapng/simple-packet.js';
import { openReader, openReaderAt, openReaderSync, type ReaderOptions } from '../../../src/formats/reader.js';
import type { ByteSource } from '../../../src/formats/source.js';
import { buildPcapng, interfaceBlock, packetBlock, readAll, readAllSync, samples, section } from '../captures.js';

function read(bytes: Uint8Array, options: ReaderOptions = {}) {
  const reader = openReaderSync(openMemorySource(bytes), options);
  return { packets: readAllSync(reader), reader };
}

const data = Uint8Array.of(1, 2, 3, 4, 5);

describe('pcapng', () => {
  const many = samples(2000);

  test.each(['little', 'big'] as const)('%s endian gives what was put in', (byteOrder) => {
    const { packets, reader } = read(buildPcapng(many, byteOrder));
    expect(reader.damage).toEqual([]);
    expect(packets.map((packet) => packet.data)).toEqual(many.map((sample) => sample.data));
    expect(packets[1001].time).toBe(1_700_000_001_001_000_000n);
    expect(read(buildPcapng(many, byteOrder), { windowBytes: 128, rows: 3 }).packets).toEqual(packets);
  });

  test.each([
    [6, 4_294_967_295_999_999_000n],
    [9, 4_294_967_295_999_999_999n],
    [9, 1_000_000_000n],
    [9, 999_999_999n],
    [9, 4_294_967_296_000_000_000n],
    [6, 4_294_967_296_000_000_000n],
    [0, 5_000_000_000n],
    [3, 123_456_789_012_345_000_000n],
    [160, 1_500_000_000n],
  ])('resolution %d gives %d ns exactly', (resolution, time) => {
    const options = [uintOption(InterfaceOption.timestampResolution, 1, resolution, 'little')];
    const bytes = concatenate([
      section(),
      interfaceBlock('little', options),
      packetBlock(data, time, 'little', 0, resolution),
    ]);
    expect(read(bytes).packets[0].time).toBe(time);
  });

  test('nanoseconds are split exactly at every edge', () => {
    const options = [uintOption(InterfaceOption.timestampResolution, 1, 9, 'little')];
    const times = Array.from(
      { length: 4000 },
      (_, i) => BigInt(i * 1_073_741) * 1_000_000_000n + (i % 2 === 0 ? 0n : 999_999_999n),
    );
    const blocks = times.map((time) => packetBlock(data, time, 'little', 0, 9));
    const { packets } = read(concatenate([section(), interfaceBlock('little', options), ...blocks]));
    expect(packets.map(({ time }) => time)).toEqual(times);
  });

  test('if_tsoffset moves times, before 1970 as well', () => {
    const options = [uint64Option(InterfaceOption.timestampOffset, BigInt.asUintN(64, -10n), 'little')];
    const bytes = concatenate([section(), interfaceBlock('little', options), packetBlock(data, 3_000_000_000n)]);
    expect(read(bytes).packets[0].time).toBe(-7_000_000_000n);
  });

  test('sections of either byte order number their interfaces through the file', () => {
    const name = [
      textOption(InterfaceOption.name, 'eth0'),
      textOption(InterfaceOption.os, 'Linux'),
      { code: 11, value: Uint8Array.of(0, 105, 112) },
    ];
    const part = (order: ByteOrder) => [
      section(order),
      interfaceBlock(order, name),
      interfaceBlock(order),
      packetBlock(data, 1000n, order, 1),
    ];
    const { packets, reader } = read(concatenate([...part('little'), ...part('big')]));
    expect(packets.map((packet) => packet.interface)).toEqual([1, 3]);
    expect(reader.description.sections.map(({ byteOrder, firstInterface }) => [byteOrder, firstInterface])).toEqual([
      ['little', 0],
      ['big', 2],
    ]);
    expect(reader.description.interfaces[2]).toMatchObject({
      id: 2,
      section: 1,
      name: 'eth0',
      os: 'Linux',
      filter: 'ip',
    });
  });

  test('simple and obsolete packets', () => {
    const obsolete = {
      interfaceId: 0,
      dropsCount: 3,
      timestampHigh: 0,
      timestampLow: 7,
      originalLength: 9,
      data,
      options: [],
    };
    const bytes = concatenate([
      section(),
      interfaceBlock('little', [], 3),
      encodeSimplePacket({ originalLength: 5, data: data.subarray(0, 3) }, 'little'),
      encodeObsoletePacket(obsolete, 'little'),
    ]);
    const { packets } = read(bytes);
    expect(packets.map(({ time, originalLength }) => [time, originalLength])).toEqual([
      [null, 5],
      [7000n, 9],
    ]);
    expect(packets[0].data).toEqual(data.subarray(0, 3));
  });

  test('other blocks are collected in their place, or noted', () => {
    const custom = encodeCustomBlock({ copyable: true, enterprise: 1, data }, 'little');
    const one = packetBlock(data, 1000n);
    const bytes = concatenate([section(), interfaceBlock(), one, custom, one, encodeBlock(0x1234, data, 'little')]);
    const reader = openReaderSync(openMemorySource(bytes), { blocks: true, windowBytes: 64 });
    const seen: [number, number][] = [];
    let before = 0;
    for (let batch = reader.nextSync(); batch !== null; batch = reader.nextSync()) {
      for (const block of batch.blocks) seen.push([block.type, before + block.before]);
      before += batch.count;
    }
    expect(seen).toEqual([
      [0x0a0d0d0a, 0],
      [1, 0],
      [0x0bad, 1],
      [0x1234, 2],
    ]);
    const { count, type, offset } = reader.blockReferences;
    expect([...type.subarray(0, count)]).toEqual([0x0a0d0d0a, 1, 0x0bad, 0x1234]);
    expect(offset[2]).toBe(48 + one.length);
  });

  test('many blocks, interfaces and sections', () => {
    const interfaces = Array.from({ length: 40 }, () => interfaceBlock());
    const { packets, reader } = read(concatenate([section(), ...interfaces, packetBlock(data, 0n, 'little', 39)]));
    expect(packets[0].interface).toBe(39);
    expect(reader.blockReferences.count).toBe(41);
  });

  test('two readers meet at the seam', () => {
    const bytes = buildPcapng(many);
    const source = openMemorySource(bytes);
    const whole = read(bytes);
    const first = openReaderSync(source, { until: 150_000 });
    const second = openReaderAt(source, whole.reader.description, 150_000, Number.POSITIVE_INFINITY);
    const both = [...readAllSync(first), ...readAllSync(second)];
    expect(second.firstOffset).toBe(first.nextOffset);
    expect(both.map(({ offset }) => offset)).toEqual(whole.packets.map(({ offset }) => offset));
  });
});

describe('a long block that nobody asked for', () => {
  const long = encodeBlock(0x0bad, new Uint8Array(17 * 1024 * 1024), 'little');
  const bytes = concatenate([section(), interfaceBlock(), long, packetBlock(data, 1000n)]);

  function counting(source: ByteSource): { source: ByteSource; count: () => number } {
    let read = 0;
    const readSync = (target: Uint8Array, position: number) => {
      const count = source.readSync(target, position);
      read += count;
      return count;
    };
    return { source: { ...source, readSync }, count: () => read };
  }

  test('is not read where the source can seek', () => {
    const { source, count } = counting(openMemorySource(bytes));
    expect(readAllSync(openReaderSync(source))).toHaveLength(1);
    expect(count()).toBeLessThan(3 * 1024 * 1024);
  });

  test('passes through a small window where it cannot', async () => {
    const pipe = { ...openMemorySource(bytes), seekable: false };
    const reader = await openReader(pipe);
    expect(await readAll(reader)).toHaveLength(1);
    expect(reader.damage).toEqual([]);
  });

  test('that lies is damage', async () => {
    const lying = bytes.slice();
    new DataView(lying.buffer).setUint32(52, 18 * 1024 * 1024, true);
    expect(read(lying).reader.damageCount).toBe(1);
    expect(read(lying).packets).toHaveLength(1);
    const wrong = bytes.slice();
    new DataView(wrong.buffer).setUint32(48 + long.length - 4, 1, true);
    expect(read(wrong).reader.damage[0].reason).toContain('disagree');
    const reader = await openReader({ ...openMemorySource(wrong), seekable: false });
    expect(await readAll(reader)).toHaveLength(1);
    expect(reader.damage[0].reason).toContain('disagree');
    const cut = await openReader({ ...openMemorySource(bytes.subarray(0, 1_000_000)), seekable: false });
    expect(await readAll(cut)).toHaveLength(0);
    expect(cut.damage[0].reason).toMatch(/^cut/);
  });
});

describe('damage in pcapng', () => {
  const bytes = buildPcapng(samples(3000));
  const offsets = read(bytes).packets.map(({ offset }) => offset);

  test.each([
    ['block length', 4, 0xfffffffc],
    ['block length', 4, 0],
    ['block length', 4, 61],
    ['block length', 4, 200_000],
    ['block length', 4, 64],
    ['block type', 0, 0x55],
    ['interface', 8, 9],
    ['captured length', 20, 4000],
  ])('%s at byte %d of a packet set to %d loses at most two packets', (_, at, value) => {
    const copy = bytes.slice();
    new DataView(copy.buffer).setUint32(offsets[1500] + at, value, true);
    const { packets, reader } = read(copy);
    expect(packets.length).toBeGreaterThanOrEqual(2998);
    expect(reader.damageCount).toBe(value === 0x55 ? 0 : 1);
    const found = new Set(offsets);
    expect(packets.every(({ offset }) => found.has(offset))).toBe(true);
  });

  test('a trailer that disagrees, and a cut file', () => {
    const copy = bytes.slice();
    copy[offsets[1501] - 4] ^= 8;
    expect(read(copy).packets).toHaveLength(2999);
    expect(read(copy).reader.damage[0]).toMatchObject({ packet: 1501, offset: offsets[1500] });
    expect(read(bytes.subarray(0, bytes.length - 1)).reader.damage[0].reason).toMatch(/^cut: the block needs/);
    expect(read(bytes.subarray(0, offsets[5] + 6)).reader.damage[0].reason).toMatch(/^cut: a block needs 12/);
  });

  test('packets of no interface, options that overrun, and versions in mid-file', () => {
    const one = packetBlock(data, 0n);
    const simple = encodeSimplePacket({ originalLength: 500, data }, 'little');
    const overrun = interfaceBlock('little', [textOption(2, 'abcd')]);
    overrun[18] = 99;
    const obsolete = encodeObsoletePacket(
      { interfaceId: 7, dropsCount: 0, timestampHigh: 0, timestampLow: 0, originalLength: 1, data, options: [] },
      'little',
    );
    const bad = section();
    bad[9] = 0;
    const { packets, reader } = read(
      concatenate([section(), one, simple, overrun, simple, obsolete, one, section('big', 7), bad, one]),
    );
    expect(packets).toHaveLength(1);
    expect(reader.damage.map(({ reason }) => reason)).toEqual([
      'interface 0 does not exist, the section has 0',
      'interface 0 does not exist, the section has 0',
      'interface description: option 2: 99 bytes required, 8 available',
      'captured length 500 does not fit a block of 24 bytes or the limit of its interface',
      'interface 7 does not exist, the section has 1',
      'section of version 1.7, read as 1.0',
      'section header without a byte-order magic',
    ]);
  });
});
