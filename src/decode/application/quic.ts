import { u32 } from '../../bytes/big-endian.js';
import { type Application, Likeness } from '../application.js';
import { isForcedNegotiation, isKnownVersion, QuicVersion } from './quic-versions.js';

/** Headers of QUIC: RFC 9000 section 17; what all versions have in common, RFC 8999. Offsets in bytes. */
export const QuicHeader = {
  firstByte: 0,
  version: 1,
  destinationLength: 5,
  destination: 6,
  shortDestination: 1,
} as const;

/** Bits of the first byte. */
export const QuicBit = { long: 0x80, fixed: 0x40, longType: 0x30, spin: 0x20 } as const;

/** Connection ids of the versions known are not longer; RFC 8999 allows 255. */
export const LONGEST_ID = 20;

/** Versions of a negotiation that are looked at to find one that is known. */
const LOOKED_AT = 8;

/** Short headers are as good as random: only a flow that began with a long one tells them. */
function recognizeQuic(bytes: Uint8Array, start: number, end: number, wireLength: number): Likeness {
  if (end - start < QuicHeader.destination) return Likeness.no;
  const version = u32(bytes, start + QuicHeader.version);
  const destination = bytes[start + QuicHeader.destinationLength];
  const sourceAt = start + QuicHeader.destination + destination;
  if (destination > LONGEST_ID) return Likeness.no;
  if (sourceAt >= end) return isKnownVersion(version) ? Likeness.sure : Likeness.no;
  const source = bytes[sourceAt];
  const next = sourceAt + 1 + source;
  if (source > LONGEST_ID || next - start > wireLength) return Likeness.no;
  if (isKnownVersion(version)) return Likeness.sure;
  if (version === QuicVersion.negotiation) {
    if ((wireLength - (next - start)) % 4 !== 0) return Likeness.no;
    for (let i = 0, at = next; i < LOOKED_AT && at + 4 <= end; i++, at += 4) {
      if (isKnownVersion(u32(bytes, at))) return Likeness.sure;
    }
    return Likeness.no;
  }
  // A client that asks for a negotiation sends a datagram as large as any first one.
  return isForcedNegotiation(version) && destination >= 8 && wireLength >= 1200 ? Likeness.sure : Likeness.no;
}

const LONG_FIRST_BYTES = Array.from({ length: QuicBit.long }, (_, index) => QuicBit.long + index);

export const quic: Application = {
  name: 'quic',
  title: 'QUIC',
  specification: 'RFC 9000',
  udp: { ports: [80, 443, 784, 853, 4433, 8443], leads: LONG_FIRST_BYTES, recognize: recognizeQuic },
};
