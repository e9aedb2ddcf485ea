import fc from 'fast-check';
import { PcapshError } from '../../src/errors.js';
import {
  checkZone,
  formatTimestamp,
  type Nanos,
  parseDuration,
  parseMoment,
  parseTimePoint,
  parseTimeWindow,
  resolveTimePoint,
  resolveTimeWindow,
  type TimeContext,
  windowNeedsPackets,
} from '../../src/time.js';

const UNTIMED: TimeContext = { first: null, last: null };

function errorOf(run: () => unknown): PcapshError {
  try {
    run();
  } catch (error) {
    if (error instanceof PcapshError) return error;
    throw error;
  }
  throw new Error('no error');
}

function at(text: string): Nanos {
  return resolveTimePoint(parseTimePoint(text), UNTIMED);
}

function shown(text: string, context: TimeContext): string {
  return formatTimestamp(resolveTimePoint(parseTimePoint(text), context)).replace('.000000000Z', 'Z');
}

function window(text: string, context: TimeContext): (string | null)[] {
  const { start, end } = resolveTimeWindow(parseTimeWindow(text), context);
  return [start, end].map((time) => (time === null ? null : formatTimestamp(time).replace('.000000000Z', 'Z')));
}

describe('parseDuration', () => {
  test.each([
    ['500ms', 500_000_000n],
    ['10s', 10_000_000_000n],
    ['5m', 300_000_000_000n],
    ['1h', 3_600_000_000_000n],
    ['1d', 86_400_000_000_000n],
    ['7ns', 7n],
    ['7us', 7_000n],
    ['7\u00b5s', 7_000n],
    ['7\u03bcs', 7_000n],
    ['1.5s', 1_500_000_000n],
    ['0.000000001s', 1n],
    ['0s', 0n],
  ])('%s', (text, nanos) => {
    expect(parseDuration(text)).toBe(nanos);
  });

  test.each([
    ['', 'duration.syntax', [0, 0]],
    ['s', 'duration.syntax', [0, 1]],
    ['-5s', 'duration.syntax', [0, 3]],
    ['10', 'duration.unit', [0, 2]],
    ['10sec', 'duration.unit', [2, 5]],
    ['1h30m', 'duration.unit', [1, 5]],
    ['1.5ns', 'duration.precision', [0, 5]],
  ])('refuses "%s"', (text, code, span) => {
    const error = errorOf(() => parseDuration(text));
    expect(error).toMatchObject({ code, span, kind: 'input' });
    expect(error.hint).toContain('500ms');
  });
});

