import { hexNumber, u16, u32 } from '../../bytes/big-endian.js';
import { byteCount, bytesField, field, named } from '../dissector.js';
import type { Field } from '../layer.js';
import { type Bits, bits, enumeration, type Form, hex, lay, type Part, raw } from '../layout.js';
import { type ListKind, type ParameterList, readList, SCTP_CAUSES, SCTP_PARAMETERS } from './sctp-parameters.js';

/**
 * What the chunks of SCTP hold: RFC 9260 section 3.3; authentication RFC 4895, I-DATA RFC 8260, stream reconfiguration RFC 6525, padding RFC 4820, forward
 * TSN RFC 3758, address reconfiguration RFC 5061.
 */
export const SctpChunkType = {
  data: 0,
  init: 1,
  initAck: 2,
  sack: 3,
  heartbeat: 4,
  heartbeatAck: 5,
  abort: 6,
  shutdown: 7,
  shutdownAck: 8,
  error: 9,
  cookieEcho: 10,
  cookieAck: 11,
  ecne: 12,
  cwr: 13,
  shutdownComplete: 14,
  authentication: 15,
  interleavedData: 64,
  asconfAck: 128,
  reconfiguration: 130,
  padding: 132,
  forwardTsn: 192,
  asconf: 193,
  interleavedForwardTsn: 194,
} as const;

/** Payload protocols that IANA has registered and that networks carry. */
const PAYLOAD_PROTOCOLS: Readonly<Record<number, string>> = {
  1: 'IUA',
  2: 'M2UA',
  3: 'M3UA',
  4: 'SUA',
  5: 'M2PA',
  6: 'V5UA',
  7: 'H.248',
  8: 'BICC/Q.2150.3',
  9: 'TALI',
  10: 'DUA',
  11: 'ASAP',
  12: 'ENRP',
  13: 'H.323',
  18: 'S1AP',
  24: 'SBc-AP',
  27: 'X2AP',
  46: 'Diameter',
  47: 'Diameter over DTLS',
  50: 'WebRTC DCEP',
  51: 'WebRTC string',
  53: 'WebRTC binary',
  60: 'NGAP',
  61: 'XnAP',
};

const DATA_FLAGS: readonly Bits[] = [
  [8, 'I'],
  [4, 'U'],
  [2, 'B'],
  [1, 'E'],
];
const T_FLAG: readonly Bits[] = [[1, 'T']];

interface Content {
  name: string;
  flags?: readonly Bits[];
  parts?: readonly Part[];
  /** What follows the parts. */
  rest?: ListKind | Part | ((bytes: Uint8Array, at: number, end: number) => Field[]);
}

const INIT_PARTS: readonly Part[] = [
  ['Initiate Tag', 4, hex],
  ['Advertised Receiver Window Credit (a_rwnd)', 4],
  ['Number of Outbound Streams', 2],
  ['Number of Inbound Streams', 2],
  ['Initial TSN', 4],
];
const PPID: Part = ['Payload Protocol Identifier', 4, enumeration(PAYLOAD_PROTOCOLS)];

/** Gap blocks, then duplicates, as many as the counts say and as there is room for. */
function sackBlocks(bytes: Uint8Array, at: number, end: number): Field[] {
  const [gaps, duplicates] = [u16(bytes, at - 4), u16(bytes, at - 2)];
  const fields: Field[] = [];
  let place = at;
  for (let index = 0; index < gaps && place + 4 <= end; index++, place += 4) {
    fields.push(
      field('Gap Ack Block Start', place, 2, u16(bytes, place)),
      field('Gap Ack Block End', place + 2, 2, u16(bytes, place + 2)),
    );
  }
  for (let index = 0; index < duplicates && place + 4 <= end; index++, place += 4)
    fields.push(field('Duplicate TSN', place, 4, u32(bytes, place)));
  if (place < end) fields.push(bytesField('Chunk Value', bytes, place, end));
  return fields;
}

/** Entries of the same parts, one behind the other. */
function entries(...parts: Part[]): (bytes: Uint8Array, at: number, end: number) => Field[] {
  const size = parts.reduce((sum, [, length]) => sum + length, 0);
  return (bytes, at, end) => {
    const fields: Field[] = [];
    let place = at;
    for (; place + size <= end; place += size) fields.push(...lay('', bytes, place, end, parts).fields);
    if (place < end) fields.push(bytesField('Chunk Value', bytes, place, end));
    return fields;
  };
}

