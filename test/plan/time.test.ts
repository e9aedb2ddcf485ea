import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import type { Capture } from '../../src/plan/capture.js';
import type { WindowText } from '../../src/plan/steps.js';
import { openWorkspace, type Workspace } from '../../src/plan/workspace.js';
import { formatTimestamp, type Nanos, parseDuration } from '../../src/time.js';
import {
  buildPcap,
  concatBytes,
  enhancedPacket,
  interfaceBlock,
  sectionHeader,
  simplePacket,
} from '../support/build-capture.js';
import { randomFile } from '../support/random-capture.js';
import { useTemporaryFolder } from '../support/temporary-folder.js';

const SECOND = 1_000_000_000n;
/** 2023-11-14T22:13:20Z, to which random captures are near. */
const BASE = 1_700_000_000n * SECOND;

async function times(capture: Capture): Promise<(Nanos | null)[]> {
  const found: (Nanos | null)[] = [];
  for await (const { timestamp } of capture.packets()) found.push(timestamp);
  return found;
}

async function numbers(capture: Capture): Promise<string[]> {
  const found: string[] = [];
  for await (const { file, number } of capture.packets()) found.push(`${file}:${number}`);
  return found;
}

function pcapAt(seconds: readonly number[]): Uint8Array {
  const data = new Uint8Array(20);
  return buildPcap({ records: seconds.map((second) => ({ seconds: second, fraction: 0, data })) });
}

