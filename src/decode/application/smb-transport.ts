import { u16 } from '../../bytes/big-endian.js';

/** Direct TCP transport of SMB: MS-SMB2 section 2.1. A zero byte and a length before each message; behind a NetBIOS session header the message stands alone. */
export const SmbTransport = { zero: 0, streamProtocolLength: 1, length: 4 } as const;

/** StreamProtocolLength: bytes of the message behind it. */
export function streamProtocolLength(bytes: Uint8Array, at: number): number {
  return (bytes[at + 1] << 16) | u16(bytes, at + 2);
}

/** Whether `mark`, 'S', 'M', 'B' stand at `at`, or behind a transport header whose length holds a header of `least` bytes. */
export function hasMark(bytes: Uint8Array, at: number, end: number, mark: number, least: number): boolean {
  let place = at;
  if (bytes[at] === 0) {
    if (end - at < 8 || streamProtocolLength(bytes, at) < least) return false;
    place += SmbTransport.length;
  }
  return (
    end - place >= 4 &&
    bytes[place] === mark &&
    bytes[place + 1] === 0x53 &&
    bytes[place + 2] === 0x4d &&
    bytes[place + 3] === 0x42
  );
}
