import { type ExecFileSyncOptionsWithStringEncoding, execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import type { PcapshError } from '../../src/errors.js';
import type { Capture } from '../../src/plan/capture.js';
import { openWorkspace, type Workspace } from '../../src/plan/workspace.js';
import { describeWithPeers } from '../support/available.js';
import {
  buildPcap,
  concatBytes,
  enhancedPacket,
  interfaceBlock,
  nameResolution,
  sectionHeader,
} from '../support/build-capture.js';
import { randomFile } from '../support/random-capture.js';
import { useTemporaryFolder } from '../support/temporary-folder.js';

const OFFICE = 'examples/office.pcapng';

/** It warns of being run as root. */
const QUIET: ExecFileSyncOptionsWithStringEncoding = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };

/** A frame that says which file and packet it is. */
const frame = (file: number, i: number): Uint8Array => Uint8Array.of(...new Array<number>(14).fill(0), file, i);

function pcapAt(
  seconds: readonly number[],
  file: number,
  options: { linkWord?: number; magic?: number } = {},
): Uint8Array {
  return buildPcap({
    ...options,
    records: seconds.map((second, i) => ({ seconds: second, fraction: 0, data: frame(file, i + 1) })),
  });
}

function pcapngAt(seconds: readonly number[], file: number, linkType = 1): Uint8Array {
  return concatBytes([
    sectionHeader([], false),
    interfaceBlock(linkType, 0, [[2, `lan${file}`]], false),
    ...seconds.flatMap((second, i) => [
      enhancedPacket(frame(file, i + 1), BigInt(second) * 1_000_000n, { interfaceId: 0 }),
      ...(i === 0 ? [nameResolution([10, 0, 0, 1], 'gateway')] : []),
    ]),
  ]);
}

describe('what set algebra gives is written', () => {
  const path = useTemporaryFolder();
  let workspace: Workspace;
  let run = 0;

  beforeEach(() => {
    workspace = openWorkspace({ interactive: false });
  });
  afterEach(() => workspace.close());

  function load(bytes: Uint8Array, extension = 'pcap'): Promise<Capture> {
    const name = path(`in-${++run}.${extension}`);
    writeFileSync(name, bytes);
    return workspace.load([name]);
  }

  /** File and packet of what stands in a capture, read anew. */
  async function marks(file: string): Promise<string[]> {
    const found: string[] = [];
    const other = openWorkspace({ interactive: false });
    for await (const { data } of await other.load([file])) found.push(`${data[14]}:${data[15]}`);
    await other.close();
    return found;
  }

  const refusal = (write: Promise<unknown>): Promise<PcapshError> =>
    write.then(
      () => {
        throw new Error('it was written');
      },
      (error) => error as PcapshError,
    );

  test('packets of two files by time, then file, then number', async () => {
    const a = await load(pcapAt([10, 30, 30, 50], 1));
    const b = await load(pcapAt([5, 30, 40], 2));
    const { files } = await a.union(b).write(path('sum.pcap'));
    expect(files[0].packets).toBe(7);
    expect(await marks(path('sum.pcap'))).toEqual(['2:1', '1:1', '1:2', '1:3', '2:2', '2:3', '1:4']);
    await b.union(a).write(path('sum-2.pcap'));
    expect(await marks(path('sum-2.pcap'))).toEqual(['2:1', '1:1', '2:2', '1:2', '1:3', '2:3', '1:4']);
  });

  test.each(['pcap', 'pcapng'])(
    '%s whose times go back is sorted by a union, and by nothing else',
    async (extension) => {
      const times = [50, 10, 40, 10, 20];
      const a = await load(extension === 'pcap' ? pcapAt(times, 1) : pcapngAt(times, 1), extension);
      const low = a.filter('ether[15] <= 3');
      const odd = a.filter('ether[15] & 1 = 1');
      const target = (name: string): string => path(`${name}.${extension}`);
      await low.union(odd).write(target('sorted'));
      expect(await marks(target('sorted'))).toEqual(['1:2', '1:5', '1:3', '1:1']);
      await low.intersect(odd).write(target('both'));
      expect(await marks(target('both'))).toEqual(['1:1', '1:3']);
      await low.subtract(odd).write(target('less'));
      expect(await marks(target('less'))).toEqual(['1:2']);
      // What follows a union sees its order.
      await low.union(odd).tail(2).write(target('tail'));
      expect(await marks(target('tail'))).toEqual(['1:3', '1:1']);
    },
  );

  test('blocks of a capture that is sorted are kept, and listed where pcap has no place for them', async () => {
    const a = await load(pcapngAt([50, 10], 1), 'pcapng');
    const all = a.union(a);
    const report = await all.write(path('kept.pcapng'));
    expect(report.losses).toEqual([]);
    expect(await marks(path('kept.pcapng'))).toEqual(['1:2', '1:1']);
    const kept = readFileSync(path('kept.pcapng'));
    expect(kept.readUInt32LE(28)).toBe(1); // the interface
    const types: number[] = [];
    for (let at = 0; at < kept.length; at += kept.readUInt32LE(at + 4)) types.push(kept.readUInt32LE(at));
    expect(types).toEqual([0x0a0d0d0a, 1, 4, 6, 6]);
    const { message } = await refusal(all.write(path('lost.pcap')));
    expect(message).toMatch(/name resolution block/);
    expect(existsSync(path('lost.pcap'))).toBe(false);
  });

  test('different link types: pcapng keeps them, pcap refuses and lists them', async () => {
    const ethernet = await load(pcapAt([10, 30], 1));
    const raw = await load(pcapAt([20], 2, { linkWord: 101 }));
    const both = ethernet.union(raw);
    await both.write(path('types.pcapng'));
    expect(await marks(path('types.pcapng'))).toEqual(['1:1', '2:1', '1:2']);
    const again = await workspace.load([path('types.pcapng')]);
    expect((await again.sources())[0].description.interfaces.map(({ linkType }) => linkType)).toEqual([1, 101]);
    const error = await refusal(both.write(path('types.pcap'), { allowLoss: true }));
    expect(error.message).toMatch(/Ethernet|link type/);
    expect(existsSync(path('types.pcap'))).toBe(false);
    // Where one of the types has no packet left, pcap can hold the rest.
    await both.subtract(raw).write(path('one-type.pcap'));
    expect(await marks(path('one-type.pcap'))).toEqual(['1:1', '1:2']);
  });

  test('different formats and resolutions: nothing is lost in silence', async () => {
    const micro = await load(pcapAt([10], 1));
    const nano = await load(pcapAt([20], 2, { magic: 0xa1b23c4d }));
    const ng = await load(pcapngAt([15], 3), 'pcapng');
    await micro.union(nano).union(ng).write(path('all.pcapng'));
    expect(await marks(path('all.pcapng'))).toEqual(['1:1', '3:1', '2:1']);
    await micro.union(nano).write(path('nano.pcap'));
    expect(readFileSync(path('nano.pcap')).readUInt32LE(0)).toBe(0xa1b23c4d);
    const { message } = await refusal(micro.union(ng).write(path('lossy.pcap')));
    expect(message).toMatch(/lan3/);
  });

  test('no file that is only compared with may be written to, and its damage counts', async () => {
    const a = await load(pcapAt([10, 20], 1));
    const name = path('compared.pcap');
    const bytes = pcapAt([10, 20, 30], 2);
    bytes.fill(0xff, bytes.length - 30, bytes.length - 20);
    writeFileSync(name, bytes);
    const b = await workspace.load([name]);
    const { code } = await refusal(a.subtract(b).write(name, { force: true }));
    expect(code).toBe('refused.source');
    const damaged = await refusal(a.subtract(b).write(path('out.pcap')));
    expect(damaged.code).toBe('source.damaged');
    await a.subtract(b).count();
    expect((await a.subtract(b).sources()).map(({ compared }) => compared ?? false)).toEqual([false, true]);
    expect((await a.subtract(b).write(path('out.pcap'), { onError: 'skip' })).files[0].packets).toBe(2);
  });

  test('sorted output holds what the handle lists, whatever the files', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(randomFile, { minLength: 1, maxLength: 3 }), async (random) => {
        const handles: Capture[] = [];
        for (const { bytes, name } of random) handles.push(await load(bytes, name));
        const all = handles.slice(1).reduce((sum, one) => one.filter('len > 30').union(sum), handles[0]);
        const sum = all.union(handles[0].filter('tcp'));
        await sum.write(path(`all-${run}.pcapng`), { allowLoss: true });
        const expected: unknown[] = [];
        // Simple packets, which have no time, cannot say that they are of another interface than the first.
        for await (const { timestamp, linkType, data } of sum) expected.push([timestamp ?? 0n, linkType, data]);
        const other = openWorkspace({ interactive: false });
        const found: unknown[] = [];
        for await (const { timestamp, linkType, data } of await other.load([path(`all-${run}.pcapng`)]))
          found.push([timestamp ?? 0n, linkType, data]);
        await other.close();
        expect(found).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });
});

