import { hexDigits } from '../../../src/bytes/big-endian.js';
import type { Layer } from '../../../src/decode/layer.js';
import { lines } from '../../support/layer-lines.js';
import {
  carry,
  dissected,
  expectSound,
  noise,
  payloadAt,
  recognized,
  TCP,
  type Transport,
} from '../../support/payloads.js';

/** What every protocol above TCP and UDP is held to, whichever it is. */

/** One byte a character. */
export function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

/** The first layer of that name in a packet with the payload, sent to `port`. */
export function layerOf(transport: Transport, payload: Uint8Array, name: string, port = 40001): Layer {
  const { layers } = dissected(carry(transport, payload, port));
  const found = layers.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no layer ${name} among ${layers.map((one) => one.name).join(', ')}`);
  return found;
}

/** "Name: text" of all its fields, nested ones indented. */
export function linesOf(transport: Transport, payload: Uint8Array, name: string, port = 40001): string[] {
  return lines(layerOf(transport, payload, name, port).fields);
}

/** The packet cut at every length: nothing is thrown, and no field lies outside what was captured. */
export function expectSoundWhenCut(transport: Transport, payload: Uint8Array, port = 40001): void {
  const packet = carry(transport, payload, port);
  for (let captured = 0; captured <= packet.length; captured++) {
    expectSound(dissected(packet.slice(0, captured)), captured);
    expectSound(dissected(packet, captured), captured);
  }
}

/** Problems of the layers of that name when the packet is cut to `length` bytes of payload. */
export function problemWhenCut(
  transport: Transport,
  payload: Uint8Array,
  length: number,
  name: string,
  port: number,
): string | null {
  const { layers } = dissected(carry(transport, payload, port), payloadAt[transport] + length);
  const own = layers.filter((one) => one.name === name);
  return own[own.length - 1]?.problem ?? null;
}

const OTHER_TEXTS = [
  'The quick brown fox jumps over the lazy dog.\r\n',
  '<?xml version="1.0"?>\n<a/>\n',
  '{"key": [1, 2, 3]}\n',
  'a,b,c\r\n1,2,3\r\n',
  '1234567890\r\n',
];

/** Random bytes, zeros, ones and text of other kinds on the protocol's own port are not taken for it. `allowed`: how many of 4000 random payloads may. */
export function expectNoNoise(transport: Transport, name: string, port: number, allowed = 0): void {
  let taken = 0;
  for (let seed = 1; seed <= 4000; seed++) {
    if (recognized(transport, noise(8 + (seed % 200), seed), port) === name) taken++;
  }
  expect(taken).toBeLessThanOrEqual(allowed);
  for (const length of [1, 4, 12, 60, 172, 300]) {
    expect(recognized(transport, new Uint8Array(length), port)).not.toBe(name);
    if (length < 16) expect(recognized(transport, new Uint8Array(length).fill(32), port)).not.toBe(name);
  }
  for (const other of OTHER_TEXTS) expect(recognized(transport, bytesOf(other), port)).not.toBe(name);
}

/** The bytes that `view` and `emit` make of bytes in the middle of others. */
export function rewritten<View>(
  bytes: Uint8Array,
  view: (bytes: Uint8Array, at: number, end: number) => View | null,
  emit: (view: View) => Uint8Array,
): string | null {
  const frame = new Uint8Array(bytes.length + 6).fill(0x41);
  frame.set(bytes, 3);
  const found = view(frame, 3, 3 + bytes.length);
  return found === null ? null : hexDigits(emit(found));
}

export const FOREIGN = 40001;
export { TCP };
