import { concatenate } from '../../src/bytes/concatenate.js';
import { fetchRecords, type WantedRecords } from '../../src/formats/fetch.js';
import { openMemorySource } from '../../src/formats/memory-source.js';
import { textOption } from '../../src/formats/pcapng/options.js';
import { encodeSimplePacket } from '../../src/formats/pcapng/simple-packet.js';
import { openReaderSync } from '../../src/formats/reader.js';
import type { ByteSource } from '../../src/formats/source.js';
import {
  buildPcap,
  buildPcapng,
  collect,
  interfaceBlock,
  packetBlock,
  type ReadPacket,
  readAllSync,
  samples,
  section,
} from './captures.js';

const many = samples(6000);

/** What a table knows of packets. */
function wanted(packets: ReadPacket[]): WantedRecords {
  return {
    count: packets.length,
    offsets: packets.map(({ offset }) => offset),
    numbers: packets.map(({ number }) => number),
    lengths: packets.map(({ data }) => data.length),
    seconds: packets.map(({ time }) => Number((time ?? 0n) / 1_000_000_000n)),
    nanoseconds: packets.map(({ time }) => Number((time ?? 0n) % 1_000_000_000n)),
  };
}

function fetch(bytes: Uint8Array, choose: (packets: ReadPacket[]) => ReadPacket[], rows?: number) {
  const plain = openMemorySource(bytes);
  const statistics = { read: 0, calls: 0 };
  const source: ByteSource = {
    ...plain,
    readSync: (target, position) => {
      const count = plain.readSync(target, position);
      statistics.read += count;
      statistics.calls++;
      return count;
    },
  };
  const reader = openReaderSync(plain);
  const chosen = choose(readAllSync(reader));
  const fetched: ReadPacket[] = [];
  for (const batch of fetchRecords(source, reader.description, wanted(chosen), { rows })) collect(batch, fetched);
  return { chosen, fetched, ...statistics };
}

describe.each([
  ['pcap', buildPcap(many)],
  ['big-endian pcap', buildPcap(many, {}, 'big')],
  ['pcapng', buildPcapng(many)],
])('records of %s by their offsets', (_, bytes) => {
  test('neighbouring rows cost one small read', () => {
    const { chosen, fetched, read, calls } = fetch(bytes, (packets) => packets.slice(3000, 3020));
    expect(fetched).toEqual(chosen);
    expect(calls).toBeLessThanOrEqual(2);
    expect(read).toBeLessThan(10_000);
  });

  test('far, all and descending rows', () => {
    const far = fetch(bytes, (packets) => packets.filter((_packet, index) => index % 800 === 0));
    expect(far.fetched).toEqual(far.chosen);
    const all = fetch(bytes, (packets) => packets);
    expect(all.fetched).toEqual(all.chosen);
    expect(all.calls).toBeLessThan(20);
    const back = fetch(bytes, (packets) => packets.slice(-10).reverse(), 3);
    expect(back.fetched).toEqual(back.chosen);
  });

  test('a file that has changed is told', () => {
    const reader = openReaderSync(openMemorySource(bytes));
    const rows = wanted(readAllSync(reader).slice(100, 110));
    const run = (content: Uint8Array, changes: Partial<WantedRecords> = {}) => {
      const batches = fetchRecords(openMemorySource(content), reader.description, { ...rows, ...changes });
      return () => batches.next();
    };
    const changed = expect.objectContaining({ code: 'source.changed' });
    expect(run(bytes)).not.toThrow();
    expect(run(bytes, { seconds: new Array(10).fill(1) })).toThrow(changed);
    expect(run(bytes, { offsets: Array.from(rows.offsets, (offset) => offset + 1) })).toThrow(changed);
    expect(run(bytes.subarray(0, rows.offsets[3] + 40))).toThrow(changed);
    expect(run(bytes.subarray(0, rows.offsets[0] + 4))).toThrow(changed);
    expect(run(new Uint8Array(bytes.length).fill(255))).toThrow(changed);
  });
});

test('each record is read by its own section, with options of any length and without a time', () => {
  const data = Uint8Array.of(9, 8, 7);
  const comment = [textOption(1, 'x'.repeat(3000))];
  const part = (order: 'little' | 'big') => [
    section(order),
    interfaceBlock(order),
    interfaceBlock(order),
    packetBlock(data, 5000n, order, 1, 6, comment),
    encodeSimplePacket({ originalLength: 3, data }, order),
  ];
  const bytes = concatenate([...part('little'), ...part('big'), ...part('little')]);
  const { chosen, fetched } = fetch(bytes, (packets) => [...packets.slice(3), ...packets.slice(0, 3)]);
  expect(fetched).toEqual(chosen);
  expect(fetched.map((packet) => packet.interface)).toEqual([2, 5, 4, 1, 0, 3]);
});
