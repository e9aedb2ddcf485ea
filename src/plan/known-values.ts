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
const LOOKING = 5;

/** The values of a selection. Counting begins at once and goes on in slices; who asks before its end gets what has been counted. */
export function knownValuesOf(selection: Selection): KnownValues {
  const census = createCensus(selection);
  finish(census).catch(() => undefined); // nobody waits for it
  return {
    find(kind, prefix) {
      census.advance(COUNTING);
      return kind === 'addresses' ? findAddresses(census, prefix) : findCounted(countsOf(census, kind), prefix);
    },
  };
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

function* countsOf(census: Census, kind: KnownKind): Generator<readonly [string, number]> {
  const { ports, protocols, applications, interfaces } = census;
  switch (kind) {
    case 'ports':
      for (let port = 1; port < ports.length; port++) if (ports[port] > 0) yield [String(port), ports[port]];
      return;
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

/** The most frequent addresses that begin like `prefix`, of all tables: one that is in two of them is added up. */
function findAddresses({ tables }: Census, prefix: string): CountedValue[] {
  const test = addressTest(prefix);
  const end = performance.now() + LOOKING;
  const found = new Map<string, number>();
  for (const { words, packets } of tables) {
    let least = 0;
    let best: { ordinal: number; packets: number }[] = [];
    for (let ordinal = 0; ordinal < packets.length; ordinal++) {
      if (packets[ordinal] <= least || !test(words, 4 * ordinal)) continue;
      best.push({ ordinal, packets: packets[ordinal] });
      if (best.length === 4 * MOST_FOUND) {
        best = best.sort((a, b) => b.packets - a.packets).slice(0, MOST_FOUND);
        least = best[MOST_FOUND - 1].packets;
      }
      if ((ordinal & 1023) === 0 && performance.now() > end) break;
    }
    for (const each of best) {
      const text = formatIpv6Words(words, 4 * each.ordinal);
      found.set(text, (found.get(text) ?? 0) + each.packets);
    }
  }
  return findCounted(found, prefix);
}
