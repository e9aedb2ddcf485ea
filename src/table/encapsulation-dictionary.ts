import { Tag } from '../decode/outline.js';
import { OVERFLOW } from './columns.js';
import type { Encapsulation } from './encapsulation.js';

/**
 * Gives every way of wrapping a packet an ordinal. What varies is handed over as a short list of integers (see `tags`), so that the hot loop makes
 * neither strings nor objects for a wrapping that it has met before.
 */
export class EncapsulationDictionary {
  readonly entries: Encapsulation[] = [];
  /** Scratch: (kind, value) pairs of the packet at hand, outermost first; `tagCount` integers are in use. */
  readonly tags = new Int32Array(64);
  tagCount = 0;
  private readonly keys: Int32Array[] = [];
  private readonly byHash = new Map<number, number[]>();
  private last = -1;

  /** The ordinal of (link type, outer type, EtherType, layer-3 offset, tags), or OVERFLOW when 65,535 ways are known. */
  ordinalOf(linkType: number, outerType: number, etherType: number, networkOffset: number): number {
    const last = this.last;
    if (last >= 0 && this.matches(this.keys[last], linkType, outerType, etherType, networkOffset)) return last;
    return this.lookUp(linkType, outerType, etherType, networkOffset);
  }

  private matches(
    key: Int32Array,
    linkType: number,
    outerType: number,
    etherType: number,
    networkOffset: number,
  ): boolean {
    const count = this.tagCount;
    if (key[0] !== linkType || key[1] !== outerType || key[2] !== etherType || key[3] !== networkOffset) return false;
    if (key.length !== 4 + count) return false;
    for (let i = 0; i < count; i++) if (key[4 + i] !== this.tags[i]) return false;
    return true;
  }

  private lookUp(linkType: number, outerType: number, etherType: number, networkOffset: number): number {
    let hash = Math.imul(linkType, 31) ^ Math.imul(outerType, 131) ^ Math.imul(etherType, 8191) ^ networkOffset;
    for (let i = 0; i < this.tagCount; i++) hash = Math.imul(hash ^ this.tags[i], 0x01000193);
    const candidates = this.byHash.get(hash);
    if (candidates) {
      for (const ordinal of candidates) {
        if (this.matches(this.keys[ordinal], linkType, outerType, etherType, networkOffset)) {
          this.last = ordinal;
          return ordinal;
        }
      }
    }
    const ordinal = this.entries.length;
    if (ordinal >= OVERFLOW) return OVERFLOW;
    const tags = this.tags.subarray(0, this.tagCount);
    this.keys.push(Int32Array.of(linkType, outerType, etherType, networkOffset, ...tags));
    this.entries.push(describe(linkType, outerType, etherType, networkOffset, tags));
    if (candidates) candidates.push(ordinal);
    else this.byHash.set(hash, [ordinal]);
    this.last = ordinal;
    return ordinal;
  }

  /** Takes the entries of another dictionary in; returns its ordinals translated to this one's. */
  absorb(entries: readonly Encapsulation[]): Uint16Array {
    const translated = new Uint16Array(entries.length);
    entries.forEach((entry, i) => {
      this.tagCount = 0;
      for (const part of entry.tags) this.tags[this.tagCount++] = kind;
      translated[i] = this.ordinalOf(entry.linkType, entry.outerType, entry.etherType, entry.networkOffset);
    });
    return translated;
  }
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

function describe(
  linkType: number,
  outerType: number,
  etherType: number,
  networkOffset: number,
  tags: Int32Array,
): Encapsulation {
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
    tags: [...tags],
  };
}
