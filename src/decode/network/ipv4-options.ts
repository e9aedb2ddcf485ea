import { formatIpv4 } from '../../bytes/address.js';
import { hexDigits, u16, u32 } from '../../bytes/big-endian.js';
import { field, named } from '../dissector.js';
import type { Field } from '../layer.js';

/** Options of IPv4: RFC 791 section 3.1 and the IANA registry "IP Option Numbers". */
export const Ipv4Option = {
  endOfList: 0,
  noOperation: 1,
  recordRoute: 7,
  timestamp: 68,
  security: 130,
  looseRoute: 131,
  cipso: 134,
  streamId: 136,
  strictRoute: 137,
  routerAlert: 148,
} as const;

const NAMES: Readonly<Record<number, string>> = {
  [Ipv4Option.endOfList]: 'End of Option List',
  [Ipv4Option.noOperation]: 'No Operation',
  [Ipv4Option.recordRoute]: 'Record Route',
  25: 'Quick-Start',
  [Ipv4Option.timestamp]: 'Internet Timestamp',
  82: 'Traceroute',
  [Ipv4Option.security]: 'Security',
  [Ipv4Option.looseRoute]: 'Loose Source and Record Route',
  133: 'Extended Security',
  [Ipv4Option.cipso]: 'Commercial Security',
  [Ipv4Option.streamId]: 'Stream Identifier',
  [Ipv4Option.strictRoute]: 'Strict Source and Record Route',
  [Ipv4Option.routerAlert]: 'Router Alert',
};

function routeText(bytes: Uint8Array, at: number, end: number): string {
  const hops: string[] = [];
  for (let hop = at + 3; hop + 4 <= end; hop += 4) hops.push(formatIpv4(bytes, hop));
  return `pointer ${bytes[at + 2]}, ${hops.join(', ')}`;
}

function optionText(bytes: Uint8Array, at: number, end: number): string {
  const length = end - at;
  switch (bytes[at]) {
    case Ipv4Option.recordRoute:
    case Ipv4Option.looseRoute:
    case Ipv4Option.strictRoute:
      if (length >= 3) return routeText(bytes, at, end);
      break;
    case Ipv4Option.timestamp:
      if (length >= 4) {
        const overflow = bytes[at + 3] >>> 4;
        return `pointer ${bytes[at + 2]}, overflow ${overflow}, flag ${bytes[at + 3] & 15}, ${hexDigits(bytes, at + 4, end)}`;
      }
      break;
    case Ipv4Option.streamId:
    case Ipv4Option.routerAlert:
      if (length === 4) return String(u16(bytes, at + 2));
      break;
    case Ipv4Option.cipso:
      if (length >= 6) return `domain of interpretation ${u32(bytes, at + 2)}, ${hexDigits(bytes, at + 6, end)}`;
      break;
  }
  return hexDigits(bytes, Math.min(at + 2, end), end);
}

/** One field an option. An option whose length is below 2 or beyond the header ends the list. */
export function ipv4OptionFields(bytes: Uint8Array, at: number, end: number): Field[] {
  const fields: Field[] = [];
  let place = at;
  while (place < end) {
    const type = bytes[place];
    const name = NAMES[type] ?? `Option ${type}`;
    if (type === Ipv4Option.endOfList) {
      fields.push(field(name, place, end - place, type, 'end'));
      break;
    }
    if (type === Ipv4Option.noOperation) {
      fields.push(field(name, place, 1, type, 'padding'));
      place++;
      continue;
    }
    const length = place + 1 < end ? bytes[place + 1] : 0;
    if (length < 2 || place + length > end) {
      const text = `${named(NAMES, type)} of ${length} bytes, ${end - place} available`;
      fields.push(field('Malformed Option', place, end - place, type, text));
      break;
    }
    fields.push(
      field(name, place, length, hexDigits(bytes, place, place + length), optionText(bytes, place, place + length)),
    );
    place += length;
  }
  return fields;
}
