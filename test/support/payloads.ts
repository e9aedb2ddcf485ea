import { applicationOf, recognizeApplication } from '../../src/decode/applications.js';
import { type Dissection, dissection } from '../../src/decode/dissect.js';
import type { Field, Layer } from '../../src/decode/layer.js';
import { ipv4, join } from './frames.js';

/** What protocols above TCP and UDP are tested with: packets that carry a payload, and what a dissection makes of them. */

/** LINKTYPE_IPV4. */
const LINK_TYPE = 228;

export const TCP = 6;
export const UDP = 17;
/** Where the payload begins in the frames of `carry`. */
export const payloadAt = { [TCP]: 40, [UDP]: 28 } as const;

export type Transport = typeof TCP | typeof UDP;

/** An IPv4 packet of ports 40000 and `port` (the server's, to which it goes) without checksums; `fromServer`: the other way about. */
export function carry(transport: Transport, payload: Uint8Array, port = 40001, fromServer = false): Uint8Array {
  const header = Buffer.alloc(transport === TCP ? 20 : 8);
  header.writeUInt16BE(fromServer ? port : 40000, 0);
  header.writeUInt16BE(fromServer ? 40000 : port, 2);
  if (transport === TCP) {
    header[12] = 0x50;
    header[13] = 0x18;
  } else header.writeUInt16BE(8 + payload.length, 4);
  return ipv4({ protocol: transport, payload: join(header, payload) });
}

/** The dissection of a packet of which `captured` bytes were captured. */
export function dissected(packet: Uint8Array, captured = packet.length): Dissection {
  return dissection(packet.subarray(0, captured), LINK_TYPE, packet.length);
}

/** Name of the protocol recognized on that port, '' for none. */
export function recognized(
  transport: Transport,
  payload: Uint8Array,
  port = 40001,
  wireLength = payload.length,
): string {
  const id = recognizeApplication(transport, 40000, port, payload, 0, payload.length, wireLength);
  return applicationOf(id)?.name ?? '';
}

/** The same bytes for the same seed. */
export function noise(length: number, seed: number): Uint8Array {
  let state = seed * 2654435761 + 1;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

/** The field at "Record > Handshake > Random"; steps take the first of that name, "Record#1" the second. */
export function fieldAt(layer: Layer, path: string): Field {
  let fields = layer.fields;
  let found: Field | undefined;
  for (const step of path.split(' > ')) {
    const [name, number = '0'] = step.split('#');
    found = fields.filter((one) => one.name === name)[Number(number)];
    if (found === undefined)
      throw new Error(`no field ${step} of ${path} among ${fields.map((one) => one.name).join(', ')}`);
    fields = found.fields ?? [];
  }
  return found!;
}

/** Every field, the nested ones too. */
export function allFields(fields: readonly Field[]): Field[] {
  return fields.flatMap((one) => [one, ...allFields(one.fields ?? [])]);
}

/** Fields stand inside the packet and inside what holds them, and their texts hold no control character. */
export function expectSound({ layers }: Dissection, captured: number): void {
  const wrong: Field[] = [];
  const check = (fields: readonly Field[], start: number, end: number): void => {
    for (const one of fields) {
      if (one.start < start || one.end > end || one.start > one.end || /\p{Cc}/u.test(one.text)) wrong.push(one);
      check(one.fields ?? [], one.start, one.end);
    }
  };
  for (const layer of layers) check(layer.fields, 0, captured);
  expect(wrong).toEqual([]);
}
