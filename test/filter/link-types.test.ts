import { compileFilter } from '../../src/filter/filter.js';

const MAC = [0x02, 0, 0x5e, 0, 0x53, 1];
const NONE = [0, 0, 0, 0, 0, 0];

function holds(text: string, linkType: number, bytes: number[]): boolean {
  return compileFilter(text).forLinkType(linkType)(Uint8Array.from(bytes), 0, bytes.length, bytes.length);
}

/** An 802.11 header with this address in one of its four places. */
function wlanFrame(type: number, toFromDs: number, place: number): number[] {
  const addresses = [0, 1, 2].map((i) => (i === place ? MAC : NONE));
  return [type, toFromDs, 0, 0, ...addresses.flat(), 0, 0, ...(place === 3 ? MAC : NONE)];
}

const MANAGEMENT = 0x80;
const CONTROL = 0xb4;
const DATA = 0x08;

test.each<[string, number, number, number, number]>([
  ['a management frame', MANAGEMENT, 0, 1, 0],
  ['data within a cell', DATA, 0, 1, 0],
  ['data to the distribution system', DATA, 1, 1, 2],
  ['data from the distribution system', DATA, 2, 2, 0],
  ['data between access points', DATA, 3, 3, 2],
])('802.11 addresses of %s', (_, type, ds, source, destination) => {
  expect(holds('wlan src 02:00:5e:00:53:01', 105, wlanFrame(type, ds, source))).toBe(true);
  expect(holds('wlan dst 02-00-5e-00-53-01', 105, wlanFrame(type, ds, destination))).toBe(true);
  expect(holds('wlan src 0200.5e00.5301', 105, wlanFrame(type, ds, destination))).toBe(false);
  expect(holds('wlan dst 02005e005301', 105, wlanFrame(type, ds, source))).toBe(false);
});

test('802.11 control frames have no such addresses', () => {
  for (const place of [0, 1, 2, 3])
    expect(holds('wlan host 2:0:5e:0:53:1', 105, wlanFrame(CONTROL, 0, place))).toBe(false);
});

test('link-layer addresses of Ethernet', () => {
  const frame = [...NONE, ...MAC, 8, 0];
  expect(holds('ether src 2:0:5e:0:53:1', 1, frame)).toBe(true);
  expect(holds('ether dst 2:0:5e:0:53:1', 1, frame)).toBe(false);
  expect(holds('ether src or dst 2.0.5e.0.53.1', 1, frame)).toBe(true);
  expect(holds('ether src and dst 2:0:5e:0:53:1', 1, frame)).toBe(false);
});

test('LLC service access points', () => {
  expect(holds('ether proto 0x42', 1, [...NONE, ...NONE, 0, 38, 0x42, 0x42])).toBe(true);
  expect(holds('ether proto 0x42', 1, [...NONE, ...NONE, 8, 0, 0x42, 0x42])).toBe(false);
  expect(holds('ether proto 0x42', 113, [...Array(14).fill(0), 0, 4, 0x42])).toBe(true);
  expect(holds('ether proto 0xfe', 104, [0, 0, 0xfe, 0xfe])).toBe(true);
  expect(holds('ether proto 0xfe', 107, [0, 0, 0x03, 0x83])).toBe(true);
  expect(holds('ether proto 0x05', 107, [0, 0, 0x03, 0x83])).toBe(false);
  expect(holds('ether proto 0x42', 123, [2, 0, 0, 0, 0x42])).toBe(true);
});

test('BSD loopback knows IPv6 by three numbers', () => {
  for (const family of [24, 28, 30]) {
    expect(holds('ip6', 0, [family, 0, 0, 0])).toBe(true);
    expect(holds('ip6', 108, [0, 0, 0, family])).toBe(true);
  }
  expect(holds('ip6', 0, [10, 0, 0, 0])).toBe(false);
  expect(holds('arp', 0, [2, 0, 0, 0])).toBe(false);
});

test('computed indexes and the operators of arithmetic', () => {
  const packet = [...NONE, ...NONE, 8, 0, 0x45, 3, 0, 40, 0, 0, 0, 0, 8, 6, ...Array(20).fill(7)];
  const true_ = [
    'ip[ip[1]] = 40',
    'ip[ip[0] & 0xf] = 0',
    'ip[8] << ip[1] = 64',
    'ip[8] >> ip[1] = 1',
    'ip[8] * ip[1] = 24',
    '7 % ip[1] = 1',
    '-ip[1] = 0xfffffffd',
    'ip[1] | 4 ^ 4 = 3',
    'ip[8] / ip[1] = 2',
    '1 << ip[3] = 0',
    'len - 1 >= 39',
    'ip[1] < 4 and ip[1] <= 3',
  ];
  for (const text of true_) expect([text, holds(text, 1, packet)]).toEqual([text, true]);
  expect(holds('ip[1] / ip[4] = 0', 1, packet)).toBe(false);
  expect(holds('not ip[1] / ip[4] = 0', 1, packet)).toBe(false);
  expect(holds('ip6[0] = 1 or icmp6[0] = 1 or arp[0] = 1', 1, packet)).toBe(false);
});
