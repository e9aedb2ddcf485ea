import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { setU16 } from '../../bytes/big-endian.js';
import { concatenate } from '../../bytes/concatenate.js';
import type { InitialSecret } from './quic-versions.js';

/** Opening a client's Initial packet: RFC 9001 sections 5.2 to 5.4. Its keys follow from the destination connection id, which anyone on the way can read. */

const KEY = 16;
const IV = 12;
const TAG = 16;
const SAMPLE = 16;
/** The sample is taken as if the packet number had this length. */
const LONGEST_NUMBER = 4;

function hmac(key: Uint8Array, data: Uint8Array): Uint8Array {
  return createHmac('sha256', key).update(data).digest();
}

/** HKDF-Expand-Label of RFC 8446 section 7.1, for at most 32 bytes: one block. */
function expand(secret: Uint8Array, label: string, length: number): Uint8Array {
  const name = Buffer.from(`tls13 ${label}`, 'latin1');
  const size = new Uint8Array(2);
  setU16(size, 0, length);
  const info = concatenate([size, Uint8Array.of(name.length), name, Uint8Array.of(0, 1)]);
  return hmac(secret, info).subarray(0, length);
}

export interface OpenedPacket {
  /** Reserved bits and length of the packet number, unprotected. */
  firstByte: number;
  /** Bytes of the packet number; it is stored in `bytes` in the clear. */
  numberLength: number;
  /** The frame with this packet's number and payload in the clear, each byte at its place. */
  bytes: Uint8Array;
}

/**
 * Opens the packet whose header begins at `start`, packet number at `at` and end, tag included, is `end`. null when it was not sealed with the client's keys
 * of this connection id, as a server's is not.
 */
export function openInitial(
  frame: Uint8Array,
  start: number,
  at: number,
  end: number,
  connectionId: Uint8Array,
  { salt, label }: InitialSecret,
): OpenedPacket | null {
  if (end - at < LONGEST_NUMBER + SAMPLE || end - at < 1 + TAG) return null;
  const initial = hmac(Buffer.from(salt, 'hex'), connectionId);
  const client = expand(initial, 'client in', 32);
  const sample = frame.subarray(at + LONGEST_NUMBER, at + LONGEST_NUMBER + SAMPLE);
  const mask = createCipheriv('aes-128-ecb', expand(client, `${label}hp`, KEY), null).update(sample);
  const firstByte = frame[start] ^ (mask[0] & 0x0f);
  const numberLength = (firstByte & 3) + 1;
  const bytes = Uint8Array.from(frame);
  bytes[start] = firstByte;
  for (let i = 0; i < numberLength; i++) bytes[at + i] ^= mask[i + 1];
  const nonce = Uint8Array.from(expand(client, `${label}iv`, IV));
  for (let i = 0; i < numberLength; i++) nonce[IV - numberLength + i] ^= bytes[at + i];
  const body = at + numberLength;
  const decipher = createDecipheriv('aes-128-gcm', expand(client, `${label}key`, KEY), nonce);
  decipher.setAAD(bytes.subarray(start, body));
  decipher.setAuthTag(frame.subarray(end - TAG, end));
  const clear = decipher.update(frame.subarray(body, end - TAG));
  try {
    decipher.final();
  } catch {
    return null;
  }
  bytes.set(clear, body);
  return { firstByte, numberLength, bytes };
}
