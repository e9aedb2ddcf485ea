import { formatOfTarget } from '../../src/sinks/format.js';

describe('format of a target', () => {
  test.each([
    ['a.pcap', 'pcap'],
    ['A.CAP', 'pcap'],
    ['x/y.pcapng', 'pcapng'],
    ['b.ntar', 'pcapng'],
  ])('%s is %s by its extension', (path, format) => {
    expect(formatOfTarget(path, undefined, null)).toBe(format);
  });

  test('what was asked for wins over the extension', () => {
    expect(formatOfTarget('a.pcap', 'pcapng', null)).toBe('pcapng');
    expect(formatOfTarget('a.txt', 'pcap', null)).toBe('pcap');
  });

  test('a stream takes the format of its source', () => {
    expect(formatOfTarget('-', undefined, 'pcapng')).toBe('pcapng');
  });

  test.each(['a.txt', 'a', 'a.pcap.gz'])('%s lists the choices', (path) => {
    expect(() => formatOfTarget(path, undefined, null)).toThrow(/a capture's is \.pcap, \.cap, \.pcapng or \.ntar/);
  });

  test('another format is refused', () => {
    expect(() => formatOfTarget('a.pcap', 'erf', null)).toThrow("format 'erf' is not known");
  });
});
