import { formatIpv6 } from '../../bytes/address.js';
import { hexNumber, u16, u32 } from '../../bytes/big-endian.js';
import { bytesField, field, type Input, type NetworkScope, named, shortfall } from '../dissector.js';
import type { Field } from '../layer.js';

/** Routing headers: RFC 8200 section 4.4, type 0 RFC 5095, type 2 RFC 6275 section 6.4, segment routing RFC 8754. Offsets in bytes. */
export const Ipv6Routing = { type: 2, segmentsLeft: 3, lastEntry: 4, flags: 5, tag: 6, addresses: 8 } as const;

export const RoutingType = { source: 0, nimrod: 1, mobile: 2, rpl: 3, segment: 4 } as const;

const TYPE_NAMES: Readonly<Record<number, string>> = {
  [RoutingType.source]: 'Source Route',
  [RoutingType.nimrod]: 'Nimrod',
  [RoutingType.mobile]: 'Mobile IPv6',
  [RoutingType.rpl]: 'RPL Source Route',
  [RoutingType.segment]: 'Segment Routing',
};

/** Places of the addresses that a header of type 0, 2 or 4 lists. */
function addressPlaces(bytes: Uint8Array, at: number, end: number): number[] {
  const type = bytes[at + Ipv6Routing.type];
  if (type !== RoutingType.source && type !== RoutingType.mobile && type !== RoutingType.segment) return [];
  const listed = type === RoutingType.segment ? bytes[at + Ipv6Routing.lastEntry] + 1 : Number.POSITIVE_INFINITY;
  const places: number[] = [];
  for (let place = at + Ipv6Routing.addresses; place + 16 <= end && places.length < listed; place += 16)
    places.push(place);
  return places;
}

export interface RoutingContent {
  fields: Field[];
  problem: string | null;
}

/** Fields behind next header and length; the header ends at `end`. */
export function readRouting(bytes: Uint8Array, at: number, end: number): RoutingContent {
  const type = bytes[at + Ipv6Routing.type];
  const fields = [
    field('Routing Type', at + Ipv6Routing.type, 1, type, named(TYPE_NAMES, type)),
    field('Segments Left', at + Ipv6Routing.segmentsLeft, 1, bytes[at + Ipv6Routing.segmentsLeft]),
  ];
  if (type === RoutingType.segment) {
    const flags = bytes[at + Ipv6Routing.flags];
    fields.push(
      field('Last Entry', at + Ipv6Routing.lastEntry, 1, bytes[at + Ipv6Routing.lastEntry]),
      field('Flags', at + Ipv6Routing.flags, 1, flags, hexNumber(flags, 2)),
      field(
        'Tag',
        at + Ipv6Routing.tag,
        2,
        u16(bytes, at + Ipv6Routing.tag),
        hexNumber(u16(bytes, at + Ipv6Routing.tag), 4),
      ),
    );
  } else if (type === RoutingType.rpl) {
    return readRplRoute(bytes, at, end, fields);
  } else {
    fields.push(field('Reserved', at + 4, 4, u32(bytes, at + 4), hexNumber(u32(bytes, at + 4), 8)));
  }
  const places = addressPlaces(bytes, at, end);
  places.forEach((place, index) => {
    fields.push(field(`Address[${index}]`, place, 16, formatIpv6(bytes, place)));
  });
  const rest = at + Ipv6Routing.addresses + 16 * places.length;
  if (type === RoutingType.segment) {
    const tlvs = segmentTlvs(bytes, rest, end);
    return { fields: [...fields, ...tlvs.fields], problem: tlvs.problem };
  }
  if (rest < end) fields.push(bytesField('Type-specific Data', bytes, rest, end));
  return { fields, problem: null };
}

const TLVS: Readonly<Record<number, string>> = { 0: 'Pad1', 4: 'PadN', 5: 'HMAC' };

/** Type-length-value objects behind the segments (RFC 8754 section 2.1). */
function segmentTlvs(bytes: Uint8Array, at: number, end: number): RoutingContent {
  const fields: Field[] = [];
  let place = at;
  while (place < end) {
    const type = bytes[place];
    const name = TLVS[type] ?? `TLV ${type}`;
    const required = type === 0 ? 1 : 2 + (place + 1 < end ? bytes[place + 1] : 0);
    if (place + required > end) {
      fields.push(bytesField('Malformed TLV', bytes, place, end));
      return { fields, problem: shortfall(`IPv6 segment routing ${name} TLV`, required, end - place, place) };
    }
    const inner = [field('Type', place, 1, type, named(TLVS, type))];
    if (required > 1) inner.push(field('Length', place + 1, 1, required - 2));
    if (required > 2) inner.push(bytesField('Value', bytes, place + 2, place + required));
    fields.push({ ...bytesField(name, bytes, place, place + required), fields: inner });
    place += required;
  }
  return { fields, problem: null };
}

/** RFC 6554 section 3: addresses without the bytes that they share with the destination. */
function readRplRoute(bytes: Uint8Array, at: number, end: number, fields: Field[]): RoutingContent {
  const [first, second] = [bytes[at + 4], bytes[at + 5]];
  const pad = second >>> 4;
  fields.push(
    field('CmprI', at + 4, 1, first >>> 4),
    field('CmprE', at + 4, 1, first & 15),
    field('Pad', at + 5, 1, pad),
    field('Reserved', at + 5, 3, u32(bytes, at + 4) & 0xfffff),
  );
  const stop = Math.max(at + Ipv6Routing.addresses, end - pad);
  const [size, last] = [16 - (first >>> 4), 16 - (first & 15)];
  let place = at + Ipv6Routing.addresses;
  for (let index = 0; place + last <= stop; index++) {
    const length = place + size + last <= stop ? size : last;
    fields.push({ ...bytesField(`Address[${index}]`, bytes, place, place + length) });
    place += length;
    if (length === last && length !== size) break;
  }
  if (place < end) fields.push(bytesField('Padding', bytes, place, end));
  return { fields, problem: null };
}

export function routingSummary(bytes: Uint8Array, at: number, end: number): string {
  const addresses = addressPlaces(bytes, at, end).map((place) => formatIpv6(bytes, place));
  const type = named(TYPE_NAMES, bytes[at + Ipv6Routing.type]);
  return [`${type}  segments left ${bytes[at + Ipv6Routing.segmentsLeft]}`, ...addresses].join('  ');
}

/** While segments are left a checksum covers the final destination: the last address, or the first one listed by a segment routing header. */
export function routingDestination(input: Input, end: number): NetworkScope | null {
  const { bytes, at } = input;
  const { network } = input.scope;
  const places = addressPlaces(bytes, at, end);
  if (network === null || bytes[at + Ipv6Routing.segmentsLeft] === 0 || places.length === 0) return network;
  const final = bytes[at + Ipv6Routing.type] === RoutingType.segment ? places[0] : places[places.length - 1];
  return { ...network, destination: final };
}
