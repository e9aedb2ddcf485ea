import fc from 'fast-check';
import { formatBitRate, formatBytes, formatCount, formatRate, parseSize } from '../../src/bytes/size.js';
import { PcapshError } from '../../src/errors.js';

describe('parseSize', () => {
  test.each([
    ['0', 0],
    ['1500', 1500],
    ['64k', 65_536],
    ['64K', 65_536],
    ['1M', 1_048_576],
    ['1.5G', 1_610_612_736],
    ['2T', 2_199_023_255_552],
  ])('%s', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  test.each([
    ['', 'size.syntax', [0, 0]],
    ['-1', 'size.syntax', [0, 2]],
    ['k', 'size.syntax', [0, 1]],
    ['64kB', 'size.unit', [2, 4]],
    ['0.3k', 'size.range', [0, 4]],
    ['9000T', 'size.range', [0, 5]],
  ])('refuses "%s"', (text, code, span) => {
    try {
      parseSize(text);
      throw new Error('taken');
    } catch (error) {
      expect(error).toBeInstanceOf(PcapshError);
      expect(error).toMatchObject({ code, span, kind: 'input', hint: 'write a number of bytes, or 64k, 1M, 1G' });
    }
  });
});

test.each([
  [0, '0 B'],
  [812, '812 B'],
  [999, '999 B'],
  [1000, '1.00 kB'],
  [9_994, '9.99 kB'],
  [9_996, '10.0 kB'],
  [99_960, '100 kB'],
  [281_400_000, '281 MB'],
  [999_600, '1.00 MB'],
  [1_080_000_000, '1.08 GB'],
  [Number.MAX_SAFE_INTEGER, '9.01 PB'],
])('formatBytes %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test('formatBytes never shows more than three digits below 1000 exabytes', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 9e20, noNaN: true }), (bytes) => {
      expect(formatBytes(bytes)).toMatch(/^(\d{1,3}|\d\d\.\d|\d\.\d\d) [kMGTPE]?B$/);
    }),
  );
});

test('rates and counts', () => {
  expect(formatBitRate(43_500_000)).toBe('43.5 Mbit/s');
  expect(formatBitRate(0)).toBe('0 bit/s');
  expect(formatRate(10_053.4)).toBe('10,053/s');
  expect(formatRate(12.34)).toBe('12.3/s');
  expect(formatRate(0.25)).toBe('0.25/s');
  expect(formatCount(1_283_904)).toBe('1,283,904');
  expect(formatCount(999)).toBe('999');
});
