import { formatIpv6 } from '../../bytes/address.js';
import { hexDigits, hexNumber, u16, u32 } from '../../bytes/big-endian.js';
import { field } from '../dissector.js';
import type { Field } from '../layer.js';

/** Options of the hop-by-hop and destination options headers: RFC 8200 section 4.2 and the IANA registry. */
export const Ipv6Option = {
  pad1: 0x00,
  padN: 0x01,
  tunnelLimit: 0x04,
  routerAlert: 0x05,
  calipso: 0x07,
  quickStart: 0x26,
  rpl: 0x63,
  jumboPayload: 0xc2,
  homeAddress: 0xc9,
} as const;

const NAMES: Readonly<Record<number, string>> = {
  [Ipv6Option.pad1]: 'Pad1',
  [Ipv6Option.padN]: 'PadN',
  [Ipv6Option.tunnelLimit]: 'Tunnel Encapsulation Limit',
  [Ipv6Option.routerAlert]: 'Router Alert',
  [Ipv6Option.calipso]: 'CALIPSO',
  [Ipv6Option.quickStart]: 'Quick-Start',
  [Ipv6Option.rpl]: 'RPL Option',
  [Ipv6Option.jumboPayload]: 'Jumbo Payload',
  [Ipv6Option.homeAddress]: 'Home Address',
};

function optionText(bytes: Uint8Array, type: number, at: number, length: number): string {
  if (type === Ipv6Option.padN) return `${length} bytes of padding`;
  if (type === Ipv6Option.routerAlert && length === 2) return String(u16(bytes, at));
  if (type === Ipv6Option.jumboPayload && length === 4) return String(u32(bytes, at));
  if (type === Ipv6Option.tunnelLimit && length === 1) return String(bytes[at]);
  if (type === Ipv6Option.homeAddress && length === 16) return formatIpv6(bytes, at);
  return hexDigits(bytes, at, at + length);
}

/** One field an option between `at` and `end`; an option that does not fit ends the list. */
export function ipv6OptionFields(bytes: Uint8Array, at: number, end: number): Field[] {
  const fields: Field[] = [];
  let place = at;
  while (place < end) {
    const type = bytes[place];
    const name = NAMES[type] ?? `Option ${hexNumber(type, 2)}`;
    if (type === Ipv6Option.pad1) {
      fields.push(field(name, place, 1, type, 'padding'));
      place++;
      continue;
    }
    const length = place + 1 < end ? bytes[place + 1] : 0;
    if (place + 2 + length > end) {
      fields.push(
        field('Malformed Option', place, end - place, type, `${name} of ${length + 2} bytes, ${end - place} available`),
      );
      break;
    }
    const text = optionText(bytes, type, place + 2, length);
    fields.push(field(name, place, 2 + length, hexDigits(bytes, place, place + 2 + length), text));
    place += 2 + length;
  }
  return fields;
}

/** Payload length of a jumbogram (RFC 2675) whose hop-by-hop header begins at `at`; null when it has no such option. */
export function jumboLength(bytes: Uint8Array, at: number, end: number): number | null {
  if (at + 8 > end) return null;
  const limit = Math.min(end, at + (bytes[at + 1] + 1) * 8);
  let place = at + 2;
  while (place + 6 <= limit) {
    if (bytes[place] === Ipv6Option.jumboPayload && bytes[place + 1] === 4) return u32(bytes, place + 2);
    place += bytes[place] === Ipv6Option.pad1 ? 1 : 2 + bytes[place + 1];
  }
  return null;
}
