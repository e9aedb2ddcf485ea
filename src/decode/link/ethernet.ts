import { formatMac } from '../../bytes/address.js';
import { hexNumber, setU16, u16 } from '../../bytes/big-endian.js';
import {
  bytesField,
  Direct,
  field,
  header,
  type Input,
  type Next,
  named,
  type Protocol,
  type Step,
  shortfall,
} from '../dissector.js';
import type { Field } from '../layer.js';
import { ETHERTYPE_NAMES, FIRST_ETHERTYPE } from '../numbers.js';

/** Ethernet: version II and IEEE 802.3 section 3.2. Offsets in bytes. */
export const Ethernet = { destination: 0, source: 6, typeOrLength: 12, length: 14 } as const;

export interface EthernetView {
  /** Six bytes each; views, not copies. */
  destination: Uint8Array;
  source: Uint8Array;
  /** From 0x0600 an EtherType, up to 1500 a length of IEEE 802.3. */
  typeOrLength: number;
}

/** The header at `at`, or null when its 14 bytes do not end by `end`. */
export function viewEthernet(bytes: Uint8Array, at: number, end: number): EthernetView | null {
  if (end - at < Ethernet.length) return null;
  return {
    destination: bytes.subarray(at, at + 6),
    source: bytes.subarray(at + Ethernet.source, at + Ethernet.typeOrLength),
    typeOrLength: u16(bytes, at + Ethernet.typeOrLength),
  };
}

/** The header's bytes; `payloadLength` replaces the length of an 802.3 header. */
export function emitEthernet(view: EthernetView, compute: { payloadLength?: number } = {}): Uint8Array {
  const bytes = new Uint8Array(Ethernet.length);
  bytes.set(view.destination, Ethernet.destination);
  bytes.set(view.source, Ethernet.source);
  const isLength = view.typeOrLength < FIRST_ETHERTYPE;
  setU16(bytes, Ethernet.typeOrLength, isLength ? (compute.payloadLength ?? view.typeOrLength) : view.typeOrLength);
  return bytes;
}

/** "IPv4 (0x0800)" */
export function etherTypeText(type: number): string {
  return named(ETHERTYPE_NAMES, type, hexNumber(type, 4));
}

/** A MAC address with its two administrative bits in words (IEEE 802-2014 section 8.2). */
export function macField(name: string, bytes: Uint8Array, at: number): Field {
  const text = formatMac(bytes, at);
  if (text === 'ff:ff:ff:ff:ff:ff') return field(name, at, 6, text, `${text} broadcast`);
  const words = [bytes[at] & 1 ? 'multicast' : '', bytes[at] & 2 ? 'locally administered' : ''].filter(
    (word) => word !== '',
  );
  return field(name, at, 6, text, words.length === 0 ? text : `${text} ${words.join(', ')}`);
}

/** What a two-byte type or length leads to, at Ethernet and behind VLAN tags alike. */
export interface TypeReading {
  field: Field;
  next: Next | null;
  /** Where an 802.3 length ends the content; null for an EtherType. */
  contentEnd: number | null;
  problem: string | null;
  info: string;
}

const LARGEST_LENGTH = 1500;
/** Raw 802.3 of Novell NetWare: IPX without LLC, told by its checksum field of all ones. */
const NOVELL_RAW = 0xffff;

/** Reads the type or length at `place`, whose content follows it. */
export function readType(what: string, input: Input, place: number): TypeReading {
  const { bytes, end, wireEnd } = input;
  const type = u16(bytes, place);
  const at = place + 2;
  if (type >= FIRST_ETHERTYPE) {
    const text = etherTypeText(type);
    const next: Next = { table: 'etherType', key: type, at, wireEnd: Math.max(at, wireEnd), via: 'ethertype' };
    return { field: field('Type', place, 2, type, text), next, contentEnd: null, problem: null, info: text };
  }
  if (type > LARGEST_LENGTH) {
    const problem = `${what} type or length: ${type}, neither a length up to ${LARGEST_LENGTH} nor a type from ${FIRST_ETHERTYPE}, at byte ${place}`;
    const next: Next = { table: 'data', key: 0, at, wireEnd: Math.max(at, wireEnd) };
    return {
      field: field('Type or Length', place, 2, type),
      next,
      contentEnd: null,
      problem,
      info: `type or length ${type}`,
    };
  }
  const contentEnd = Math.min(at + type, Math.max(at, wireEnd));
  const raw = at + 2 <= end && u16(bytes, at) === NOVELL_RAW;
  return {
    field: field('Length', place, 2, type),
    next: { table: raw ? 'data' : 'direct', key: Direct.llc, at, wireEnd: contentEnd },
    contentEnd,
    problem: at + type > wireEnd ? shortfall(`${what} length`, type, Math.max(0, wireEnd - at), at) : null,
    info: raw ? 'raw 802.3' : `802.3 length ${type}`,
  };
}

/** Bytes behind the content that an 802.3 length ends, as a field; empty for an EtherType. */
export function trailerFields(input: Input, contentEnd: number | null): Field[] {
  if (contentEnd === null || contentEnd >= input.end) return [];
  return [bytesField('Padding', input.bytes, contentEnd, input.end)];
}

const layerEthernet = header('Ethernet header', Ethernet.length, (input: Input): Step => {
  const { bytes, at } = input;
  const source = formatMac(bytes, at + Ethernet.source);
  const destination = formatMac(bytes, at);
  const type = readType('Ethernet', input, at + Ethernet.typeOrLength);
  return {
    layer: {
      name: 'eth',
      title: 'Ethernet',
      summary: `${source} → ${destination}  ${type.info}`,
      start: at,
      end: at + Ethernet.length,
      fields: [
        macField('Destination Address', bytes, at),
        macField('Source Address', bytes, at + Ethernet.source),
        type.field,
        ...trailerFields(input, type.contentEnd),
      ],
      problem: type.problem,
    },
    next: type.next,
    column: { source, destination, info: type.info },
  };
});

export const ethernet: Protocol = { name: 'eth', title: 'Ethernet', specification: 'IEEE 802.3', layer: layerEthernet };
