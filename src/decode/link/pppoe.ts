import { hexDigits, hexNumber, setU16, u16 } from '../../bytes/big-endian.js';
import { escapeBytes } from '../../bytes/escape.js';
import { Direct, field, header, type Input, named, type Protocol, type Step, shortfall } from '../dissector.js';
import type { Field } from '../layer.js';

/** PPP over Ethernet: RFC 2516 section 4. Offsets in bytes. */
export const Pppoe = { versionAndType: 0, code: 1, sessionId: 2, payloadLength: 4, length: 6 } as const;

export interface PppoeView {
  version: number;
  type: number;
  code: number;
  sessionId: number;
  payloadLength: number;
}

/** The header at `at`, or null when its 6 bytes do not end by `end`. */
export function viewPppoe(bytes: Uint8Array, at: number, end: number): PppoeView | null {
  if (end - at < Pppoe.length) return null;
  return {
    version: bytes[at] >>> 4,
    type: bytes[at] & 15,
    code: bytes[at + Pppoe.code],
    sessionId: u16(bytes, at + Pppoe.sessionId),
    payloadLength: u16(bytes, at + Pppoe.payloadLength),
  };
}

/** The header's bytes; `payloadLength` replaces the stored one. */
export function emitPppoe(view: PppoeView, compute: { payloadLength?: number } = {}): Uint8Array {
  const bytes = new Uint8Array(Pppoe.length);
  bytes[0] = (view.version << 4) | view.type;
  bytes[Pppoe.code] = view.code;
  setU16(bytes, Pppoe.sessionId, view.sessionId);
  setU16(bytes, Pppoe.payloadLength, compute.payloadLength ?? view.payloadLength);
  return bytes;
}

const CODES: Readonly<Record<number, string>> = {
  0: 'session data',
  7: 'PADO',
  9: 'PADI',
  25: 'PADR',
  101: 'PADS',
  167: 'PADT',
};

/** RFC 2516 appendix A; PPP-Max-Payload RFC 4638. */
const TAGS: Readonly<Record<number, string>> = {
  0: 'End-Of-List',
  257: 'Service-Name',
  258: 'AC-Name',
  259: 'Host-Uniq',
  260: 'AC-Cookie',
  261: 'Vendor-Specific',
  272: 'Relay-Session-Id',
  288: 'PPP-Max-Payload',
  513: 'Service-Name-Error',
  514: 'AC-System-Error',
  515: 'Generic-Error',
};
const TEXT_TAGS = [257, 258, 513, 514, 515];

function tagFields(bytes: Uint8Array, at: number, end: number): Field[] {
  const fields: Field[] = [];
  let place = at;
  while (place + 4 <= end) {
    const type = u16(bytes, place);
    const length = u16(bytes, place + 2);
    const name = TAGS[type] ?? `Tag ${hexNumber(type, 4)}`;
    const stop = place + 4 + length;
    if (stop > end) {
      fields.push(
        field('Malformed Tag', place, end - place, type, `${name} of ${length} bytes, ${end - place - 4} available`),
      );
      break;
    }
    const hex = hexDigits(bytes, place + 4, stop);
    const text = TEXT_TAGS.includes(type) ? `"${escapeBytes(bytes, place + 4, stop)}"` : hex;
    fields.push(
      field(name, place, 4 + length, hex, text, [
        field('TAG_TYPE', place, 2, type, named(TAGS, type, hexNumber(type, 4))),
        field('TAG_LENGTH', place + 2, 2, length),
        ...(length > 0 ? [field('TAG_VALUE', place + 4, length, hex, text)] : []),
      ]),
    );
    place = stop;
    if (type === 0) break;
  }
  return fields;
}

function layer(name: string, title: string, session: boolean) {
  return header(`${title} header`, Pppoe.length, (input: Input): Step => {
    const { bytes, at } = input;
    const view = viewPppoe(bytes, at, input.end)!;
    const start = at + Pppoe.length;
    const contentEnd = start + view.payloadLength;
    const stop = Math.max(start, Math.min(contentEnd, input.end));
    const tags = session ? [] : tagFields(bytes, start, stop);
    const code = named(CODES, view.code, hexNumber(view.code, 2));
    const summary = session
      ? `session ${hexNumber(view.sessionId, 4)}`
      : `${code}  session ${hexNumber(view.sessionId, 4)}`;
    return {
      layer: {
        name,
        title,
        summary,
        start: at,
        end: session ? start : stop,
        fields: [
          field('Ver', at, 1, view.version),
          field('Type', at, 1, view.type),
          field('Code', at + Pppoe.code, 1, view.code, code),
          field('Session ID', at + Pppoe.sessionId, 2, view.sessionId, hexNumber(view.sessionId, 4)),
          field('Length', at + Pppoe.payloadLength, 2, view.payloadLength),
          ...tags,
        ],
        problem:
          contentEnd > input.wireEnd
            ? shortfall(`${title} payload`, view.payloadLength, Math.max(0, input.wireEnd - start), start)
            : null,
      },
      contentEnd,
      next: session
        ? { table: 'direct', key: Direct.ppp, at: start, wireEnd: Math.max(start, Math.min(contentEnd, input.wireEnd)) }
        : null,
      column: { info: summary },
    };
  });
}

const layerPppoeDiscovery = layer('pppoed', 'PPPoE discovery', false);
const layerPppoeSession = layer('pppoes', 'PPPoE session', true);

export const pppoeSession: Protocol = {
  name: 'pppoes',
  title: 'PPPoE session',
  specification: 'RFC 2516',
  layer: layerPppoeSession,
};

export const pppoeDiscovery: Protocol = {
  name: 'pppoed',
  title: 'PPPoE discovery',
  specification: 'RFC 2516',
  layer: layerPppoeDiscovery,
};
