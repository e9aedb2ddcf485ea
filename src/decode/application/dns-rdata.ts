import { formatIpv4, formatIpv6, formatMac } from '../../bytes/address.js';
import { hexDigits, u16, u32 } from '../../bytes/big-endian.js';
import { escapeBytes } from '../../bytes/escape.js';
import { formatTimestampParts } from '../../time.js';
import { bytesField, field, named, shortfall } from '../dissector.js';
import type { Field } from '../layer.js';
import { readDnsName } from './dns-names.js';
import { dnsTypeName } from './dns-numbers.js';

/** The parts of which RDATA of all types is made: RFC 1035 section 3.3, RFC 3597, RFC 4034. Each reads what is next and leaves a field and a word. */
export interface Rdata {
  bytes: Uint8Array;
  /** Where the message begins and its captured bytes end: names lead there. */
  message: number;
  messageEnd: number;
  /** What is read next, and where the RDATA ends. */
  at: number;
  end: number;
  fields: Field[];
  /** In the manner of a zone file, for the record's line. */
  words: string[];
  problem: string | null;
}

/** A part of RDATA, with the name that its specification gives it. */
export type Part = (rdata: Rdata) => void;

/** Reads parts until one does not fit. */
export function readParts(rdata: Rdata, parts: readonly Part[]): void {
  for (const part of parts) {
    if (rdata.problem !== null) return;
    part(rdata);
  }
}

/** Whether `length` bytes are there; tells the problem when they are not, and takes what is there as it is. */
function take(rdata: Rdata, name: string, length: number): boolean {
  const available = rdata.end - rdata.at;
  if (available >= length) return true;
  rdata.problem = shortfall(`DNS ${name}`, length, available, rdata.at);
  if (available > 0) rdata.fields.push(bytesField(name, rdata.bytes, rdata.at, rdata.end));
  rdata.at = rdata.end;
  return false;
}

function push(rdata: Rdata, made: Field, word: string | null = made.text): void {
  rdata.fields.push(made);
  rdata.at = made.end;
  if (word !== null) rdata.words.push(word);
}

/** An unsigned number of 1, 2 or 4 bytes; `text` puts it in words. */
export function number(name: string, length: 1 | 2 | 4, text: (value: number) => string = String): Part {
  return function readNumber(rdata) {
    if (!take(rdata, name, length)) return;
    const { bytes, at } = rdata;
    const value = length === 1 ? bytes[at] : length === 2 ? u16(bytes, at) : u32(bytes, at);
    push(rdata, field(name, at, length, value, text(value)), String(value));
  };
}

export function enumeration(name: string, length: 1 | 2, names: Readonly<Record<number, string>>): Part {
  return number(name, length, (value) => named(names, value));
}

export const typeCovered: Part = (rdata) => {
  if (!take(rdata, 'Type Covered', 2)) return;
  const value = u16(rdata.bytes, rdata.at);
  push(rdata, field('Type Covered', rdata.at, 2, value, `${dnsTypeName(value)} (${value})`), dnsTypeName(value));
};

/** Seconds since 1970 (RFC 4034 section 3.1.5); "2024-01-01T00:00:00Z". */
export function secondsText(value: number): string {
  return `${formatTimestampParts(value, 0).slice(0, 19)}Z`;
}

export function domainName(name: string): Part {
  return function readName(rdata) {
    const { bytes, message, at } = rdata;
    const found = readDnsName(bytes, message, at, rdata.messageEnd);
    const beyond = found.end > rdata.end && found.problem === null;
    rdata.problem = beyond ? shortfall(`DNS ${name}`, found.end - at, rdata.end - at, at) : found.problem;
    push(rdata, field(name, at, Math.max(0, Math.min(found.end, rdata.end) - at), found.text));
  };
}

export function ipv4Address(name: string): Part {
  return function readAddress(rdata) {
    if (take(rdata, name, 4)) push(rdata, field(name, rdata.at, 4, formatIpv4(rdata.bytes, rdata.at)));
  };
}

