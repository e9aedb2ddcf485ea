import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { openMemorySource } from '../../src/formats/memory-source.js';
import { isCancelled } from '../../src/plan/cancellation.js';
import type { Capture } from '../../src/plan/capture.js';
import type { Packet } from '../../src/plan/packet.js';
import type { CapturePreview } from '../../src/plan/preview.js';
import { openWorkspace } from '../../src/plan/workspace.js';
import { type RandomFile, randomFile } from '../support/random-capture.js';
import { useTemporaryFolder } from '../support/temporary-folder.js';

const folder = useTemporaryFolder();
const OFFICE = 'examples/office.pcapng';

async function withCapture<T>(files: string[], work: (capture: Capture) => Promise<T>): Promise<T> {
  const workspace = openWorkspace({ interactive: true, threads: 1 });
  try {
    return await work(await workspace.load(files));
  } finally {
    await workspace.close();
  }
}

async function packetsOf(capture: Capture): Promise<Packet[]> {
  const packets: Packet[] = [];
  for await (const packet of capture.packets()) packets.push(packet);
  return packets;
}

const place = ({ file, number }: Packet): string => `${file}:${number}`;

/** What a preview must say, packet by packet and with exact integers. */
async function expected(base: Capture, capture: Capture, buckets: number, rows: number): Promise<unknown> {
  const times = (await packetsOf(base)).flatMap(({ timestamp }) => (timestamp === null ? [] : [timestamp]));
  const packets = await packetsOf(capture);
  const first = times.reduce<bigint | null>((least, time) => (least === null || time < least ? time : least), null);
  const last = times.reduce<bigint | null>((most, time) => (most === null || time > most ? time : most), null);
  const counts = new Array<number>(buckets).fill(0);
  const width = first === null || last === null ? 1n : (last - first) / BigInt(buckets) + 1n;
  for (const { timestamp } of packets) if (timestamp !== null) counts[Number((timestamp - first!) / width)]++;
  return {
    packets: await capture.count(),
    of: await base.count(),
    bytes: packets.reduce((sum, { originalLength }) => sum + originalLength, 0),
    histogram: first === null ? null : { first, last, width, counts },
    sample: (await packetsOf(capture.head(rows))).map(place),
    exact: true,
    share: 1,
  };
}

function told(preview: CapturePreview): unknown {
  const { packets, of, bytes, histogram, sample, exact, share } = preview;
  return { packets, of, bytes, histogram, sample: sample.map(place), exact, share };
}

const EXPRESSIONS = [
  'tcp',
  'udp or icmp',
  'not ip',
  'host 10.0.0.1',
  'port 443',
  'greater 60',
  'ip[6:2] & 0x1fff != 0',
  'tcp and port 80 and greater 40',
];
type Step = ['filter', string] | ['head' | 'tail' | 'nth', number];
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...EXPRESSIONS).map((text): Step => ['filter', text]) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom('head' as const, 'tail' as const, 'nth' as const), fc.nat(20)) },
);

const applied = (capture: Capture, steps: readonly Step[]): Capture =>
  steps.reduce((at, [name, value]) => (name === 'filter' ? at.filter(value) : at[name](value)), capture);

test('a preview ends in the count, the head and the histogram of the whole handle', async () => {
  const files = fc.array(randomFile, { minLength: 1, maxLength: 2 });
  const run = async (given: RandomFile[], before: Step[], after: Step[], buckets: number): Promise<void> => {
    const paths = given.map(({ bytes }, i) => {
      const path = folder(`${i}.cap`);
      writeFileSync(path, bytes);
      return path;
    });
    await withCapture(paths, async (capture) => {
      const base = applied(capture, before);
      const handle = applied(base, after);
      const preview = await handle.preview({ from: base, buckets, rows: 4 });
      expect(told(preview)).toEqual(await expected(base, handle, buckets, 4));
      for (const { packets } of preview.funnel) expect(packets).toBeGreaterThanOrEqual(preview.packets);
      if (after.length > 0) expect(preview.funnel.at(-1)?.packets).toBe(preview.packets);
      if (paths.length === 1) expect(preview.flows).toBe((await handle.flows()).total);
    });
  };
  await fc.assert(
    fc.asyncProperty(
      files,
      fc.array(step, { maxLength: 2 }),
      fc.array(step, { maxLength: 2 }),
      fc.integer({ min: 1, max: 60 }),
      run,
    ),
    { numRuns: 40 },
  );
});

test('the funnel counts the terms of an expression, those that read bytes together with what is behind them', async () => {
  await withCapture([OFFICE], async (office) => {
    const funnel = async (capture: Capture): Promise<unknown> => (await capture.preview({ from: office })).funnel;
    const count = (text: string): Promise<number> => office.filter(text).count();
    expect(await funnel(office.filter('tcp and port 443 or 80 and greater 100'))).toEqual([
      { label: '(tcp and port 443) or port 80', packets: await count('tcp and port 443 or 80') },
      { label: 'greater 100', packets: await count('tcp and port 443 or 80 and greater 100') },
    ]);
    expect(await funnel(office.filter('tcp and tcp[13] & 2 != 0 and host 10.0.0.9'))).toEqual([
      { label: 'tcp', packets: await count('tcp') },
      {
        label: 'tcp[13] & 2 != 0 and host 10.0.0.9',
        packets: await count('tcp and tcp[13] & 2 != 0 and host 10.0.0.9'),
      },
    ]);
    expect(await funnel(office.filter({ port: [443] }).tail(5))).toEqual([
      { label: '--port 443', packets: await office.filter({ port: [443] }).count() },
      { label: 'tail 5', packets: 5 },
    ]);
  });
});

