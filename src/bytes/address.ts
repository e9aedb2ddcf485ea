import { PcapshError } from '../errors.js';
import { u16, u32 } from './big-endian.js';
import { counted } from './size.js';

/**
 * Addresses as text and as numbers. The common form of IPv4 and IPv6 is four big-endian 32-bit words, IPv4 a.b.c.d standing as ::ffff:a.b.c.d, as the
 * address dictionary of the packet table holds them. What cannot be parsed throws a PcapshError of kind `input` whose span lies in the text given.
 */
export type AddressWords = Uint32Array;

const MAPPED = 0xffff;

export interface Address {
  family: 4 | 6;
  words: AddressWords;
}

/** A network: its address (host bits as written), prefix length in bits of its family (0 to 32 or 0 to 128), and the mask of all four words. */
export interface Cidr extends Address {
  prefix: number;
  mask: AddressWords;
}

/** "10.0.12.7" from a 32-bit number. */
export function formatIpv4Number(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
}

/** "10.0.12.7" from the 4 bytes at `at`. */
export function formatIpv4(bytes: Uint8Array, at: number): string {
  return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`;
}

/** RFC 5952 section 4 text of eight 16-bit groups; section 5: IPv4-mapped addresses end in dotted form. */
function formatGroups(groups: number[]): string {
  if (groups[5] === MAPPED && groups.slice(0, 5).every((group) => group === 0)) {
    return `::ffff:${formatIpv4Number(((groups[6] << 16) | groups[7]) >>> 0)}`;
  }
  // The longest run of two or more zero groups is shortened, the first of equals.
  let start = -1;
  let length = 1;
  for (let i = 0; i < 8; i++) {
    let run = 0;
    while (i + run < 8 && groups[i + run] === 0) run++;
    if (run > length) {
      start = i;
      length = run;
    }
    i += run;
  }
  const hex = groups.map((group) => group.toString(16));
  if (start < 0) return hex.join(':');
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`;
}

/** RFC 5952 text of the 16 bytes at `at`. */
export function formatIpv6(bytes: Uint8Array, at: number): string {
  const groups: number[] = [];
  for (let i = 0; i < 8; i++) groups.push(u16(bytes, at + 2 * i));
  return formatGroups(groups);
}

/** Text of the four words at `at` (an index into `words`): ::ffff:a.b.c.d is IPv4 and shown as a.b.c.d. */
export function formatIpv6Words(words: Uint32Array | readonly number[], at = 0): string {
  if (words[at] === 0 && words[at + 1] === 0 && words[at + 2] === MAPPED) return formatIpv4Number(words[at + 3]);
  const groups: number[] = [];
  for (let i = 0; i < 4; i++) groups.push(words[at + i] >>> 16, words[at + i] & 0xffff);
  return formatGroups(groups);
}

/** "02:00:00:00:00:01" from the `length` bytes at `at` (6; 8 for EUI-64). */
export function formatMac(bytes: Uint8Array, at: number, length = 6): string {
  let text = '';
  for (let i = 0; i < length; i++) text += `${i === 0 ? '' : ':'}${bytes[at + i].toString(16).padStart(2, '0')}`;
  return text;
}

function wrong(code: string, message: string, start: number, end: number, hint?: string): PcapshError {
  return new PcapshError(`address.${code}`, message, { kind: 'input', span: [start, end], hint });
}

/** The 32-bit number of "a.b.c.d": four decimal parts of 0 to 255 without leading zeros. */
export function parseIpv4(text: string): number {
  const parts = text.split('.');
  if (parts.length !== 4) {
    throw wrong('ipv4', `IPv4 address "${text}" has ${counted(parts.length, 'part')}, not 4`, 0, text.length);
  }
  let address = 0;
  let at = 0;
  for (const part of parts) {
    const end = at + part.length;
    if (!/^[0-9]+$/.test(part)) throw wrong('ipv4', `"${part}" in "${text}" is not a number from 0 to 255`, at, end);
    if (Number(part) > 255) throw wrong('ipv4', `${part} in "${text}" is above 255`, at, end);
    if (part.length > 1 && part[0] === '0') {
      // Octal for some readers, decimal for others: neither is guessed.
      throw wrong('ipv4', `"${part}" in "${text}" has a leading zero`, at, end, `write ${Number(part)}`);
    }
    address = address * 256 + Number(part);
    at = end + 1;
  }
  return address;
}

/** The groups of one side of "::", a dotted IPv4 tail counting as two. `at`: where `text` begins in `whole`. */
function parseGroups(text: string, whole: string, at: number, last: boolean): number[] {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  let place = at;
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i];
    if (last && i === parts.length - 1 && part.includes('.')) {
      const tail = parseTail(part, place);
      groups.push(tail >>> 16, tail & 0xffff);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      groups.push(Number.parseInt(part, 16));
    } else {
      throw wrong('ipv6', `"${part}" in "${whole}" is not a group of 1 to 4 hex digits`, place, place + part.length);
    }
    place += part.length + 1;
  }
  return groups;
}

