import { readFileSync, writeFileSync } from 'node:fs';
import { type Capture, compileFilter, open, openWorkspace, PcapshError } from '../src/index.js';
import { buildPcap, frame } from './support/build-capture.js';
import { useTemporaryFolder } from './support/temporary-folder.js';

describe('the library', () => {
  const path = useTemporaryFolder();

  function capture(name = 'a.pcap', packets = 30): string {
    const records = Array.from({ length: packets }, (_, i) => ({
      seconds: 1_700_000_000 + i,
      fraction: 250_000,
      data: frame({ protocol: i % 3 === 0 ? 6 : 17, payload: 30, host: 1 + (i % 2) }),
    }));
    writeFileSync(path(name), buildPcap({ records }));
    return path(name);
  }

  it('opens a capture and answers', async () => {
    const web: Capture = await open(capture());
    expect(await web.count()).toBe(30);
    const summary = await web.summary();
    expect(summary).toMatchObject({
      format: 'pcap',
      packets: 30,
      firstTimestamp: 1_700_000_000_250_000_000n,
      duration: 29_000_000_000n,
      flows: 4,
      flowsByProtocol: { tcp: 2, udp: 2 },
      partial: false,
    });
    const { total, rows } = await web.filter('tcp').flows({ top: 1 });
    expect(total).toBe(2);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      protocol: 'tcp',
      destination: '10.0.1.1',
      flowId: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
  });

  it('chains stages into plain JSON, each handle as it was', async () => {
    const all = await open(capture());
    const some = all.filter('tcp').head(4);
    const last = some.tail(2);
    expect(JSON.parse(JSON.stringify(last.plan))).toEqual({
      step: 'tail',
      count: 2,
      input: { step: 'head', count: 4, input: { step: 'filter', expression: 'tcp', input: all.plan } },
    });
    expect(await last.count()).toBe(2);
    expect(await some.count()).toBe(4);
    expect(await all.count()).toBe(30);
  });

  it('walks over packets, decoded when asked', async () => {
    const numbers: number[] = [];
    for await (const packet of (await open(capture())).filter(({ number }) => number % 10 === 0)) {
      numbers.push(packet.number);
      expect(packet.protocols.slice(0, 3)).toEqual(['eth', 'ethertype', 'ip']);
      expect(packet.destination).toBe('10.0.1.1');
      expect(packet.payload.length).toBe(30);
      expect(packet.layers.map(({ title }) => title)).toContain('IPv4');
    }
    expect(numbers).toEqual([10, 20, 30]);
  });

  it('joins several captures, writes a new one, and tells of each', async () => {
    const both = await open([capture('a.pcap', 5), capture('b.pcap', 7)]);
    expect(await both.count()).toBe(12);
    const report = await both.filter('tcp').write(path('tcp.pcap'));
    expect(report).toMatchObject({ skipped: 0, losses: [], files: [{ packets: 5, format: 'pcap' }] });
    expect(report.files[0].bytes).toBe(readFileSync(path('tcp.pcap')).length);
    expect((await both.sources()).map(({ description }) => description.interfaces.length)).toEqual([1, 1]);
  });

  it('throws one kind of error', async () => {
    const wrong = [
      open(path('missing.pcap')),
      open(path('.')),
      (async () => (await open(capture())).filter('hsot 10.0.0.1'))(),
    ];
    for (const one of wrong) await expect(one).rejects.toBeInstanceOf(PcapshError);
    expect(() => compileFilter('tcp and')).toThrow(PcapshError);
  });

  it('shares tables in a workspace that can be closed', async () => {
    const workspace = openWorkspace({ interactive: true });
    const all = await workspace.load([capture()]);
    expect(await all.filter('udp').count()).toBe(20);
    expect(await workspace.captureOf(all.filter('tcp').plan).count()).toBe(10);
    await workspace.close();
    await expect(all.packet(1)).rejects.toMatchObject({ code: 'source.closed' });
  });

  it('lets go of a file when it is closed', async () => {
    const open300 = Array.from({ length: 300 }, async () => {
      const one = await open(capture());
      await one.count();
      await one.close();
      return one;
    });
    const [first] = await Promise.all(open300);
    await expect(first.count()).rejects.toMatchObject({ code: 'source.closed' });
  });
});
