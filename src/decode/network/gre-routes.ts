import { formatIpv4 } from '../../bytes/address.js';
import { hexDigits, u16 } from '../../bytes/big-endian.js';
import { field } from '../dissector.js';
import type { Field } from '../layer.js';

/** Source Route Entries of GRE: RFC 1701, "Routing". Offsets in bytes. */
export const GreSre = { addressFamily: 0, offset: 2, length: 3, information: 4 } as const;

export interface GreRoute {
  addressFamily: number;
  offset: number;
  /** As stored: bytes of the information. */
  length: number;
  /** What of it is there; a view, not a copy. */
  information: Uint8Array;
}

/** The entries from `at` on, the NULL entry that ends the list included; those that do not fit end it too. */
export function viewGreRoutes(bytes: Uint8Array, at: number, end: number): GreRoute[] {
  const routes: GreRoute[] = [];
  let place = at;
  while (place + GreSre.information <= end) {
    const addressFamily = u16(bytes, place);
    const length = bytes[place + GreSre.length];
    const start = place + GreSre.information;
    const information = bytes.subarray(start, Math.min(end, start + length));
    routes.push({ addressFamily, offset: bytes[place + GreSre.offset], length, information });
    place = start + information.length;
    if (information.length < length || (addressFamily === 0 && length === 0)) break;
  }
  return routes;
}

/** GRE address family of IPv4 (RFC 1702). */
const FAMILY_IPV4 = 0x0800;

function informationText(bytes: Uint8Array, at: number, end: number, family: number): string {
  if (family !== FAMILY_IPV4) return hexDigits(bytes, at, end);
  const hops: string[] = [];
  for (let hop = at; hop + 4 <= end; hop += 4) hops.push(formatIpv4(bytes, hop));
  return hops.join(', ');
}

export function greRouteFields(routes: readonly GreRoute[], bytes: Uint8Array, at: number): Field[] {
  let place = at;
  return routes.map((route) => {
    const start = place;
    const information = start + GreSre.information;
    place = information + route.information.length;
    const text = informationText(bytes, information, place, route.addressFamily);
    return field('Routing', start, place - start, hexDigits(bytes, start, place), text || 'end', [
      field('Address Family', start, 2, route.addressFamily),
      field('SRE Offset', start + GreSre.offset, 1, route.offset),
      field('SRE Length', start + GreSre.length, 1, route.length),
      ...(place > information && route.information.length === route.length
        ? [field('Routing Information', information, place - information, hexDigits(bytes, information, place), text)]
        : []),
    ]);
  });
}
