import { writeFileSync } from 'node:fs';
import type { Rules } from '../../src/filter/rules.js';
import type { Capture } from '../../src/plan/capture.js';
import { openWorkspace } from '../../src/plan/workspace.js';
import { useTemporaryFolder } from '../support/temporary-folder.js';

const OFFICE = 'examples/office.pcapng';
const folder = useTemporaryFolder();

async function ask<T>(files: string[], interactive: boolean, work: (capture: Capture) => Promise<T>): Promise<T> {
  const workspace = openWorkspace({ interactive, threads: 1 });
  try {
    return await work(await workspace.load(files));
  } finally {
    await workspace.close();
  }
}

/** The same question to a stream and to tables, which must answer alike. */
async function both<T>(work: (capture: Capture) => Promise<T>, files = [OFFICE]): Promise<T> {
  const answer = await ask(files, false, work);
  expect(await ask(files, true, work)).toEqual(answer);
  return answer;
}

async function numbers(capture: Capture): Promise<number[]> {
  const list: number[] = [];
  for await (const { number, file } of capture.packets()) list.push(file * 1_000_000 + number);
  return list;
}

const kept = (rules: Rules, files?: string[]): Promise<number[]> =>
  both((office) => numbers(office.filter(rules)), files);
const keptBy = (expression: string): Promise<number[]> => both((office) => numbers(office.filter(expression)));

