import { u16, u32 } from '../../bytes/big-endian.js';
import { type Application, Likeness, type Recognizer } from '../application.js';

/**
 * How RTP is told from other datagrams by one packet. Its header alone has some ten bits that must be so, which random bytes meet once in a thousand packets:
 * too few on any port. Beside its port the payload must have a length that its type (RFC 3551) prescribes; elsewhere it must show the structure that its type or its coding prescribes: a header
 * extension of RFC 8285, the sync bytes of a transport stream, the frame marks of GSM, the zeros of an MPEG audio header, the fragment headers of H.264, or,
 * for G.711, neighbouring samples that are alike in size, as sound is and noise is not.
 */

const Type = {
  pcmu: 0,
  gsm: 3,
  g723: 4,
  pcma: 8,
  g722: 9,
  mpegAudio: 14,
  g729: 18,
  transportStream: 33,
  firstDynamic: 96,
};

/** Static types in use, RFC 3551; 72 to 76 are left out since there RTCP begins. */
function isKnownType(type: number): boolean {
  return (
    type >= Type.firstDynamic || type <= 18 || (type >= 25 && type <= 34 && type !== 27 && type !== 29 && type !== 30)
  );
}

const SAMPLES_PER_PERIOD = 40;
const MOST_PAIRS = 128;
/** Of 128 pairs, and of the 79 in the shortest packet. */
const CLOSE_PAIRS = 80;
const CLOSE_PAIRS_OF_FEW = 55;

/**
 * Samples of G.711 hold 3 bits of magnitude above 4 of detail: neighbours whose magnitudes differ by one at most are close. Of random pairs 22 in 64 are; so
 * many as are asked for here come less than once in 2^32 packets.
 */
function isSound(bytes: Uint8Array, start: number, end: number): boolean {
  const size = end - start;
  if (size < 2 * SAMPLES_PER_PERIOD || size % SAMPLES_PER_PERIOD !== 0 || size > 1200) return false;
  const pairs = Math.min(size - 1, MOST_PAIRS);
  let close = 0;
  let any = 0;
  for (let i = start; i < start + pairs; i++) {
    any |= bytes[i];
    const step = ((bytes[i] >>> 4) & 7) - ((bytes[i + 1] >>> 4) & 7);
    if (step >= -1 && step <= 1) close++;
  }
  // Zeros are filling, not sound: in G.711 they would be as loud as can be.
  return any !== 0 && close >= (pairs < MOST_PAIRS ? Math.ceil((CLOSE_PAIRS_OF_FEW * pairs) / 79) : CLOSE_PAIRS);
}

const GSM_FRAME = 33;

function isGsm(bytes: Uint8Array, start: number, end: number): boolean {
  const size = end - start;
  if (size === 0 || size % GSM_FRAME !== 0 || size > 10 * GSM_FRAME) return false;
  for (let at = start; at < end; at += GSM_FRAME) if (bytes[at] >>> 4 !== 13) return false;
  return true;
}

const STREAM_PACKET = 188;

function isTransportStream(bytes: Uint8Array, start: number, end: number): boolean {
  const size = end - start;
  if (size === 0 || size % STREAM_PACKET !== 0 || size > 10 * STREAM_PACKET) return false;
  for (let at = start; at < end; at += STREAM_PACKET) if (bytes[at] !== 0x47) return false;
  return true;
}

/** RFC 2250 section 3.5: 16 bits that must be 0, a fragment offset of 0, an audio frame's sync word. */
function isMpegAudio(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start >= 8 && u32(bytes, start) === 0 && bytes[start + 4] === 0xff && bytes[start + 5] >>> 5 === 7;
}

const Unit = { aggregate: 24, fragment: 28 };
const FULL_PACKET = 400;
const MAX_UNITS = 16;

/** RFC 6184 section 5.8: a fragment of a picture in a packet that is nearly full, all of whose reserved bits are as they must be. */
function isFragment(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < FULL_PACKET || bytes[start] >>> 7 !== 0 || (bytes[start] & 31) !== Unit.fragment) return false;
  if ((bytes[start] & 0x60) === 0) return false;
  const head = bytes[start + 1];
  const kind = head & 31;
  return (head & 0x20) === 0 && (head & 0xc0) !== 0xc0 && (kind === 1 || kind === 5);
}

