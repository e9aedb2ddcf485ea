import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { PcapshError } from '../../src/errors.js';
import type { Capture } from '../../src/plan/capture.js';
import { open } from '../../src/plan/open.js';
import type { Packet } from '../../src/plan/packet.js';
import { openWorkspace, type Workspace } from '../../src/plan/workspace.js';
import { type RandomFile, randomFile } from '../support/random-capture.js';
import { useTemporaryFolder } from '../support/temporary-folder.js';

/** How a side of an operation is made: of which files, in which order, and by which stages. */
interface Side {
  files: number[];
  stages: Stage[];
}
type Stage = ['filter', string] | ['predicate'] | ['time', string] | ['head' | 'tail' | 'nth', number];

/** An expression of handles: sides by their index, operations. */
type Expression =
  | number
  | { op: 'union' | 'intersect' | 'subtract'; left: Expression; right: Expression; after: Stage[] };

const FILTERS = ['tcp', 'udp', 'not ip', 'host 10.0.0.1', 'greater 60', 'ip[6:2] & 0x1fff != 0', 'len < 10000'];
const WINDOWS = [
  '..1700000000500',
  '1700000000250..',
  '+250ms..+1s',
  '-500ms..',
  '22:13:20..22:13:21',
  '..1700000000000',
];

const stage: fc.Arbitrary<Stage> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...FILTERS).map((text): Stage => ['filter', text]) },
  { weight: 1, arbitrary: fc.constant<Stage>(['predicate']) },
  { weight: 2, arbitrary: fc.constantFrom(...WINDOWS).map((text): Stage => ['time', text]) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('head' as const, 'tail' as const, 'nth' as const), fc.nat(20))
      .map((pair): Stage => pair),
  },
);

const side: fc.Arbitrary<Side> = fc.record({
  files: fc.shuffledSubarray([0, 1, 2], { minLength: 1 }),
  stages: fc.array(stage, { maxLength: 2 }),
});

const expression: fc.Arbitrary<Expression> = fc.letrec<{ it: Expression }>((tie) => ({
  it: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.nat(2),
    fc.record({
      op: fc.constantFrom('union' as const, 'intersect' as const, 'subtract' as const),
      left: tie('it'),
      right: tie('it'),
      after: fc.oneof({ weight: 3, arbitrary: fc.constant<Stage[]>([]) }, fc.array(stage, { maxLength: 1 })),
    }),
  ),
})).it;

function addStages(capture: Capture, stages: readonly Stage[]): Capture {
  return stages.reduce((handle, [kind, value]) => {
    if (kind === 'filter') return handle.filter(value as string);
    if (kind === 'predicate') return handle.filter((packet) => packet.number % 2 === 1);
    if (kind === 'time') return handle.time(value as string);
    return handle[kind](value as number);
  }, capture);
}

function build(sides: readonly Capture[], it: Expression): Capture {
  if (typeof it === 'number') return sides[it];
  return addStages(build(sides, it.left)[it.op](build(sides, it.right)), it.after);
}

/** Identity of a packet: its file and number. */
const nameOf = (path: string, number: number): string => `${path}#${number}`;

interface Listed {
  id: string;
  time: bigint | null;
  data: string;
}

async function list(capture: Capture): Promise<Listed[]> {
  const sources = await capture.sources();
  const listed: Listed[] = [];
  for await (const { file, number, timestamp, data } of capture.packets())
    listed.push({
      id: nameOf(sources[file - 1].path, number),
      time: timestamp,
      data: Buffer.from(data).toString('hex'),
    });
  return listed;
}

const ids = (listed: readonly Listed[]): string[] => listed.map(({ id }) => id);

/** Some file of ten packets or more. */
function aLongFile(seed: number): RandomFile {
  return fc.sample(randomFile, { numRuns: 200, seed }).find(({ packets }) => packets >= 10)!;
}

function refusal(error: unknown): PcapshError {
  if (error instanceof PcapshError) return error;
  throw error;
}

