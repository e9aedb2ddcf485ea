import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { PcapshError } from '../../src/errors.js';
import type { Capture } from '../../src/plan/capture.js';
import type { JudgedClause } from '../../src/plan/explanation.js';
import { openWorkspace } from '../../src/plan/workspace.js';
import { arbitraryRules } from '../filter/arbitrary-rules.js';
import { randomFile } from '../support/random-capture.js';
import { useTemporaryFolder } from '../support/temporary-folder.js';

const OFFICE = 'examples/office.pcapng';
const path = useTemporaryFolder();

async function ask<T>(files: string[], work: (capture: Capture) => Promise<T>): Promise<T> {
  const workspace = openWorkspace({ interactive: true, threads: 1 });
  try {
    return await work(await workspace.load(files));
  } finally {
    await workspace.close();
  }
}

const EXPRESSIONS = [
  'tcp and port 443',
  'not (udp or icmp)',
  'port 53 or 443 and not host 10.0.0.1',
  'vlan and tcp',
  'ip and greater 60 and ip[8] > 3',
  'tcp[13] & 2 != 0 or arp',
  'ip6 or (vlan 7 and (icmp or port 80))',
];

describe('explain', () => {
  it('tells what each clause removes, and by what it is decided', async () => {
    const { packets, kept, funnel, trees } = await ask([OFFICE], (office) =>
      office.filter('tcp and port 443 and greater 1000 and ip[8] < 65').explain(),
    );
    expect(packets).toBe(3189);
    expect(funnel.map(({ clause, decidedBy, from }) => [clause, decidedBy, from])).toEqual([
      ['tcp', 'flow', 'expression'],
      ['port 443', 'flow', 'expression'],
      ['greater 1000', 'column', 'expression'],
      ['ip[8] < 65', 'bytes', 'expression'],
    ]);
    expect(funnel.reduce((sum, { removed }) => sum + removed, 0)).toBe(packets - kept);
    expect(trees[0].op).toBe('and');
    expect(trees[0].matches).toBe(kept);
    expect(trees[0].operands.map(({ fromBytes }) => fromBytes! > 1000)).toEqual([false, false, false, true]);
  });

  it('a clause behind a tag means what it means there', async () => {
    const [tree] = (await ask([OFFICE], (office) => office.filter('vlan and icmp').explain())).trees;
    const alone = await ask([OFFICE], (office) => office.filter('icmp').count());
    const [vlan, icmp] = tree.operands;
    expect(tree.matches).toBeGreaterThan(0);
    expect(vlan.matches).toBeGreaterThan(0);
    expect(icmp.matches).not.toBe(alone);
    expect(icmp.clause).toBe('icmp');
  });

  it('a qualifier that was left out is written out', async () => {
    const [tree] = (await ask([OFFICE], (office) => office.filter('tcp port 80 or 443').explain())).trees;
    expect(tree.operands.map(({ clause }) => clause)).toEqual(['tcp port 80', 'tcp port 443']);
  });

  it('rules: each flag a clause, times resolved', async () => {
    const { funnel, windows, trees, kept } = await ask([OFFICE], (office) =>
      office.filter({ proto: 'tcp', notPort: [443, 80], from: '+1s' }).explain(),
    );
    expect(funnel.map(({ clause, decidedBy }) => [clause, decidedBy])).toEqual([
      ['--proto tcp', 'flow'],
      ['--not-port 443,80', 'flow'],
      ['--from +1s', 'column'],
    ]);
    expect(funnel.at(-1)?.left).toBe(kept);
    expect(windows).toHaveLength(1);
    expect(windows[0].start).toMatch(/^2026-11-21T04:39:57\.\d{9}Z$/);
    expect(windows[0].end).toBeNull();
    expect(trees[0].operands).toHaveLength(3);
  });

  it('an expression and rules together, and a function', async () => {
    await ask([OFFICE], async (office) => {
      const both = office.filter({ port: 443 }).filter('tcp');
      expect((await both.explain({ stages: 2 })).funnel.map(({ from }) => from)).toEqual(['rules', 'expression']);
      const odd = await both.filter(({ number }) => number % 2 === 1).explain();
      expect(odd.funnel.map(({ clause, from }) => [clause, from])).toEqual([['a function', 'function']]);
      await expect(office.head(3).explain()).rejects.toThrow('only a filter can be explained');
    });
  });

  it('ends with as many packets as the filter keeps', async () => {
    await fc.assert(
      fc.asyncProperty(randomFile, arbitraryRules, fc.constantFrom(...EXPRESSIONS), async (file, rules, expression) => {
        const name = path(`explain.${file.name}`);
        writeFileSync(name, file.bytes);
        await ask([name], async (capture) => {
          const handle = capture.filter(rules).filter(expression);
          try {
            const { kept, packets, funnel } = await handle.explain({ stages: 2 });
            expect(packets).toBe(file.packets);
            expect(kept).toBe(await handle.count());
            expect(packets - funnel.reduce((sum, { removed }) => sum + removed, 0)).toBe(kept);
          } catch (error) {
            if (!(error instanceof PcapshError)) throw error;
            await expect(handle.count()).rejects.toThrow(error.message);
          }
        });
      }),
      { numRuns: 60 },
    );
  });
});

function worst(clauses: readonly JudgedClause[]): boolean {
  return clauses.every(({ verdict }) => verdict === 'yes' || verdict === 'ignored');
}

