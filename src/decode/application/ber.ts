import { concatenate } from '../../bytes/concatenate.js';
import { shortfall } from '../dissector.js';
import { LONG_FORM, LONGEST_LENGTH } from './ber-lengths.js';

/** Basic Encoding Rules of ASN.1, ITU-T X.690 section 8, as far as the protocols of the Internet use them: definite lengths, tags below 31 in one byte. */

export const BerClass = { universal: 0, application: 1, context: 2, private: 3 } as const;
export const BerTag = { integer: 2, octetString: 4, null: 5, objectIdentifier: 6, sequence: 16 } as const;

/** Identifier and length octets of one value, and where its contents stand. */
export interface BerHead {
  class: number;
  constructed: boolean;
  tag: number;
  start: number;
  /** Where the contents begin and, by their length, end. */
  content: number;
  end: number;
  /** null when it lies whole within its surroundings. */
  problem: string | null;
}

/** The head of the value at `at`. With a problem, `end` is where its surroundings end, and `content` at most that. */
export function readBerHead(bytes: Uint8Array, at: number, end: number): BerHead {
  const head: BerHead = { class: 0, constructed: false, tag: -1, start: at, content: end, end, problem: null };
  if (end - at < 2) return { ...head, problem: shortfall('BER identifier and length', 2, Math.max(0, end - at), at) };
  const identifier = bytes[at];
  head.class = identifier >>> 6;
  head.constructed = (identifier & 0x20) !== 0;
  head.tag = identifier & 31;
  if (head.tag === 31) return { ...head, problem: `BER tag: longer than a byte, at byte ${at}` };
  const first = bytes[at + 1];
  let length = first;
  head.content = at + 2;
  if (first >= LONG_FORM) {
    const size = first - LONG_FORM;
    if (size === 0 || size > LONGEST_LENGTH)
      return { ...head, problem: `BER length: form 0x${first.toString(16)} is not read, at byte ${at + 1}` };
    if (head.content + size > end)
      return { ...head, content: end, problem: shortfall('BER length', 1 + size, end - at - 1, at + 1) };
    length = 0;
    for (let i = 0; i < size; i++) length = length * 256 + bytes[head.content + i];
    head.content += size;
  }
  if (head.content + length > end) {
    head.problem = shortfall('BER contents', length, end - head.content, head.content);
    return head;
  }
  head.end = head.content + length;
  return head;
}

/** A signed number, from 2^53 its decimal digits (section 8.3); null when it has no byte or more than nine. */
export function berInteger(bytes: Uint8Array, at: number, end: number): number | string | null {
  if (end <= at || end - at > 9) return null;
  let value = BigInt((bytes[at] << 24) >> 24);
  for (let i = at + 1; i < end; i++) value = (value << 8n) | BigInt(bytes[i]);
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : String(value);
}

/** The same for types that are never negative, however their first bit stands. */
export function berUnsigned(bytes: Uint8Array, at: number, end: number): number | string | null {
  if (end <= at || end - at > 9) return null;
  let value = 0n;
  for (let i = at; i < end; i++) value = (value << 8n) | BigInt(bytes[i]);
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : String(value);
}

/** Bytes of a sub-identifier: 128 bits, as of UUIDs. */
const LONGEST_ARC = 19;

/** "1.3.6.1.2.1" (section 8.19); null when it is empty, breaks off, or a number in it is absurdly long. */
export function berObjectIdentifier(bytes: Uint8Array, at: number, end: number): string | null {
  if (end <= at || bytes[end - 1] >= 0x80) return null;
  const arcs: string[] = [];
  let value = 0;
  let exact = 0n;
  let start = at;
  for (let i = at; i < end; i++) {
    const size = i - start + 1;
    if (size > LONGEST_ARC) return null;
    // Seven bits seven times fit a number exactly.
    if (size <= 7) value = value * 128 + (bytes[i] & 127);
    else exact = ((size === 8 ? BigInt(value) : exact) << 7n) | BigInt(bytes[i] & 127);
    if (bytes[i] >= 0x80) continue;
    if (arcs.length === 0) {
      const root = size > 7 ? 2 : Math.min(2, Math.floor(value / 40));
      arcs.push(String(root), size > 7 ? String(exact - 80n) : String(value - 40 * root));
    } else arcs.push(size > 7 ? String(exact) : String(value));
    value = 0;
    start = i + 1;
  }
  return arcs.join('.');
}

/** A value with what it holds: values where it is constructed of whole ones, else bytes. */
export interface BerView {
  /** Identifier and length octets as they stand. */
  head: Uint8Array;
  children: BerView[] | null;
  content: Uint8Array;
}

const DEEPEST = 16;

/** The value at `at`; null when it is not whole before `end`. What is nested deeper than 16 values is bytes. */
export function viewBer(bytes: Uint8Array, at: number, end: number, depth = 0): BerView | null {
  const head = readBerHead(bytes, at, end);
  if (head.problem !== null) return null;
  const view: BerView = {
    head: bytes.subarray(at, head.content),
    children: null,
    content: bytes.subarray(head.content, head.end),
  };
  if (!head.constructed || depth >= DEEPEST) return view;
  const children: BerView[] = [];
  for (let place = head.content; place < head.end; ) {
    const child = viewBer(bytes, place, head.end, depth + 1);
    if (child === null) return view;
    children.push(child);
    place += child.head.length + child.content.length;
  }
  view.children = children;
  return view;
}

/** The value's bytes; with `lengths` every length octet is computed anew, in the shortest form. */
export function emitBer(view: BerView, compute: { lengths?: boolean } = {}): Uint8Array {
  const content =
    view.children === null ? view.content : concatenate(view.children.map((child) => emitBer(child, compute)));
  if (!compute.lengths) return concatenate([view.head, content]);
  return concatenate([view.head.subarray(0, 1), lengthOctets(content.length), content]);
}

function lengthOctets(length: number): Uint8Array {
  if (length < LONG_FORM) return Uint8Array.of(length);
  const octets: number[] = [];
  for (let left = length; left > 0; left = Math.floor(left / 256)) octets.unshift(left & 255);
  return Uint8Array.of(LONG_FORM + octets.length, ...octets);
}