describe('parseTimePoint', () => {
  test.each([
    ['2024-01-01T14:30:00Z', 1_704_119_400_000_000_000n],
    ['2024-01-01t14:30:00.5z', 1_704_119_400_500_000_000n],
    ['2024-01-01T14:30:00.123456789Z', 1_704_119_400_123_456_789n],
    ['2024-01-01T15:30:00+01:00', 1_704_119_400_000_000_000n],
    ['2024-01-01T11:00:00-03:30', 1_704_119_400_000_000_000n],
    ['2024-01-01T14:30:00-00:00', 1_704_119_400_000_000_000n],
    ['2024-01-01 14:30', 1_704_119_400_000_000_000n],
    ['2024-01-01T15:30[Europe/Vienna]', 1_704_119_400_000_000_000n],
    ['2024-01-01 15:30:00 Europe/Vienna', 1_704_119_400_000_000_000n],
    ['2024-01-01 14:30 UTC', 1_704_119_400_000_000_000n],
    ['1704119400000', 1_704_119_400_000_000_000n],
    ['0', 0n],
    ['0000-01-01T00:00:00Z', -62_167_219_200_000_000_000n],
    ['-62167219200.000000001', -62_167_219_200_000_000_001n],
    ['253402300800.000000000', 253_402_300_800_000_000_000n],
  ])('%s', (text, time) => {
    expect(at(text)).toBe(time);
  });

  test('reads back whatever formatTimestamp prints', () => {
    const zone = fc.constantFrom('UTC', 'Europe/Vienna', 'America/New_York', 'Asia/Kathmandu', '+02:00');
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 67n), max: 2n ** 69n }), zone, (time, name) => {
        expect(at(formatTimestamp(time, name))).toBe(time);
      }),
    );
  });

  test.each([
    ['', 'time.syntax', [0, 0]],
    ['yesterday', 'time.syntax', [0, 9]],
    ['2024-01-01', 'time.syntax', [0, 10]],
    ['2024-13-01T00:00', 'time.range', [5, 7]],
    ['2023-02-29T00:00', 'time.range', [8, 10]],
    ['1900-02-29T00:00', 'time.range', [8, 10]],
    ['2024-04-31T00:00', 'time.range', [8, 10]],
    ['2024-01-01T24:00', 'time.range', [11, 13]],
    ['14:60', 'time.range', [3, 5]],
    ['9:00:60', 'time.range', [5, 7]],
    ['2024-01-01T00:00:00.1234567890Z', 'time.range', [20, 30]],
    ['2024-01-01T00:00:00+24:00', 'time.range', [20, 22]],
    ['2024-01-01T00:00:00+01:60', 'time.range', [23, 25]],
    ['2024-01-01T00:00[Europe/Wien]', 'time.zone', [17, 28]],
    ['14:30 Mars', 'time.zone', [6, 10]],
    ['+30', 'duration.unit', [1, 3]],
    ['-x', 'duration.syntax', [1, 2]],
  ])('refuses "%s"', (text, code, span) => {
    expect(errorOf(() => parseTimePoint(text))).toMatchObject({ code, span, kind: 'input' });
  });

  test('says how to mend a date alone', () => {
    expect(errorOf(() => parseTimePoint('2024-01-01')).hint).toBe('add a clock time: 2024-01-01T00:00');
  });
});

test('a text of a million characters is refused at once, in a short sentence', () => {
  const digits = '9'.repeat(1_000_000);
  const started = performance.now();
  for (const text of [
    digits,
    `+${digits}s`,
    `+0.${digits}s`,
    `${digits}..${digits}`,
    `-${digits}.000000000`,
    ' '.repeat(1_000_000),
  ])
    for (const parse of [parseTimePoint, parseTimeWindow, parseDuration, parseMoment])
      expect(errorOf(() => parse(text)).message.length).toBeLessThan(150);
  expect(errorOf(() => parseMoment(`frame ${digits}`)).message.length).toBeLessThan(150);
  expect(performance.now() - started).toBeLessThan(5_000);
});

describe('parseMoment', () => {
  test('a packet by its number, or a time', () => {
    expect(parseMoment('frame 812')).toMatchObject({ kind: 'packet', file: null, number: 812 });
    expect(parseMoment('packet 2:812')).toMatchObject({ kind: 'packet', file: 2, number: 812 });
    expect(parseMoment('Frame #7')).toMatchObject({ kind: 'packet', number: 7 });
    expect(parseMoment('14:30:05')).toMatchObject({ kind: 'time', point: { kind: 'clock' } });
    for (const text of ['frame', 'frame 0', 'packet 0:1', 'frame 1:2:3', 'frame seven'])
      expect(errorOf(() => parseMoment(text))).toMatchObject({
        code: 'time.frame',
        kind: 'input',
        span: [0, text.length],
      });
    expect(errorOf(() => parseMoment('frames 7')).code).toBe('time.syntax');
  });
});

describe('checkZone', () => {
  test('takes names, offsets and UTC', () => {
    for (const zone of ['UTC', '+05:30', 'Europe/Vienna']) expect(checkZone(zone)).toBe(zone);
    expect(errorOf(() => checkZone('Nowhere'))).toMatchObject({ code: 'time.zone', span: [0, 7] });
  });
});

