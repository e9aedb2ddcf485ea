import { u32 } from '../../bytes/big-endian.js';
import { type Application, Likeness } from '../application.js';

/** Is it SSH? Judged by the identification line, or by packets whose lengths agree. */

/** Packets in the clear: RFC 4253 section 6.1 asks for 35000 bytes to be understood. */
const LONGEST = 35000;
const SHORTEST = 12;
const SHORTEST_PADDING = 4;
/** Before a key exchange has chosen a cipher, packets are whole blocks of 8 bytes. */
const BLOCK = 8;

/** Does an identification line begin here? "SSH-1." or "SSH-2.". */
export function isIdentification(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at < 6 || bytes[at] !== 0x53 || bytes[at + 1] !== 0x53 || bytes[at + 2] !== 0x48) return false;
  return bytes[at + 3] === 0x2d && (bytes[at + 4] === 0x31 || bytes[at + 4] === 0x32) && bytes[at + 5] === 0x2e;
}

/** Messages before keys are agreed on: RFC 4250 section 4.1.2, with those of the key exchange methods of RFC 4253 and RFC 4419. */
function isClearMessage(number: number): boolean {
  return (number >= 1 && number <= 8) || number === 20 || number === 21 || (number >= 30 && number <= 34);
}

/** Does a packet in the clear begin here, as far as its first 6 bytes tell? */
export function isClearPacket(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at < 6) return false;
  const length = u32(bytes, at);
  const padding = bytes[at + 4];
  if (length < SHORTEST || length > LONGEST || (length + 4) % BLOCK !== 0) return false;
  if (padding < SHORTEST_PADDING || padding > length - 2) return false;
  return isClearMessage(bytes[at + 5]);
}

/** Lengths of MACs behind a packet whose length is in the clear: of AES-GCM, UMAC, HMAC-SHA-1 and HMAC-SHA-2, encrypt-then-MAC. */
const MACS = [16, 8, 20, 32, 64];
const MOST_PACKETS = 8;

/** Do encrypted packets with readable lengths fill the segment, whatever the MAC? */
function isEncryptedChain(bytes: Uint8Array, start: number, end: number, wireLength: number): boolean {
  for (const mac of MACS) {
    let at = start;
    for (let count = 0; count < MOST_PACKETS && end - at >= 4; count++) {
      const length = u32(bytes, at);
      if (length < 8 || length > LONGEST || length % BLOCK !== 0) break;
      at += 4 + length + mac;
      if (at - start === wireLength) return true;
    }
  }
  return false;
}

export function recognizeSsh(bytes: Uint8Array, start: number, end: number, wireLength: number): Likeness {
  if (isIdentification(bytes, start, end)) return Likeness.sure;
  // Every length below 2^16 begins so.
  if (end - start < 6 || bytes[start] !== 0 || bytes[start + 1] !== 0) return Likeness.no;
  if (!isClearPacket(bytes, start, end))
    return isEncryptedChain(bytes, start, end, wireLength) ? Likeness.perhaps : Likeness.no;
  const next = start + 4 + u32(bytes, start);
  if (next - start > wireLength) {
    // A key exchange's cookie and lists may be longer than a segment; other messages are not.
    return bytes[start + 5] === 20 || bytes[start + 5] === 31 || bytes[start + 5] === 33
      ? Likeness.perhaps
      : Likeness.no;
  }
  const isLast = next - start === wireLength;
  if (bytes[start + 5] === 20) return isNameList(bytes, start + 22, end) ? Likeness.sure : Likeness.perhaps;
  return isLast || isClearPacket(bytes, next, end) ? Likeness.sure : Likeness.perhaps;
}

/** A list of names begins with its length, then letters. */
function isNameList(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at < 8 || bytes[at] !== 0 || bytes[at + 1] !== 0) return false;
  for (let i = 4; i < 8; i++) if (bytes[at + i] < 0x21 || bytes[at + i] > 0x7e) return false;
  return true;
}

export const ssh: Application = {
  name: 'ssh',
  title: 'SSH',
  specification: 'RFC 4253',
  // "SSH-", or the high byte of a length.
  tcp: { ports: [22], leads: [0, 0x53], recognize: recognizeSsh },
};
