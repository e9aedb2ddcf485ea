import { type Application, Likeness } from '../application.js';

/** WireGuard: "WireGuard: Next Generation Kernel Network Tunnel", section 5.4. A type and three zero bytes begin each message. */

const INITIATION = 1;
const RESPONSE = 2;
const COOKIE_REPLY = 3;
const TRANSPORT = 4;

/** Lengths of the messages that have but one. */
const LENGTHS = [0, 148, 92, 64];
/** Type, receiver, counter and the tag of an empty packet. */
const SHORTEST_TRANSPORT = 32;

/** Data: its padding makes it whole blocks of 16 bytes, and a counter of 2^40 is more than any key may count to. */
function isTransport(bytes: Uint8Array, start: number, end: number, wireLength: number): boolean {
  if (wireLength < SHORTEST_TRANSPORT || wireLength % 16 !== 0 || end - start < SHORTEST_TRANSPORT) return false;
  if (bytes[start + 13] !== 0 || bytes[start + 14] !== 0 || bytes[start + 15] !== 0) return false;
  let zeros = 0;
  for (let at = start + 16; at < start + 32; at++) if (bytes[at] === 0) zeros++;
  const hasReceiver = (bytes[start + 4] | bytes[start + 5] | bytes[start + 6] | bytes[start + 7]) !== 0;
  return hasReceiver && zeros < 5;
}

function recognizeWireguard(bytes: Uint8Array, start: number, end: number, wireLength: number): Likeness {
  if (end - start < 8 || bytes[start + 1] !== 0 || bytes[start + 2] !== 0 || bytes[start + 3] !== 0) return Likeness.no;
  const type = bytes[start];
  if (type === TRANSPORT) return isTransport(bytes, start, end, wireLength) ? Likeness.sure : Likeness.no;
  if (type < INITIATION || type > COOKIE_REPLY || wireLength !== LENGTHS[type]) return Likeness.no;
  // The sender's or receiver's index is random.
  const hasIndex = (bytes[start + 4] | bytes[start + 5] | bytes[start + 6] | bytes[start + 7]) !== 0;
  return hasIndex ? Likeness.sure : Likeness.no;
}

export const wireguard: Application = {
  name: 'wg',
  title: 'WireGuard',
  specification: 'WireGuard: Next Generation Kernel Network Tunnel',
  udp: { ports: [51820], leads: [INITIATION, RESPONSE, COOKIE_REPLY, TRANSPORT], recognize: recognizeWireguard },
};
