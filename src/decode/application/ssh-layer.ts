import { setU32, u32 } from '../../bytes/big-endian.js';
import { concatenate } from '../../bytes/concatenate.js';
import { escapeBytes } from '../../bytes/escape.js';
import { byteCount, bytesField, field, type Input, type Step, shortfall } from '../dissector.js';
import type { Field } from '../layer.js';
import { isClearPacket, isIdentification, ssh } from './ssh.js';
import { readSshMessage } from './ssh-messages.js';
import { SSH_MESSAGES, SshMessage } from './ssh-names.js';
import { finish, readBytes, readNumber, structure } from './structure.js';

/** Binary packets of SSH: RFC 4253 section 6. Offsets in bytes. */
export const SshPacket = { packetLength: 0, paddingLength: 4, payload: 5, length: 5 } as const;

export interface SshPacketView {
  /** Of what follows it, a MAC left out. */
  packetLength: number;
  paddingLength: number;
  payload: Uint8Array;
  padding: Uint8Array;
}

/** The packet in the clear at `at`, or null when it does not end by `end` or its lengths disagree. */
export function viewSshPacket(bytes: Uint8Array, at: number, end: number): SshPacketView | null {
  if (end - at < SshPacket.length) return null;
  const packetLength = u32(bytes, at);
  const paddingLength = bytes[at + SshPacket.paddingLength];
  const packetEnd = at + SshPacket.paddingLength + packetLength;
  if (packetEnd > end || paddingLength + 1 > packetLength) return null;
  return {
    packetLength,
    paddingLength,
    payload: bytes.subarray(at + SshPacket.payload, packetEnd - paddingLength),
    padding: bytes.subarray(packetEnd - paddingLength, packetEnd),
  };
}

/** The packet's bytes; with `lengths` both are those of payload and padding. */
export function emitSshPacket(view: SshPacketView, compute: { lengths?: boolean } = {}): Uint8Array {
  const { payload, padding } = view;
  const start = new Uint8Array(SshPacket.length);
  setU32(start, 0, compute.lengths ? 1 + payload.length + padding.length : view.packetLength);
  start[SshPacket.paddingLength] = compute.lengths ? padding.length : view.paddingLength;
  return concatenate([start, payload, padding]);
}

/** The line by which each side begins: RFC 4253 section 4.2. Its bytes as Latin-1 text. */
export interface SshIdentificationView {
  /** "2.0" */
  protocolVersion: string;
  /** "OpenSSH_9.2p1" */
  softwareVersion: string;
  /** null without the space that begins them. */
  comments: string | null;
  /** "\r\n", of old programs "\n"; "" when the line goes on elsewhere. */
  ending: string;
}

/** RFC 4253 allows 255 bytes. */
const LONGEST_LINE = 255;
const IDENTIFICATION = /^SSH-([^-]*)-([^ \r\n]*)(?: ([^\r\n]*))?(\r?\n|)$/;

function lineEnd(bytes: Uint8Array, at: number, end: number): number {
  const last = Math.min(end, at + LONGEST_LINE);
  for (let place = at; place < last; place++) if (bytes[place] === 10) return place + 1;
  return last;
}

function latin1(bytes: Uint8Array, at: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + at, end - at).toString('latin1');
}

/** The line that begins at `at`, or null when it is none. */
export function viewSshIdentification(bytes: Uint8Array, at: number, end: number): SshIdentificationView | null {
  const match = IDENTIFICATION.exec(latin1(bytes, at, lineEnd(bytes, at, end)));
  if (match === null) return null;
  const [, protocolVersion, softwareVersion, comments = null, ending] = match;
  return { protocolVersion, softwareVersion, comments, ending };
}

export function emitSshIdentification(view: SshIdentificationView): Uint8Array {
  const comments = view.comments === null ? '' : ` ${view.comments}`;
  const text = `SSH-${view.protocolVersion}-${view.softwareVersion}${comments}${view.ending}`;
  return Uint8Array.from(Buffer.from(text, 'latin1'));
}

