import { u16, u32 } from '../../bytes/big-endian.js';
import { type Application, Likeness, type Recognizer } from '../application.js';

/** The first byte of every message of NTP: RFC 5905 section 7.3. */
export const NtpMode = { client: 3, server: 4, control: 6, private: 7 } as const;

/** Network Time Protocol: RFC 5905 section 7.3; extension fields by RFC 7822. Offsets in bytes. */
export const Ntp = {
  flags: 0,
  stratum: 1,
  poll: 2,
  precision: 3,
  rootDelay: 4,
  rootDispersion: 8,
  referenceId: 12,
  referenceTimestamp: 16,
  originTimestamp: 24,
  receiveTimestamp: 32,
  transmitTimestamp: 40,
  /** Without extension fields and authenticator. */
  length: 48,
} as const;
/** A timestamp below this belongs to the era that began on 2036-02-07 (RFC 4330 section 3). */
export const FIRST_ERA = 2 ** 31;

export function signed(byte: number): number {
  return (byte << 24) >> 24;
}

const recognize: Recognizer = (bytes, start, end, wireLength) => {
  const first = bytes[start];
  const version = (first >>> 3) & 7;
  const mode = first & 7;
  if (version < 1 || version > 4 || mode === 0) return Likeness.no;
  if (mode >= NtpMode.control) return controlLikeness(bytes, start, end, wireLength);
  if (wireLength < Ntp.length || end - start < Ntp.referenceId || (wireLength & 3) !== 0) return Likeness.no;
  const stratum = bytes[start + Ntp.stratum];
  const poll = bytes[start + Ntp.poll];
  const precision = signed(bytes[start + Ntp.precision]);
  if (stratum > 16 || (poll > 24 && poll < 0xf0) || precision > 32) return Likeness.no;
  // A clock whose delay or dispersion is a minute or more is no clock.
  if (bytes[start + 4] !== 0 || bytes[start + 5] > 60 || bytes[start + 8] !== 0 || bytes[start + 9] > 60)
    return Likeness.no;
  if (end - start < Ntp.length) return Likeness.perhaps;
  const receive = u32(bytes, start + Ntp.receiveTimestamp);
  const transmit = u32(bytes, start + Ntp.transmitTimestamp);
  if (transmit === 0 && u32(bytes, start + Ntp.transmitTimestamp + 4) === 0) return Likeness.perhaps;
  // An answer is sent within a quarter of an hour of the question, by one clock, or by two that agree so far.
  const near = receive !== 0 && Math.abs(transmit - receive) < 1000;
  const asks = mode === NtpMode.client && receive === 0 && version > 2;
  const tells = precision < -4 && poll > 2 && poll < 18 && transmit >= FIRST_ERA;
  return near || asks || tells ? Likeness.sure : Likeness.perhaps;
};

/** Control messages of NTP, mode 6: RFC 9327 section 2. Offsets in bytes. */
export const NtpControl = {
  flags: 0,
  opcode: 1,
  sequence: 2,
  status: 4,
  associationId: 6,
  offset: 8,
  count: 10,
  length: 12,
} as const;

const LAST_OPCODE = 12;
const UNSET_TRAP = 31;

/** Mode 7, which no specification describes: as ntpd's ntpdc sends it. */
export const NtpPrivate = {
  flags: 0,
  sequence: 1,
  implementation: 2,
  requestCode: 3,
  items: 4,
  size: 6,
  length: 8,
} as const;

/** How much the bytes look like a message of mode 6 or 7; their version is known to be one. */
export function controlLikeness(bytes: Uint8Array, start: number, end: number, wireLength: number): Likeness {
  if ((bytes[start] & 7) === NtpMode.private) {
    if (wireLength < NtpPrivate.length || end - start < NtpPrivate.length) return Likeness.no;
    const implementation = bytes[start + NtpPrivate.implementation];
    if (implementation > 3 || implementation === 1) return Likeness.no;
    const items = u16(bytes, start + NtpPrivate.items) & 0xfff;
    const size = u16(bytes, start + NtpPrivate.size);
    return size < 0x1000 && NtpPrivate.length + items * size <= wireLength ? Likeness.perhaps : Likeness.no;
  }
  if (wireLength < NtpControl.length || end - start < NtpControl.length) return Likeness.no;
  const opcode = bytes[start + NtpControl.opcode] & 31;
  if (opcode === 0 || (opcode > LAST_OPCODE && opcode !== UNSET_TRAP)) return Likeness.no;
  const count = u16(bytes, start + NtpControl.count);
  const beyond = wireLength - NtpControl.length - count;
  // Data are padded to 4 bytes, and an authenticator of up to 36 may follow.
  if (beyond < 0 || beyond > 40) return Likeness.no;
  const plain = bytes[start] >>> 6 === 0 && u16(bytes, start + NtpControl.sequence) !== 0 && beyond < 4;
  const response = (bytes[start + NtpControl.opcode] & 0x80) !== 0;
  return plain && (response || u16(bytes, start + NtpControl.offset) === 0) ? Likeness.sure : Likeness.perhaps;
}

/** The Network Time Protocol, control messages (RFC 9327) included. */
export const ntp: Application = {
  name: 'ntp',
  title: 'NTP',
  specification: 'RFC 5905, RFC 9327',
  udp: { ports: [123], recognize },
};