export function ipv6Address(name: string): Part {
  return function readAddress(rdata) {
    if (take(rdata, name, 16)) push(rdata, field(name, rdata.at, 16, formatIpv6(rdata.bytes, rdata.at)));
  };
}

export function macAddress(name: string, length: 6 | 8): Part {
  return function readAddress(rdata) {
    if (take(rdata, name, length)) push(rdata, field(name, rdata.at, length, formatMac(rdata.bytes, rdata.at, length)));
  };
}

/** A length byte and as many characters (RFC 1035 section 3.3); the field holds both. */
export function characterString(name: string): Part {
  return function readString(rdata) {
    const { bytes, at } = rdata;
    if (!take(rdata, name, 1) || !take(rdata, name, 1 + bytes[at])) return;
    const text = escapeBytes(bytes, at + 1, at + 1 + bytes[at]);
    push(rdata, field(name, at, 1 + bytes[at], text), `"${text}"`);
  };
}

/** One or more character strings, to the end. */
export function characterStrings(name: string): Part {
  const one = characterString(name);
  return function readStrings(rdata) {
    while (rdata.at < rdata.end && rdata.problem === null) one(rdata);
  };
}

/** Text to the end of the RDATA, quoted in the record's line. */
export function text(name: string): Part {
  return function readText(rdata) {
    const { bytes, at, end } = rdata;
    const found = escapeBytes(bytes, at, end);
    push(rdata, field(name, at, end - at, found), `"${found}"`);
  };
}

/** Bytes to the end. */
export function rest(name: string): Part {
  return function readRest(rdata) {
    const made = bytesField(name, rdata.bytes, rdata.at, rdata.end);
    push(rdata, made);
  };
}

/** A length (a field of its own, of 1 or 2 bytes) and as many bytes; "-" in the record's line for none. */
export function counted(lengthName: string, length: 1 | 2, name: string, read: (rdata: Rdata, size: number) => Field) {
  return function readCounted(rdata: Rdata): void {
    if (!take(rdata, lengthName, length)) return;
    const { bytes, at } = rdata;
    const size = length === 1 ? bytes[at] : u16(bytes, at);
    push(rdata, field(lengthName, at, length, size), null);
    if (!take(rdata, name, size)) return;
    if (size === 0) rdata.words.push('-');
    else push(rdata, read(rdata, size));
  };
}

export function countedBytes(lengthName: string, length: 1 | 2, name: string): Part {
  return counted(lengthName, length, name, ({ bytes, at }, size) => bytesField(name, bytes, at, at + size));
}

const BASE32 = '0123456789abcdefghijklmnopqrstuv';

/** RFC 4648 section 7, without padding: how NSEC3 writes hashes. */
export function base32Hex(bytes: Uint8Array, at: number, end: number): string {
  let made = '';
  let bits = 0;
  let held = 0;
  for (let i = at; i < end; i++) {
    held = ((held << 8) | bytes[i]) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      made += BASE32[(held >>> bits) & 31];
    }
  }
  return bits === 0 ? made : made + BASE32[(held << (5 - bits)) & 31];
}

/** RFC 4034 section 4.1.2: blocks of window number, length, bitmap, each a field. */
export const typeBitMaps: Part = (rdata) => {
  while (rdata.at < rdata.end) {
    const { bytes, at } = rdata;
    if (!take(rdata, 'Type Bit Maps', 2) || !take(rdata, 'Type Bit Maps', 2 + bytes[at + 1])) return;
    const length = bytes[at + 1];
    const types: string[] = [];
    for (let bit = 0; bit < length * 8; bit++) {
      if (bytes[at + 2 + (bit >>> 3)] & (0x80 >>> (bit & 7))) types.push(dnsTypeName(bytes[at] * 256 + bit));
    }
    const parts = [
      field('Window Block', at, 1, bytes[at]),
      field('Bitmap Length', at + 1, 1, length),
      bytesField('Bitmap', bytes, at + 2, at + 2 + length),
    ];
    const value = hexDigits(bytes, at, at + 2 + length);
    push(rdata, field('Type Bit Maps', at, 2 + length, value, types.join(' ') || 'none', parts));
  }
};