describe('why', () => {
  it('tells the clause that dropped a packet, and what it saw', async () => {
    const history = await ask([OFFICE], (office) =>
      office.filter('tcp port 443 or 80 and not host 10.0.0.12').head(5).why(773),
    );
    expect(history).toMatchObject({ kept: false, packet: { number: 773 } });
    const [filter, head] = history!.stages;
    expect(filter).toMatchObject({ kept: false, decidedBy: 'not host 10.0.0.12' });
    expect(filter.clauses.map(({ clause, verdict }) => [clause, verdict])).toEqual([
      ['tcp port 443 or tcp port 80', 'yes'],
      ['not host 10.0.0.12', 'no'],
    ]);
    expect(filter.clauses[0].operands.map(({ clause, verdict, seen }) => [clause, verdict, seen])).toEqual([
      ['tcp port 443', 'yes', '42588 > 443'],
      ['tcp port 80', 'no', '42588 > 443'],
    ]);
    expect(head).toMatchObject({ stage: 'head 5', kept: null, clauses: [] });
  });

  it('names the one alternative that kept it', async () => {
    const history = await ask([OFFICE], (office) => office.filter('udp or tcp port 443').why(773));
    expect(history!.stages[0].decidedBy).toBe('tcp port 443');
  });

  it('values of bytes, lengths and link addresses', async () => {
    const seen = async (expression: string): Promise<(string | null)[]> =>
      (await ask([OFFICE], (office) => office.filter(expression).why(773)))!.stages[0].clauses.map((one) => one.seen);
    expect(await seen('tcp[13] & 2 != 0 and len > 60 and greater 60')).toEqual([
      'tcp[13] & 2 is 2',
      'len is 74',
      '74 bytes',
    ]);
    expect(await seen('udp[4:2] > 8')).toEqual(['udp[4:2] is not there']);
    expect(await seen('ether host 02:00:00:00:00:01')).toEqual([expect.stringMatching(/^\S{17} > \S{17}$/)]);
  });

  it('rules by their verdicts, also those that have no say', async () => {
    const one = (rules: Parameters<Capture['filter']>[0], number: number): Promise<string[][]> =>
      ask([OFFICE], async (office) =>
        (await office.filter(rules).why(number))!.stages[0].clauses.map(({ clause, verdict, seen }) => [
          clause,
          verdict,
          seen!,
        ]),
      );
    expect(
      await one({ port: 443, proto: 'tcp', app: 'tls', tcpFlags: 'exact:SYN', maxLen: 60, notIp: '10.0.0.9' }, 773),
    ).toEqual([
      ['--port 443', 'yes', '42588 > 443'],
      ['--proto tcp', 'yes', 'tcp'],
      ['--app tls', 'yes', 'tls'],
      ['--tcp-flags exact:SYN', 'yes', 'SYN'],
      ['--max-len 60', 'no', '74 bytes'],
      ['--not-ip 10.0.0.9', 'yes', '10.0.0.12 > 10.0.0.1'],
    ]);
    const icmp = await ask([OFFICE], async (office) => {
      for await (const { number } of office.filter('icmp').head(1)) return number;
      return 0;
    });
    expect(await one({ port: 443 }, icmp)).toEqual([['--port 443', 'ignored', 'icmp, which has no ports']]);
    const [flow] = await one({ flowId: '0000000000000000', minFlowPackets: 3, from: '+1s' }, 773);
    expect(flow[2]).toMatch(/^[0-9a-f]{16}, 1:/);
  });

  it('of a packet that the capture does not have: nothing', async () => {
    expect(await ask([OFFICE], (office) => office.filter('tcp').why(9999))).toBeNull();
    expect(await ask([OFFICE], (office) => office.why(1, { file: 2 }))).toBeNull();
  });

  it('agrees with the packets that are kept', async () => {
    await fc.assert(
      fc.asyncProperty(
        randomFile.filter(({ packets }) => packets > 0),
        arbitraryRules,
        fc.constantFrom(...EXPRESSIONS),
        fc.nat(),
        async (file, rules, expression, pick) => {
          const name = path(`why.${file.name}`);
          writeFileSync(name, file.bytes);
          await ask([name], async (capture) => {
            const handle = capture.filter(rules).filter(expression).tail(7);
            const number = 1 + (pick % file.packets);
            try {
              const history = await handle.why(number);
              expect(history!.kept).toBe((await handle.packet(number)) !== null);
              for (const { kept, clauses } of history!.stages)
                if (clauses.length > 0 && kept !== null) expect(worst(clauses)).toBe(kept);
            } catch (error) {
              if (!(error instanceof PcapshError)) throw error;
              await expect(handle.count()).rejects.toThrow(error.message);
            }
          });
        },
      ),
      { numRuns: 80 },
    );
  });
});

describe('the tagged form of an expression', () => {
  it('is told where only tags hid the packets, on a stream and on tables', async () => {
    for (const interactive of [false, true]) {
      const workspace = openWorkspace({ interactive, threads: 1 });
      const office = await workspace.load([OFFICE]);
      const tagged = await office.filter('vlan').filter('tcp').taggedForm();
      expect(tagged).toEqual({
        expression: 'tcp',
        tagged: 'vlan and tcp',
        packets: await office.filter('vlan').filter('vlan and tcp').count(),
      });
      expect(await office.filter('ether proto 0x8100').filter('icmp or port 9').taggedForm()).toMatchObject({
        tagged: 'vlan and (icmp or port 9)',
      });
      expect(await office.filter('tcp').taggedForm()).toBeNull();
      expect(await office.filter('port 9').taggedForm()).toBeNull();
      expect(await office.filter({ port: 9, proto: 'tcp' }).taggedForm()).toBeNull();
      expect(await office.filter('vlan and port 9').taggedForm()).toBeNull();
      await workspace.close();
    }
  });
});
