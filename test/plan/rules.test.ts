import type { Rules } from '../../src/filter/rules.js';
import type { Capture } from '../../src/plan/capture.js';
import { openWorkspace } from '../../src/plan/workspace.js';

const OFFICE = 'examples/office.pcapng';

async function withOffice<T>(interactive: boolean, work: (office: Capture) => Promise<T>): Promise<T> {
  const workspace = openWorkspace({ interactive, threads: 1 });
  try {
    return await work(await workspace.load([OFFICE]));
  } finally {
    await workspace.close();
  }
}

/** What rules keep of a capture, on a stream and on tables. */
async function both(capture: (interactive: boolean) => Promise<number[]>): Promise<number[]> {
  const stream = await capture(false);
  expect(await capture(true)).toEqual(stream);
  return stream;
}

async function numbers(capture: Capture): Promise<number[]> {
  const list: number[] = [];
  for await (const { number, file } of capture.packets()) list.push(file * 1e6 + number);
  return list;
}

const kept = (rules: Rules): Promise<number[]> =>
  both((interactive) => withOffice(interactive, (office) => numbers(office.filter(rules))));
const keptBy = (expression: string): Promise<number[]> =>
  both((interactive) => withOffice(interactive, (office) => numbers(office.filter(expression))));

describe('rules', () => {
  test.each<[Rules, string]>([
    [{ proto: ['tcp'] }, 'tcp or (ip6 protochain 6)'],
    [{ proto: ['tcp'], port: [443] }, 'tcp port 443'],
    [{ proto: 'udp,17', port: ['53', '5353'] }, 'udp port 53 or udp port 5353'],
    [{ proto: ['tcp', 'udp'], srcPort: ['50-500'] }, '(tcp or udp) and src portrange 50-500'],
    [{ proto: ['tcp'], notPort: [443, 80] }, 'tcp and not port 443 and not port 80'],
    [{ proto: ['udp', 'tcp'], ip: ['10.0.0.0/16'] }, '(udp or tcp) and net 10.0.0.0/16'],
    [
      { proto: ['tcp'], srcIp: ['10.0.0.0/8'], notDstIp: ['10.0.0.0/8'] },
      'tcp and src net 10.0.0.0/8 and not dst net 10.0.0.0/8',
    ],
    [
      {
        op: 'or',
        rules: [
          { proto: ['tcp'], port: [25] },
          { proto: ['udp'], port: [53] },
        ],
      },
      'tcp port 25 or udp port 53',
    ],
    [
      { op: 'and', rules: [{ proto: ['tcp'] }, { op: 'not', rules: [{ port: [443] }, { port: [80] }] }] },
      'tcp and not (port 443 or port 80)',
    ],
  ])('%j', async (rules, expression) => {
    const tagged = expression.includes('protochain');
    const packets = await kept(rules);
    expect(packets.length).toBeGreaterThan(0);
    if (tagged) return;
    // Rules see through tags, expressions do not.
    const seen = new Set(packets);
    const by = await keptBy(expression);
    expect(by.filter((packet) => !seen.has(packet))).toEqual([]);
  });
});
