import { appendFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { PcapshError } from '../../src/errors.js';
import { openSource } from '../../src/formats/open-source.js';
import type { ByteSource } from '../../src/formats/source.js';
import { type IndexedSource, indexSource } from '../../src/plan/index-source.js';
import type { Progress, RunOptions } from '../../src/progress.js';
import { buildPcap, frame } from '../support/build-capture.js';
import { useTemporaryFolder } from '../support/temporary-folder.js';

/** 80 MB that take a while: 10 packets over and over. */
function largeCapture(packets = 800_000): Buffer {
  const ten = buildPcap({
    records: Array.from({ length: 10 }, (_, i) => ({
      seconds: 1_700_000_000,
      fraction: i,
      data: frame({ host: i, payload: 42 }),
    })),
  });
  const records = Buffer.from(ten.buffer, 24);
  return Buffer.concat([ten.subarray(0, 24), Buffer.alloc((records.length / 10) * packets, records)]);
}

describe('indexing a file', () => {
  const path = useTemporaryFolder();

  async function index(
    file: string,
    { threads = 1, background = false, ...run }: RunOptions & { threads?: number; background?: boolean },
  ): Promise<IndexedSource> {
    const source = openSource(file);
    try {
      return await indexSource(source, { retain: true, background, threads, splitBytes: 1_000_000, ...run });
    } finally {
      source.close();
    }
  }

  const ways = [
    ['in this thread', { threads: 1, background: false }],
    ['in a worker', { threads: 1, background: true }],
    ['in this thread and a worker', { threads: 2, background: false }],
    ['in two workers', { threads: 2, background: true }],
  ] as const;

  it.each(ways)('%s ends within 100 ms of being cancelled and leaves no worker', async (_, way) => {
    const file = path('large.pcap');
    writeFileSync(file, largeCapture());
    const before = workers();
    const controller = new AbortController();
    let cancelledAt = 0;
    const onProgress = (): void => {
      if (controller.signal.aborted) return;
      cancelledAt = performance.now();
      controller.abort();
    };
    const failure = await index(file, { ...way, signal: controller.signal, onProgress }).catch((error) => error);
    expect(performance.now() - cancelledAt).toBeLessThan(100);
    expect(failure).toMatchObject({ code: 'cancelled', kind: 'cancelled' });
    for (let tries = 0; workers() > before && tries < 100; tries++)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(workers()).toBeLessThanOrEqual(before);
  });

  it.each(ways)('%s tells its progress', async (_, way) => {
    const file = path('large.pcap');
    const bytes = largeCapture(400_000);
    writeFileSync(file, bytes);
    const told: Progress[] = [];
    const { outcome } = await index(file, { ...way, onProgress: (progress) => told.push(progress) });
    expect(outcome.rows).toBe(400_000);
    expect(told.length).toBeGreaterThan(0);
    for (const { total, unit, done } of told) {
      expect({ total, unit }).toEqual({ total: bytes.length, unit: 'bytes' });
      expect(done).toBeLessThanOrEqual(bytes.length);
    }
    expect(told.map(({ done }) => done)).toEqual([...told].map(({ done }) => done).sort((a, b) => a - b));
  });

  it('before it began is refused when cancelled', async () => {
    writeFileSync(path('a.pcap'), largeCapture(10));
    await expect(index(path('a.pcap'), { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
  });

  it.each(ways)('%s that is gone is one sentence, or is read to its end', async (_, way) => {
    const file = path('gone.pcap');
    writeFileSync(file, largeCapture(100_000));
    const source = openSource(file);
    rmSync(file);
    const outcome = await outcomeOf(source, way);
    // This thread has it open; a worker that has to open it by its name finds nothing.
    if (outcome instanceof PcapshError) {
      expect(outcome).toMatchObject({ code: 'source.missing', message: expect.stringContaining('does not exist') });
    } else expect(outcome.outcome.rows).toBe(100_000);
  });

  it.each(ways)('%s that is cut short meanwhile is one sentence', async (_, way) => {
    const file = path('cut.pcap');
    const bytes = largeCapture(100_000);
    writeFileSync(file, bytes);
    const source = openSource(file);
    truncateSync(file, Math.floor(bytes.length / 4) + 7);
    const outcome = await outcomeOf(source, way);
    expect(outcome).toBeInstanceOf(PcapshError);
    expect(outcome).toMatchObject({ code: 'source.changed', message: expect.stringContaining('it has shrunk from') });
  });

  it('in a worker that has another file under its name by then is one sentence', async () => {
    const file = path('replaced.pcap');
    writeFileSync(file, largeCapture(100_000));
    const source = openSource(file);
    writeFileSync(path('other.pcap'), largeCapture(200_000));
    renameSync(path('other.pcap'), file);
    expect(await outcomeOf(source, { threads: 1, background: true })).toMatchObject({
      code: 'source.changed',
      message: expect.stringContaining('another file has its name'),
    });
  });

  it.each(ways)('%s that is still being written is read as far as it had come', async (_, way) => {
    const file = path('growing.pcap');
    const bytes = largeCapture(60_000);
    writeFileSync(file, bytes.subarray(0, bytes.length - 30)); // the last packet is not there as a whole yet
    const source = openSource(file);
    appendFileSync(file, bytes.subarray(bytes.length - 30));
    const outcome = await outcomeOf(source, way);
    if (outcome instanceof PcapshError) throw outcome;
    expect(outcome.outcome.rows).toBeGreaterThanOrEqual(59_999);
    expect(outcome.outcome.damageCount).toBe(outcome.outcome.rows === 60_000 ? 0 : 1);
  });

  async function outcomeOf(
    source: ByteSource,
    way: { threads: number; background: boolean },
  ): Promise<IndexedSource | PcapshError> {
    try {
      return await indexSource(source, { retain: true, splitBytes: 1_000_000, ...way });
    } catch (error) {
      if (error instanceof PcapshError) return error;
      throw error;
    } finally {
      source.close();
    }
  }
});

/** Threads that keep the process running. */
function workers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'MessagePort' || name === 'Worker').length;
}
