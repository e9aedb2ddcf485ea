import { field } from '../dissector.js';
import { readBytes, readItems, type Structure, structure } from './structure.js';
import { readHandshakes } from './tls-handshake.js';

/** Frames of Initial packets: RFC 9000 section 19; others are not allowed there (section 12.4). */

const FrameType = { padding: 0, ping: 1, ack: 2, ackWithEcn: 3, crypto: 6, connectionClose: 28 } as const;

/** A variable-length integer of RFC 9000 section 16 at `at`: its value and bytes; null when it does not end by `end` or is 2^53 or more. */
export function readVarint(bytes: Uint8Array, at: number, end: number): { value: number; width: number } | null {
  if (at >= end) return null;
  const width = 1 << (bytes[at] >>> 6);
  if (end - at < width) return null;
  let value = bytes[at] & 0x3f;
  for (let i = 1; i < width; i++) value = value * 256 + bytes[at + i];
  return Number.isSafeInteger(value) ? { value, width } : null;
}

/** A member of that form; null ends the structure. */
export function readVariable(s: Structure, name: string, text: (value: number) => string = String): number | null {
  if (s.ended) return null;
  const found = readVarint(s.bytes, s.at, s.end);
  if (found === null) {
    s.ended = true;
    if (!s.open) s.problem ??= `${s.what}, ${name}: no variable-length integer below 2^53, at byte ${s.at}`;
    return null;
  }
  s.fields.push(field(name, s.at, found.width, found.value, text(found.value)));
  s.at += found.width;
  return found.value;
}

/** A piece of the handshake. */
interface Piece {
  offset: number;
  start: number;
  end: number;
}

/** What the frames of a packet tell. */
export interface FrameFacts {
  /** "Client Hello, SNI example.org" */
  handshake: string | null;
  names: string[];
}

const MOST_RANGES = 256;

function readAck(s: Structure, type: number): void {
  readVariable(s, 'Largest Acknowledged');
  readVariable(s, 'ACK Delay');
  const ranges = readVariable(s, 'ACK Range Count') ?? 0;
  readVariable(s, 'First ACK Range');
  for (let i = 0; i < Math.min(ranges, MOST_RANGES) && !s.ended; i++) {
    readVariable(s, 'Gap');
    readVariable(s, 'ACK Range Length');
  }
  if (ranges > MOST_RANGES) {
    s.problem ??= `${s.what}: ${ranges} ranges acknowledged, ${MOST_RANGES} listed`;
    s.ended = true;
  }
  if (type === FrameType.ackWithEcn) for (const name of ['ECT0', 'ECT1', 'ECN-CE']) readVariable(s, `${name} Count`);
}

function readCrypto(s: Structure, pieces: Piece[]): void {
  const offset = readVariable(s, 'Offset');
  const length = readVariable(s, 'Length');
  const start = length === null ? null : readBytes(s, 'Crypto Data', length);
  if (offset !== null && start !== null && length !== null) pieces.push({ offset, start, end: start + length });
}

/** The frames that `s` spans, one field each; the handshake that they carry is read where it is whole. */
export function readFrames(s: Structure): FrameFacts {
  const names: string[] = [];
  const pieces: Piece[] = [];
  readItems(s, () => {
    const start = s.at;
    const outer = s.fields;
    s.fields = [];
    let name = 'PADDING';
    if (s.bytes[start] === FrameType.padding) {
      while (s.at < s.end && s.bytes[s.at] === FrameType.padding) s.at++;
    } else name = readFrame(s, pieces);
    const { fields } = s;
    s.fields = outer;
    if (!names.includes(name)) names.push(name);
    s.fields.push(field('Frame', start, s.at - start, s.bytes[start], name, fields));
  });
  return { names, handshake: readPieces(s, pieces) };
}

function readFrame(s: Structure, pieces: Piece[]): string {
  const type = readVariable(s, 'Type');
  switch (type) {
    case FrameType.ping:
      return 'PING';
    case FrameType.ack:
    case FrameType.ackWithEcn:
      readAck(s, type);
      return 'ACK';
    case FrameType.crypto:
      readCrypto(s, pieces);
      return 'CRYPTO';
    case FrameType.connectionClose: {
      readVariable(s, 'Error Code');
      readVariable(s, 'Frame Type');
      const length = readVariable(s, 'Reason Phrase Length');
      if (length !== null && length > 0) readBytes(s, 'Reason Phrase', length);
      return 'CONNECTION_CLOSE';
    }
    default:
      s.problem ??= `${s.what}: frame type ${type} is none of an Initial packet's, at byte ${s.at}`;
      readBytes(s, 'Frame Bytes', s.end - s.at);
      return `Frame ${type}`;
  }
}

/** Clients cut their hello into pieces and shuffle them: put together by offset, it is read as one. */
function readPieces(s: Structure, pieces: Piece[]): string | null {
  pieces.sort((a, b) => a.offset - b.offset);
  let length = 0;
  for (const { offset, start, end } of pieces) if (offset <= length) length = Math.max(length, offset + end - start);
  if (length === 0) return null;
  const isOne = pieces.length === 1;
  const bytes = isOne ? s.bytes : new Uint8Array(length);
  if (!isOne) {
    for (const { offset, start, end } of pieces) {
      if (offset < length) bytes.set(s.bytes.subarray(start, Math.min(end, start + length - offset)), offset);
    }
  }
  const [at, end] = isOne ? [pieces[0].start, pieces[0].end] : [0, length];
  const message = structure('QUIC handshake', bytes, at, end, true);
  const { names } = readHandshakes(message, { datagram: false, version: 0x0303 });
  // Places of a message put together are none of the frame's: then its words alone are shown.
  if (isOne) s.fields.push(...message.fields);
  s.problem ??= message.problem;
  return names.join(', ');
}
