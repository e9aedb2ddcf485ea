import fc from 'fast-check';
import { maskWords, parseAddress, parseCidr } from '../../../src/bytes/address.js';
import { createNetworkIndex, type Network } from '../../../src/filter/content/network-index.js';
import { rangeNetworks } from '../../../src/filter/content/range-networks.js';

function network(text: string, indicator: number, port = 0): Network {
  const { words, family, prefix } = parseCidr(text);
  return { words, prefix: family === 4 ? prefix + 96 : prefix, indicator, port };
}

function find(networks: readonly Network[], address: string, port = 0): number[] {
  const found: number[] = [];
  createNetworkIndex(networks).find(parseAddress(address).words, 0, port, (one) => found.push(one));
  return found.sort((a, b) => a - b);
}

/** Few bits vary, so that networks hold each other and addresses are in them. */
const ipv4 = fc
  .tuple(fc.constantFrom(10, 11, 255), fc.constantFrom(0, 1, 255), fc.constantFrom(0, 128, 255), fc.nat(3))
  .map((parts) => parts.join('.'));
const ipv6 = fc
  .tuple(fc.constantFrom('2001:db8', 'ffff:ffff', '::'), fc.nat(3), fc.nat(2))
  .map(([head, a, b]) => (head === '::' ? `::${a}:${b}` : `${head}::${a}:${b}`));
const address = fc.oneof(ipv4, ipv6);
const cidr = address.chain((text) =>
  fc
    .constantFrom(...(text.includes(':') ? [0, 1, 16, 32, 96, 112, 127, 128] : [0, 1, 7, 8, 16, 17, 24, 31, 32]))
    .map((bits) => `${text}/${bits}`),
);

function holds({ words, prefix }: Network, given: Uint32Array): boolean {
  const isMapped = (each: Uint32Array): boolean => each[0] === 0 && each[1] === 0 && each[2] === 0xffff;
  if (isMapped(given) !== (isMapped(words) && prefix >= 96)) return false;
  return maskWords(prefix).every((mask, i) => (words[i] & mask) >>> 0 === (given[i] & mask) >>> 0);
}

describe('networks', () => {
  test('an address is told all that hold it, as looking at each would', () => {
    fc.assert(
      fc.property(
        fc.array(cidr, { maxLength: 12 }),
        fc.array(address, { minLength: 1, maxLength: 20 }),
        (texts, addresses) => {
          const networks = texts.map((text, i) => network(text, i));
          const index = createNetworkIndex(networks);
          for (const text of addresses) {
            const { words } = parseAddress(text);
            const found: number[] = [];
            index.find(words, 0, 0, (one) => found.push(one));
            const expected = networks.filter((each) => holds(each, words)).map(({ indicator }) => indicator);
            expect(found.sort((a, b) => a - b)).toEqual(expected);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test('the first and last addresses of all', () => {
    const all = [network('0.0.0.0/0', 0), network('255.255.255.255', 1), network('0.0.0.0', 2), network('::/0', 3)];
    expect(find(all, '255.255.255.255')).toEqual([0, 1]);
    expect(find(all, '0.0.0.0')).toEqual([0, 2]);
    expect(find(all, 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff')).toEqual([3]);
    expect(find(all, '::')).toEqual([3]);
    expect(find([], '10.0.0.1')).toEqual([]);
  });

  test('an endpoint wants its port', () => {
    const all = [network('10.0.0.1', 0, 443), network('10.0.0.1', 1)];
    expect(find(all, '10.0.0.1', 443)).toEqual([0, 1]);
    expect(find(all, '10.0.0.1', 80)).toEqual([1]);
  });

  test('a range is the networks that hold its addresses and no others', () => {
    fc.assert(
      fc.property(fc.nat(5000), fc.nat(3000), fc.nat(9000), (low, length, probe) => {
        const base = 0x0a000000;
        const words = (value: number): Uint32Array => Uint32Array.of(0, 0, 0xffff, base + value);
        const networks = rangeNetworks(words(low), words(low + length)).map((each) => ({
          ...each,
          indicator: 0,
          port: 0,
        }));
        const found: number[] = [];
        createNetworkIndex(networks).find(words(probe), 0, 0, (one) => found.push(one));
        expect(found.length).toBe(probe >= low && probe <= low + length ? 1 : 0);
      }),
    );
  });
});
