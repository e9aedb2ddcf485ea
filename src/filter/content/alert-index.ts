import type { Outline } from '../../decode/outline.js';
import { communityId } from '../../table/community-id.js';
import { sameAddress } from '../../table/compare-addresses.js';
import { randomMultipliers } from '../../table/hash-salt.js';
import type { AlertFlow } from './alert-record.js';

/** A flow at a time, and the indicator that speaks of it. Microseconds since 1970, both ends included. */
export interface AlertSpan {
  flow: AlertFlow | null;
  communityId: string | null;
  first: number;
  last: number;
  indicator: number;
}

export interface AlertIndex {
  /** Tells the alerts about the packet of an outline at `time`; null: it has none, and is in no span. */
  find(o: Outline, time: number | null, found: (indicator: number) => void): void;
  /** Whether any span is about a flow, whatever the time. Words of addresses as the outline has them. */
  isAbout(
    words: Uint32Array,
    source: number,
    sourcePort: number,
    destination: number,
    destinationPort: number,
    protocol: number,
  ): boolean;
  hasId(communityId: string): boolean;
  /** Some span has a Community ID only. */
  needsIds: boolean;
}

/** So many alerts are told of one packet; a file that has more about the same flow and time tells nothing further. */
const MOST_TOLD = 256;
/** Community IDs of so many flows are kept while packets pass. */
const KEPT_IDS = 65_536;
const [TIMES_WORD, TIMES_END, TIMES_ALL] = randomMultipliers(3);
const ICMP = 1;
const ICMPV6 = 58;

/** Spans about the same flow, by their beginnings; `reach`: the latest end of all up to there. */
interface Spans {
  first: Float64Array;
  last: Float64Array;
  reach: Float64Array;
  indicator: Int32Array;
}

export function createAlertIndex(alerts: readonly AlertSpan[]): AlertIndex {
  const flows = new Map<string, AlertSpan[]>();
  const byId = new Map<string, AlertSpan[]>();
  for (const alert of alerts) {
    if (alert.flow !== null) addTo(flows, flowKey(alert.flow), alert);
    else addTo(byId, alert.communityId!, alert);
  }
  const keys = [...flows.values()].map(([{ flow }]) => flow!);
  const spans = [...flows.values()].map(spansOf);
  const idSpans = new Map([...byId].map(([id, all]) => [id, spansOf(all)]));
  const table = hashTable(keys);
  const ids = new Map<string, string>();

  function ordinalOf(
    words: Uint32Array,
    source: number,
    sourcePort: number,
    destination: number,
    destinationPort: number,
    protocol: number,
  ): number {
    let slot = hashOf(words, source, sourcePort, destination, destinationPort, protocol) >>> table.shift;
    for (; table.ordinals[slot] !== 0; slot = (slot + 1) & (table.ordinals.length - 1)) {
      const key = keys[table.ordinals[slot] - 1];
      if (key.protocol !== protocol) continue;
      if (
        key.sourcePort === sourcePort &&
        key.destinationPort === destinationPort &&
        sameAddress(key.source, 0, words, source) &&
        sameAddress(key.destination, 0, words, destination)
      )
        return table.ordinals[slot] - 1;
      if (
        key.sourcePort === destinationPort &&
        key.destinationPort === sourcePort &&
        sameAddress(key.source, 0, words, destination) &&
        sameAddress(key.destination, 0, words, source)
      )
        return table.ordinals[slot] - 1;
    }
    return -1;
  }

  /** Computed once for a flow while its packets pass. Of ICMP the type is part of it, and who sent it may be. */
  function idOf(o: Outline): string {
    const key = `${o.addresses.join()},${o.sourcePort},${o.destinationPort},${o.protocol},${o.icmp}`;
    let id = ids.get(key);
    if (id === undefined) {
      id = communityId(o.addresses, 0, o.sourcePort, 1, o.destinationPort, o.protocol, o.icmp);
      if (ids.size >= KEPT_IDS) ids.clear();
      ids.set(key, id);
    }
    return id;
  }

  return {
    needsIds: idSpans.size > 0,
    hasId: (id) => idSpans.has(id),
    isAbout: (...flow) => ordinalOf(...flow) >= 0,
    find(o, time, found) {
      if (time === null || o.hasAddresses === 0) return;
      const isIcmp = o.protocol === ICMP || o.protocol === ICMPV6;
      const ordinal = ordinalOf(
        o.addresses,
        0,
        isIcmp ? 0 : o.sourcePort,
        4,
        isIcmp ? 0 : o.destinationPort,
        o.protocol,
      );
      if (ordinal >= 0) tell(spans[ordinal], time, found);
      if (idSpans.size === 0) return;
      const known = idSpans.get(idOf(o));
      if (known !== undefined) tell(known, time, found);
    },
  };
}

