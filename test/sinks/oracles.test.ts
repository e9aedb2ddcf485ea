import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileFilter } from '../../src/filter/filter.js';
import { openSource } from '../../src/formats/open-source.js';
import { openReaderSync } from '../../src/formats/reader.js';
import { describeWith } from '../support/available.js';
import {
  buildPcap,
  concatBytes,
  enhancedPacket,
  frame,
  interfaceBlock,
  interfaceStatistics,
  sectionHeader,
} from '../support/build-capture.js';
import { corporaFolder } from '../support/needs.mjs';
import { useTemporaryFolder } from '../support/temporary-folder.js';
import { writeCapture } from '../support/write-capture.js';

const at = useTemporaryFolder();

/** Numbers of the packets that `expression` matches. */
function matches(path: string, expression: string): Set<number> {
  const source = openSource(path);
  const reader = openReaderSync(source);
  const found = new Set<number>();
  const filter = compileFilter(expression);
  for (let batch = reader.nextSync(); batch !== null; batch = reader.nextSync()) {
    const { interfaces, sections } = reader.description;
    const test = filter.forLinkType(interfaces[0].linkType, sections[0].byteOrder);
    for (let row = 0; row < batch.count; row++) {
      const { start, length, originalLength, number } = batch;
      if (test(batch.bytes, start[row], length[row], originalLength[row])) found.add(number[row]);
    }
  }
  source.close();
  return found;
}

/** Whether tcpdump writes the records of this pcap as they are: microseconds, host byte order, version 2.4, zone, accuracy and FCS bits 0, all within snaplen. */
function isPlain(path: string): boolean {
  const bytes = readFileSync(path);
  if (bytes.length < 40 || bytes.readUInt32LE(0) !== 0xa1b2c3d4 || bytes.readUInt32LE(4) !== 0x00040002) return false;
  const snapLength = bytes.readUInt32LE(16);
  if (bytes.readBigUInt64LE(8) !== 0n || snapLength < 1 || snapLength > 262_144 || bytes.readUInt32LE(20) > 0xffff)
    return false;
  const source = openSource(path);
  const reader = openReaderSync(source);
  let plain = true;
  for (let batch = reader.nextSync(); batch !== null; batch = reader.nextSync()) {
    for (let row = 0; row < batch.count; row++) plain &&= batch.length[row] <= snapLength && batch.flags[row] === 0;
  }
  source.close();
  return plain && reader.damageCount === 0;
}

describeWith(['corpora', 'tcpdump'], 'a filtered pcap', () => {
  test.each(['tcp', 'udp and less 200', 'ip6 or arp', 'port 80 or port 53'])(
    'equals that of tcpdump: %s',
    async (expression) => {
      const folder = join(corporaFolder, 'dev', 'tcpdump');
      const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
        entry.name.endsWith('.pcap'),
      );
      let compared = 0;
      for (const entry of files.filter((_entry, index) => index % 6 === 0)) {
        const file = join(entry.parentPath, entry.name);
        if (!isPlain(file)) continue;
        const { status } = spawnSync('tcpdump', ['-r', file, '-w', at('theirs.pcap'), expression]);
        if (status !== 0) continue;
        const found = matches(file, expression);
        await writeCapture([file], at('ours.pcap'), { force: true, keep: (number) => found.has(number) });
        const same = Buffer.compare(readFileSync(at('ours.pcap')), readFileSync(at('theirs.pcap'))) === 0;
        expect({ file, same }).toEqual({ file, same: true });
        compared++;
      }
      expect(compared).toBeGreaterThan(40);
    },
  );
});

describeWith(['capinfos', 'tshark'], 'what is written', () => {
  const data = frame({ payload: 30 });
  const records = [1, 2, 3].map((seconds) => ({ seconds, fraction: 5, data }));
  const nano: [number, Uint8Array][] = [[9, Uint8Array.of(9)]];

  test('is read by capinfos and tshark with the same packets and times', async () => {
    writeFileSync(at('a.pcap'), buildPcap({ big: true, records }));
    writeFileSync(
      at('b.pcapng'),
      concatBytes([
        sectionHeader([], true, 900),
        interfaceBlock(1, 0, nano, true),
        enhancedPacket(data, 2_500_000_001n, { big: true }),
        interfaceStatistics(0, 1n, [], true),
      ]),
    );
    const selected = { keep: (number: number) => number !== 2 };
    await writeCapture([at('a.pcap')], at('1.pcap'), selected);
    await writeCapture([at('a.pcap')], at('2.pcapng'), selected);
    await writeCapture([at('b.pcapng')], at('3.pcapng'), selected);
    await writeCapture([at('b.pcapng')], at('4.pcap'), { allowLoss: true });
    await writeCapture([at('a.pcap'), at('b.pcapng')], at('5.pcapng'));
    const expected = {
      '1.pcap': '1.000005000 3.000005000',
      '2.pcapng': '1.000005000 3.000005000',
      '3.pcapng': '2.500000001',
      '4.pcap': '2.500000001',
      '5.pcapng': '1.000005000 2.000005000 3.000005000 2.500000001',
    };
    for (const [name, times] of Object.entries(expected)) {
      const read = spawnSync('tshark', ['-r', at(name), '-T', 'fields', '-e', 'frame.time_epoch'], {
        encoding: 'utf8',
      });
      expect({ name, times: read.stdout.trim().split('\n').join(' ') }).toEqual({ name, times });
      expect(spawnSync('capinfos', ['-c', '-M', at(name)], { encoding: 'utf8' })).toMatchObject({ status: 0 });
      expect(statSync(at(name)).size).toBeGreaterThan(0);
    }
  });
});
