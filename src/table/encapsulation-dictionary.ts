import { createOutline, type Outline, Tag } from '../decode/outline.js';
import { OVERFLOW } from './columns.js';
import type { Encapsulation } from './encapsulation.js';

/**
 * Gives every way of wrapping a packet an ordinal. An outline tells the way in integers, so that the hot loop makes neither strings nor objects for one
 * that it has met before.
 */
export class EncapsulationDictionary {
  readonly entries: Encapsulation[] = [];
  /** Ordinals of plain Ethernet II with IPv4 and with IPv6, -1 before they have been met. */
  plainIpv4 = -1;
  plainIpv6 = -1;
  private readonly byHash = new Map<number, number[]>();
  /** The last ordinal of each kind of layer 3, so that a capture which mixes them is not looked up anew with every packet. */
  private readonly last = new Int32Array(16).fill(-1);

  /** The ordinal of an outline's link layers, or OVERFLOW when 65,535 ways are known. */
  ordinalOf(o: Outline): number {
    const last = this.last[kindOf(o)];
    return last >= 0 && matches(this.entries[last], o) ? last : this.lookUp(o);
  }

  private lookUp(o: Outline): number {
    let hash = Math.imul(o.linkType, 31) ^ Math.imul(o.outerType, 131) ^ Math.imul(o.etherType, 8191) ^ o.networkOffset;
    for (let i = 0; i < o.tagCount; i++) hash = Math.imul(hash ^ o.tags[i], 0x01000193);
    const candidates = this.byHash.get(hash);
    const known = candidates?.find((ordinal) => matches(this.entries[ordinal], o));
    if (known !== undefined) {
      this.last[kindOf(o)] = known;
      return known;
    }
    const ordinal = this.entries.length;
    if (ordinal >= OVERFLOW) return OVERFLOW;
    this.entries.push(describe(o));
    if (o.linkType === 1 && o.networkOffset === 14 && o.tagCount === 0 && o.outerType === o.etherType) {
      if (o.etherType === 0x0800) this.plainIpv4 = ordinal;
      else if (o.etherType === 0x86dd) this.plainIpv6 = ordinal;
    }
    if (candidates) candidates.push(ordinal);
    else this.byHash.set(hash, [ordinal]);
    this.last[kindOf(o)] = ordinal;
    return ordinal;
  }

  /** Takes the entries of another dictionary in; returns its ordinals translated to this one's. */
  absorb(entries: readonly Encapsulation[]): Uint16Array {
    const o = createOutline();
    return Uint16Array.from(entries, (entry) => {
      o.linkType = entry.linkType;
      o.outerType = entry.outerType;
      o.etherType = entry.etherType;
      o.networkOffset = entry.networkOffset;
      o.tags.set(entry.tags);
      o.tagCount = entry.tags.length;
      return this.ordinalOf(o);
    });
  }
}

/** Tells IPv4, IPv6 and ARP apart, and tagged packets from plain ones. */
function kindOf(o: Outline): number {
  return ((o.etherType ^ (o.etherType >>> 8)) & 7) | (o.tagCount === 0 ? 0 : 8);
}

function matches(entry: Encapsulation, o: Outline): boolean {
  if (entry.linkType !== o.linkType || entry.outerType !== o.outerType || entry.etherType !== o.etherType) return false;
  if (entry.networkOffset !== o.networkOffset || entry.tags.length !== o.tagCount) return false;
  for (let i = 0; i < o.tagCount; i++) if (entry.tags[i] !== o.tags[i]) return false;
  return true;
}

/** Names of the link layers as in Wireshark's frame.protocols, by LINKTYPE_ number. */
const LINK_LAYERS: Record<number, string[]> = {
  0: ['null'],
  1: ['eth'],
  8: ['slip'],
  9: ['ppp'],
  12: ['raw'],
  14: ['raw'],
  50: ['ppp'],
  51: ['pppoes'],
  101: ['raw'],
  104: ['chdlc'],
  105: ['wlan'],
  107: ['fr'],
  108: ['null'],
  113: ['sll'],
  119: ['prism', 'wlan_radio', 'wlan'],
  127: ['radiotap', 'wlan_radio', 'wlan'],
  129: ['arcnet'],
  163: ['wlanavs', 'wlan_radio', 'wlan'],
  192: ['ppi'],
  228: ['raw'],
  229: ['raw'],
  276: ['sll'],
};

function describe(o: Outline): Encapsulation {
  const { linkType, outerType, etherType, networkOffset } = o;
  const tags = [...o.tags.subarray(0, o.tagCount)];
  const vlans: number[] = [];
  const mpls: number[] = [];
  let pppoeSession: number | null = null;
  const layers = [...(LINK_LAYERS[linkType] ?? [])];
  if (outerType >= 1536 && (linkType === 1 || linkType === 113 || linkType === 276)) layers.push('ethertype');
  for (let i = 0; i < tags.length; i += 2) {
    const value = tags[i + 1];
    if (tags[i] === Tag.vlan) {
      vlans.push(value);
      layers.push('vlan', 'ethertype');
    } else if (tags[i] === Tag.mpls) {
      mpls.push(value);
      layers.push('mpls');
    } else if (tags[i] === Tag.pppoe) {
      pppoeSession = value;
      layers.push('pppoes', 'ppp');
    } else if (tags[i] === Tag.llc) layers.push('llc');
  }
  return {
    linkType,
    outerType,
    vlans,
    mpls,
    pppoeSession,
    etherType,
    networkOffset,
    layers: [...new Set(layers)],
    tags,
  };
}