// mergecap comes with editcap.
describeWithPeers('editcap', 'tshark')('beside mergecap and tshark', () => {
  const path = useTemporaryFolder();
  const fields = (file: string): string =>
    execFileSync(
      'tshark',
      [
        '-r',
        file,
        '-T',
        'fields',
        '-e',
        'frame.time_epoch',
        '-e',
        'frame.len',
        '-e',
        'frame.md5_hash',
        '-o',
        'frame.generate_md5_hash:TRUE',
      ],
      QUIET,
    );

  test('a union of two halves is what mergecap makes of them, and the whole', async () => {
    execFileSync('tshark', ['-r', OFFICE, '-Y', 'ip && !vlan', '-w', path('ip.pcapng')], QUIET);
    execFileSync('tshark', ['-r', OFFICE, '-Y', '!(ip && !vlan)', '-w', path('rest.pcapng')], QUIET);
    execFileSync('mergecap', ['-w', path('merged.pcapng'), path('ip.pcapng'), path('rest.pcapng')], QUIET);
    const workspace = openWorkspace({ interactive: false });
    const [ip, rest] = [await workspace.load([path('ip.pcapng')]), await workspace.load([path('rest.pcapng')])];
    await ip.union(rest).write(path('union.pcapng'));
    await workspace.close();
    expect(fields(path('union.pcapng'))).toBe(fields(path('merged.pcapng')));
  });

  test('a window holds what tshark finds between two times', async () => {
    const workspace = openWorkspace({ interactive: false });
    const office = await workspace.load([OFFICE]);
    const between = 'frame.time_epoch >= 1795236010.5 && frame.time_epoch <= 1795236040.25';
    const found = execFileSync('tshark', ['-r', OFFICE, '-Y', between, '-T', 'fields', '-e', 'frame.number'], QUIET);
    const numbers: number[] = [];
    for await (const { number } of office.time('1795236010500..1795236040250')) numbers.push(number);
    expect(numbers.length).toBeGreaterThan(100);
    expect(numbers).toEqual(found.trim().split('\n').map(Number));
    await workspace.close();
  });
});
