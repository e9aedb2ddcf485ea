import { hexNumber, setU16, u16 } from '../../bytes/big-endian.js';
import { escapeBytes } from '../../bytes/escape.js';
import {
  byteCount,
  bytesField,
  field,
  header,
  type Input,
  type LayerFunction,
  named,
  type Step,
  shortfall,
} from '../dissector.js';
import type { Field } from '../layer.js';
import { NtpControl, NtpMode, NtpPrivate } from './ntp.js';
import { leapField, modeField, versionField } from './ntp-mode.js';

export interface NtpControlView {
  leap: number;
  version: number;
  mode: number;
  /** R, E, M and the five bits of the opcode. */
  opcode: number;
  sequence: number;
  status: number;
  associationId: number;
  offset: number;
  count: number;
  /** Data, padding, authenticator. */
  rest: Uint8Array;
}

/** The message at `at`, or null when its 12 bytes do not end by `end`. */
export function viewNtpControl(bytes: Uint8Array, at: number, end: number): NtpControlView | null {
  if (end - at < NtpControl.length) return null;
  return {
    leap: bytes[at] >>> 6,
    version: (bytes[at] >>> 3) & 7,
    mode: bytes[at] & 7,
    opcode: bytes[at + NtpControl.opcode],
    sequence: u16(bytes, at + NtpControl.sequence),
    status: u16(bytes, at + NtpControl.status),
    associationId: u16(bytes, at + NtpControl.associationId),
    offset: u16(bytes, at + NtpControl.offset),
    count: u16(bytes, at + NtpControl.count),
    rest: bytes.subarray(at + NtpControl.length, end),
  };
}

/** The message's bytes. */
export function emitNtpControl(view: NtpControlView): Uint8Array {
  const bytes = new Uint8Array(NtpControl.length + view.rest.length);
  bytes.set([(view.leap << 6) | (view.version << 3) | view.mode, view.opcode]);
  setU16(bytes, NtpControl.sequence, view.sequence);
  setU16(bytes, NtpControl.status, view.status);
  setU16(bytes, NtpControl.associationId, view.associationId);
  setU16(bytes, NtpControl.offset, view.offset);
  setU16(bytes, NtpControl.count, view.count);
  bytes.set(view.rest, NtpControl.length);
  return bytes;
}

const OPCODES: Readonly<Record<number, string>> = {
  1: 'read status',
  2: 'read variables',
  3: 'write variables',
  4: 'read clock variables',
  5: 'write clock variables',
  6: 'set trap address',
  7: 'trap response',
  8: 'runtime configuration',
  9: 'export configuration',
  10: 'retrieve remote address statistics',
  11: 'retrieve ordered list',
  12: 'request client-specific nonce',
  31: 'unset trap address',
};

function bit(name: string, bytes: Uint8Array, at: number, mask: number): Field {
  const set = (bytes[at] & mask) !== 0;
  return field(name, at, 1, set, set ? 'set' : 'not set');
}

/** What stands behind the data: zeros up to four bytes, then perhaps a key identifier and digest. */
function readRest(bytes: Uint8Array, at: number, end: number, count: number): Field[] {
  const dataEnd = Math.min(at + count, end);
  const fields: Field[] = [];
  if (dataEnd > at) fields.push(field('Data', at, dataEnd - at, escapeBytes(bytes, at, dataEnd)));
  const padded = Math.min(at + Math.ceil(count / 4) * 4, end);
  if (padded > dataEnd) fields.push(bytesField('Padding', bytes, dataEnd, padded));
  if (end > padded) fields.push(bytesField('Authenticator', bytes, padded, end));
  return fields;
}

const readControl = header('NTP control header', NtpControl.length, (input: Input): Step => {
  const { bytes, at, end } = input;
  const view = viewNtpControl(bytes, at, end)!;
  const response = (view.opcode & 0x80) !== 0;
  const opcode = view.opcode & 31;
  const data = at + NtpControl.length;
  const kind = response ? (view.opcode & 0x40 ? 'error' : 'response') : 'request';
  const info = `control ${kind} ${named(OPCODES, opcode)} sequence ${view.sequence}`;
  return {
    layer: {
      name: 'ntp',
      title: 'NTP',
      summary: `${info}  ${byteCount(view.count)} of data`,
      start: at,
      end,
      fields: [
        leapField(bytes, at),
        versionField(bytes, at),
        modeField(bytes, at),
        bit('R', bytes, at + NtpControl.opcode, 0x80),
        bit('E', bytes, at + NtpControl.opcode, 0x40),
        bit('M', bytes, at + NtpControl.opcode, 0x20),
        field('OpCode', at + NtpControl.opcode, 1, opcode, named(OPCODES, opcode)),
        field('Sequence Number', at + NtpControl.sequence, 2, view.sequence),
        field('Status', at + NtpControl.status, 2, view.status, hexNumber(view.status, 4)),
        field('Association ID', at + NtpControl.associationId, 2, view.associationId),
        field('Offset', at + NtpControl.offset, 2, view.offset),
        field('Count', at + NtpControl.count, 2, view.count),
        ...readRest(bytes, data, end, view.count),
      ],
      problem: data + view.count > end ? shortfall('NTP control data', view.count, end - data, data) : null,
    },
    next: null,
    column: { info },
  };
});