describe('resolveTimePoint', () => {
  const context: TimeContext = { first: at('2024-01-01T14:32:00Z'), last: at('2024-01-02T09:00:00Z') };

  test.each([
    ['+30s', '2024-01-01T14:32:30Z'],
    ['-2m', '2024-01-02T08:58:00Z'],
    ['14:32', '2024-01-01T14:32:00Z'],
    ['14:31:59.5', '2024-01-02T14:31:59.500000000Z'],
    ['15:00', '2024-01-01T15:00:00Z'],
    ['15:00Z', '2024-01-01T15:00:00Z'],
    ['15:32[Europe/Vienna]', '2024-01-01T14:32:00Z'],
    ['15:31 Europe/Vienna', '2024-01-02T14:31:00Z'],
    ['01:00+01:00', '2024-01-02T00:00:00Z'],
  ])('%s', (text, expected) => {
    expect(shown(text, context)).toBe(expected);
  });

  test('uses the zone of the session', () => {
    expect(shown('15:00', { ...context, zone: 'Europe/Vienna' })).toBe('2024-01-02T14:00:00Z');
    expect(shown('2024-07-01T12:00', { ...context, zone: 'Europe/Vienna' })).toBe('2024-07-01T10:00:00Z');
    expect(shown('2024-07-01T12:00Z', { ...context, zone: 'Europe/Vienna' })).toBe('2024-07-01T12:00:00Z');
  });

  test('a local time that does not exist, or exists twice', () => {
    const skipped = errorOf(() => at('2024-03-31T02:30[Europe/Vienna]'));
    expect(skipped).toMatchObject({ code: 'time.skipped', kind: 'input', span: [0, 31] });
    const twice = errorOf(() => at('2024-10-27T02:30[Europe/Vienna]'));
    expect(twice.code).toBe('time.twice');
    expect(twice.message).toContain('2024-10-27T00:30:00.000000000Z and 2024-10-27T01:30:00.000000000Z');
    expect(at('2024-10-27T03:00[Europe/Vienna]')).toBe(at('2024-10-27T02:00Z'));
  });

  test('a clock time that one day leaves out is that of the next day; of two the first', () => {
    const zone = 'Europe/Vienna';
    const gap = { zone, first: at('2024-03-31T00:30Z'), last: null };
    expect(shown('02:30', gap)).toBe('2024-04-01T00:30:00Z');
    const overlap = { zone, first: at('2024-10-27T00:00Z'), last: null };
    expect(shown('02:30', overlap)).toBe('2024-10-27T00:30:00Z');
    expect(shown('02:30', { ...overlap, first: at('2024-10-27T00:31Z') })).toBe('2024-10-27T01:30:00Z');
  });

  test('counting from a packet needs one with a time, and a date near it', () => {
    for (const text of ['+1s', '-1s', '14:30']) {
      expect(errorOf(() => at(text))).toMatchObject({ code: 'time.no-packets', kind: 'failure' });
    }
    const far = { first: 2n ** 64n * 1_000_000_000n, last: null };
    expect(errorOf(() => shown('14:30', far)).code).toBe('time.no-date');
    expect(shown('+1s', far)).toBe('18446744073709551617.000000000');
  });
});

