import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { PcapshError } from '../../src/errors.js';
import { compileFilter } from '../../src/filter/filter.js';
import { openSource } from '../../src/formats/open-source.js';
import { openReader } from '../../src/formats/reader.js';
import { buildPcap } from '../support/build-capture.js';
import { useTemporaryFolder } from '../support/temporary-folder.js';
import { expression, taggedExpression, wrappedPacket } from './arbitrary.js';

/** Beside tcpdump itself, optimiser and all, on captures that the corpora do not hold. */

const EXAMPLE = `${process.cwd()}/examples/office.pcapng`;
useTemporaryFolder();

function hasTcpdump(): boolean {
  try {
    execFileSync('tcpdump', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
const withTcpdump = hasTcpdump() ? describe : describe.skip;
if (!hasTcpdump()) process.stderr.write('live comparison with tcpdump: tcpdump is not installed, skipped\n');

/** How many packets tcpdump matches; null where it refuses, 0 where its optimiser sees that nothing can match. */
function tcpdumpCount(path: string, text: string): number | null {
  try {
    const args = ['-r', path, '--count', '--', text];
    const output = execFileSync('tcpdump', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    return Number(/^(\d+) packets?$/m.exec(output)?.[1]);
  } catch (error) {
    return String((error as { stderr: string }).stderr).includes('expression rejects all packets') ? 0 : null;
  }
}

async function ourCount(path: string, text: string): Promise<number | null> {
  const source = openSource(path);
  try {
    const filter = compileFilter(text);
    const reader = await openReader(source);
    let count = 0;
    for (let batch = await reader.next(); batch !== null; batch = await reader.next()) {
      for (let i = 0; i < batch.count; i++) {
        const test = filter.forLinkType(reader.description.interfaces[batch.interface[i]].linkType);
        if (test(batch.bytes, batch.start[i], batch.length[i], batch.originalLength[i])) count++;
      }
    }
    return count;
  } catch (error) {
    if (error instanceof PcapshError) return null;
    throw error;
  } finally {
    source.close();
  }
}

/** libpcap's optimiser is wrong about some programs (it drops loads, and with them the rejection of cut packets); packets here are whole and long. */
const PADDING = 400;

function writeFrames(path: string): void {
  const contents = fc.sample(wrappedPacket, { numRuns: 300, seed: 5 });
  writeFileSync(
    path,
    buildPcap({
      records: contents.map((content, i) => ({
        seconds: i,
        fraction: 0,
        data: Uint8Array.from([2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, ...content, ...Array(PADDING).fill(0)]),
      })),
    }),
  );
}

withTcpdump('as many packets as tcpdump -r', () => {
  test('random expressions on generated packets inside tags', async () => {
    writeFrames('tagged.pcap');
    let matched = 0;
    for (const text of fc.sample(taggedExpression, { numRuns: 120, seed: 9 })) {
      // What these do with a byte that no packet is sure to have, the optimiser decides; "byte" forgets its load.
      if (/protochain|byte |\/ \(|geneve/.test(text)) continue;
      const count = await ourCount('tagged.pcap', text);
      expect([text, count]).toEqual([text, tcpdumpCount('tagged.pcap', text)]);
      matched += count ?? 0;
    }
    expect(matched).toBeGreaterThan(1_000);
  }, 60_000);

  test.each([
    'geneve',
    'geneve 1',
    'geneve 5 and ip',
    'geneve and tcp port 80',
    'geneve and ether host 2:0:0:0:0:1',
    'geneve and not ip6',
    'geneve and vlan',
    'vlan and geneve and udp',
    'not geneve and udp port 6081',
    'ip protochain 6',
    'ip6 protochain 17',
    'protochain 51',
  ])('%s', async (text) => {
    writeFrames('tagged.pcap');
    expect(await ourCount('tagged.pcap', text)).toBe(tcpdumpCount('tagged.pcap', text));
  });

  test('random expressions on the example', async () => {
    for (const text of fc.sample(expression, { numRuns: 80, seed: 13 })) {
      if (/byte |\/ \(/.test(text)) continue;
      expect([text, await ourCount(EXAMPLE, text)]).toEqual([text, tcpdumpCount(EXAMPLE, text)]);
    }
  }, 60_000);
});