/** A pcap of `count` packets: every third is UDP, the others TCP. */
function largePcap(count: number): Uint8Array {
  const record = 16 + 60;
  const bytes = Buffer.alloc(24 + count * record);
  bytes.writeUInt32LE(0xa1b2c3d4, 0);
  bytes.writeUInt16LE(2, 4);
  bytes.writeUInt16LE(4, 6);
  bytes.writeUInt32LE(65_535, 16);
  bytes.writeUInt32LE(1, 20);
  for (let i = 0, at = 24; i < count; i++, at += record) {
    bytes.writeUInt32LE(1_700_000_000 + (i >>> 10), at);
    bytes.writeUInt32LE(i & 1023, at + 4);
    bytes.writeUInt32LE(60, at + 8);
    bytes.writeUInt32LE(60, at + 12);
    bytes.writeUInt16BE(0x0800, at + 28);
    bytes[at + 30] = 0x45;
    bytes.writeUInt16BE(46, at + 32);
    bytes[at + 38] = 64;
    bytes[at + 39] = i % 3 === 0 ? 17 : 6;
    bytes.writeUInt32BE(0x0a000000 + (i % 500), at + 42);
    bytes.writeUInt32BE(0x0a010001, at + 46);
    bytes.writeUInt16BE(1024 + (i % 100), at + 50);
    bytes.writeUInt16BE(i % 3 === 0 ? 53 : 443, at + 52);
    if (i % 3 === 0) bytes.writeUInt16BE(26, at + 54);
    else bytes[at + 62] = 0x50;
  }
  return bytes;
}

const LARGE = 600_000;

describe('while a capture is being read', () => {
  const bytes = largePcap(LARGE);
  const open = () => openWorkspace({ interactive: true, threads: 1, openSource: () => openMemorySource(bytes) });

  test('estimates are exact figures of the packets that are there, and say what share they are', async () => {
    const workspace = open();
    const capture = await workspace.load(['large.pcap']);
    const estimates: CapturePreview[] = [];
    const last = await capture.filter('udp port 53').preview({ onEstimate: (each) => estimates.push(each) });
    const reading = estimates.filter(({ of }) => of < LARGE);
    expect(reading.length).toBeGreaterThan(0);
    for (const { packets, of, share, exact, histogram, sample } of reading) {
      expect(packets).toBe(Math.ceil(of / 3));
      expect(exact).toBe(false);
      expect(share).toBeCloseTo(of / LARGE, 2);
      expect(histogram!.counts.reduce((sum, count) => sum + count, 0)).toBe(packets);
      expect(sample.map(({ number }) => number)).toEqual([1, 4, 7, 10, 13].slice(0, packets));
    }
    expect(last).toMatchObject({ packets: LARGE / 3, of: LARGE, exact: true, share: 1, flows: 500 });
    await workspace.close();
  });

  test('a filter that reads bytes tells what it has found so far', async () => {
    const workspace = open();
    const capture = await workspace.load(['large.pcap']);
    await capture.count();
    const estimates: CapturePreview[] = [];
    await capture.filter('ip[8] = 64 and ip[9] = 17').preview({ onEstimate: (each) => estimates.push(each) });
    for (const { packets, of } of estimates) expect(packets).toBe(Math.ceil(of / 3));
    expect(estimates.length).toBeGreaterThan(0);
    await workspace.close();
  });

  test('who cancels hears nothing more, and the reading goes on', async () => {
    const workspace = open();
    const capture = await workspace.load(['large.pcap']);
    const controller = new AbortController();
    let heard = 0;
    const preview = capture.filter('udp').preview({
      signal: controller.signal,
      onEstimate: () => {
        expect(controller.signal.aborted).toBe(false);
        heard++;
        controller.abort();
      },
    });
    await preview.catch((error) => expect(isCancelled(error)).toBe(true));
    expect(heard).toBe(1);
    expect(await capture.count()).toBe(LARGE);
    await workspace.close();
  });
});

test('a forecast of a write comes to what is written', async () => {
  await withCapture([OFFICE], async (office) => {
    const tcp = office.filter('tcp');
    for (const name of ['a.pcap', 'a.pcapng']) {
      const path = folder(name);
      const forecast = await tcp.forecast(path);
      const { files, losses } = await tcp.write(path, { allowLoss: true });
      expect(forecast.packets).toBe(files[0].packets);
      expect(forecast.files[0]).toMatchObject({ path, format: files[0].format, replaces: false, problem: null });
      expect(Math.abs(forecast.files[0].bytes - files[0].bytes) / files[0].bytes).toBeLessThan(
        name === 'a.pcap' ? 1e-9 : 0.05,
      );
      // Comments of packets are met only while writing, so there may be more of them.
      const uncounted = (each: string): boolean => !/^\d/.test(each);
      expect(losses.filter(uncounted)).toEqual(forecast.losses.filter(uncounted));
      const again = await tcp.forecast(path);
      expect(again.files[0].problem?.code).toBe('refused.exists');
      expect((await tcp.forecast(path, { force: true })).files[0]).toMatchObject({ replaces: true, problem: null });
    }
    expect((await tcp.forecast(OFFICE, { force: true })).files[0].problem?.code).toBe('refused.source');
    expect((await tcp.forecast(folder('a.txt'))).files[0].problem?.code).toBe('write.format');
  });
});