/** RFC 6184 section 5.7.1: parameter sets whose sizes fill the packet exactly. */
function isAggregate(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 8 || bytes[start] >>> 7 !== 0 || (bytes[start] & 31) !== Unit.aggregate) return false;
  let at = start + 1;
  for (let i = 0; i < MAX_UNITS && at + 3 <= end; i++) {
    const size = u16(bytes, at);
    const kind = bytes[at + 2] & 31;
    if (size === 0 || bytes[at + 2] >= 0x80 || kind === 0 || kind >= Unit.aggregate) return false;
    at += 2 + size;
    if (at === end) return i > 0;
  }
  return false;
}

/** Whether the payload is what its type or a coding of video makes it. */
function hasStructure(type: number, bytes: Uint8Array, start: number, end: number, isMixed: boolean): boolean {
  if (type === Type.pcmu || type === Type.pcma) return isSound(bytes, start, end);
  if (type === Type.transportStream) return isTransportStream(bytes, start, end);
  // The rest proves less, too little for a header of which any first nibble is right.
  if (isMixed) return false;
  if (type === Type.gsm) return isGsm(bytes, start, end);
  if (type === Type.mpegAudio) return isMpegAudio(bytes, start, end);
  return type >= Type.firstDynamic && (isAggregate(bytes, start, end) || isFragment(bytes, start, end));
}

/** Packets of speech, not the first of a talk (that has the marker), of as many bytes as its coding makes of whole frames: RFC 3551 section 4.5. */
function hasPrescribedLength(second: number, size: number): boolean {
  if (second === Type.pcmu || second === Type.pcma || second === Type.g722)
    return size >= 80 && size <= 480 && size % 40 === 0;
  if (second === Type.g723) return size === 4 || (size <= 72 && (size % 24 === 0 || size % 20 === 0));
  return second === Type.g729 && size <= 82 && (size % 10 === 0 || size % 10 === 2);
}

/** Extensions of RFC 8285: their profile is a fixed number, and their words are few. */
function isElementExtension(profile: number, words: number): boolean {
  return (profile === 0xbede || profile === 0x1000) && words > 0 && words <= 64;
}

export const recognizeRtp: Recognizer = (bytes, start, end, wireLength) => {
  const first = bytes[start];
  // Padding is rare, and half of all noise has it; a header extension makes up for that.
  if (((first & 0xf0) !== 0x80 && (first & 0xd0) !== 0x90) || end - start < 14) return Likeness.no;
  const type = bytes[start + 1] & 0x7f;
  if (!isKnownType(type)) return Likeness.no;
  const timestamp = u32(bytes, start + 4);
  const ssrc = u32(bytes, start + 8);
  if (ssrc === 0 || ssrc === 0xffffffff || ssrc === timestamp) return Likeness.no;
  const isWhole = end - start === wireLength;
  const sources = first & 15;
  let payload = start + 12 + 4 * sources;
  if (first & 0x10) {
    if (end - payload < 8) return Likeness.no;
    const words = u16(bytes, payload + 2);
    if (payload + 4 + 4 * words > start + wireLength) return Likeness.no;
    if (isElementExtension(u16(bytes, payload), words)) return Likeness.sure;
    payload += 4 + 4 * words;
  }
  if (payload >= end) return Likeness.no;
  if (!isWhole) return Likeness.no;
  if (hasStructure(type, bytes, payload, end, sources > 0)) return Likeness.sure;
  return first === 0x80 && hasPrescribedLength(bytes[start + 1], end - payload) ? Likeness.perhaps : Likeness.no;
};

export const rtp: Application = {
  name: 'rtp',
  title: 'RTP',
  specification: 'RFC 3550',
  // Version 2 is what the first two bits must say.
  udp: { ports: [5004], leads: Array.from({ length: 64 }, (_, i) => 0x80 + i), recognize: recognizeRtp },
};
