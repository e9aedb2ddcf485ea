import { formatIpv4, formatIpv6, formatMac } from '../bytes/address.js';
import { hexNumber } from '../bytes/big-endian.js';
import { escapeBytes } from '../bytes/escape.js';
import { little16, little32 } from '../bytes/little-endian.js';
import { bytesField, field, named, shortfall } from './dissector.js';
import type { Field } from './layer.js';

/** Fields of fixed length that stand one behind the other, read from a list of their names, lengths and forms. */

/** How the bytes of one field become its value, its text and the fields within it. */
export type Form = (bytes: Uint8Array, at: number, length: number) => Pick<Field, 'value' | 'text' | 'fields'>;

/** Length in bytes. Without a form: a number of up to 6 bytes, or longer bytes in hex. */
export type Part = readonly [name: string, length: number, form?: Form];

export interface Laid {
  /** Those that end within the bytes given. */
  fields: Field[];
  /** Where the first of them that is missing would begin, or what follows the last one. */
  at: number;
  /** null when all are there. */
  problem: string | null;
}

/** Reads `parts` from `at` on; those that do not end by `end` are missing, which the problem tells of `what`. */
export function lay(what: string, bytes: Uint8Array, at: number, end: number, parts: readonly Part[]): Laid {
  const fields: Field[] = [];
  let place = at;
  for (const [name, length, form = unsigned] of parts) {
    if (place + length > end) {
      const required = parts.reduce((sum, part) => sum + part[1], 0);
      return { fields, at: place, problem: shortfall(what, required, Math.max(0, end - at), at) };
    }
    fields.push(laidField(name, bytes, place, length, form));
    place += length;
  }
  return { fields, at: place, problem: null };
}

/** Reads `parts` behind what `laid` has read, unless that met a problem; true when all of them are there. */
export function layMore(laid: Laid, what: string, bytes: Uint8Array, end: number, parts: readonly Part[]): boolean {
  if (laid.problem !== null) return false;
  const more = lay(what, bytes, laid.at, end, parts);
  laid.fields.push(...more.fields);
  laid.at = more.at;
  laid.problem = more.problem;
  return more.problem === null;
}

/** One field of `length` bytes at `at`, which are all there. */
export function laidField(name: string, bytes: Uint8Array, at: number, length: number, form: Form = unsigned): Field {
  const { value, text, fields } = form(bytes, at, length);
  return field(name, at, length, value, text, fields);
}

/** The big-endian number of `length` bytes, 6 at most. */
export function numberAt(bytes: Uint8Array, at: number, length: number): number {
  let value = 0;
  for (let i = at; i < at + length; i++) value = value * 256 + bytes[i];
  return value;
}

const LARGEST_NUMBER = 6;

export const unsigned: Form = (bytes, at, length) => {
  if (length > LARGEST_NUMBER) return raw(bytes, at, length);
  const value = numberAt(bytes, at, length);
  return { value, text: String(value) };
};

/** A number whose text is hex. */
export const hex: Form = (bytes, at, length) => {
  const value = numberAt(bytes, at, length);
  return { value, text: hexNumber(value, 2 * length) };
};

/** Bytes as hex digits. */
export const raw: Form = (bytes, at, length) => {
  const { value, text } = bytesField('', bytes, at, at + length);
  return { value, text };
};

export const ipv4Address: Form = (bytes, at) => {
  const value = formatIpv4(bytes, at);
  return { value, text: value };
};

export const ipv6Address: Form = (bytes, at) => {
  const value = formatIpv6(bytes, at);
  return { value, text: value };
};

export const macAddress: Form = (bytes, at, length) => {
  const value = formatMac(bytes, at, length);
  return { value, text: value };
};

/** An IPv4 or IPv6 address by its length, else bytes. */
export const ipAddress: Form = (bytes, at, length) => {
  if (length === 4) return ipv4Address(bytes, at, length);
  return length === 16 ? ipv6Address(bytes, at, length) : raw(bytes, at, length);
};

/** Text up to the first zero byte, escaped. */
export const words: Form = (bytes, at, length) => {
  const zero = bytes.subarray(at, at + length).indexOf(0);
  const value = escapeBytes(bytes, at, zero < 0 ? at + length : at + zero);
  return { value, text: `"${value}"` };
};

/** A number with a unit: "40 s". */
export function amount(unit: string): Form {
  return (bytes, at, length) => {
    const value = numberAt(bytes, at, length);
    return { value, text: `${value} ${unit}` };
  };
}

/** "Hello (1)"; without a name the number, in hex where `digits` are given. */
export function enumeration(names: Readonly<Record<number, string>>, digits = 0): Form {
  return (bytes, at, length) => {
    const value = numberAt(bytes, at, length);
    return { value, text: named(names, value, digits === 0 ? String(value) : hexNumber(value, digits)) };
  };
}

/** Bits of a field: a mask, its name, and names of its values where it has several bits. */
export type Bits = readonly [mask: number, name: string, names?: Readonly<Record<number, string>>];

/** A field of bits, each a field within it: "0x12 L, E", with the bits that are set and the parts of several bits that are not 0. */
export function bits(list: readonly Bits[]): Form {
  return (bytes, at, length) => {
    const value = numberAt(bytes, at, length);
    const fields = list.map((one) => bitsField(one, value, at, length));
    const shown = fields.filter((one) => one.value !== false && one.value !== 0);
    const text = shown.map((one) => (one.value === true ? one.name : `${one.name} ${one.text}`)).join(', ');
    return { value, text: `${hexNumber(value, 2 * length)} ${text}`.trim(), fields };
  };
}

/** One part of a field of bits whose value is `value`; it stands in the bytes that hold its bits. */
export function bitsField([mask, name, names]: Bits, value: number, at: number, length: number): Field {
  // A mask may have its 32nd bit set, so its lowest bit divides, unsigned, where a shift would keep a sign.
  const lowest = (mask & -mask) >>> 0;
  const part = ((value & mask) >>> 0) / lowest;
  const start = at + length - Math.ceil((32 - Math.clz32(mask)) / 8);
  const size = at + length - Math.floor(Math.log2(lowest) / 8) - start;
  if (lowest === mask) return field(name, start, size, part !== 0, part !== 0 ? 'set' : 'not set');
  return field(name, start, size, part, named(names ?? {}, part));
}

/** A little-endian number of 1 or 2 bytes. */
export const littleUnsigned: Form = (bytes, at, length) => {
  const value = length === 1 ? bytes[at] : little16(bytes, at);
  return { value, text: String(value) };
};

/** A little-endian number of 8 bytes with its unit. */
export function littleLong(unit: string): Form {
  return (bytes, at) => {
    const value = BigInt(little32(bytes, at)) + (BigInt(little32(bytes, at + 4)) << 32n);
    return { value: value < 2n ** 53n ? Number(value) : String(value), text: `${value} ${unit}` };
  };
}

/** Bits of a little-endian number of up to 4 bytes. */
export function littleBits(list: readonly Bits[]): Form {
  return (bytes, at, length) => {
    const swapped = Uint8Array.from(bytes.subarray(at, at + length)).reverse();
    const { value, text, fields = [] } = bits(list)(swapped, 0, length);
    // The low byte stands first.
    const placed = fields.map((one) => ({ ...one, start: at + length - one.end, end: at + length - one.start }));
    return { value, text, fields: placed };
  };
}