const CONTENTS: Readonly<Record<number, Content>> = {
  [SctpChunkType.data]: {
    name: 'DATA',
    flags: DATA_FLAGS,
    parts: [['TSN', 4], ['Stream Identifier', 2], ['Stream Sequence Number', 2], PPID],
    rest: ['User Data', 0, raw],
  },
  [SctpChunkType.init]: { name: 'INIT', parts: INIT_PARTS, rest: SCTP_PARAMETERS },
  [SctpChunkType.initAck]: { name: 'INIT ACK', parts: INIT_PARTS, rest: SCTP_PARAMETERS },
  [SctpChunkType.sack]: {
    name: 'SACK',
    parts: [
      ['Cumulative TSN Ack', 4],
      ['Advertised Receiver Window Credit (a_rwnd)', 4],
      ['Number of Gap Ack Blocks', 2],
      ['Number of Duplicate TSNs', 2],
    ],
    rest: sackBlocks,
  },
  [SctpChunkType.heartbeat]: { name: 'HEARTBEAT', rest: SCTP_PARAMETERS },
  [SctpChunkType.heartbeatAck]: { name: 'HEARTBEAT ACK', rest: SCTP_PARAMETERS },
  [SctpChunkType.abort]: { name: 'ABORT', flags: T_FLAG, rest: SCTP_CAUSES },
  [SctpChunkType.shutdown]: { name: 'SHUTDOWN', parts: [['Cumulative TSN Ack', 4]] },
  [SctpChunkType.shutdownAck]: { name: 'SHUTDOWN ACK' },
  [SctpChunkType.error]: { name: 'ERROR', rest: SCTP_CAUSES },
  [SctpChunkType.cookieEcho]: { name: 'COOKIE ECHO', rest: ['Cookie', 0, raw] },
  [SctpChunkType.cookieAck]: { name: 'COOKIE ACK' },
  [SctpChunkType.ecne]: { name: 'ECNE', parts: [['Lowest TSN Number', 4]] },
  [SctpChunkType.cwr]: { name: 'CWR', parts: [['Lowest TSN Number', 4]] },
  [SctpChunkType.shutdownComplete]: { name: 'SHUTDOWN COMPLETE', flags: T_FLAG },
  [SctpChunkType.authentication]: {
    name: 'AUTH',
    parts: [
      ['Shared Key Identifier', 2],
      ['HMAC Identifier', 2, enumeration({ 1: 'SHA-1', 3: 'SHA-256' })],
    ],
    rest: ['HMAC', 0, raw],
  },
  [SctpChunkType.interleavedData]: {
    name: 'I-DATA',
    flags: DATA_FLAGS,
    parts: [
      ['TSN', 4],
      ['Stream Identifier', 2],
      ['Reserved', 2],
      ['Message Identifier', 4],
      ['Payload Protocol Identifier or Fragment Sequence Number', 4],
    ],
    rest: ['User Data', 0, raw],
  },
  [SctpChunkType.asconfAck]: { name: 'ASCONF-ACK', parts: [['Sequence Number', 4]], rest: SCTP_PARAMETERS },
  [SctpChunkType.reconfiguration]: { name: 'RE-CONFIG', rest: SCTP_PARAMETERS },
  [SctpChunkType.padding]: { name: 'PAD', rest: ['Padding Data', 0, raw] },
  [SctpChunkType.forwardTsn]: {
    name: 'FORWARD-TSN',
    parts: [['New Cumulative TSN', 4]],
    rest: entries(['Stream', 2], ['Stream Sequence', 2]),
  },
  [SctpChunkType.asconf]: { name: 'ASCONF', parts: [['Sequence Number', 4]], rest: SCTP_PARAMETERS },
  [SctpChunkType.interleavedForwardTsn]: {
    name: 'I-FORWARD-TSN',
    parts: [['New Cumulative TSN', 4]],
    rest: entries(['Stream Identifier', 2], ['Reserved and U', 2, hex], ['Message Identifier', 4]),
  },
};

export function sctpChunkName(type: number): string {
  return CONTENTS[type]?.name ?? `chunk ${type}`;
}

function restFields(content: Content | undefined, bytes: Uint8Array, at: number, end: number): ParameterList {
  const rest = content?.rest;
  if (at >= end) return { fields: [], problem: null };
  if (typeof rest === 'function') return { fields: rest(bytes, at, end), problem: null };
  if (rest !== undefined && 'kinds' in rest) return readList(rest, bytes, at, end);
  const [name, , form]: Part = rest ?? ['Chunk Value', 0, raw];
  return lay('', bytes, at, end, [[name, end - at, form as Form]]);
}

/** Fixed parts of a chunk may be short of its own length, or of the capture: only the former is the chunk's fault. */
export function readChunk(type: number, length: number, bytes: Uint8Array, at: number, end: number, isCut: boolean) {
  const content = CONTENTS[type];
  const name = content?.name ?? `Chunk ${type}`;
  const flags = bytes[at + 1];
  const laid = lay(`SCTP ${name} chunk content`, bytes, at + 4, end, content?.parts ?? []);
  const rest = laid.problem === null ? restFields(content, bytes, laid.at, end) : { fields: [], problem: null };
  if (laid.problem !== null && laid.at < end) rest.fields = [bytesField('Chunk Value', bytes, laid.at, end)];
  const flagBits = content?.flags === undefined ? null : bits(content.flags)(bytes, at + 1, 1);
  const fields: Field[] = [
    field('Chunk Type', at, 1, type, named({ [type]: name }, type)),
    field('Chunk Flags', at + 1, 1, flags, flagBits?.text ?? hexNumber(flags, 2), flagBits?.fields),
    field('Chunk Length', at + 2, 2, length),
    ...laid.fields,
    ...rest.fields,
  ];
  return {
    field: field(name, at, end - at, type, `${byteCount(length)}, flags ${hexNumber(flags, 2)}`, fields),
    problem: isCut ? null : (laid.problem ?? rest.problem),
  };
}
