import { readFileSync, writeFileSync } from 'node:fs';
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

function number(size: 4 | 8, value: number, big: boolean): Uint8Array {
  const bytes = new Uint8Array(size);
  bytes[big ? size - 1 : 0] = value;
  return bytes;
}

/** A time as two words, the upper first. */
function words(upper: number, lower: number, big: boolean): Uint8Array {
  return concatBytes([number(4, upper, big), number(4, lower, big)]);
}

/** Blocks whose numbers all have to be swapped, under interface ids from `first` on. */
function parts(big: boolean, first: number) {
  const interfaceOptions: OptionPair[] = [
    [2, 'eth0'],
    [8, number(8, 100, big)],
    [10, number(4, 2, big)],
    [11, '\0tcp'],
  ];
  const packetOptions: OptionPair[] = [
    [1, 'odd'],
    [2, number(4, 1, big)],
    [4, number(8, 3, big)],
    [3, Uint8Array.of(2, 9, 8, 7, 6)],
    [6, number(4, 5, big)],
    [8, words(1000, 1001, big)],
  ];
  return {
    interfaces: [interfaceBlock(1, 96, interfaceOptions, big), interfaceBlock(1, 0, [], big)],
    names: nameResolution([10, 0, 0, 1], 'one', big),
    secrets: decryptionSecrets('CLIENT_RANDOM', undefined, big),
    journal: block(9, new TextEncoder().encode('__CURSOR=1\n'), big),
    enhanced: enhancedPacket(data, units, { big, interfaceId: first + 1, opts: packetOptions }),
    obsolete: obsoletePacket(data, units, first, 3, big),
    statistics: interfaceStatistics(
      first + 1,
      units,
      [
        [2, words(1, 2, big)],
        [4, number(8, 77, big)],
      ],
      big,
    ),
  };
}

describe('joining captures into one pcapng', () => {
  test('one section: interfaces, names, secrets, other blocks, packets, statistics; ids renumbered, bytes swapped', async () => {
    const own = parts(true, 0);
    const b = put(
      'b.pcapng',
      sectionHeader(
        [
          [1, 'second'],
          [4, 'maker'],
        ],
        true,
      ),
      ...own.interfaces,
      own.enhanced,
      own.statistics,
      own.journal,
      own.obsolete,
      own.secrets,
      own.names,
    );
    const a = put('a.pcap', buildPcap({ magic: 0xa1b23c4d, records: [{ seconds: 1, fraction: 5, data }] }));
    const c = put(
      'c.pcapng',
      sectionHeader([
        [1, 'third'],
        [4, 'maker'],
      ]),
      interfaceBlock(1, 50),
      simplePacket(data, data.length),
    );
    const report = await writeCapture([a, b, c], at('d.pcapng'), { comment: 'all' });
    const renumbered = parts(false, 1);
    expectFile(
      'd.pcapng',
      sectionHeader([
        [1, 'second'],
        [4, 'maker'],
        [1, 'third'],
        [1, 'all'],
      ]),
      interfaceBlock(1, 262_144, [
        [2, 'pcap0'],
        [9, Uint8Array.of(9)],
      ]),
      ...renumbered.interfaces,
      interfaceBlock(1, 50),
      renumbered.names,
      renumbered.secrets,
      renumbered.journal,
      enhancedPacket(data, 1_000_000_005n),
      renumbered.enhanced,
      renumbered.obsolete,
      enhancedPacket(data.subarray(0, 50), 0n, { interfaceId: 3, originalLength: data.length }),
      renumbered.statistics,
    );
    expect(report.files[0].packets).toBe(4);
    expect(report.losses).toEqual(['1 packet without a time, which gets time 0']);
  });

  test('sources that agree on big-endian stay so, and their custom and unknown blocks are kept', async () => {
    const others = [customBlock(true, data, true), block(0x80000001, data, true)];
    const packet = enhancedPacket(data, units, { big: true });
    const head = [sectionHeader([], true), interfaceBlock(1, 0, [], true)];
    const a = put('a.pcapng', ...head, packet, others[0], simplePacket(data, data.length, true));
    const b = put('b.pcapng', ...head, others[1], packet);
    const report = await writeCapture([a, b], at('c.pcapng'));
    expectFile(
      'c.pcapng',
      ...head,
      head[1],
      ...others,
      packet,
      simplePacket(data, data.length, true),
      enhancedPacket(data, units, { big: true, interfaceId: 1 }),
    );
    expect(report.losses).toEqual([]);
  });

  test('what only its maker could swap is lost, with consent', async () => {
    const a = put('a.pcapng', sectionHeader(), interfaceBlock());
    const odd: OptionPair = [0x8001, 'opaque'];
    const b = put(
      'b.pcapng',
      sectionHeader([[3, 'Linux'], odd], true),
      interfaceBlock(1, 0, [odd], true),
      customBlock(true, data, true),
      block(0x80000001, data, true),
      interfaceStatistics(9, units, [], true),
      enhancedPacket(data, units, { big: true, opts: [odd] }),
      simplePacket(data, data.length, true),
    );
    await expect(writeCapture([a, b], at('c.pcapng'))).rejects.toThrow(
      /3 options whose byte order is not known; 2 custom or unknown blocks in the other byte order; 1 interface statistics block of no interface/,
    );
    const report = await writeCapture([a, b], at('c.pcapng'), { allowLoss: true });
    expect(report.losses).toEqual([
      '3 options whose byte order is not known',
      '2 custom or unknown blocks in the other byte order',
      '1 packet without a time, which gets time 0',
      '1 interface statistics block of no interface',
    ]);
    const simple = put(
      's.pcapng',
      sectionHeader([], true),
      interfaceBlock(1, 0, [], true),
      simplePacket(data, data.length, true),
    );
    await writeCapture([simple, a], at('d.pcapng'));
    expectFile('d.pcapng', sectionHeader(), interfaceBlock(1, 0), interfaceBlock(), simplePacket(data));
  });

  test('what its maker forbids to copy is dropped, and contradicting section options are listed', async () => {
    const forbidden = customOption(19372, 'x');
    const one = [
      interfaceBlock(1, 0, [forbidden]),
      customBlock(false, data),
      enhancedPacket(data, units, { opts: [forbidden] }),
    ];
    const a = put('a.pcapng', sectionHeader([[3, 'Linux'], forbidden]), ...one);
    const b = put('b.pcapng', sectionHeader([[3, 'BSD']]), interfaceBlock());
    await expect(writeCapture([a, b], at('c.pcapng'))).rejects.toThrow('1 section option that differs between sources');
    const report = await writeCapture([a, b], at('c.pcapng'), { allowLoss: true });
    expectFile(
      'c.pcapng',
      sectionHeader([[3, 'Linux']]),
      interfaceBlock(1, 0),
      interfaceBlock(),
      enhancedPacket(data, units),
    );
    expect(report.losses).toHaveLength(5);
  });

  test('an obsolete packet block cannot name an interface above 65535', async () => {
    const many = Array.from({ length: 65_536 }, () => interfaceBlock());
    const a = put('a.pcapng', sectionHeader(), ...many);
    const b = put('b.pcapng', sectionHeader(), interfaceBlock(), obsoletePacket(data, units));
    await expect(writeCapture([a, b], at('c.pcapng'))).rejects.toMatchObject({ code: 'write.interfaces' });
  });

  test('a source that cannot be read twice cannot be joined', async () => {
    const a = put('a.pcapng', sectionHeader(), interfaceBlock());
    await expect(writeCapture([a, a], at('c.pcapng'), { repeatable: false })).rejects.toMatchObject({
      code: 'write.two-passes',
    });
  });
});