function addTo(all: Map<string, AlertSpan[]>, key: string, alert: AlertSpan): void {
  const known = all.get(key);
  if (known === undefined) all.set(key, [alert]);
  else known.push(alert);
}

/** The same for both directions. */
function flowKey({ source, destination, sourcePort, destinationPort, protocol }: AlertFlow): string {
  const ends = [`${source.join()},${sourcePort}`, `${destination.join()},${destinationPort}`].sort();
  return `${ends.join(' ')} ${protocol}`;
}

function spansOf(alerts: readonly AlertSpan[]): Spans {
  const sorted = [...alerts].sort((a, b) => a.first - b.first || a.last - b.last || a.indicator - b.indicator);
  let latest = Number.NEGATIVE_INFINITY;
  return {
    first: Float64Array.from(sorted, ({ first }) => first),
    last: Float64Array.from(sorted, ({ last }) => last),
    reach: Float64Array.from(sorted, ({ last }) => {
      latest = Math.max(latest, last);
      return latest;
    }),
    indicator: Int32Array.from(sorted, ({ indicator }) => indicator),
  };
}

/** From the last span that has begun, back as far as one can still last. */
function tell({ first, last, reach, indicator }: Spans, time: number, found: (indicator: number) => void): void {
  let low = 0;
  let high = first.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (first[middle] <= time) low = middle + 1;
    else high = middle;
  }
  let told = 0;
  for (let i = low - 1; i >= 0 && reach[i] >= time && told < MOST_TOLD; i--) {
    if (last[i] < time) continue;
    found(indicator[i]);
    told++;
  }
}

function hashTable(keys: readonly AlertFlow[]): { ordinals: Int32Array; shift: number } {
  const size = Math.max(4, Math.ceil(Math.log2(keys.length * 2 + 1)));
  const table = { ordinals: new Int32Array(1 << size), shift: 32 - size };
  for (const [i, { source, destination, sourcePort, destinationPort, protocol }] of keys.entries()) {
    const words = new Uint32Array(8);
    words.set(source, 0);
    words.set(destination, 4);
    let slot = hashOf(words, 0, sourcePort, 4, destinationPort, protocol) >>> table.shift;
    while (table.ordinals[slot] !== 0) slot = (slot + 1) & (table.ordinals.length - 1);
    table.ordinals[slot] = i + 1;
  }
  return table;
}

/** The same whichever end is named first. */
function hashOf(
  words: Uint32Array,
  source: number,
  sourcePort: number,
  destination: number,
  destinationPort: number,
  protocol: number,
): number {
  return Math.imul(
    (endHash(words, source, sourcePort) + endHash(words, destination, destinationPort) + protocol) | 0,
    TIMES_ALL,
  );
}

function endHash(words: Uint32Array, at: number, port: number): number {
  let hash = port;
  for (let i = 0; i < 4; i++) hash = Math.imul(hash ^ words[at + i], TIMES_WORD) ^ (hash >>> 13);
  return Math.imul(hash, TIMES_END);
}
