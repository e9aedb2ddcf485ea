import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { PcapshError } from '../../src/errors.js';
import { openSource } from '../../src/formats/open-source.js';
import { openReader } from '../../src/formats/reader.js';
import type { Sink } from '../../src/sinks/sink.js';
import { describeWithCorpora } from '../support/available.js';
import { writeCapture } from '../support/write-capture.js';

/** A capture that was read to its end without damage, null for what is no capture or is damaged. */
async function readWhole(path: string): Promise<{ format: 'pcap' | 'pcapng'; packets: number } | null> {
  const source = openSource(path);
  try {
    const reader = await openReader(source);
    while ((await reader.next()) !== null);
    const { description, damageCount, packets } = reader;
    return damageCount > 0 ? null : { format: description.format, packets };
  } catch (error) {
    if (error instanceof PcapshError) return null;
    throw error;
  } finally {
    source.close();
  }
}

/** Each of some 2,000 commits is synced to the disk. */
const TIMEOUT = 180_000;

describeWithCorpora('every capture of the corpora that is whole', (folder) => {
  const output = mkdtempSync(join(tmpdir(), 'pcapsh-test-'));
  afterAll(() => rmSync(output, { recursive: true, force: true }));
  const files = readdirSync(join(folder, 'dev'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && extname(entry.name) !== '.gz')
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

  test(
    'is copied byte for byte, and its selections are packets of it',
    async () => {
      let copied = 0;
      for (const file of files) {
        const whole = await readWhole(file);
        if (whole === null) continue;
        const target = join(output, `copy.${whole.format}`);
        const report = await writeCapture([file], target, { force: true });
        const same = Buffer.compare(readFileSync(file), readFileSync(target)) === 0;
        expect({ file, same, packets: report.files[0].packets }).toEqual({ file, same: true, packets: whole.packets });
        const selected = await writeCapture([file], target, { force: true, keep: (number) => number % 2 === 1 });
        expect({ file, packets: selected.files[0].packets }).toEqual({ file, packets: Math.ceil(whole.packets / 2) });
        expect(await readWhole(target)).toEqual({ format: whole.format, packets: Math.ceil(whole.packets / 2) });
        copied++;
      }
      expect(copied).toBeGreaterThan(500);
    },
    TIMEOUT,
  );

  test(
    'becomes the other format and comes back with the same packets, unless that is refused',
    async () => {
      for (const file of files) {
        const whole = await readWhole(file);
        if (whole === null) continue;
        const there = join(output, whole.format === 'pcap' ? 'there.pcapng' : 'there.pcap');
        const back = join(output, `back.${whole.format}`);
        try {
          await writeCapture([file], there, { force: true, allowLoss: true });
        } catch (error) {
          expect({ file, code: (error as PcapshError).code }).toEqual({ file, code: 'write.link-types' });
          continue;
        }
        await writeCapture([there], back, { force: true, allowLoss: true });
        expect({ file, packets: await listPackets(back) }).toEqual({ file, packets: await listPackets(file) });
      }
    },
    TIMEOUT,
  );
});

/** Time (what pcap can hold of it), lengths and a sum of the bytes of each packet. */
async function listPackets(path: string): Promise<string[]> {
  const list: string[] = [];
  const source = openSource(path);
  const reader = await openReader(source);
  const sink: Pick<Sink, 'write'> = {
    write: (batch) => {
      for (let row = 0; row < batch.count; row++) {
        const exact = batch.exactTimes.get(row);
        const held = exact === undefined || (exact !== null && exact >= 0n && exact < 1_000_000_000n << 32n);
        const time = !held
          ? 0n
          : (exact ?? BigInt(batch.seconds[row]) * 1_000_000_000n + BigInt(batch.nanoseconds[row]));
        const data = batch.bytes.subarray(batch.start[row], batch.start[row] + batch.length[row]);
        list.push(`${time} ${batch.originalLength[row]} ${Buffer.from(data).toString('base64')}`);
      }
    },
  };
  for (let batch = await reader.next(); batch !== null; batch = await reader.next())
    sink.write(batch, null, { ordinal: 0, description: reader.description });
  source.close();
  return list;
}
