import { formatIpv4 } from '../../bytes/address.js';
import { setU16, u16 } from '../../bytes/big-endian.js';
import { bytesField, field, firstProblem, header, type Input, named, type Step, shortfall } from '../dissector.js';
import type { Field } from '../layer.js';
import { Bgp } from './bgp.js';

/** Messages of BGP field by field; specification and offsets stand in bgp.ts. */

export interface BgpView {
  marker: Uint8Array;
  /** Of the whole message, bytes. */
  length: number;
  type: number;
}

/** The header at `at`, or null when its 19 bytes do not end by `end`. */
export function viewBgp(bytes: Uint8Array, at: number, end: number): BgpView | null {
  if (end - at < Bgp.length) return null;
  return {
    marker: bytes.subarray(at, at + Bgp.messageLength),
    length: u16(bytes, at + Bgp.messageLength),
    type: bytes[at + Bgp.type],
  };
}

/** The header's bytes; with `content`, what follows it, the length is computed. */
export function emitBgp(view: BgpView, compute: { content?: Uint8Array } = {}): Uint8Array {
  const bytes = new Uint8Array(Bgp.length);
  bytes.set(view.marker);
  setU16(bytes, Bgp.messageLength, compute.content === undefined ? view.length : Bgp.length + compute.content.length);
  bytes[Bgp.type] = view.type;
  return bytes;
}

const Type = { open: 1, update: 2, notification: 3, keepalive: 4, routeRefresh: 5 } as const;

export const TYPE_NAMES: Readonly<Record<number, string>> = {
  1: 'OPEN',
  2: 'UPDATE',
  3: 'NOTIFICATION',
  4: 'KEEPALIVE',
  5: 'ROUTE-REFRESH',
  6: 'CAPABILITY',
};

/** RFC 4271 section 4.5, RFC 7313 section 5. */
const ERROR_NAMES: Readonly<Record<number, string>> = {
  1: 'Message Header Error',
  2: 'OPEN Message Error',
  3: 'UPDATE Message Error',
  4: 'Hold Timer Expired',
  5: 'Finite State Machine Error',
  6: 'Cease',
  7: 'ROUTE-REFRESH Message Error',
};

const OPEN = 10;

function openFields(bytes: Uint8Array, at: number, end: number): Field[] {
  const fields = [
    field('Version', at, 1, bytes[at]),
    field('My Autonomous System', at + 1, 2, u16(bytes, at + 1)),
    field('Hold Time', at + 3, 2, u16(bytes, at + 3), `${u16(bytes, at + 3)} s`),
    field('BGP Identifier', at + 5, 4, formatIpv4(bytes, at + 5)),
    field('Optional Parameters Length', at + 9, 1, bytes[at + 9]),
  ];
  if (end > at + OPEN) fields.push(bytesField('Optional Parameters', bytes, at + OPEN, end));
  return fields;
}

/** Withdrawn routes, path attributes and reachable prefixes, as far as their lengths fit. */
function updateFields(bytes: Uint8Array, at: number, end: number): Field[] {
  const fields: Field[] = [];
  let place = at;
  for (const name of ['Withdrawn Routes', 'Path Attributes']) {
    if (place + 2 > end) return fields;
    const length = u16(bytes, place);
    const label = name === 'Path Attributes' ? 'Total Path Attribute Length' : 'Withdrawn Routes Length';
    fields.push(field(label, place, 2, length));
    place += 2;
    const last = Math.min(end, place + length);
    if (last > place) fields.push(bytesField(name, bytes, place, last));
    if (place + length > end) return fields;
    place = last;
  }
  if (place < end) fields.push(bytesField('Network Layer Reachability Information', bytes, place, end));
  return fields;
}

function contentFields(type: number, bytes: Uint8Array, at: number, end: number): Field[] {
  if (type === Type.open && end - at >= OPEN) return openFields(bytes, at, end);
  if (type === Type.update) return updateFields(bytes, at, end);
  if (type === Type.notification && end - at >= 2) {
    const fields = [
      field('Error Code', at, 1, bytes[at], named(ERROR_NAMES, bytes[at])),
      field('Error Subcode', at + 1, 1, bytes[at + 1]),
    ];
    if (end > at + 2) fields.push(bytesField('Data', bytes, at + 2, end));
    return fields;
  }
  if (type === Type.routeRefresh && end - at >= 4) {
    const fields = [
      field('Address Family Identifier', at, 2, u16(bytes, at)),
      field('Message Subtype', at + 2, 1, bytes[at + 2]),
      field('Subsequent Address Family Identifier', at + 3, 1, bytes[at + 3]),
    ];
    if (end > at + 4) fields.push(bytesField('Data', bytes, at + 4, end));
    return fields;
  }
  return end > at ? [bytesField('Data', bytes, at, end)] : [];
}

export const layerBgp = header('BGP header', Bgp.length, ({ bytes, at, end, wireEnd, cut }: Input): Step => {
  const view = viewBgp(bytes, at, end)!;
  const isLong = view.length >= Bgp.length;
  const messageEnd = at + (isLong ? view.length : Bgp.length);
  const last = Math.min(end, messageEnd);
  const info = `${TYPE_NAMES[view.type] ?? `Type ${view.type}`} Message`;
  const goesOn = messageEnd > end && end === wireEnd;
  return {
    layer: {
      name: 'bgp',
      title: 'BGP',
      summary: `${info}  length ${view.length}${goesOn ? `, ${end - at} in this segment` : ''}`,
      start: at,
      end: last,
      fields: [
        bytesField('Marker', bytes, at, at + Bgp.messageLength),
        field('Length', at + Bgp.messageLength, 2, view.length),
        field('Type', at + Bgp.type, 1, view.type, named(TYPE_NAMES, view.type)),
        ...(cut ? [] : contentFields(view.type, bytes, at + Bgp.length, last)),
      ],
      problem: firstProblem(
        !isLong &&
          `BGP length: ${view.length} bytes, at least ${Bgp.length} required, at byte ${at + Bgp.messageLength}`,
        messageEnd > end && !goesOn && shortfall('BGP message', view.length, end - at, at),
      ),
    },
    next: isLong && messageEnd < end ? { table: 'application', key: 0, at: messageEnd, wireEnd } : null,
    column: { info },
  };
});
