import { OVERFLOW } from '../table/columns.js';
import type { Encapsulation } from '../table/encapsulation.js';
import { ipProtocolLayer } from './ip-protocols.js';

/** Counts of a class: one a (IP protocol, later fragment?). */
export const COUNTS_PER_CLASS = 512;

/**
 * How many packets have which layers. Packets are counted by class (the set of layer names up to layer 3), IP protocol and whether they are
 * later fragments: index `512 * class + 2 * protocol + (later fragment ? 1 : 0)`. Plain data; merges by adding.
 */
export interface ProtocolHistogram {
  /** Layer names of each class, outermost first, each once. */
  classes: string[][];
  counts: Uint32Array;
}

/** Translates the encapsulation ordinals of one dictionary to classes; the dictionary may grow. */
export interface ClassTranslation {
  encapsulations: readonly Encapsulation[] | null;
  known: number;
  classOf: Uint16Array;
}

/** Layers named by EtherType as Wireshark names them in frame.protocols. */
const NETWORK_LAYERS: ReadonlyMap<number, string> = new Map([
  [0x0800, 'ip'],
  [0x0806, 'arp'],
  [0x6003, 'dec_dna'],
  [0x6004, 'lat'],
  [0x8035, 'arp'],
  [0x809b, 'llap'],
  [0x80f3, 'aarp'],
  [0x8137, 'ipx'],
  [0x86dd, 'ipv6'],
  [0x8809, 'slow'],
  [0x8847, 'mpls'],
  [0x8848, 'mpls'],
  [0x8863, 'pppoed'],
  [0x8864, 'pppoes'],
  [0x888e, 'eapol'],
  [0x8892, 'pn_rt'],
  [0x88a2, 'aoe'],
  [0x88a4, 'ecatf'],
  [0x88b8, 'goose'],
  [0x88ca, 'tipc'],
  [0x88cc, 'lldp'],
  [0x88e5, 'macsec'],
  [0x88e7, 'ieee8021ah'],
  [0x88f7, 'ptp'],
  [0x8902, 'cfm'],
  [0x8906, 'fcoe'],
  [0x8914, 'fip'],
  [0x8915, 'infiniband'],
  [0x892f, 'hsr'],
  [0x894f, 'nsh'],
  [0x9000, 'loop'],
]);

export function createProtocolHistogram(): ProtocolHistogram {
  return { classes: [], counts: new Uint32Array(0) };
}

export function createClassTranslation(): ClassTranslation {
  return { encapsulations: null, known: 0, classOf: new Uint16Array(OVERFLOW + 1) };
}

const CISCO_HDLC = 104;
const RARP = 0x8035;

/** On Cisco HDLC the EtherType of RARP stands for Cisco's SLARP. */
function networkLayer({ linkType, etherType }: Encapsulation): string | null {
  if (linkType === CISCO_HDLC && etherType === RARP) return 'slarp';
  return NETWORK_LAYERS.get(etherType) ?? null;
}

/** Brings `translation` up to date with a dictionary, adding the classes that `histogram` lacks. */
export function translateClasses(
  histogram: ProtocolHistogram,
  translation: ClassTranslation,
  encapsulations: readonly Encapsulation[],
): void {
  if (translation.encapsulations !== encapsulations) {
    translation.encapsulations = encapsulations;
    translation.known = 0;
    // What overflowed the dictionary has no layer names: its IP protocol alone is counted.
    translation.classOf[OVERFLOW] = classOrdinal(histogram, []);
  }
  for (; translation.known < encapsulations.length; translation.known++) {
    const encapsulation = encapsulations[translation.known];
    const network = networkLayer(encapsulation);
    const names = [...new Set(network === null ? encapsulation.layers : [...encapsulation.layers, network])];
    translation.classOf[translation.known] = classOrdinal(histogram, names);
  }
}

function classOrdinal(histogram: ProtocolHistogram, names: string[]): number {
  const key = names.join(':');
  const known = histogram.classes.findIndex((other) => other.join(':') === key);
  if (known >= 0) return known;
  const counts = new Uint32Array(histogram.counts.length + COUNTS_PER_CLASS);
  counts.set(histogram.counts);
  histogram.counts = counts;
  return histogram.classes.push(names) - 1;
}

export function mergeProtocolHistogram(into: ProtocolHistogram, from: ProtocolHistogram): void {
  from.classes.forEach((names, i) => {
    const at = COUNTS_PER_CLASS * classOrdinal(into, names);
    for (let j = 0; j < COUNTS_PER_CLASS; j++) into.counts[at + j] += from.counts[COUNTS_PER_CLASS * i + j];
  });
}

/**
 * Packets by layer name as in Wireshark's frame.protocols with reassembly off: a packet counts once a name; a later fragment has no transport
 * layer. `applications` are counted already. Largest first, then by name. Extension headers of IPv6, layers inside tunnels and ICMP errors, and "data" are not told apart by the columns.
 */
export function countProtocols(
  histogram: ProtocolHistogram,
  applications: ReadonlyMap<string, number>,
): Record<string, number> {
  const totals = new Map(applications);
  histogram.classes.forEach((names, i) => {
    for (let j = 0; j < COUNTS_PER_CLASS; j++) {
      const packets = histogram.counts[COUNTS_PER_CLASS * i + j];
      if (packets === 0) continue;
      const transport = (j & 1) === 1 ? null : ipProtocolLayer(j >>> 1);
      const all = new Set(transport === null ? names : [...names, transport]);
      for (const name of all) totals.set(name, (totals.get(name) ?? 0) + packets);
    }
  });
  return sortedCounts(totals);
}

/** A plain object of counts: largest first, equals by name. */
export function sortedCounts(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)));
}