interface Reading {
  fields: Field[];
  names: string[];
  end: number;
  problem: string | null;
  /** New keys were announced: what follows is encrypted. */
  encrypted: boolean;
  continues: boolean;
}

function readIdentification(input: Input, at: number, reading: Reading): void {
  const { bytes, end } = input;
  const next = lineEnd(bytes, at, end);
  const view = viewSshIdentification(bytes, at, end);
  const length = next - at - (view?.ending.length ?? 0);
  const text = escapeBytes(bytes, at, at + length);
  const fields: Field[] = [];
  if (view !== null) {
    let place = at + 4;
    const add = (name: string, part: string): void => {
      fields.push(field(name, place, part.length, escapeBytes(bytes, place, place + part.length)));
      place += part.length + 1;
    };
    add('Protocol Version', view.protocolVersion);
    add('Software Version', view.softwareVersion);
    if (view.comments !== null) add('Comments', view.comments);
  }
  reading.fields.push(field('Identification String', at, length, text, text, fields));
  reading.names.push(`Protocol ${text}`);
  reading.end = next;
}

const CONTINUES = 'continues in the next segment';

function readPacket(input: Input, at: number, reading: Reading): void {
  const { bytes, end, wireEnd } = input;
  const packetLength = u32(bytes, at);
  const packetEnd = at + SshPacket.paddingLength + packetLength;
  const s = structure('SSH packet', bytes, at, Math.min(end, packetEnd), packetEnd > end);
  readNumber(s, 'Packet Length', 4, byteCount);
  const padding = readNumber(s, 'Padding Length', 1, byteCount);
  const payloadEnd = packetEnd - (padding ?? 0);
  const code = readNumber(s, 'Message Number', 1, (value) => `${SSH_MESSAGES[value] ?? 'unknown'} (${value})`);
  let name = 'Packet';
  if (code !== null) {
    const body = structure(`SSH ${SSH_MESSAGES[code]}`, bytes, s.at, Math.min(payloadEnd, s.end), payloadEnd > s.end);
    name = readSshMessage(body, code);
    finish(body);
    s.fields.push(...body.fields);
    s.problem ??= body.problem;
    s.at = Math.min(payloadEnd, s.end);
    if (s.at < s.end) readBytes(s, 'Random Padding', s.end - s.at);
  }
  reading.encrypted = code === SshMessage.newKeys;
  const continues = packetEnd > wireEnd;
  reading.continues ||= continues;
  const onWire = Math.min(packetEnd, wireEnd);
  reading.problem ??= onWire > end ? shortfall('SSH packet', onWire - at, end - at, at) : s.problem;
  reading.names.push(name);
  reading.end = s.end;
  const text = continues ? `${name} (${CONTINUES})` : name;
  reading.fields.push({ name: 'Packet', value: code, text, start: at, end: s.end, fields: s.fields });
}

/** A segment holds few packets; each takes 12 bytes at least. */
const MOST_PACKETS = 64;

export function layerSsh(input: Input): Step {
  const { bytes, at, end, wireEnd, scope } = input;
  const reading: Reading = { fields: [], names: [], end: at, problem: null, encrypted: false, continues: false };
  for (let count = 0; reading.end < end; count++) {
    const place = reading.end;
    if (isIdentification(bytes, place, end)) readIdentification(input, place, reading);
    else if (!reading.encrypted && count < MOST_PACKETS && isClearPacket(bytes, place, end)) {
      readPacket(input, place, reading);
    } else {
      reading.fields.push(bytesField('Encrypted Data', bytes, place, end));
      reading.names.push(`Encrypted Data, ${byteCount(wireEnd - place)}`);
      reading.end = end;
    }
  }
  const ports = ssh.tcp!.ports;
  const { sourcePort = 0, destinationPort = 0 } = scope.transport ?? {};
  const fromServer = ports.includes(sourcePort);
  const side = fromServer === ports.includes(destinationPort) ? '' : fromServer ? 'Server: ' : 'Client: ';
  const info = side + [...reading.names, ...(reading.continues ? [CONTINUES] : [])].join(', ');
  return {
    layer: {
      name: 'ssh',
      title: 'SSH',
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