/** The dotted tail of an IPv6 address; its errors are placed in the whole text. */
function parseTail(part: string, place: number): number {
  try {
    return parseIpv4(part);
  } catch (error) {
    if (!(error instanceof PcapshError) || error.span === null) throw error;
    throw wrong('ipv6', error.message, error.span[0] + place, error.span[1] + place, error.hint ?? undefined);
  }
}

/** The four words of an IPv6 address in any form of RFC 4291 section 2.2, zone excluded. */
export function parseIpv6(text: string): AddressWords {
  const zone = text.indexOf('%');
  if (zone >= 0) throw wrong('ipv6', `"${text}" names a zone; packets do not carry zones`, zone, text.length);
  const gap = text.indexOf('::');
  if (gap >= 0 && text.indexOf('::', gap + 1) >= 0) {
    const second = text.indexOf('::', gap + 1);
    throw wrong('ipv6', `"${text}" shortens zeros by "::" twice`, second, second + 2);
  }
  const head = parseGroups(gap < 0 ? text : text.slice(0, gap), text, 0, gap < 0);
  const tail = gap < 0 ? [] : parseGroups(text.slice(gap + 2), text, gap + 2, true);
  const given = head.length + tail.length;
  if (gap < 0 ? given !== 8 : given > 7) {
    const wanted = gap < 0 ? '8' : 'at most 7 beside "::"';
    throw wrong('ipv6', `IPv6 address "${text}" has ${counted(given, 'group')}, not ${wanted}`, 0, text.length);
  }
  const groups = [...head, ...new Array<number>(8 - given).fill(0), ...tail];
  return Uint32Array.from([0, 2, 4, 6], (i) => groups[i] * 0x10000 + groups[i + 1]);
}

/** IPv4 or IPv6, told apart by the colon. */
export function parseAddress(text: string): Address {
  if (text.includes(':')) return { family: 6, words: parseIpv6(text) };
  return { family: 4, words: wordsOfIpv4(parseIpv4(text)) };
}

/** ::ffff:a.b.c.d of a 32-bit IPv4 address. */
export function wordsOfIpv4(address: number): AddressWords {
  return Uint32Array.of(0, 0, MAPPED, address);
}

/** The four words of the 16 bytes at `at`. */
export function wordsOfIpv6(bytes: Uint8Array, at: number): AddressWords {
  return Uint32Array.of(u32(bytes, at), u32(bytes, at + 4), u32(bytes, at + 8), u32(bytes, at + 12));
}

/** The mask whose first `bits` (0 to 128) of four words are set. For an IPv4 prefix add 96. */
export function maskWords(bits: number): AddressWords {
  return Uint32Array.from([0, 32, 64, 96], (skip) => {
    const set = Math.min(32, Math.max(0, bits - skip));
    return set === 0 ? 0 : (0xffffffff << (32 - set)) >>> 0;
  });
}

/** "10.0.0.0/8" or "2001:db8::/32"; an address alone is a network of itself. Host bits are kept: whoever forbids them compares with the mask. */
export function parseCidr(text: string): Cidr {
  const slash = text.indexOf('/');
  const { family, words } = parseAddress(slash < 0 ? text : text.slice(0, slash));
  const bits = family === 4 ? 32 : 128;
  const digits = slash < 0 ? String(bits) : text.slice(slash + 1);
  if (!/^[0-9]{1,3}$/.test(digits) || Number(digits) > bits) {
    const message = `prefix length "${digits}" in "${text}" is not a number from 0 to ${bits}`;
    throw wrong('prefix', message, slash + 1, text.length);
  }
  const prefix = Number(digits);
  return { family, words, prefix, mask: maskWords(prefix + 128 - bits) };
}

/** The 6 bytes of "02:00:00:00:00:01", also with dashes, or in three groups with dots ("0200.0000.0001"). */
export function parseMac(text: string): Uint8Array {
  const pairs = /^[0-9a-fA-F]{1,2}(?:([:-])[0-9a-fA-F]{1,2}(?:\1[0-9a-fA-F]{1,2}){4})$/.test(text);
  const quads = /^[0-9a-fA-F]{4}\.[0-9a-fA-F]{4}\.[0-9a-fA-F]{4}$/.test(text);
  if (!pairs && !quads) {
    throw wrong('mac', `"${text}" is not a MAC address of 6 bytes`, 0, text.length, 'write 02:00:00:00:00:01');
  }
  if (pairs) return Uint8Array.from(text.split(/[:-]/), (pair) => Number.parseInt(pair, 16));
  return Uint8Array.from(text.replaceAll('.', '').match(/../g)!, (pair) => Number.parseInt(pair, 16));
}
