import { formatIpv4, formatIpv6, formatMac } from '../../bytes/address.js';
import type { ByteOrder, CaptureName } from '../model.js';
import { decodeNameResolution, NameRecord } from './name-resolution.js';

/** More names than this are not kept, and none that is longer than a name of the DNS can be: a capture is not trusted with memory. */
const MOST_NAMES = 8192;
const LONGEST_NAME = 255;

const ADDRESS_TEXT: Readonly<Record<number, (bytes: Uint8Array) => string>> = {
  [NameRecord.ipv4]: (bytes) => formatIpv4(bytes, 0),
  [NameRecord.ipv6]: (bytes) => formatIpv6(bytes, 0),
  [NameRecord.eui48]: (bytes) => formatMac(bytes, 0),
  [NameRecord.eui64]: (bytes) => formatMac(bytes, 0, 8),
};

/** Adds the names of a whole name resolution block: the first of each record. */
export function addNames(names: CaptureName[], block: Uint8Array, byteOrder: ByteOrder): void {
  if (names.length >= MOST_NAMES) return;
  for (const { type, address, names: given } of decodeNameResolution(block, byteOrder).records) {
    const [name] = given;
    if (name === undefined || name === '' || name.length > LONGEST_NAME || address.length === 0) continue;
    if (names.push({ address: ADDRESS_TEXT[type](address), name }) >= MOST_NAMES) return;
  }
}

/** The names of two parts of a file, each once. */
export function joinNames(first: readonly CaptureName[], second: readonly CaptureName[]): CaptureName[] {
  const known = new Set(first.map(({ address, name }) => `${address} ${name}`));
  const fresh = second.filter(({ address, name }) => !known.has(`${address} ${name}`));
  return [...first, ...fresh].slice(0, MOST_NAMES);
}
