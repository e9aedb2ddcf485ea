import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { openWorkspace } from '../../src/plan/workspace.js';
import { buildPcap, frame } from '../support/build-capture.js';
import { useTemporaryFolder } from '../support/temporary-folder.js';

/** What a compressed capture holds before it breaks is a capture still, whether it streams or a session copies it first. */

const PACKETS = 40_000;
const at = useTemporaryFolder();

function packets(count: number): { seconds: number; fraction: number; data: Uint8Array }[] {
  return Array.from({ length: count }, (_, i) => ({
    seconds: 1_700_000_000 + i,
    fraction: i % 1000,
    data: frame({ sourcePort: 1000 + ((i * 7919) % 60_000), payload: 20 + ((i * 31) % 200) }),
  }));
}

async function look(
  file: string,
  interactive: boolean,
): Promise<{ count: number; udp: number; damage: unknown; partial: boolean }> {
  const workspace = openWorkspace({ interactive });
  try {
    const capture = await workspace.load([file]);
    const { packets: count, damage, partial } = await capture.summary();
    return { count, udp: await capture.filter('udp').count(), damage, partial };
  } finally {
    await workspace.close();
  }
}

test.each([
  ['small, indexed in this thread', 40],
  ['large, indexed in a worker', PACKETS],
])('a cut gzip capture is read as far as it goes: %s', async (_, count) => {
  const whole = gzipSync(buildPcap({ records: packets(count) }), { level: 0 });
  const file = at('cut.pcap.gz');
  writeFileSync(file, whole.subarray(0, Math.floor(whole.length * 0.75)));
  const streamed = await look(file, false);
  const inSession = await look(file, true);
  expect(streamed.count).toBeGreaterThan(0);
  expect(streamed.count).toBeLessThan(count);
  expect(streamed.udp).toBe(streamed.count);
  expect(streamed.partial).toBe(true);
  expect(inSession).toEqual(streamed);
  expect(JSON.stringify(inSession.damage)).toContain('gzip data are cut');
});