describe('set algebra', () => {
  const path = useTemporaryFolder();
  let run = 0;

  function store(files: readonly { name: string; bytes: Uint8Array }[]): string[] {
    run++;
    return files.map(({ name, bytes }, i) => {
      writeFileSync(path(`${run}-${i}.${name}`), bytes);
      return path(`${run}-${i}.${name}`);
    });
  }

  async function sidesOf(workspace: Workspace, names: readonly string[], sides: readonly Side[]): Promise<Capture[]> {
    const captures: Capture[] = [];
    for (const { files, stages } of sides)
      captures.push(addStages(await workspace.load(files.map((i) => names[i])), stages));
    return captures;
  }

  const files = fc.array(randomFile, { minLength: 3, maxLength: 3 });
  const sides = fc.array(side, { minLength: 3, maxLength: 3 });

  test('is what sets of identities give, in the order of the left side or by time', async () => {
    await fc.assert(
      fc.asyncProperty(files, sides, async (random, made) => {
        const names = store(random);
        const workspace = openWorkspace({ interactive: false });
        try {
          const captures = await sidesOf(workspace, names, made.slice(0, 2));
          const [a, b] = captures;
          const [as, bs] = [await list(a), await list(b)];
          const inB = new Set(ids(bs));
          expect(ids(await list(a.intersect(b)))).toEqual(ids(as).filter((id) => inB.has(id)));
          expect(ids(await list(a.subtract(b)))).toEqual(ids(as).filter((id) => !inB.has(id)));
          const union = await list(a.union(b));
          expect(ids(union)).toEqual(await sorted(workspace, [a, b], [...as, ...bs]));
          expect(await a.union(b).count()).toBe(union.length);
        } finally {
          await workspace.close();
        }
      }),
      { numRuns: 100 },
    );
  });

  /** Naively: the packets of both, each once, by time, then source, then number; an untimed packet at its predecessor's time in its file. */
  async function sorted(workspace: Workspace, sides: readonly Capture[], both: Listed[]): Promise<string[]> {
    const order: string[] = [];
    for (const one of sides)
      for (const { path: name } of await one.sources()) if (!order.includes(name)) order.push(name);
    const keys = new Map<string, [bigint, number, number]>();
    for (const name of order) {
      let before = -(2n ** 80n);
      for await (const { number, timestamp } of (await workspace.load([name])).packets()) {
        before = timestamp ?? before;
        keys.set(nameOf(name, number), [before, order.indexOf(name), number]);
      }
    }
    const firstSeen = [...new Set(both.map(({ id }) => id))];
    return firstSeen.sort((x, y) => {
      const [k, l] = [keys.get(x)!, keys.get(y)!];
      return k[0] < l[0] ? -1 : k[0] > l[0] ? 1 : k[1] - l[1] || k[2] - l[2];
    });
  }

  test('keeps the laws of sets', async () => {
    await fc.assert(
      fc.asyncProperty(files, sides, async (random, made) => {
        const names = store(random);
        const workspace = openWorkspace({ interactive: true });
        try {
          const [a, b, c] = await sidesOf(workspace, names, made);
          const all = await workspace.load(names);
          const same = async (x: Capture, y: Capture): Promise<void> =>
            expect(ids(await list(x)).sort()).toEqual(ids(await list(y)).sort());
          await same(a.intersect(b), b.intersect(a));
          await same(a.union(b), b.union(a));
          await same(a.union(b).union(c), a.union(b.union(c)));
          await same(a.intersect(b).intersect(c), a.intersect(b.intersect(c)));
          await same(a.intersect(b.union(c)), a.intersect(b).union(a.intersect(c)));
          await same(a.subtract(b.union(c)), a.subtract(b).intersect(a.subtract(c)));
          await same(all.subtract(a.intersect(b)), all.subtract(a).union(all.subtract(b)));
          await same(all.subtract(all.subtract(a)), a);
          await same(a.subtract(b).union(a.intersect(b)), a);
          expect(await a.intersect(b).intersect(a.subtract(b)).count()).toBe(0);
          expect(ids(await list(a.intersect(a)))).toEqual(ids(await list(a)));
          expect(await a.subtract(a).count()).toBe(0);
          expect((await a.count()) + (await b.count())).toBe(
            (await a.union(b).count()) + (await a.intersect(b).count()),
          );
        } finally {
          await workspace.close();
        }
      }),
      { numRuns: 40 },
    );
  });

  async function answersOf(capture: Capture): Promise<unknown> {
    const { damage, interfaces, partial, topFlowsByBytes, topFlowsByPackets, ...summary } = await capture.summary();
    return { packets: await list(capture), count: await capture.count(), summary };
  }

  async function written(capture: Capture, target: string): Promise<unknown> {
    try {
      const { losses } = await capture.write(target, { allowLoss: true });
      const bytes = readFileSync(target).toString('hex');
      rmSync(target);
      return { losses, bytes };
    } catch (error) {
      return refusal(error).message;
    }
  }

  test('on tables and on a stream are one', async () => {
    await fc.assert(
      fc.asyncProperty(files, sides, expression, async (random, made, it) => {
        const names = store(random);
        const answers: unknown[] = [];
        for (const interactive of [true, false]) {
          const workspace = openWorkspace({ interactive });
          try {
            const capture = build(await sidesOf(workspace, names, made), it);
            answers.push([await answersOf(capture).catch((error) => refusal(error).message)]);
            answers.push([
              await written(capture, path(`${run}-out.pcapng`)),
              await written(capture, path(`${run}-out.pcap`)),
            ]);
            // A plan is plain JSON, predicates excepted.
            if (!made.some(({ stages }) => stages.some(([kind]) => kind === 'predicate')) && !hasPredicate(it)) {
              const again = workspace.captureOf(JSON.parse(JSON.stringify(capture.plan)));
              expect(await again.count().catch((error) => refusal(error).message)).toEqual(
                await capture.count().catch((error) => refusal(error).message),
              );
            }
          } finally {
            await workspace.close();
          }
        }
        expect(answers[2]).toEqual(answers[0]);
        expect(answers[3]).toEqual(answers[1]);
      }),
      { numRuns: 100 },
    );
  });

  function hasPredicate(it: Expression): boolean {
    if (typeof it === 'number') return false;
    return it.after.some(([kind]) => kind === 'predicate') || hasPredicate(it.left) || hasPredicate(it.right);
  }

  test('the same file loaded under two names is one source', async () => {
    const random = aLongFile(7);
    const [name] = store([random]);
    symlinkSync(name, path('other-name'));
    const workspace = openWorkspace({ interactive: false });
    const [a, b] = [await workspace.load([name]), await workspace.load([path('other-name')])];
    expect(await a.subtract(b).count()).toBe(0);
    expect(await a.union(b).count()).toBe(random.packets);
    expect(await (await workspace.load([name, path('other-name')])).count()).toBe(random.packets);
    await workspace.close();
  });

  test('a handle that is doubled again and again stays one', async () => {
    const random = aLongFile(8);
    for (const interactive of [true, false]) {
      const workspace = openWorkspace({ interactive });
      let handle = await workspace.load(store([random]));
      const odd = (packet: Packet): boolean => packet.number % 2 === 1;
      for (let i = 0; i < 60; i++)
        handle = handle.intersect(handle.filter('len >= 0')).subtract(handle.filter('len < 0'));
      expect(await handle.count()).toBe(random.packets);
      for (let i = 0; i < 60; i++) handle = handle.intersect(handle.filter(odd)).union(handle);
      expect(await handle.count()).toBe(random.packets);
      await workspace.close();
    }
  });

  test('captures that were opened apart', async () => {
    const [first, second] = store([aLongFile(3), aLongFile(4)]);
    const [a, b, again] = [await open(first), await open(second), await open(first)];
    expect(await a.union(b).count()).toBe((await a.count()) + (await b.count()));
    expect(await a.subtract(again).count()).toBe(0);
    expect(await a.intersect(b).count()).toBe(0);
    await Promise.all([a.close(), b.close(), again.close()]);
  });

  test('what is no capture is told', async () => {
    const workspace = openWorkspace({ interactive: false });
    const [random] = fc.sample(randomFile, { numRuns: 1, seed: 9 });
    const a = await workspace.load(store([random]));
    for (const other of [null, 7, {}, 'tcp']) {
      expect(() => a.union(other as unknown as Capture)).toThrow(/set algebra is between two captures/);
    }
    await workspace.close();
  });
});
