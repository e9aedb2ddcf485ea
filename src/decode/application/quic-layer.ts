import { hexDigits, hexNumber, u32 } from '../../bytes/big-endian.js';
import { byteCount, bytesField, field, type Input, type Step, shortfall } from '../dissector.js';
import type { Field } from '../layer.js';
import { QuicBit, QuicHeader } from './quic.js';
import { readFrames, readVariable } from './quic-frames.js';
import { RETRY_TAG } from './quic-header.js';
import { openInitial } from './quic-initial.js';
import {
  initialSecretOf,
  isKnownVersion,
  type LongType,
  longTypeOf,
  QuicVersion,
  quicVersionText,
} from './quic-versions.js';
import { readBytes, readItems, readNumber, type Structure, structure } from './structure.js';

/** QUIC: RFC 9000 section 17, version 2 by RFC 9369. Several packets may share a datagram (section 12.2). */

/** Packets of one datagram that are looked at: real ones carry four at most. */
const MOST_PACKETS = 16;

interface Reading {
  fields: Field[];
  names: string[];
  end: number;
  problem: string | null;
  /** Connection id of the datagram's first packet: all of a datagram go to one connection. */
  destination: Uint8Array | null;
}

/** Fields of single bits. */
function bit(name: string, at: number, isSet: boolean): Field {
  return field(name, at, 1, isSet, isSet ? 'set' : 'not set');
}

function readId(s: Structure, name: string): Uint8Array | null {
  const length = readNumber(s, `${name} Length`, 1);
  const start = length === null ? null : readBytes(s, name, length);
  return start === null || length === null ? null : s.bytes.subarray(start, start + length);
}

interface Start {
  version: number;
  destination: Uint8Array;
  source: Uint8Array;
}

/** The members that every version has; null when they are not all there. */
function readStart(s: Structure): Start | null {
  const first = s.bytes[s.at];
  s.fields.push(field('Header Form', s.at, 1, 1, 'long (1)'));
  // The version decides what the other bits mean: in a negotiation nothing (section 17.2.1).
  const isNegotiation = s.end - s.at >= QuicHeader.destinationLength && u32(s.bytes, s.at + QuicHeader.version) === 0;
  s.fields.push(
    isNegotiation
      ? field('Unused', s.at, 1, first & 0x7f, hexNumber(first & 0x7f, 2))
      : bit('Fixed Bit', s.at, (first & QuicBit.fixed) !== 0),
  );
  s.at++;
  const version = readNumber(s, 'Version', 4, quicVersionText);
  const destination = readId(s, 'Destination Connection ID');
  const source = readId(s, 'Source Connection ID');
  return version === null || destination === null || source === null ? null : { version, destination, source };
}

