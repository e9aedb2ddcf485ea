import { writeFileSync } from 'node:fs';
import { openWorkspace, type Workspace } from '../../src/plan/workspace.js';
import { buildPcap, frame } from '../support/build-capture.js';
import { type CountingOpener, countingOpener } from '../support/counting-source.js';
import { useTemporaryFolder } from '../support/temporary-folder.js';

const PACKETS = 20_000;

/** 20,000 packets of 200 bytes, 4 MB: every third is TCP to port 443. */
function plainEthernet(): Uint8Array {
  const frames = [
    frame({ protocol: 6, destinationPort: 443, payload: 146 }),
    frame({ protocol: 6, destinationPort: 80, payload: 146 }),
    frame({ protocol: 17, destinationPort: 443, payload: 158 }),
  ];
  return buildPcap({
    records: Array.from({ length: PACKETS }, (_, i) => ({
      seconds: 1_700_000_000 + i,
      fraction: i,
      data: frames[i % 3],
    })),
  });
}

describe('what is read of a capture', () => {
  const path = useTemporaryFolder();
  let counter: CountingOpener;
  let workspace: Workspace;

  function start(interactive: boolean): string {
    const file = path('a.pcap');
    writeFileSync(file, plainEthernet());
    counter = countingOpener();
    workspace = openWorkspace({ interactive, openSource: counter.open });
    return file;
  }

  afterEach(() => workspace.close());

  it('is nothing for `load | filter` once it is indexed', async () => {
    const capture = await workspaceOf(true);
    expect(await capture.count()).toBe(PACKETS);
    expect(counter.take()).toBeGreaterThan(PACKETS * 200);
    const filtered = capture.filter('tcp port 443');
    expect(counter.take()).toBe(0);
    expect(await filtered.count()).toBe(Math.ceil(PACKETS / 3));
    expect((await filtered.summary()).packets).toBe(Math.ceil(PACKETS / 3));
    expect((await filtered.flows()).total).toBe(1);
    expect(counter.take()).toBe(0);
  });

  it('is its beginning alone for `load | filter`, before anything is asked', async () => {
    const capture = await workspaceOf(false);
    capture.filter('tcp port 443').head(3);
    expect(counter.take()).toBeLessThanOrEqual(70_000);
  });

  it('is less than a megabyte for 20 packets', async () => {
    const capture = await workspaceOf(false);
    expect(await numbers(capture.head(20).packets())).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect(counter.take()).toBeLessThan(1_000_000);
  });

  it('is 20 packets for 20 packets of an indexed capture', async () => {
    const capture = await workspaceOf(true);
    await capture.count();
    counter.take();
    await numbers(capture.filter('tcp port 443').head(20).packets());
    expect(counter.take()).toBeLessThan(20 * 3 * 220);
    await numbers(capture.tail(20).packets());
    expect(counter.take()).toBeLessThan(20 * 220);
  });

  it('is one packet to show one', async () => {
    const capture = await workspaceOf(true);
    await capture.count();
    counter.take();
    expect((await capture.packet(12_345))?.number).toBe(12_345);
    expect(counter.take()).toBeLessThan(400);
  });

  async function workspaceOf(interactive: boolean) {
    const file = start(interactive);
    return workspace.load([file]);
  }
});

async function numbers(packets: AsyncIterable<{ number: number }>): Promise<number[]> {
  const list: number[] = [];
  for await (const { number } of packets) list.push(number);
  return list;
}
