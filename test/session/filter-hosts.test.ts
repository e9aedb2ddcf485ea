import { writeFileSync } from 'node:fs';
import {
  concatBytes,
  enhancedPacket,
  interfaceBlock,
  nameResolution,
  sectionHeader,
} from '../support/build-capture.js';
import { ethernet, ipv4, udp } from '../support/frames.js';
import { enterFolder, pcapsh, type Sitting, sit } from './fixture.js';

const OFFICE = 'examples/office.pcapng';
let leave: () => void;
let sitting: Sitting;
beforeEach(() => {
  leave = enterFolder();
  sitting = sit();
});
afterEach(async () => {
  await sitting.workspace.close();
  leave();
});

async function count(line: string): Promise<number> {
  await sitting.run(line);
  const result = sitting.outcomes.at(-1)!.results[0] as { count: number };
  return result.count;
}

test('names of a hosts file stand for their addresses in expressions', async () => {
  writeFileSync('hosts', '10.0.0.1 office\n2001:db8::1 office6\n');
  await sitting.run(`o = load ${OFFICE}`, 'set hosts hosts');
  const wanted = await count('o | filter src host 10.0.0.1 | count');
  expect(wanted).toBeGreaterThan(0);
  expect(await count('o | filter src office | count')).toBe(wanted);
  expect(await count('o | filter src host OFFICE. or 10.250.0.1 | count')).toBe(wanted);
  const ran = await pcapsh(['-c', `set hosts hosts\nload ${OFFICE} | filter src office | count`, '--json']);
  expect(ran.json()[1]).toMatchObject({ result: { count: wanted } });
});

test('a name that nobody knows is told at its place', async () => {
  const ran = await pcapsh(['-c', `load ${OFFICE} | filter tcp and host example.org | count`, '--json']);
  const source = `load ${OFFICE} | filter tcp and host example.org | count`;
  const from = source.indexOf('example.org');
  expect(ran.json()[0]).toMatchObject({
    ok: false,
    error: { code: 'filter.unknown-host', span: [from, from + 'example.org'.length] },
  });
  expect(ran.status).toBe(2);
  await sitting.run(`load ${OFFICE} | filter host 10.0.0.1 or tpc`);
  expect(sitting.outcomes.at(-1)!.error).toMatchObject({ code: 'filter.unknown-word', hint: 'did you mean tcp?' });
});

test("the capture's own name records give addresses, too", async () => {
  const packet = ethernet(0x0800, ipv4({ protocol: 17, payload: udp(new Uint8Array(4)) }));
  const names = nameResolution([packet[26], packet[27], packet[28], packet[29]], 'sender.example');
  writeFileSync('named.pcapng', concatBytes([sectionHeader(), interfaceBlock(1), names, enhancedPacket(packet, 1n)]));
  expect(await count('load named.pcapng | filter src host sender.example | count')).toBe(1);
  expect(await count('load named.pcapng | filter dst host sender.example | count')).toBe(0);
});
