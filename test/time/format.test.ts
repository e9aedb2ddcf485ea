import fc from 'fast-check';
import {
  formatClock,
  formatDate,
  formatDelta,
  formatDuration,
  formatSecondsExact,
  formatTimestamp,
  formatTimestampParts,
  nanosFromParts,
} from '../../src/time.js';

const FIRST = -62_167_219_200n;
const END = 253_402_300_800n;
const BILLION = 1_000_000_000n;

describe('formatTimestamp', () => {
  test.each([
    [0n, '1970-01-01T00:00:00.000000000Z'],
    [1_704_119_400_000_000_412n, '2024-01-01T14:30:00.000000412Z'],
    [-1n, '1969-12-31T23:59:59.999999999Z'],
    [951_782_400n * BILLION, '2000-02-29T00:00:00.000000000Z'],
    [FIRST * BILLION, '0000-01-01T00:00:00.000000000Z'],
    [END * BILLION - 1n, '9999-12-31T23:59:59.999999999Z'],
    [FIRST * BILLION - 1n, '-62167219200.000000001'],
    [END * BILLION, '253402300800.000000000'],
    [2n ** 64n * BILLION, '18446744073709551616.000000000'],
  ])('%s', (time, text) => {
    expect(formatTimestamp(time)).toBe(text);
  });

  test('agrees with the platform on every millisecond it knows', () => {
    const millisecond = fc.integer({ min: Number(FIRST) * 1000, max: Number(END) * 1000 - 1 });
    fc.assert(
      fc.property(millisecond, (ms) => {
        const expected = new Date(ms).toISOString().replace('Z', '000000Z');
        expect(formatTimestamp(BigInt(ms) * 1_000_000n)).toBe(expected);
        const seconds = Math.floor(ms / 1000);
        expect(formatTimestampParts(seconds, (ms - seconds * 1000) * 1_000_000)).toBe(expected);
      }),
    );
  });

  test.each([
    ['Europe/Vienna', '2024-01-01T15:30:00.000000001+01:00', 1_704_119_400n * BILLION + 1n],
    ['Europe/Vienna', '2024-07-01T16:30:00.000000000+02:00', 1_719_844_200n * BILLION],
    ['America/New_York', '2024-01-01T09:30:00.000000000-05:00', 1_704_119_400n * BILLION],
    ['Asia/Kathmandu', '2024-01-01T20:15:00.000000000+05:45', 1_704_119_400n * BILLION],
    ['-03:30', '2024-01-01T11:00:00.000000000-03:30', 1_704_119_400n * BILLION],
    // Local mean time, 1 h 5 min 21 s east: RFC 3339 has no seconds in an offset.
    ['Europe/Vienna', '1880-01-01T00:00:00.000000000Z', -2_840_140_800n * BILLION],
    // Local calendar beyond the year 9999.
    ['Asia/Tokyo', '9999-12-31T23:00:00.000000000Z', (END - 3600n) * BILLION],
    ['America/New_York', '0000-01-01T00:00:00.000000000Z', FIRST * BILLION],
  ])('in %s: %s', (zone, text, time) => {
    expect(formatTimestamp(time, zone)).toBe(text);
  });

  test('an offset changes at the second of the transition', () => {
    const summer = 1_711_846_800n; // 2024-03-31T01:00:00Z
    expect(formatTimestamp(summer * BILLION - 1n, 'Europe/Vienna')).toBe('2024-03-31T01:59:59.999999999+01:00');
    expect(formatTimestamp(summer * BILLION, 'Europe/Vienna')).toBe('2024-03-31T03:00:00.000000000+02:00');
    // Vienna left local mean time at 1893-04-01T00:00:00 local, which is no whole hour of UTC.
    const standard = -2_422_055_121n;
    expect(formatClock((standard - 1n) * BILLION, 'Europe/Vienna')).toBe('23:59:59.000000');
    expect(formatClock(standard * BILLION, 'Europe/Vienna')).toBe('23:54:39.000000');
  });

  test('more hours than are kept', () => {
    for (let hour = 0; hour < 9000; hour++) {
      expect(formatClock(BigInt(hour) * 3600n * BILLION, 'Asia/Tokyo').slice(0, 2)).toBe(
        String((hour + 9) % 24).padStart(2, '0'),
      );
    }
  });
});

describe('views', () => {
  test('clock time is cut to microseconds', () => {
    expect(formatClock(nanosFromParts(80_000, 412_999))).toBe('22:13:20.000412');
    expect(formatClock(-1n)).toBe('23:59:59.999999');
    expect(formatClock(1_704_119_400n * BILLION, 'Europe/Vienna')).toBe('15:30:00.000000');
    expect(formatClock(END * BILLION + 1_999n)).toBe('253402300800.000001');
  });

  test('date', () => {
    expect(formatDate(1_704_150_000n * BILLION)).toBe('2024-01-01');
    expect(formatDate(1_704_150_000n * BILLION, 'Asia/Tokyo')).toBe('2024-01-02');
    expect(formatDate(END * BILLION)).toBeNull();
  });

  test('delta', () => {
    expect(formatDelta(412_999n)).toBe('+0.000412');
    expect(formatDelta(0n)).toBe('+0.000000');
    expect(formatDelta(-12_500_000_000n)).toBe('-12.500000');
  });

  test.each([
    [0n, '0 ns'],
    [412n, '412 ns'],
    [1_239n, '1.23 µs'],
    [999_999n, '999 µs'],
    [12_345_678n, '12.3 ms'],
    [1_000_000_000n, '1.00 s'],
    [59_999_999_999n, '59.9 s'],
    [198_946_007_000n, '3 min 18.9 s'],
    [3_600_000_000_000n, '1 h 0 min'],
    [7_500_000_000_000n, '2 h 5 min'],
    [273_600_000_000_000n, '3 d 4 h'],
    [-412n, '-412 ns'],
  ])('duration %s', (nanos, text) => {
    expect(formatDuration(nanos)).toBe(text);
  });
});

describe('formatSecondsExact', () => {
  test.each([
    [198_946_007_000n, '198.946007'],
    [0n, '0'],
    [10_000_000_000n, '10'],
    [1n, '0.000000001'],
    [-500_000_000n, '-0.5'],
    [12_345_678_901_234_567_890_123n, '12345678901234.567890123'],
  ])('%s', (nanos, text) => {
    expect(formatSecondsExact(nanos)).toBe(text);
  });

  test('is a JSON number that gives the nanoseconds back', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }), (nanos) => {
        const text = formatSecondsExact(nanos);
        expect(typeof JSON.parse(text)).toBe('number');
        const [whole, fraction = ''] = text.split('.');
        expect(BigInt(whole + fraction.padEnd(9, '0'))).toBe(nanos);
      }),
    );
  });
});
