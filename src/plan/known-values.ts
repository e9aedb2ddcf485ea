import { ipProtocolName } from '../analyze/ip-protocols.js';
import { formatIpv6Words } from '../bytes/address.js';
import { applicationOf } from '../decode/applications.js';
import type { CountedValue, ValueKind } from '../filter/bpf/complete.js';
import { addressTest } from './address-prefix.js';
import { breathe } from './cancellation.js';
import type { Selection } from './selection.js';
import { type Census, createCensus } from './value-census.js';

/** What a handle holds, for completion: values of filters, and what its flows carry. */
export type KnownKind = ValueKind | 'applications';

export interface KnownValues {
  /** The values that begin with `prefix`, the most frequent first; at most 40, and what could be found within a few milliseconds. */
  find(kind: KnownKind, prefix: string): CountedValue[];
}

export const NOTHING_KNOWN: KnownValues = { find: () => [] };

const MOST_FOUND = 40;
/** A key has so long to be answered, milliseconds: for counting what is not counted yet, and for looking through what is. */
const COUNTING = 6;
const LOOKING = 8;

/**
 * The values of a selection. Counting begins at once and goes on in slices; who asks before its end gets what has been counted, and where that is nothing yet what
 * `meanwhile` knows.
 */
export function knownValuesOf(selection: Selection, meanwhile: KnownValues = NOTHING_KNOWN): KnownValues {
  const census = createCensus(selection);
  finish(census).catch(() => undefined); // nobody waits for it
  return {
    find(kind, prefix) {
      const done = census.advance(COUNTING);
      const found = findIn(census, kind, prefix);
      return found.length > 0 || done ? found : meanwhile.find(kind, prefix);
    },
  };
}

function findIn(census: Census, kind: KnownKind, prefix: string): CountedValue[] {
  if (kind === 'addresses') return findAddresses(census, prefix);
  return kind === 'ports' ? findPorts(census, prefix) : findCounted(countsOf(census, kind), prefix);
}

async function finish(census: Census): Promise<void> {
  do await breathe(undefined);
  while (!census.advance(COUNTING / 2));
}

function findCounted(counts: Iterable<readonly [string, number]>, prefix: string): CountedValue[] {
  const found: CountedValue[] = [];
  for (const [text, packets] of counts) if (packets > 0 && text.startsWith(prefix)) found.push({ text, packets });
  return found.sort((a, b) => b.packets - a.packets).slice(0, MOST_FOUND);
}

function* countsOf(
  census: Census,
  kind: Exclude<KnownKind, 'addresses' | 'ports'>,
): Generator<readonly [string, number]> {
  const { protocols, applications, interfaces } = census;
  switch (kind) {
    case 'protocols':
      for (let each = 0; each < protocols.length; each++)
        if (protocols[each] > 0) yield [ipProtocolName(each), protocols[each]];
      return;
    case 'applications':
      for (let id = 1; id < applications.length; id++) {
        const name = applications[id] > 0 ? applicationOf(id)?.name : undefined;
        if (name !== undefined) yield [name, applications[id]];
      }
      return;
    case 'interfaces':
      yield* interfaces;
      return;
    case 'vlans':
    case 'labels':
    case 'sessions':
      for (const [value, packets] of census.tags(kind)) yield [String(value), packets];
  }
}

function findPorts({ ports }: Census, prefix: string): CountedValue[] {
  if (!/^(?:[1-9]\d{0,4})?$/.test(prefix)) return [];
  const begin = Number(prefix);
  const fits = (port: number): boolean => {
    let head = port;
    while (head > begin) head = Math.floor(head / 10);
    return head === begin;
  };
  const best = mostFrequent(ports, begin === 0 ? (port) => port > 0 : fits);
  return best.map((port) => ({ text: String(port), packets: ports[port] }));
}

/** The most frequent addresses that begin like `prefix`, of all tables: one that is in two of them is added up. */
function findAddresses({ tables }: Census, prefix: string): CountedValue[] {
  const test = addressTest(prefix);
  const found = new Map<string, number>();
  for (const { words, packets } of tables) {
    for (const ordinal of mostFrequent(packets, (each) => test(words, 4 * each))) {
      const text = formatIpv6Words(words, 4 * ordinal);
      found.set(text, (found.get(text) ?? 0) + packets[ordinal]);
    }
  }
  return findCounted(found, '');
}

/** Where the largest counts stand of which `fits` is true, the largest first. Ends when its time is over. */
function mostFrequent(counts: Float64Array, fits: (at: number) => boolean): number[] {
  const end = performance.now() + LOOKING;
  const largest = (list: number[]): number[] => list.sort((a, b) => counts[b] - counts[a]).slice(0, MOST_FOUND);
  let least = 0;
  let best: number[] = [];
  for (let at = 0; at < counts.length; at++) {
    if (counts[at] > least && fits(at) && best.push(at) === 4 * MOST_FOUND) {
      best = largest(best);
      least = counts[best[MOST_FOUND - 1]];
    }
    if ((at & 1023) === 1023 && performance.now() > end) break;
  }
  return largest(best);
}
