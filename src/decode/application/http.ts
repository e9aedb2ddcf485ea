import { type Application, Likeness, type Recognizer } from '../application.js';
import { isDigit, isUpper, startsWith, startsWithWord, textEnd } from './text-lines.js';

/** How HTTP/1.x and SSDP are known: RFC 9112 section 3, by the start line. */

const KNOWN_METHODS = ['GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'];
const LONGEST_METHOD = 20;
const VERSION = 'HTTP/1.1'.length;

/** Where a method's capitals end that a space follows, -1 without one. */
function methodEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  const limit = Math.min(end, start + LONGEST_METHOD);
  while (at < limit && (isUpper(bytes[at]) || bytes[at] === 0x2d || bytes[at] === 0x5f)) at++;
  return at - start >= 3 && at < limit && bytes[at] === 32 ? at : -1;
}

/**
 * A method, a target, and "HTTP/1." at the end of the line; a known method and a path are enough where the line does not end in this segment. Where it ends
 * otherwise they may be HTTP that was damaged.
 */
const recognize: Recognizer = (bytes, start, end) => {
  if (startsWith(bytes, start, end, 'HTTP/1.') && end - start >= 12) {
    return isDigit(bytes[start + 7]) && bytes[start + 8] === 32 && isDigit(bytes[start + 9])
      ? Likeness.sure
      : Likeness.no;
  }
  const at = methodEnd(bytes, start, end);
  if (at < 0) return Likeness.no;
  const lineEnd = textEnd(bytes, at, end);
  const isKnown = at + 1 < end && bytes[at + 1] === 0x2f && startsWithWord(bytes, start, end, KNOWN_METHODS);
  // No text, and yet a request: whoever attacks a server or its log writes what no browser would.
  if (lineEnd < 0 && isKnown) return Likeness.perhaps;
  if (lineEnd < at + 2) return Likeness.no;
  const version = lineEnd - VERSION;
  if (version > at && bytes[version - 1] === 32 && startsWith(bytes, version, lineEnd, 'HTTP/1.')) {
    return isDigit(bytes[lineEnd - 1]) ? Likeness.sure : Likeness.no;
  }
  if (!isKnown) return Likeness.no;
  const isOpen = lineEnd === end || (bytes[lineEnd] !== 10 && bytes[lineEnd] !== 13);
  return isOpen && lineEnd - at > VERSION ? Likeness.sure : Likeness.perhaps;
};

/** Of the requests only those that SSDP has: other discoveries are HTTP over UDP as well. */
const recognizeSearch: Recognizer = (bytes, start, end, wireLength) =>
  startsWithWord(bytes, start, end, SEARCH_METHODS) || startsWith(bytes, start, end, 'HTTP/')
    ? recognize(bytes, start, end, wireLength)
    : Likeness.no;

const SEARCH_METHODS = ['M-SEARCH', 'NOTIFY'];
const CAPITALS = Array.from({ length: 26 }, (_, i) => 0x41 + i);

export const http: Application = {
  name: 'http',
  title: 'HTTP',
  specification: 'RFC 9112',
  tcp: {
    ports: [80, 8080, 8000, 3128, 8008, 8888, 5985, 2869, 11371],
    leads: CAPITALS,
    recognize,
  },
};

export const ssdp: Application = {
  name: 'ssdp',
  title: 'SSDP',
  specification: 'UPnP Device Architecture 2.0 section 1',
  udp: { ports: [1900], leads: CAPITALS, recognize: recognizeSearch },
};
