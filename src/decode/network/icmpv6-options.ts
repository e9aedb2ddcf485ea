import { formatIpv6, formatMac } from '../../bytes/address.js';
import { hexDigits, u32 } from '../../bytes/big-endian.js';
import { field } from '../dissector.js';
import type { Field } from '../layer.js';

/** Options of neighbour discovery: RFC 4861 section 4.6 and the IANA registry. Lengths count units of 8 bytes, type and length included. */
export const NeighbourOption = {
  sourceLinkAddress: 1,
  targetLinkAddress: 2,
  prefixInformation: 3,
  redirectedHeader: 4,
  mtu: 5,
} as const;

const NAMES: Readonly<Record<number, string>> = {
  [NeighbourOption.sourceLinkAddress]: 'Source Link-layer Address',
  [NeighbourOption.targetLinkAddress]: 'Target Link-layer Address',
  [NeighbourOption.prefixInformation]: 'Prefix Information',
  [NeighbourOption.redirectedHeader]: 'Redirected Header',
  [NeighbourOption.mtu]: 'MTU',
  7: 'Advertisement Interval',
  8: 'Home Agent Information',
  14: 'Nonce',
  24: 'Route Information',
  25: 'Recursive DNS Server',
  31: 'DNS Search List',
  38: 'PREF64',
};

function optionText(bytes: Uint8Array, at: number, end: number): string {
  const type = bytes[at];
  const length = end - at;
  if ((type === NeighbourOption.sourceLinkAddress || type === NeighbourOption.targetLinkAddress) && length === 8)
    return formatMac(bytes, at + 2);
  if (type === NeighbourOption.prefixInformation && length === 32) {
    return `${formatIpv6(bytes, at + 16)}/${bytes[at + 2]} valid ${u32(bytes, at + 4)} s, preferred ${u32(bytes, at + 8)} s`;
  }
  if (type === NeighbourOption.mtu && length === 8) return String(u32(bytes, at + 4));
  return hexDigits(bytes, at + 2, Math.min(end, at + 34)) + (end > at + 34 ? '…' : '');
}

/** One field an option between `at` and `end`; an option of length 0, or one that does not fit, ends the list. */
export function neighbourOptionFields(bytes: Uint8Array, at: number, end: number): Field[] {
  const fields: Field[] = [];
  let place = at;
  while (place + 2 <= end) {
    const name = NAMES[bytes[place]] ?? `Option ${bytes[place]}`;
    const length = bytes[place + 1] * 8;
    if (length === 0 || place + length > end) {
      fields.push(
        field(
          'Malformed Option',
          place,
          end - place,
          bytes[place],
          `${name} of ${length} bytes, ${end - place} available`,
        ),
      );
      break;
    }
    fields.push(
      field(name, place, length, hexDigits(bytes, place, place + length), optionText(bytes, place, place + length)),
    );
    place += length;
  }
  return fields;
}
