import fc from 'fast-check';
import {
  formatIpv4,
  formatIpv4Number,
  formatIpv6,
  formatIpv6Words,
  formatMac,
  maskWords,
  parseAddress,
  parseCidr,
  parseIpv4,
  parseIpv6,
  parseMac,
  wordsOfIpv4,
  wordsOfIpv6,
} from '../../src/bytes/address.js';
import { PcapshError } from '../../src/errors.js';

const bytes16 = fc.uint8Array({ minLength: 16, maxLength: 16 });

function failure(run: () => unknown): PcapshError {
  try {
    run();
  } catch (error) {
    if (error instanceof PcapshError) return error;
  }
  throw new Error('expected a PcapshError');
}

describe('formatting', () => {
  // Examples of RFC 5952 sections 1 to 5.
  test.each([
    ['2001:0db8:0000:0000:0001:0000:0000:0001', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['FE80:0:0:0:0:0:0:0', 'fe80::'],
    ['0:0:0:0:0:0:0102:0304', '::102:304'],
    ['1:0:0:2:3:0:0:4', '1::2:3:0:0:4'],
  ])('%s is written %s', (long, short) => expect(formatIpv6Words(parseIpv6(long))).toBe(short));

  test('IPv4-mapped: IPv4 from the table, dotted from an IPv6 header', () => {
    const words = wordsOfIpv4(parseIpv4('10.0.12.7'));
    expect(formatIpv6Words(words)).toBe('10.0.12.7');
    expect(formatIpv6(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 10, 0, 12, 7), 0)).toBe('::ffff:10.0.12.7');
  });

  test('words are taken from their place', () =>
    expect(formatIpv6Words([9, 0, 0, 0xffff, 0x01020304], 1)).toBe('1.2.3.4'));
  test('MAC and EUI-64', () => {
    expect(formatMac(Uint8Array.of(9, 2, 0, 0, 0, 0xab, 1), 1)).toBe('02:00:00:00:ab:01');
    expect(formatMac(new Uint8Array(8), 0, 8)).toBe('00:00:00:00:00:00:00:00');
  });
});

describe('properties', () => {
  test('IPv4: parse undoes format', () => {
    fc.assert(fc.property(fc.nat(0xffffffff), (number) => parseIpv4(formatIpv4Number(number)) === number));
    expect(formatIpv4(Uint8Array.of(1, 192, 168, 3, 9), 1)).toBe('192.168.3.9');
  });

  test('IPv6: parse undoes format', () => {
    fc.assert(
      fc.property(bytes16, (bytes) => {
        expect(parseIpv6(formatIpv6(bytes, 0))).toEqual(wordsOfIpv6(bytes, 0));
      }),
    );
  });

  test('parse never throws anything but an input error whose span lies in the text', () => {
    const text = fc.string({ unit: fc.constantFrom(...'0123456789abf:./%g'), maxLength: 24 });
    fc.assert(
      fc.property(text, (given) => {
        for (const parse of [parseAddress, parseCidr, parseMac]) {
          try {
            parse(given);
          } catch (error) {
            expect(error).toBeInstanceOf(PcapshError);
            const { span, kind } = error as PcapshError;
            expect(kind).toBe('input');
            expect(span![0]).toBeLessThanOrEqual(span![1]);
            expect(span![1]).toBeLessThanOrEqual(given.length);
          }
        }
      }),
    );
  });
});

describe('exact errors', () => {
  test.each([
    [() => parseIpv4('10.0.1'), 'IPv4 address "10.0.1" has 3 parts, not 4', [0, 6]],
    [() => parseIpv4('10.0.256.1'), '256 in "10.0.256.1" is above 255', [5, 8]],
    [() => parseIpv4('10.0.x.1'), '"x" in "10.0.x.1" is not a number from 0 to 255', [5, 6]],
    [() => parseIpv4('10.01.2.3'), '"01" in "10.01.2.3" has a leading zero', [3, 5]],
    [() => parseIpv6('1::2::3'), '"1::2::3" shortens zeros by "::" twice', [4, 6]],
    [() => parseIpv6('1:2:3'), 'IPv6 address "1:2:3" has 3 groups, not 8', [0, 5]],
    [
      () => parseIpv6('1:2:3:4::5:6:7:8'),
      'IPv6 address "1:2:3:4::5:6:7:8" has 8 groups, not at most 7 beside "::"',
      [0, 16],
    ],
    [() => parseIpv6('fe80::12345'), '"12345" in "fe80::12345" is not a group of 1 to 4 hex digits', [6, 11]],
    [() => parseIpv6('::ffff:1.2.3.999'), '999 in "1.2.3.999" is above 255', [13, 16]],
    [() => parseIpv6('fe80::1%eth0'), '"fe80::1%eth0" names a zone; packets do not carry zones', [7, 12]],
    [() => parseCidr('10.0.0.0/33'), 'prefix length "33" in "10.0.0.0/33" is not a number from 0 to 32', [9, 11]],
    [() => parseCidr('2001:db8::/'), 'prefix length "" in "2001:db8::/" is not a number from 0 to 128', [11, 11]],
    [() => parseMac('02:00:00'), '"02:00:00" is not a MAC address of 6 bytes', [0, 8]],
  ])('%#', (run, message, span) => {
    const error = failure(run);
    expect(error.message).toBe(message);
    expect(error.span).toEqual(span);
  });
});

describe('networks', () => {
  test('masks', () => {
    expect([...maskWords(0)]).toEqual([0, 0, 0, 0]);
    expect([...maskWords(33)]).toEqual([0xffffffff, 0x80000000, 0, 0]);
    expect([...maskWords(128)]).toEqual([0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff]);
  });
  test('IPv4 prefixes lie in the mapped words', () => {
    const cidr = parseCidr('10.1.0.0/12');
    expect(cidr).toMatchObject({ family: 4, prefix: 12 });
    expect([...cidr.mask]).toEqual([0xffffffff, 0xffffffff, 0xffffffff, 0xfff00000]);
    expect(formatIpv6Words(cidr.words)).toBe('10.1.0.0');
  });
  test('an address is a network of itself', () => expect(parseCidr('::1').prefix).toBe(128));
});

test('MAC in its three manners', () => {
  const expected = Uint8Array.of(2, 0, 0, 0, 0xab, 1);
  for (const text of ['02:00:00:00:ab:01', '2-0-0-0-AB-1', '0200.0000.ab01']) expect(parseMac(text)).toEqual(expected);
});