/** A version negotiation fills its datagram. */
function readNegotiation(s: Structure): string {
  const versions: string[] = [];
  readItems(s, () => {
    const version = readNumber(s, 'Supported Version', 4, quicVersionText);
    if (version !== null) versions.push(quicVersionText(version).replace(/ \(.*/, ''));
  });
  return `Version Negotiation, supported: ${versions.slice(0, 8).join(', ')}`;
}

function readRetry(s: Structure): void {
  const token = s.end - s.at - RETRY_TAG;
  if (token > 0 && !s.open) readBytes(s, 'Retry Token', token);
  if (s.open) readBytes(s, 'Retry Token', s.end - s.at);
  else readBytes(s, 'Retry Integrity Tag', RETRY_TAG);
}

/** Packet number and payload: of a client's Initial packet in the clear. Answers what one line says. */
function readProtected(s: Structure, input: Input, start: number, version: number, destination: Uint8Array): string {
  const secret = initialSecretOf(version);
  const opened = secret === null || s.open ? null : openInitial(s.bytes, start, s.at, s.end, destination, secret);
  if (opened === null) {
    readBytes(s, 'Protected Payload', s.end - s.at);
    return '';
  }
  const clear = structure('QUIC Initial packet', opened.bytes, s.at, s.end - RETRY_TAG);
  readNumber(clear, 'Packet Number', opened.numberLength);
  const facts = readFrames(clear);
  s.fields.push(
    field('Packet Number Length', start, 1, opened.firstByte & 3, byteCount(opened.numberLength)),
    ...clear.fields,
    bytesField('Authentication Tag', input.bytes, s.end - RETRY_TAG, s.end),
  );
  s.problem ??= clear.problem;
  s.at = s.end;
  return facts.handshake ?? facts.names.join(', ');
}

/** A packet with a long header; answers its text. */
function readLong(input: Input, at: number, reading: Reading): string {
  const { bytes, end, wireEnd } = input;
  const s = structure('QUIC long header', bytes, at, end, end < wireEnd);
  const start = readStart(s);
  if (start === null) {
    reading.problem ??= end < wireEnd ? shortfall('QUIC packet', wireEnd - at, end - at, at) : s.problem;
    push(reading, 'Packet', s, at, end);
    return 'long header';
  }
  const { version, destination } = start;
  reading.destination ??= destination;
  let name: string;
  if (version === QuicVersion.negotiation) name = readNegotiation(s);
  else if (!isKnownVersion(version)) {
    readBytes(s, 'Version-Specific Data', s.end - s.at);
    name = `unknown version ${hexNumber(version, 8)}`;
  } else {
    const bits = (bytes[at] & QuicBit.longType) >>> 4;
    const type = longTypeOf(version, bits);
    s.fields.splice(2, 0, field('Long Packet Type', at, 1, bits, `${type} (${bits})`));
    name = readTyped(s, input, at, type, start);
  }
  const onWire = end < wireEnd && (s.ended || s.open);
  reading.problem ??= onWire ? shortfall('QUIC packet', wireEnd - at, end - at, at) : s.problem;
  push(reading, name, s, at, s.ended ? end : s.at);
  return name;
}

/** One of the connection ids: clients often choose an empty one, and then the server's packets name only their own. */
function idText(destination: Uint8Array, source: Uint8Array): string {
  if (destination.length > 0) return `, DCID ${hexDigits(destination)}`;
  return source.length > 0 ? `, SCID ${hexDigits(source)}` : '';
}

function readTyped(
  s: Structure,
  input: Input,
  at: number,
  type: LongType,
  { version, destination, source }: Start,
): string {
  const id = idText(destination, source);
  if (type === 'Retry') {
    readRetry(s);
    return `Retry${id}`;
  }
  if (type === 'Initial') {
    const token = readVariable(s, 'Token Length');
    if (token !== null && token > 0) readBytes(s, 'Token', token);
  }
  const length = readVariable(s, 'Length', byteCount);
  if (length === null) return type + id;
  const packetEnd = s.at + length;
  if (packetEnd > input.wireEnd) {
    s.problem ??= shortfall(`QUIC ${type} packet`, length, input.wireEnd - s.at, s.at);
  }
  // Bytes beyond this packet belong to the next.
  const body = structure('QUIC packet', s.bytes, s.at, Math.min(packetEnd, s.end), packetEnd > s.end);
  let text = '';
  if (type === 'Initial') text = readProtected(body, input, at, version, destination);
  else readBytes(body, 'Protected Payload', body.end - body.at);
  s.fields.push(...body.fields);
  s.open = packetEnd > input.end;
  s.problem ??= body.problem;
  s.at = body.end;
  return type + id + (text === '' ? '' : `, ${text}`);
}

/** A packet with a short header: all but two bits and the connection id is protected, and it fills the rest of its datagram. */
function readShort(input: Input, at: number, reading: Reading): string {
  const { bytes, end } = input;
  const s = structure('QUIC short header', bytes, at, end, end < input.wireEnd);
  const first = bytes[at];
  s.fields.push(
    field('Header Form', at, 1, 0, 'short (0)'),
    bit('Fixed Bit', at, (first & QuicBit.fixed) !== 0),
    bit('Spin Bit', at, (first & QuicBit.spin) !== 0),
  );
  s.at++;
  const id = reading.destination;
  if (id !== null && id.length > 0) readBytes(s, 'Destination Connection ID', id.length);
  const name = id === null ? 'Connection ID and Protected Payload' : 'Protected Payload';
  if (s.at < end) readBytes(s, name, end - s.at);
  reading.problem ??= end < input.wireEnd ? shortfall('QUIC packet', input.wireEnd - at, end - at, at) : s.problem;
  const text = id === null || id.length === 0 ? 'Protected Payload' : `Protected Payload, DCID ${hexDigits(id)}`;
  push(reading, text, s, at, end);
  return text;
}

function push(reading: Reading, text: string, s: Structure, at: number, end: number): void {
  reading.fields.push({ name: 'Packet', value: null, text, start: at, end, fields: s.fields });
  reading.names.push(text);
  reading.end = end;
}

export function layerQuic(input: Input): Step {
  const { bytes, at, end } = input;
  const reading: Reading = { fields: [], names: [], end: at, problem: null, destination: null };
  for (let count = 0; reading.end < end; count++) {
    const place = reading.end;
    if (count === MOST_PACKETS) {
      reading.problem ??= `QUIC: more than ${MOST_PACKETS} packets in a datagram, the rest not listed`;
      reading.fields.push(bytesField('Further Packets', bytes, place, end));
      reading.end = end;
    } else if ((bytes[place] & (QuicBit.long | QuicBit.fixed)) === 0 && count > 0) {
      // Neither form: what fills up the datagram.
      reading.fields.push(bytesField('Padding', bytes, place, end));
      reading.end = end;
    } else if (bytes[place] >= QuicBit.long) readLong(input, place, reading);
    else readShort(input, place, reading);
  }
  const info = reading.names.join('; ');
  return {
    layer: {
      name: 'quic',
      title: 'QUIC',
      summary: info,
      start: at,
      end: reading.end,
      fields: reading.fields,
      problem: reading.problem,
    },
    next: null,
    column: { info },
  };
}
