import type { AddressWords } from '../../bytes/address.js';

/** An address or network: the first `prefix` (0 to 128) bits of `words` count; IPv4 a.b.c.d/n is ::ffff:a.b.c.d/(96 + n). */
export interface Network {
  words: AddressWords;
  prefix: number;
  indicator: number;
  /** Port of the same end that must go with it; 0: any. */
  port: number;
}

/** Told of each network that holds an address. */
export type NetworkFound = (indicator: number) => void;

/** Networks in which an address is looked up, however many they are. */
export interface NetworkIndex {
  /** Tells the networks that hold the address in words[at, at + 4); `port` is that of the same end. */
  find(words: Uint32Array, at: number, port: number, found: NetworkFound): void;
}

const MAPPED = 0xffff;
const NONE = -1;

/**
 * Networks lie within each other or apart, never across. So the line of all addresses falls into stretches, of each of which the innermost network is known,
 * and of each network the one around it. A stretch is found by halving; for IPv4 among those alone that share the address's upper half.
 */
export function createNetworkIndex(networks: readonly Network[]): NetworkIndex {
  const indicators = Int32Array.from(networks, ({ indicator }) => indicator);
  const ports = Uint16Array.from(networks, ({ port }) => port);
  const around = new Int32Array(networks.length).fill(NONE);
  const mapped: number[] = [];
  const others: number[] = [];
  for (const [i, { words, prefix }] of networks.entries())
    (isMapped(words, 0) && prefix >= 96 ? mapped : others).push(i);
  const find4 = ipv4Stretches(networks, mapped, around);
  const find6 = ipv6Stretches(networks, others, around);
  return {
    find(words, at, port, found) {
      let network = isMapped(words, at) ? find4(words[at + 3]) : find6(words, at);
      for (; network !== NONE; network = around[network]) {
        if (ports[network] === 0 || ports[network] === port) found(indicators[network]);
      }
    },
  };
}

function isMapped(words: Uint32Array, at: number): boolean {
  return words[at] === 0 && words[at + 1] === 0 && words[at + 2] === MAPPED;
}

/** Walks networks in the order of their first addresses, wider ones first, and tells where each begins and what is there behind its end. */
function sweep<Place>(
  order: readonly number[],
  place: {
    first(network: number): Place;
    behind(network: number): Place | null;
    isBefore(a: Place, b: Place): boolean;
  },
  around: Int32Array,
  begin: (at: Place, network: number) => void,
): void {
  const open: number[] = [];
  const closeUntil = (at: Place | null): void => {
    while (open.length > 0) {
      const behind = place.behind(open[open.length - 1]);
      if (behind !== null && at !== null && place.isBefore(at, behind)) return;
      if (behind === null && at !== null) return;
      open.pop();
      if (behind !== null) begin(behind, open.at(-1) ?? NONE);
    }
  };
  for (const network of order) {
    const first = place.first(network);
    closeUntil(first);
    around[network] = open.at(-1) ?? NONE;
    open.push(network);
    begin(first, network);
  }
  closeUntil(null);
}

function ipv4Stretches(
  networks: readonly Network[],
  chosen: readonly number[],
  around: Int32Array,
): (address: number) => number {
  if (chosen.length === 0) return () => NONE;
  const first = (i: number): number => {
    const bits = networks[i].prefix - 96;
    return bits === 0 ? 0 : (networks[i].words[3] >>> (32 - bits)) * 2 ** (32 - bits);
  };
  const behind = (i: number): number => first(i) + 2 ** (128 - networks[i].prefix);
  const order = [...chosen].sort((a, b) => first(a) - first(b) || networks[a].prefix - networks[b].prefix || a - b);
  const starts = new Float64Array(2 * chosen.length + 1);
  const inner = new Int32Array(2 * chosen.length + 1).fill(NONE);
  let count = 1; // before all of them there is none
  sweep<number>(order, { first, behind, isBefore: (a, b) => a < b }, around, (at, network) => {
    if (starts[count - 1] !== at) starts[count++] = at;
    inner[count - 1] = network;
  });
  // Stretches that begin below each multiple of 2^16.
  const below = new Uint32Array(65_537);
  for (let half = 0, i = 0; half <= 65_536; half++) {
    while (i < count && starts[i] < half * 65_536) i++;
    below[half] = i;
  }
  return (address) => {
    const half = address >>> 16;
    let low = Math.max(below[half] - 1, 0);
    let high = below[half + 1];
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (starts[middle] <= address) low = middle;
      else high = middle;
    }
    return inner[low];
  };
}

function ipv6Stretches(
  networks: readonly Network[],
  chosen: readonly number[],
  around: Int32Array,
): (words: Uint32Array, at: number) => number {
  if (chosen.length === 0) return () => NONE;
  const span = new Map(chosen.map((i) => [i, spanOf(networks[i])]));
  const order = [...chosen].sort(
    (a, b) => compareBig(span.get(a)!.first, span.get(b)!.first) || networks[a].prefix - networks[b].prefix || a - b,
  );
  const starts: bigint[] = [0n];
  const inner: number[] = [NONE];
  const place = {
    first: (i: number) => span.get(i)!.first,
    behind: (i: number) => span.get(i)!.behind,
    isBefore: (a: bigint, b: bigint) => a < b,
  };
  sweep<bigint>(order, place, around, (at, network) => {
    if (starts[starts.length - 1] !== at) {
      starts.push(at);
      inner.push(NONE);
    }
    inner[inner.length - 1] = network;
  });
  const words = new Uint32Array(4 * starts.length);
  for (const [i, start] of starts.entries())
    for (let w = 0; w < 4; w++) words[4 * i + w] = Number((start >> BigInt(96 - 32 * w)) & 0xffffffffn);
  return (address, at) => {
    let low = 0;
    let high = inner.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (isAtMost(words, 4 * middle, address, at)) low = middle;
      else high = middle;
    }
    return inner[low];
  };
}

function spanOf({ words, prefix }: Network): { first: bigint; behind: bigint | null } {
  const address = words.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n);
  const size = 1n << BigInt(128 - prefix);
  const first = address - (address % size);
  const behind = first + size;
  return { first, behind: behind === 1n << 128n ? null : behind };
}

function compareBig(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function isAtMost(a: Uint32Array, i: number, b: Uint32Array, j: number): boolean {
  for (let w = 0; w < 4; w++) if (a[i + w] !== b[j + w]) return a[i + w] < b[j + w];
  return true;
}
