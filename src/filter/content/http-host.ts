import { latin1Text } from './latin1.js';

const LF = 10;
const CR = 13;
const SPACE = 32;
const TAB = 9;
const COLON = 58;
const HOST = [0x68, 0x6f, 0x73, 0x74];
/** As many header lines as are read elsewhere. */
const MOST_LINES = 1000;
const LONGEST_HOST = 300;

/** The host that the request at `start` names (RFC 9110 section 7.2), without its port; null without one. */
export function hostOf(bytes: Uint8Array, start: number, end: number): string | null {
  let at = start;
  for (let line = 0; line < MOST_LINES; line++) {
    while (at < end && bytes[at] !== LF) at++;
    if (++at >= end || bytes[at] === LF || bytes[at] === CR) return null;
    const colon = at + HOST.length;
    if (colon < end && bytes[colon] === COLON && HOST.every((letter, i) => (bytes[at + i] | 0x20) === letter))
      return valueAt(bytes, colon + 1, end);
  }
  return null;
}

function valueAt(bytes: Uint8Array, from: number, end: number): string | null {
  let start = from;
  while (start < end && (bytes[start] === SPACE || bytes[start] === TAB)) start++;
  let stop = start;
  while (stop < end && stop - start < LONGEST_HOST && bytes[stop] > SPACE) stop++;
  const text = latin1Text(bytes, start, stop);
  // A name that the segment cuts is not known.
  if (stop === end) return null;
  return text.startsWith('[') ? text : text.replace(/:\d*$/, '');
}
