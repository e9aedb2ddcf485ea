import { appendFileSync, linkSync, readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { openSource } from '../../src/formats/open-source.js';
import type { Packet } from '../../src/plan/packet.js';
import { openWorkspace, type Workspace, type WorkspaceOptions } from '../../src/plan/workspace.js';
import type { Progress } from '../../src/progress.js';
import {
  buildPcap,
  concatBytes,
  enhancedPacket,
  frame,
  interfaceBlock,
  sectionHeader,
} from '../support/build-capture.js';
import { useTemporaryFolder } from '../support/temporary-folder.js';

const START = 1_700_000_000;

function pcapOf(packets: number, from = 0): Uint8Array {
  return buildPcap({
    records: Array.from({ length: packets }, (_, i) => ({
      seconds: START + from + 2 * i,
      fraction: 0,
      data: frame({ protocol: i % 2 === 0 ? 6 : 17, host: 1 + (i % 5), payload: 10 + (i % 40) }),
    })),
  });
}

/** A capture of two interfaces, the second of which turns up behind a block that is damaged. */
function lateInterface(): Uint8Array {
  const block = (i: number, interfaceId = 0) =>
    enhancedPacket(frame(), BigInt(START + i) * 1_000_000n, { interfaceId });
  const damaged = block(5);
  damaged.fill(0xff, 4, 8);
  return concatBytes([
    sectionHeader(),
    interfaceBlock(),
    ...Array.from({ length: 5 }, (_, i) => block(i)),
    damaged,
    ...Array.from({ length: 20 }, (_, i) => block(6 + i)),
    interfaceBlock(1, 0, [[2, 'late0']]),
    ...Array.from({ length: 20 }, (_, i) => block(30 + i, 1)),
  ]);
}

async function collect(packets: AsyncIterable<Packet>): Promise<Packet[]> {
  const list: Packet[] = [];
  for await (const packet of packets) list.push(packet);
  return list;
}

describe('a workspace', () => {
  const path = useTemporaryFolder();
  const open: Workspace[] = [];

  function workspace(options: Partial<WorkspaceOptions> = {}): Workspace {
    const made = openWorkspace({ interactive: true, ...options });
    open.push(made);
    return made;
  }

  function store(name: string, bytes: Uint8Array): string {
    writeFileSync(path(name), bytes);
    return path(name);
  }

  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.close()));
  });

  it('reads a file once, however often it is named', async () => {
    const file = store('a.pcap', pcapOf(10));
    let opened = 0;
    const w = workspace({
      openSource: (name) => {
        opened++;
        return openSource(name);
      },
    });
    const twice = await w.load([file, file]);
    expect(await twice.count()).toBe(10);
    expect(await (await w.load([file])).count()).toBe(10);
    expect(opened).toBe(1);
  });

  it('puts several files on one timeline', async () => {
    const files = [store('a.pcap', pcapOf(5)), store('b.pcap', pcapOf(5, 1))];
    for (const interactive of [true, false]) {
      const capture = await workspace({ interactive }).load(files);
      const packets = await collect(capture.packets());
      expect(packets.map(({ file, number }) => `${file}:${number}`).join(' ')).toBe(
        '1:1 2:1 1:2 2:2 1:3 2:3 1:4 2:4 1:5 2:5',
      );
      expect((await capture.packet(3, { file: 2 }))?.timestamp).toBe(BigInt(START + 5) * 1_000_000_000n);
      expect(await capture.packet(6)).toBeNull();
      expect(await capture.packet(1, { file: 3 })).toBeNull();
    }
  });

  it('knows all of an indexed file still when a write of it has stopped in the middle', async () => {
    const capture = await workspace().load([store('a.pcapng', lateInterface())]);
    const before = await capture.summary();
    expect(before).toMatchObject({ packets: 45, partial: true });
    expect(before.interfaces.map(({ name }) => name)).toEqual([null, 'late0']);
    await expect(capture.write(path('b.pcapng'))).rejects.toMatchObject({ code: 'source.damaged' });
    await expect(capture.filter('udp').write(path('b.pcapng'))).rejects.toMatchObject({ code: 'source.damaged' });
    expect(await capture.summary()).toEqual(before);
    expect((await collect(capture.packets())).at(-1)?.interfaceId).toBe(1);
    expect((await capture.sources())[0].damage).toHaveLength(1);
  });

  it('tells how far an index has come, and what can be completed from it', async () => {
    const w = workspace();
    const file = store('a.pcap', pcapOf(10));
    const capture = await w.load([file]);
    await capture.count();
    expect(w.status(capture)).toEqual({ rows: 10, done: true, progress: null });
    const known = (kind: 'addresses' | 'ports'): string[] =>
      w
        .knownValues(capture)
        .find(kind, '')
        .map(({ text }) => text);
    expect(known('addresses').sort()).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5', '10.0.1.1']);
    expect(known('ports').sort()).toEqual(['1000', '53']);
    expect(w.descriptions(capture)[0].format).toBe('pcap');
    expect(w.status(w.captureOf({ step: 'load', files: ['never loaded'] }))).toMatchObject({ rows: 0, done: false });
  });

  it('lets a waiting question be cancelled, and goes on with the index', async () => {
    const w = workspace();
    const capture = await w.load([store('a.pcap', pcapOf(60_000))]);
    const controller = new AbortController();
    const waiting = capture.count({ signal: controller.signal });
    const started = performance.now();
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    expect(performance.now() - started).toBeLessThan(100);
    expect(await capture.count()).toBe(60_000);
  });

  it('begins anew for the others when the one that started an index is cancelled', async () => {
    const w = workspace({ interactive: false });
    const capture = (await w.load([store('a.pcap', pcapOf(60_000))])).tail(3);
    const controller = new AbortController();
    const first = capture.count({ signal: controller.signal });
    const told: Progress[] = [];
    const second = capture.count({ onProgress: (progress) => told.push(progress) });
    await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    await expect(first).rejects.toMatchObject({ code: 'cancelled' });
    expect(await second).toBe(3);
  });

  it('ends a walk over packets that is cancelled', async () => {
    const capture = await workspace().load([store('a.pcap', pcapOf(5000))]);
    const controller = new AbortController();
    let seen = 0;
    const walk = async (): Promise<void> => {
      for await (const _ of capture.packets({ signal: controller.signal })) if (++seen === 20) controller.abort();
    };
    await expect(walk()).rejects.toMatchObject({ code: 'cancelled' });
    expect(seen).toBeLessThan(1000);
  });

  it('reads a compressed file by its copy, and protects the file itself', async () => {
    const file = store('a.pcap.gz', gzipSync(pcapOf(20)));
    const capture = await workspace().load([file]);
    expect(await capture.filter('tcp').count()).toBe(10);
    expect((await capture.packet(7))?.number).toBe(7);
    linkSync(file, path('link.pcap'));
    await expect(capture.write(path('link.pcap'), { force: true })).rejects.toBeDefined();
    expect(readFileSync(path('link.pcap'))).toEqual(readFileSync(file));
  });

  it('refuses what is no capture, and lets go of it', async () => {
    let closed = 0;
    const w = workspace({
      openSource: (name) => {
        const source = openSource(name);
        return {
          ...source,
          close() {
            closed++;
            source.close();
          },
        };
      },
    });
    await expect(w.load([store('text.pcap', Buffer.from('no capture at all, but long enough'))])).rejects.toMatchObject(
      {
        code: 'format.unknown',
      },
    );
    expect(closed).toBe(1);
    await expect(w.load([path('missing.pcap')])).rejects.toMatchObject({ code: 'source.missing' });
  });

  it('refuses half a packet', async () => {
    const capture = await workspace().load([store('a.pcap', pcapOf(3))]);
    for (const wrong of [2.5, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => capture.head(wrong)).toThrow('head takes a whole number');
      expect(() => capture.tail(wrong)).toThrow('tail takes a whole number');
      expect(() => capture.nth(wrong)).toThrow('nth takes a whole number');
    }
    await expect(capture.packet(1.5)).rejects.toThrow('packet takes a whole number');
    for (const wrong of [undefined, null, '', 'a.pcap', [], ['']]) {
      await expect(workspace().load(wrong as string[])).rejects.toThrow('a capture is opened by its path');
    }
    expect(() => capture.filter('tcp prot 80')).toThrow();
    expect(await capture.head(0).count()).toBe(0);
    expect(await capture.nth(0).count()).toBe(0);
  });

  it('notices a file that changed after it was indexed', async () => {
    const file = store('a.pcap', pcapOf(20));
    const capture = await workspace().load([file]);
    expect(await capture.count()).toBe(20);
    const other = pcapOf(20);
    other[104] ^= 1; // the second packet's time
    writeFileSync(file, other);
    await expect(collect(capture.packets())).rejects.toMatchObject({ code: 'source.changed' });
    await expect(capture.filter('tcp').write(path('b.pcap'))).rejects.toBeDefined();
  });

  it('holds what a file was when it was indexed, however much is appended', async () => {
    for (const count of [0, 20]) {
      const before = pcapOf(count);
      const file = store('growing.pcap', before);
      const capture = await workspace().load([file]);
      expect(await capture.count()).toBe(count);
      appendFileSync(file, pcapOf(30, 100).subarray(24));
      expect(await capture.count()).toBe(count);
      const all = path(`all-${count}.pcap`);
      expect((await capture.write(all)).files[0].packets).toBe(count);
      expect(readFileSync(all).equals(before)).toBe(true);
      const tcp = capture.filter('tcp');
      expect((await tcp.write(path(`tcp-${count}.pcap`))).files[0].packets).toBe(count / 2);
      expect(await collect(tcp.packets())).toHaveLength(count / 2);
      expect(await (await workspace().load([file])).count()).toBe(count + 30);
    }
  });
});
