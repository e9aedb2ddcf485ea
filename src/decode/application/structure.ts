import { hexDigits, u16 } from '../../bytes/big-endian.js';
import { escapeBytes } from '../../bytes/escape.js';
import { formatCount } from '../../bytes/size.js';
import { byteCount, bytesField, field, shortfall } from '../dissector.js';
import type { Field } from '../layer.js';

/**
 * A structure of numbers, byte strings and vectors that carry their length (RFC 8446 section 3, RFC 4251 section 5), read member by member into fields. The
 * first member that does not fit ends the reading: those that follow answer null. What is missing is a problem unless the structure goes on in another packet.
 */
export interface Structure {
  bytes: Uint8Array;
  /** For messages: "TLS Client Hello". */
  what: string;
  /** Where the next member begins. */
  at: number;
  /** Where the bytes that are there end. */
  end: number;
  /** The structure goes on beyond `end`, in bytes that are somewhere else. */
  open: boolean;
  /** A member did not fit. */
  ended: boolean;
  fields: Field[];
  problem: string | null;
}

/** Members of one vector that are listed; the rest is counted. */
export const MAX_ITEMS = 1024;

export function structure(what: string, bytes: Uint8Array, at: number, end: number, open = false): Structure {
  return { what, bytes, at, end, open, ended: false, fields: [], problem: null };
}

/** True when `length` bytes are there; else the structure ends. */
function fits(s: Structure, name: string, length: number): boolean {
  if (s.ended) return false;
  if (s.end - s.at >= length) return true;
  s.ended = true;
  if (!s.open) s.problem ??= shortfall(`${s.what}, ${name}`, length, s.end - s.at, s.at);
  return false;
}

/** A number of up to 6 bytes, the first being the highest. */
export function readNumber(
  s: Structure,
  name: string,
  length: number,
  text: (value: number) => string = String,
): number | null {
  if (!fits(s, name, length)) return null;
  let value = 0;
  for (let i = 0; i < length; i++) value = value * 256 + s.bytes[s.at + i];
  s.fields.push(field(name, s.at, length, value, text(value)));
  s.at += length;
  return value;
}

/** `length` bytes, a field unless there are none; when fewer are there, those, and the structure ends. Answers where they begin, null when not all are there. */
export function readBytes(s: Structure, name: string, length: number, text?: string): number | null {
  if (s.ended) return null;
  const start = s.at;
  const whole = fits(s, name, length);
  const end = whole ? start + length : s.end;
  if (end > start) {
    const made = bytesField(name, s.bytes, start, end);
    if (whole && text !== undefined) made.text = text;
    if (!whole) made.text += ` (${end - start} of ${byteCount(length)})`;
    s.fields.push(made);
  }
  s.at = end;
  return whole ? start : null;
}

/** Text of `length` bytes, escaped. */
export function readText(s: Structure, name: string, length: number): string | null {
  if (!fits(s, name, length)) return null;
  const text = escapeBytes(s.bytes, s.at, s.at + length);
  s.fields.push(field(name, s.at, length, text));
  s.at += length;
  return text;
}

/** The rest of the structure, if there is any. */
export function readRest(s: Structure, name: string): void {
  if (s.at < s.end && !s.ended) readBytes(s, name, s.end - s.at);
}

/**
 * A vector: a length of `lengthBytes` bytes, and that many bytes, which `read` reads as a structure of their own. The field's text is what `read` answers;
 * with null the vector was not there at all.
 */
export function readVector(
  s: Structure,
  name: string,
  lengthBytes: number,
  read: (inner: Structure) => string | undefined,
): string | null {
  const length = readNumber(s, `${name} Length`, lengthBytes);
  if (length === null) return null;
  return readGroup(s, name, length, read);
}

/** `length` bytes that are a structure of their own. */
export function readGroup(
  s: Structure,
  name: string,
  length: number,
  read: (inner: Structure) => string | undefined,
): string | null {
  if (s.ended) return null;
  const start = s.at;
  const whole = fits(s, name, length);
  const end = whole ? start + length : s.end;
  // A vector longer than its whole container is told once, here; its members are read as far as they are there.
  const inner = structure(`${s.what}, ${name}`, s.bytes, start, end, !whole);
  const text = read(inner) ?? byteCount(length);
  const shown = whole ? text : [text, `(${end - start} of ${byteCount(length)})`].filter((one) => one !== '').join(' ');
  s.fields.push(field(name, start, end - start, hexDigits(s.bytes, start, end), shown, inner.fields));
  s.problem ??= inner.problem;
  s.at = end;
  return text;
}

/** Reads members until the structure is at its end, at most MAX_ITEMS; a member must take at least a byte. */
export function readItems(s: Structure, readItem: (s: Structure) => void): void {
  for (let count = 0; s.at < s.end && !s.ended; count++) {
    if (count === MAX_ITEMS) {
      s.problem ??= `${s.what}: more than ${formatCount(MAX_ITEMS)} items, the rest not listed`;
      s.fields.push(bytesField('Further Items', s.bytes, s.at, s.end));
      s.at = s.end;
      return;
    }
    readItem(s);
  }
}

/** A list of 16-bit numbers, each named; answers the texts joined. */
export function readNumbers(s: Structure, name: string, length: 1 | 2, text: (value: number) => string): string {
  const texts: string[] = [];
  readItems(s, () => {
    const value = readNumber(s, name, length, text);
    if (value !== null) texts.push(text(value).replace(/ \([^()]*\)$/, ''));
  });
  return listed(texts);
}

const NAMED = 8;

/** "a, b, c"; of a long list its first eight and how many there are. */
export function listed(texts: readonly string[]): string {
  if (texts.length <= NAMED) return texts.join(', ');
  return `${texts.slice(0, NAMED).join(', ')}, … (${texts.length})`;
}

/** Takes a group away and leaves its members: where its container already says what they are. */
export function dissolve(s: Structure): void {
  const group = s.fields.pop();
  if (group?.fields !== undefined) s.fields.push(...group.fields);
}

/** What a structure holds beyond its last member is told; nothing that was sent goes unseen. */
export function finish(s: Structure): void {
  if (s.ended || s.at >= s.end) return;
  s.problem ??= `${s.what}: ${byteCount(s.end - s.at)} beyond its last member, at byte ${s.at}`;
  readRest(s, 'Unread Bytes');
}

/** A view's vector: the bytes behind a length of `lengthBytes` at `at`, null when they do not end by `end`. */
export function viewVector(bytes: Uint8Array, at: number, end: number, lengthBytes: 1 | 2): Uint8Array | null {
  if (end - at < lengthBytes) return null;
  const start = at + lengthBytes;
  const length = lengthBytes === 1 ? bytes[at] : u16(bytes, at);
  return end - start < length ? null : bytes.subarray(start, start + length);
}