describe('rules', () => {
  test.each<[Rules, string]>([
    [{ proto: ['tcp'], port: [443] }, 'tcp port 443'],
    [{ proto: 'udp,17', port: ['53', '5353'] }, 'udp port 53 or udp port 5353'],
    [{ proto: ['tcp', 'udp'], srcPort: ['50-500'] }, '(tcp or udp) and src portrange 50-500'],
    [{ proto: ['tcp'], notPort: [443, 80] }, 'tcp and not port 443 and not port 80'],
    [{ proto: ['udp', 'tcp'], ip: ['10.0.0.0/16'] }, '(udp or tcp) and net 10.0.0.0/16'],
    [
      { proto: ['tcp'], srcIp: ['10.0.0.0/8'], notDstIp: ['10.0.0.0/24'] },
      'tcp and src net 10.0.0.0/8 and not dst net 10.0.0.0/24',
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
    [{ tcpFlags: ['exact:SYN'] }, 'tcp[tcpflags] == tcp-syn or (ip6[6] = 6 and ip6[53] = 2)'],
    [{ tcpFlags: ['any:SYN+FIN'] }, 'tcp[tcpflags] & (tcp-syn|tcp-fin) != 0 or (ip6[6] = 6 and ip6[53] & 3 != 0)'],
    [{ minLen: 100, maxLen: 200, notProto: ['tcp'] }, 'greater 100 and less 200 and not tcp'],
  ])('%j', async (rules, expression) => {
    const packets = await kept(rules);
    expect(packets.length).toBeGreaterThan(0);
    // Of the packets without tags and without IPv6's extension headers, to which expressions are blind.
    const plain = new Set(
      await keptBy(
        'not (ether proto 0x8100 or ether proto 0x88a8 or ether proto 0x8847 or ether proto 0x8864) and (ip or (ip6 and (ip6[6] = 6 or ip6[6] = 17 or ip6[6] = 58))) and (ip[6:2] & 0x3fff = 0 or ip6)',
      ),
    );
    const by = await keptBy(expression);
    expect(packets.filter((packet) => plain.has(packet))).toEqual(by.filter((packet) => plain.has(packet)));
  });

  test('see through tags', async () => {
    const tagged = await keptBy('ether proto 0x8100');
    const icmp = await kept({ proto: ['icmp', 'tcp', 'udp'] });
    expect(icmp.filter((packet) => tagged.includes(packet)).length).toBeGreaterThan(0);
  });

  test('a port rule has no say on protocols without ports', async () => {
    expect(await kept({ proto: ['icmp'], port: [443] })).toEqual(await kept({ proto: ['icmp'] }));
    expect(await kept({ proto: ['icmp'], notPort: [443] })).toEqual(await kept({ proto: ['icmp'] }));
    const either = await kept({ op: 'or', rules: [{ proto: ['igmp'] }, { port: [443] }] });
    const icmp = await kept({ proto: ['icmp'] });
    expect(either.filter((packet) => icmp.includes(packet))).toEqual([]);
  });

  test('flows by their IDs, of both directions or one', async () => {
    const [flow] = await both(async (office) => (await office.filter('tcp port 443').flows({ top: 1 })).rows);
    const whole = await kept({ flowId: [flow.flowId.toUpperCase()] });
    expect(whole).toHaveLength(flow.packets);
    expect(await kept({ flowId: [flow.communityId] })).toEqual(whole);
    expect(await kept({ flowId: ['0000000000000000', flow.flowId] })).toEqual(whole);
    const directions = await both(
      async (office) => (await office.filter({ flowId: flow.flowId }).flows({ unidirectional: true })).rows,
    );
    expect(directions).toHaveLength(2);
    for (const { flowId, packets } of directions) {
      expect(await kept({ flowId: [flowId], unidirectional: true })).toHaveLength(packets);
    }
    expect((await kept({ notFlowId: [flow.flowId] })).length + whole.length).toBe(
      await both((office) => office.count()),
    );
  });

  test('applications: all packets of the flows, with payload or without', async () => {
    const report = await both((office) => office.flows());
    const dns = report.rows.filter(({ application }) => application === 'dns' || application === 'tls');
    expect(await kept({ app: ['dns', 'TLS'] })).toHaveLength(dns.reduce((sum, { packets }) => sum + packets, 0));
  });

  test('flows of at least so many packets count the input of the stage', async () => {
    const report = await both((office) => office.flows());
    const large = report.rows.filter(({ packets }) => packets >= 20);
    expect(await kept({ minFlowPackets: 20 })).toHaveLength(large.reduce((sum, { packets }) => sum + packets, 0));
    const syn = await both((office) => numbers(office.filter({ tcpFlags: 'SYN' }).filter({ minFlowPackets: 3 })));
    const before = await both((office) => numbers(office.filter({ tcpFlags: 'SYN', minFlowPackets: 3 })));
    expect(syn.length).toBeLessThan(before.length);
  });

  test('the same 5-tuple in two files is one flow', async () => {
    const half = folder('half.pcap');
    const rest = folder('rest.pcap');
    await ask([OFFICE], false, async (office) => {
      const one = office.filter('tcp port 443');
      const middle = Math.floor((await one.count()) / 2);
      await one.head(middle).write(half, { allowLoss: true });
      await one
        .filter(({ number }) => number > 0)
        .tail((await one.count()) - middle)
        .write(rest, { allowLoss: true });
    });
    const report = await both((capture) => capture.flows(), [half, rest]);
    const [largest] = report.rows;
    expect(await kept({ flowId: largest.flowId, minFlowPackets: largest.packets }, [half, rest])).toHaveLength(
      largest.packets,
    );
    expect(await kept({ minFlowPackets: 100_000 }, [half, rest])).toEqual([]);
  });

  test('times in every form', async () => {
    const times = await both(async (office) => {
      const list: bigint[] = [];
      for await (const { timestamp } of office.packets()) list.push(timestamp!);
      return list;
    });
    const inOrder = [...times].sort((a, b) => (a < b ? -1 : 1));
    const [first, last] = [inOrder[0], inOrder[inOrder.length - 1]];
    const within = (from: bigint, to: bigint): number => times.filter((time) => time >= from && time <= to).length;
    const second = 1_000_000_000n;
    expect(await kept({ from: '+2s' })).toHaveLength(within(first + 2n * second, last));
    expect(await kept({ from: '-2s' })).toHaveLength(within(last - 2n * second, last));
    expect(await kept({ to: '+500ms' })).toHaveLength(within(first, first + second / 2n));
    expect(await kept({ notTo: '+500ms' })).toHaveLength(times.length - within(first, first + second / 2n));
    const at = new Date(Number(first / 1_000_000n) + 3000).toISOString();
    const instant = BigInt(Date.parse(at)) * 1_000_000n;
    const expected = within(instant, last);
    expect(await kept({ from: at })).toHaveLength(expected);
    expect(await kept({ from: String(Date.parse(at)) })).toHaveLength(expected);
    expect(await kept({ from: at.slice(11, 23) })).toHaveLength(expected);
    expect(await kept({ from: `${at.slice(0, 23).replace('T', ' ')} UTC` })).toHaveLength(expected);
    const zoned = await both((office) => numbers(office.filter({ from: at.slice(0, 23) }, { zone: 'UTC' })));
    expect(zoned).toHaveLength(expected);
    const vienna = await both((office) => office.filter({ from: at.slice(0, 23) }, { zone: 'Asia/Tokyo' }).count());
    expect(vienna).toBe(times.length);
  });

  test('combine with expression and predicate by AND', async () => {
    const one = await both((office) =>
      numbers(
        office
          .filter({ notIp: '10.0.0.1' })
          .filter('tcp')
          .filter(({ number }) => number % 2 === 0),
      ),
    );
    const tcp = new Set(await keptBy('tcp'));
    const rules = await kept({ notIp: '10.0.0.1' });
    expect(one).toEqual(rules.filter((packet) => tcp.has(packet) && packet % 2 === 0));
  });

  test('a plan with rules is plain JSON', async () => {
    await ask([OFFICE], false, async (office) => {
      const handle = office.filter({ port: 443, from: '+1s' }, { zone: 'Europe/Vienna' });
      const { step, rules, zone } = JSON.parse(JSON.stringify(handle.plan));
      expect({ step, rules, zone }).toEqual({
        step: 'rules',
        rules: { port: ['443'], from: ['+1s'] },
        zone: 'Europe/Vienna',
      });
    });
  });

  test('nothing is in a window that counts from packets where none has a time', async () => {
    expect(await both((office) => office.filter('udp port 9').filter({ from: '+1s' }).count())).toBe(0);
  });

  test('no packets at all', async () => {
    const path = folder('empty.pcap');
    writeFileSync(path, Buffer.from('d4c3b2a1020004000000000000000000ffff000001000000', 'hex'));
    expect(await kept({ app: ['dns'], notPort: [1] }, [path])).toEqual([]);
    expect(await kept({ from: '10:00', minFlowPackets: 1 }, [path])).toEqual([]);
  });
});
