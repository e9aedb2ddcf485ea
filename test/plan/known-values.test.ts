import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { formatIpv6Words } from '../../src/bytes/address.js';
import { addressTest } from '../../src/plan/address-prefix.js';
import type { Capture } from '../../src/plan/capture.js';
import type { KnownKind } from '../../src/plan/known-values.js';
import { openWorkspace, type Workspace } from '../../src/plan/workspace.js';
import { randomFile } from '../support/random-capture.js';
import { useTemporaryFolder } from '../support/temporary-folder.js';

const folder = useTemporaryFolder();
const OFFICE = 'examples/office.pcapng';

async function withWorkspace<T>(work: (workspace: Workspace) => Promise<T>): Promise<T> {
  const workspace = openWorkspace({ interactive: true, threads: 1 });
  try {
    return await work(workspace);
  } finally {
    await workspace.close();
  }
}

const found = (workspace: Workspace, capture: Capture, kind: KnownKind, prefix = ''): [string, number][] =>
  workspace
    .knownValues(capture)
    .find(kind, prefix)
    .map(({ text, packets }) => [text, packets]);

test('values come with the packets that a filter for them finds, the most frequent first', async () => {
  await withWorkspace(async (workspace) => {
    const office = await workspace.load([OFFICE]);
    await office.count();
    for (const handle of [office, office.filter('tcp'), office.filter('host 10.0.0.9').tail(500)]) {
      await handle.count();
      const hosts = found(workspace, handle, 'addresses');
      expect(hosts.length).toBeGreaterThan(3);
      expect(hosts.map(([, packets]) => packets)).toEqual(hosts.map(([, packets]) => packets).sort((a, b) => b - a));
      for (const [text, packets] of hosts.slice(0, 8))
        expect([text, await handle.filter({ ip: [text] }).count()]).toEqual([text, packets]);
      for (const [text, packets] of found(workspace, handle, 'ports', '4').slice(0, 4)) {
        // Packets of protocols without ports pass rules about them.
        const rules = { proto: ['tcp', 'udp'], port: [text] };
        expect([text, await handle.filter(rules).count()]).toEqual([text, packets]);
      }
      for (const [text, packets] of found(workspace, handle, 'applications').slice(0, 5))
        expect([text, await handle.filter({ app: [text] }).count()]).toEqual([text, packets]);
      for (const [text, packets] of found(workspace, handle, 'interfaces'))
        expect([text, await handle.filter(`ifname ${text}`).count()]).toEqual([text, packets]);
    }
    const vlans = found(workspace, office, 'vlans');
    expect(vlans.length).toBeGreaterThan(0);
    for (const [text, packets] of vlans)
      expect([text, await office.filter(`vlan ${text}`).count()]).toEqual([text, packets]);
    expect(found(workspace, office, 'protocols').map(([text]) => text)).toEqual(expect.arrayContaining(['tcp', 'udp']));
    for (const [text, packets] of found(workspace, office, 'labels'))
      expect([text, await office.filter(`mpls ${text}`).count()]).toEqual([text, packets]);
  });
});

test('nothing is known of what is still being read, nor of what was never loaded', async () => {
  await withWorkspace(async (workspace) => {
    const office = await workspace.load([OFFICE]);
    const never = workspace.captureOf({ step: 'load', files: ['never loaded'] });
    expect(found(workspace, never, 'addresses')).toEqual([]);
    await office.count();
    const before = found(workspace, office.filter('udp'), 'ports', '443');
    // Of a handle that was not counted yet the captures speak.
    expect(before).toEqual(found(workspace, office, 'ports', '443'));
  });
});

test('on random captures addresses are counted as rules count them', async () => {
  await fc.assert(
    fc.asyncProperty(randomFile, async ({ bytes }) => {
      const path = folder('random.cap');
      writeFileSync(path, bytes);
      await withWorkspace(async (workspace) => {
        const capture = await workspace.load([path]);
        await capture.count();
        const flows = await capture.flows();
        const packets = new Map<string, number>();
        for (const { source, destination, packets: count } of flows.rows)
          for (const address of new Set([source, destination]))
            packets.set(address, (packets.get(address) ?? 0) + count);
        expect(new Map(found(workspace, capture, 'addresses'))).toEqual(packets);
      });
    }),
    { numRuns: 15 },
  );
});

test('an address fits a prefix when it is written so', () => {
  const word = fc.oneof(fc.constantFrom(0, 1, 0xffff, 0x20010db8, 0x0a000001, 0xffff0000), fc.nat(0xffffffff));
  const address = fc.oneof(
    fc.tuple(word, word, word, word),
    word.map((last): [number, number, number, number] => [0, 0, 0xffff, last]),
  );
  const run = (words: number[], cut: number, other: string): void => {
    const columns = Uint32Array.from(words);
    const text = formatIpv6Words(columns);
    for (const prefix of [text.slice(0, cut), other])
      expect(addressTest(prefix)(columns, 0)).toBe(text.startsWith(prefix));
  };
  const typed = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.constantFrom('', '1', '10.', '10.0', '2001:db8', ':', 'x', '1.2.3.4.5', '999'),
  );
  fc.assert(fc.property(address, fc.nat(20), typed, run), { numRuns: 500 });
});