describe('a window of time', () => {
  const path = useTemporaryFolder();
  let run = 0;

  async function bothWays<T>(files: readonly Uint8Array[], ask: (capture: Capture) => Promise<T>): Promise<T> {
    const names = files.map((bytes, i) => {
      const name = path(`${++run}-${i}`);
      writeFileSync(name, bytes);
      return name;
    });
    const answers: T[] = [];
    for (const interactive of [true, false]) {
      const workspace: Workspace = openWorkspace({ interactive });
      try {
        answers.push(await ask(await workspace.load(names)));
      } finally {
        await workspace.close();
      }
    }
    expect(answers[1]).toEqual(answers[0]);
    return answers[0];
  }

  const ends = fc.integer({ min: -2, max: 8 }).map((quarter) => BASE + (BigInt(quarter) * SECOND) / 4n);

  test('holds the packets whose time is not before its start and not behind its end', async () => {
    const files = fc.array(randomFile, { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(files, fc.option(ends), fc.option(ends), fc.boolean(), async (random, from, to, filtered) => {
        fc.pre((from !== null || to !== null) && (from === null || to === null || from <= to));
        const text = [from, to].map((time) => (time === null ? '' : formatTimestamp(time))).join('..');
        await bothWays(
          random.map(({ bytes }) => bytes),
          async (capture) => {
            const input = filtered ? capture.filter('len > 40') : capture;
            const expected = (await times(input)).filter(
              (time) => time !== null && (from === null || time >= from) && (to === null || time <= to),
            );
            const window = input.time(text);
            const found = await times(window);
            expect(found).toEqual(expected);
            expect(await window.count()).toBe(expected.length);
            return found;
          },
        );
      }),
      { numRuns: 120 },
    );
  });

  const relative: fc.Arbitrary<WindowText> = fc.oneof(
    fc.constantFrom('+250ms..+1s', '+0s..', '-500ms..', '..-250ms', '..+500ms', '-1s..-250ms', '22:13:20..22:13:21'),
    fc.record({ around: fc.nat(39).map((i) => `frame 1:${i + 1}`), within: fc.constantFrom('0s', '250ms', '1s') }),
  );

  test('counts from the earliest and latest packet that come in, or from a packet of the file', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(randomFile, { minLength: 1, maxLength: 2 }), relative, async (random, window) => {
        await bothWays(
          random.map(({ bytes }) => bytes),
          async (capture) => {
            const input = capture.filter('not udp');
            const timed = (await times(input)).filter((time) => time !== null).sort((a, b) => (a < b ? -1 : 1));
            try {
              const [resolved] = await input.time(window).windows();
              const found = await numbers(input.time(window));
              if (resolved.nowhere) {
                expect(timed).toEqual([]);
                expect(found).toEqual([]);
                return found;
              }
              const { start, end } = resolved;
              expect(await times(input.time(window))).toEqual(
                (await times(input)).filter(
                  (time) => time !== null && (start === null || time >= start) && (end === null || time <= end),
                ),
              );
              if (typeof window !== 'string') {
                const packet = await capture.packet(Number(/\d+$/.exec(window.around)![0]), { file: 1 });
                const within = parseDuration(window.within);
                expect([start, end]).toEqual([packet!.timestamp! - within, packet!.timestamp! + within]);
              } else if (window === '+250ms..+1s')
                expect([start, end]).toEqual([timed[0] + SECOND / 4n, timed[0] + SECOND]);
              else if (window === '-500ms..') expect([start, end]).toEqual([timed.at(-1)! - SECOND / 2n, null]);
              return found;
            } catch (error) {
              return String(error).replace(/\/tmp\S*/g, '');
            }
          },
        );
      }),
      { numRuns: 120 },
    );
  });

  test('keeps no packet without a time, and one outside the years of the columns by its exact time', async () => {
    const late = 60_000n * 86_400_000_000n; // behind the year 2106, in microseconds
    const bytes = concatBytes([
      sectionHeader([], false),
      interfaceBlock(1, 0, [], false),
      simplePacket(new Uint8Array(20), 20, false),
      enhancedPacket(new Uint8Array(20), 1_700_000_000_000_000n, { interfaceId: 0, big: false }),
      enhancedPacket(new Uint8Array(20), late, { interfaceId: 0, big: false }),
    ]);
    await bothWays([bytes], async (capture) => {
      expect(await numbers(capture.time('0..'))).toEqual(['1:2', '1:3']);
      expect(await numbers(capture.time(`${late / 1000n}..${late / 1000n}`))).toEqual(['1:3']);
      expect(await numbers(capture.time('..2100-01-01T00:00Z'))).toEqual(['1:2']);
      const { code } = await capture
        .time({ around: 'frame 1', within: '1s' })
        .count()
        .catch((error) => error);
      expect(code).toBe('time.untimed');
    });
  });

  test('by clocks: the first such times from the earliest packet on, in the zone that is given or named', async () => {
    const start = Date.UTC(2026, 10, 21, 13, 32) / 1000;
    const bytes = pcapAt([start + 3600, start, start + 60, start + 180, start + 86_400]);
    await bothWays([bytes], async (capture) => {
      const shown = async (window: string, zone?: string): Promise<unknown> => {
        const [{ start: from, end: to, zone: told, notes }] = await capture.time(window, { zone }).windows();
        expect(notes).toEqual([]);
        return [from, to].map((time) => (time === null ? null : formatTimestamp(time, told).replace('.000000000', '')));
      };
      expect(await shown('13:30..13:35')).toEqual(['2026-11-21T13:30:00Z', '2026-11-21T13:35:00Z']);
      expect(await shown('13:33..')).toEqual(['2026-11-21T13:33:00Z', null]);
      expect(await shown('13:31..')).toEqual(['2026-11-22T13:31:00Z', null]);
      const berlin = ['2026-11-21T14:30:00+01:00', '2026-11-21T14:35:00+01:00'];
      expect(await shown('14:30..14:35', 'Europe/Berlin')).toEqual(berlin);
      expect(await shown('14:30..14:35 Europe/Berlin')).toEqual(berlin);
      expect(await shown('2026-11-21 14:30 Europe/Berlin..14:35')).toEqual(berlin);
      expect(await shown('2026-11-21 14:30 Europe/Berlin .. 2026-11-21 14:35 Europe/Berlin')).toEqual(berlin);
      expect(await numbers(capture.time('14:30..14:35', { zone: 'Europe/Berlin' }))).toEqual(['1:2', '1:3', '1:4']);
      // What comes in is what the filter before it left.
      expect(await capture.filter('len < 10').time('+0s..').windows()).toMatchObject([{ nowhere: true }]);
      expect(await capture.filter('len < 10').time('+0s..').count()).toBe(0);
    });
  });

  test('clocks that are put back or forward are told', async () => {
    const back = pcapAt([Date.UTC(2026, 9, 24, 23) / 1000]);
    await bothWays([back], async (capture) => {
      const [window] = await capture.time('02:30..', { zone: 'Europe/Berlin' }).windows();
      expect(window.notes).toEqual([
        '"02:30" occurs twice in Europe/Berlin: 2026-10-25T02:30:00.000000000+02:00 is taken, not 2026-10-25T02:30:00.000000000+01:00',
      ]);
    });
    const forward = pcapAt([Date.UTC(2026, 2, 28, 23) / 1000]);
    await bothWays([forward], async (capture) => {
      const [window] = await capture.time('02:30..', { zone: 'Europe/Berlin' }).windows();
      expect(formatTimestamp(window.start!)).toBe('2026-03-30T00:30:00.000000000Z');
      expect(window.notes).toEqual([
        'clocks in Europe/Berlin were put forward over "02:30" the day before 2026-03-30T02:30:00.000000000+02:00, which is taken',
      ]);
      expect(() => capture.time('2026-03-29T02:30..', { zone: 'Europe/Berlin' })).toThrow(/were put forward over/);
      expect(() => capture.time('2026-10-25T02:30..', { zone: 'Europe/Berlin' })).toThrow(/occurs twice/);
    });
  });

  test('a packet is called by its file where there are several', async () => {
    const files = [pcapAt([100, 200]), pcapAt([150, 900])];
    await bothWays(files, async (capture) => {
      expect(await numbers(capture.time({ around: 'frame 2:1', within: '50s' }))).toEqual(['1:1', '2:1', '1:2']);
      const codeOf = async (around: string): Promise<string> =>
        (
          await capture
            .time({ around, within: '1s' })
            .count()
            .catch((error) => error)
        ).code;
      expect(await codeOf('frame 1')).toBe('time.which-file');
      expect(await codeOf('frame 3:1')).toBe('time.no-packet');
      expect(await codeOf('frame 2:3')).toBe('time.no-packet');
      for (const around of ['frame', 'frame 0', 'packet 0:1', 'frame x'])
        expect(() => capture.time({ around, within: '1s' })).toThrow(expect.objectContaining({ code: 'time.frame' }));
    });
  });
});
