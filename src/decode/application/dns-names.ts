import { u16 } from '../../bytes/big-endian.js';
import { escapeText } from '../../bytes/escape.js';
import { shortfall } from '../dissector.js';
import { LONGEST_NAME } from './dns-recognize.js';

/** Domain names: RFC 1035 sections 3.1 and 4.1.4 (compression). As text they are in the form of section 5.1, without the last dot; the root is ".". */
export interface DnsName {
  text: string;
  /** Behind the name where it stands: a pointer ends it. */
  end: number;
  labels: number;
  /** Whether `end` is known, which a problem behind a pointer does not change. */
  placed: boolean;
  problem: string | null;
}
/** More pointers than a name has room for labels lead nowhere. */
const MOST_POINTERS = 127;
const PLAIN = /^[!-[\]-~]*$/;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** One label: dots and backslashes behind a backslash, other bytes that are no visible text as \DDD; whole UTF-8 as it is (RFC 6762 section 16). */
export function labelText(label: Uint8Array): string {
  const latin = Buffer.from(label.buffer, label.byteOffset, label.length).toString('latin1');
  if (PLAIN.test(latin)) return latin.replaceAll('.', '\\.');
  let whole = latin;
  try {
    const decoded = UTF8.decode(label);
    if (escapeText(decoded) === decoded) whole = decoded;
  } catch {
    // Not UTF-8: its high bytes are shown by number.
  }
  const high = whole === latin ? /[^ -~]/g : /[\0-\x1f\x7f]/g;
  return whole
    .replace(/[.\\]/g, '\\$&')
    .replace(high, (character) => `\\${String(character.charCodeAt(0)).padStart(3, '0')}`);
}

/** The name at `at` of the message that begins at `message` and whose captured bytes end at `end`. Pointers may lead anywhere in the message. */
export function readDnsName(bytes: Uint8Array, message: number, at: number, end: number): DnsName {
  const labels: string[] = [];
  let place = at;
  let after = -1;
  let length = 1;
  let pointers = 0;
  /** A place that was jumped to, renewed ever more rarely: whoever comes by again runs in a circle. */
  let mark = -1;
  function done(problem: string | null): DnsName {
    const text = labels.length === 0 ? (problem === null ? '.' : '') : labels.join('.');
    return {
      text,
      end: after >= 0 ? after : Math.min(place, end),
      labels: labels.length,
      placed: after >= 0 || problem === null,
      problem,
    };
  }
  while (place < end) {
    const size = bytes[place];
    if (size === 0) {
      place++;
      return done(null);
    }
    if (size >= 0xc0) {
      if (place + 2 > end) break;
      const target = message + (u16(bytes, place) & 0x3fff);
      if (after < 0) after = place + 2;
      if (target >= end)
        return done(`DNS name pointer: to byte ${target}, the message ends at ${end}, at byte ${place}`);
      if (target === mark || target === place) return done(`DNS name pointer: runs in a circle, at byte ${place}`);
      if (pointers++ === MOST_POINTERS) return done(`DNS name: more than ${MOST_POINTERS} pointers, at byte ${at}`);
      if ((pointers & (pointers - 1)) === 0) mark = target;
      place = target;
      continue;
    }
    if (size > 63) return done(`DNS label: type 0x${size.toString(16)} is not defined, at byte ${place}`);
    if (place + 1 + size > end) return cutLabel(place, size);
    length += 1 + size;
    if (length > LONGEST_NAME) return done(`DNS name: longer than ${LONGEST_NAME} bytes, at byte ${at}`);
    labels.push(labelText(bytes.subarray(place + 1, place + 1 + size)));
    place += 1 + size;
  }
  function cutLabel(start: number, size: number): DnsName {
    const missing = shortfall('DNS label', 1 + size, end - start, start);
    place = end;
    return done(missing);
  }
  const missing = shortfall('DNS name', 1, 0, Math.max(at, end));
  place = end;
  return done(missing);
}