export interface NtpPrivateView {
  /** R, M, version and mode. */
  flags: number;
  /** A and the sequence. */
  sequence: number;
  implementation: number;
  requestCode: number;
  /** Err and the number of data items. */
  items: number;
  /** Zeros and the size of an item. */
  size: number;
  rest: Uint8Array;
}

/** The message at `at`, or null when its 8 bytes do not end by `end`. */
export function viewNtpPrivate(bytes: Uint8Array, at: number, end: number): NtpPrivateView | null {
  if (end - at < NtpPrivate.length) return null;
  return {
    flags: bytes[at],
    sequence: bytes[at + NtpPrivate.sequence],
    implementation: bytes[at + NtpPrivate.implementation],
    requestCode: bytes[at + NtpPrivate.requestCode],
    items: u16(bytes, at + NtpPrivate.items),
    size: u16(bytes, at + NtpPrivate.size),
    rest: bytes.subarray(at + NtpPrivate.length, end),
  };
}

/** The message's bytes. */
export function emitNtpPrivate(view: NtpPrivateView): Uint8Array {
  const bytes = new Uint8Array(NtpPrivate.length + view.rest.length);
  bytes.set([view.flags, view.sequence, view.implementation, view.requestCode]);
  setU16(bytes, NtpPrivate.items, view.items);
  setU16(bytes, NtpPrivate.size, view.size);
  bytes.set(view.rest, NtpPrivate.length);
  return bytes;
}

const IMPLEMENTATIONS: Readonly<Record<number, string>> = { 0: 'universal', 2: 'XNTPD old', 3: 'XNTPD' };
/** Those that are asked for in attacks; the rest is told by number. */
const REQUESTS: Readonly<Record<number, string>> = { 0: 'PEER_LIST', 20: 'MON_GETLIST', 42: 'MON_GETLIST_1' };

const readPrivate = header('NTP private header', NtpPrivate.length, (input: Input): Step => {
  const { bytes, at, end } = input;
  const { flags, sequence, implementation, requestCode: code, items, size } = viewNtpPrivate(bytes, at, end)!;
  const response = (flags & 0x80) !== 0;
  const info = `private ${response ? 'response' : 'request'} ${named(REQUESTS, code)}`;
  const fields = [
    bit('R', bytes, at, 0x80),
    bit('M', bytes, at, 0x40),
    versionField(bytes, at),
    modeField(bytes, at),
    bit('A', bytes, at + NtpPrivate.sequence, 0x80),
    field('Sequence', at + NtpPrivate.sequence, 1, sequence & 127),
    field('Implementation', at + NtpPrivate.implementation, 1, implementation, named(IMPLEMENTATIONS, implementation)),
    field('Request Code', at + NtpPrivate.requestCode, 1, code, named(REQUESTS, code)),
    field('Err', at + NtpPrivate.items, 1, items >>> 12),
    field('Number of Data Items', at + NtpPrivate.items, 2, items & 0xfff),
    field('MBZ', at + NtpPrivate.size, 1, size >>> 12),
    field('Size of Data Item', at + NtpPrivate.size, 2, size & 0xfff),
  ];
  if (end > at + NtpPrivate.length) fields.push(bytesField('Data', bytes, at + NtpPrivate.length, end));
  const needed = (items & 0xfff) * (size & 0xfff);
  const available = end - at - NtpPrivate.length;
  return {
    layer: {
      name: 'ntp',
      title: 'NTP',
      summary: `${info}  ${items & 0xfff} items of ${byteCount(size & 0xfff)}`,
      start: at,
      end,
      fields,
      problem:
        response && needed > available
          ? shortfall('NTP private data', needed, available, at + NtpPrivate.length)
          : null,
    },
    next: null,
    column: { info },
  };
});

/** The layer of a message of mode 6 or 7. */
export const layerNtpControl: LayerFunction = (input) =>
  (input.bytes[input.at] & 7) === NtpMode.control ? readControl(input) : readPrivate(input);