describe('windows', () => {
  const context: TimeContext = { first: at('2024-01-01T14:32:00Z'), last: at('2024-01-02T09:00:00Z') };

  test.each([
    ['15:00..15:05', '2024-01-01T15:00:00Z', '2024-01-01T15:05:00Z'],
    // It runs when the capture begins.
    ['14:30..14:35', '2024-01-01T14:30:00Z', '2024-01-01T14:35:00Z'],
    ['14:00..14:10', '2024-01-02T14:00:00Z', '2024-01-02T14:10:00Z'],
    ['23:50..00:10', '2024-01-01T23:50:00Z', '2024-01-02T00:10:00Z'],
    ['+30s..+1m', '2024-01-01T14:32:30Z', '2024-01-01T14:33:00Z'],
    ['-2m..', '2024-01-02T08:58:00Z', null],
    ['..+5s', null, '2024-01-01T14:32:05Z'],
    ['2024-01-03T08:00..09:00', '2024-01-03T08:00:00Z', '2024-01-03T09:00:00Z'],
    ['08:00..2024-01-03T09:00', '2024-01-03T08:00:00Z', '2024-01-03T09:00:00Z'],
    ['2024-01-01T00:00..2024-01-01T00:00', '2024-01-01T00:00:00Z', '2024-01-01T00:00:00Z'],
    ['0..1704119400000', '1970-01-01T00:00:00Z', '2024-01-01T14:30:00Z'],
  ])('%s', (text, start, end) => {
    expect(window(text, context)).toEqual([start, end]);
  });

  test('is what the first clock times at or after the earliest packet give, where those make a window', () => {
    const clock = fc.integer({ min: 0, max: 1439 }).map((minute) => {
      return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
    });
    fc.assert(
      fc.property(clock, clock, clock, (earliest, start, end) => {
        const first = at(`2024-01-01T${earliest}Z`);
        const here = { first, last: first };
        const [from, to] = [start, end].map((text) => resolveTimePoint(parseTimePoint(text), here));
        const range = resolveTimeWindow(parseTimeWindow(`${start}..${end}`), here);
        expect(range.end).toBe(to);
        expect(range.start).toBe(from <= to ? from : from - 86_400_000_000_000n);
      }),
    );
  });

  test('a zone that is named at one end holds for both, an offset only where it stands', () => {
    const zones = (text: string): (string | null)[] => {
      const { start, end } = parseTimeWindow(text);
      return [start, end].map((point) => (point !== null && 'zone' in point ? point.zone : null));
    };
    const both = ['Europe/Vienna', 'Europe/Vienna'];
    expect(zones('14:30..14:35 Europe/Vienna')).toEqual(both);
    expect(zones('2024-01-03 14:30 Europe/Vienna..14:35')).toEqual(both);
    expect(zones('14:30[Europe/Vienna] .. 2024-01-03T14:35')).toEqual(both);
    expect(zones('14:30 Europe/Vienna..14:35 UTC')).toEqual(['Europe/Vienna', 'UTC']);
    expect(zones('14:30Z..14:35')).toEqual(['UTC', null]);
    expect(zones('14:30+02:00..14:35')).toEqual(['+02:00', null]);
    expect(zones('14:30 UTC..')).toEqual(['UTC', null]);
    expect(zones('+30s..14:35 UTC')).toEqual([null, 'UTC']);
  });

  test('hangs on packets only where a clock time takes its day from none of the ends', () => {
    const needs = (text: string): boolean => windowNeedsPackets(parseTimeWindow(text));
    for (const text of ['14:30..', '..14:30', '14:30..14:35', '+1s..', '..-1s', '0..-1s', '14:30..+1s'])
      expect([text, needs(text)]).toEqual([text, true]);
    for (const text of ['0..', '2024-01-03T08:00..09:00', '08:00..2024-01-03T09:00', '..2024-01-03T09:00 UTC'])
      expect([text, needs(text)]).toEqual([text, false]);
  });

  test('an error is placed where its end stands', () => {
    const blank = '2024-01-01T00:00Z ..  2024-03-31 02:30 Europe/Vienna';
    expect(errorOf(() => window(blank, context)).span).toEqual([22, 52]);
    expect(errorOf(() => window('..2024-03-31T02:30[Europe/Vienna]', context)).span).toEqual([2, 33]);
    expect(errorOf(() => window('2024-03-31T02:30[Europe/Vienna]..', context)).span).toEqual([0, 31]);
    expect(errorOf(() => parseTimeWindow('14:30 ..  25:00'))).toMatchObject({ span: [10, 12] });
  });

  test.each([
    ['14:30', 'time.syntax', [0, 5]],
    ['..', 'time.syntax', [0, 2]],
    ['14:30..25:00', 'time.range', [7, 9]],
    ['25:00..14:30', 'time.range', [0, 2]],
  ])('refuses "%s"', (text, code, span) => {
    expect(errorOf(() => parseTimeWindow(text))).toMatchObject({ code, span });
  });

  test('refuses an end before the start', () => {
    const error = errorOf(() => window('+2s..+1s', context));
    expect(error).toMatchObject({ code: 'time.order', span: [0, 8], kind: 'input' });
    expect(error.message).toContain('2024-01-01T14:32:01.000000000Z, before its start at 2024-01-01T14:32:02');
  });
});
