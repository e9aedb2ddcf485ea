import { hexNumber } from '../../bytes/big-endian.js';
import { little16, little32, setLittle16, setLittle32 } from '../../bytes/little-endian.js';
import { bytesField, field, firstProblem, type Input, named, type Step, shortfall } from '../dissector.js';
import type { Field } from '../layer.js';
import { flagWords } from './flag-words.js';
import { SmbTransport, streamProtocolLength } from './smb-transport.js';
import { isSmb2, Smb2Mark } from './smb2.js';
import { COMMAND_NAMES, FLAG_NAMES, PRIORITY_MASK, Smb2Flag, STATUS_NAMES } from './smb2-names.js';
import { transformFields } from './smb2-transform.js';

/** SMB 2 and 3: MS-SMB2 section 2.2.1, the packet header. What commands say is not read. Offsets in bytes; numbers are little-endian. */
export const Smb2 = {
  protocolId: 0,
  structureSize: 4,
  creditCharge: 6,
  status: 8,
  command: 12,
  credits: 14,
  flags: 16,
  nextCommand: 20,
  messageId: 24,
  treeId: 36,
  sessionId: 40,
  signature: 48,
  length: 64,
} as const;

export interface Smb2View {
  /** 0xFE, 'S', 'M', 'B' as a little-endian number. */
  protocolId: number;
  structureSize: number;
  creditCharge: number;
  /** Of a response; in a request ChannelSequence and Reserved. */
  status: number;
  command: number;
  credits: number;
  flags: number;
  /** Distance to the next header of the compound in bytes, 0 in the last. */
  nextCommand: number;
  messageId: bigint;
  /** AsyncId, or Reserved below TreeId. */
  asyncId: bigint;
  sessionId: bigint;
  signature: Uint8Array;
}

function little64(bytes: Uint8Array, at: number): bigint {
  return BigInt(little32(bytes, at)) | (BigInt(little32(bytes, at + 4)) << 32n);
}

function setLittle64(bytes: Uint8Array, at: number, value: bigint): void {
  setLittle32(bytes, at, Number(value & 0xffffffffn));
  setLittle32(bytes, at + 4, Number(value >> 32n));
}

/** The header at `at`, behind any transport header; null when its 64 bytes do not end by `end`. */
export function viewSmb2(bytes: Uint8Array, at: number, end: number): Smb2View | null {
  if (end - at < Smb2.length) return null;
  return {
    protocolId: little32(bytes, at),
    structureSize: little16(bytes, at + Smb2.structureSize),
    creditCharge: little16(bytes, at + Smb2.creditCharge),
    status: little32(bytes, at + Smb2.status),
    command: little16(bytes, at + Smb2.command),
    credits: little16(bytes, at + Smb2.credits),
    flags: little32(bytes, at + Smb2.flags),
    nextCommand: little32(bytes, at + Smb2.nextCommand),
    messageId: little64(bytes, at + Smb2.messageId),
    asyncId: little64(bytes, at + Smb2.messageId + 8),
    sessionId: little64(bytes, at + Smb2.sessionId),
    signature: bytes.subarray(at + Smb2.signature, at + Smb2.length),
  };
}

/** The header's bytes. */
export function emitSmb2(view: Smb2View): Uint8Array {
  const bytes = new Uint8Array(Smb2.length);
  setLittle32(bytes, 0, view.protocolId);
  setLittle16(bytes, Smb2.structureSize, view.structureSize);
  setLittle16(bytes, Smb2.creditCharge, view.creditCharge);
  setLittle32(bytes, Smb2.status, view.status);
  setLittle16(bytes, Smb2.command, view.command);
  setLittle16(bytes, Smb2.credits, view.credits);
  setLittle32(bytes, Smb2.flags, view.flags);
  setLittle32(bytes, Smb2.nextCommand, view.nextCommand);
  setLittle64(bytes, Smb2.messageId, view.messageId);
  setLittle64(bytes, Smb2.messageId + 8, view.asyncId);
  setLittle64(bytes, Smb2.sessionId, view.sessionId);
  bytes.set(view.signature, Smb2.signature);
  return bytes;
}

function bigField(name: string, at: number, value: bigint): Field {
  const plain = value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value.toString();
  return field(name, at, 8, plain, `0x${value.toString(16).padStart(16, '0')}`);
}

function protocolField(bytes: Uint8Array, at: number): Field {
  return { ...bytesField('ProtocolId', bytes, at, at + 4), text: `${hexNumber(bytes[at], 2)} SMB` };
}

function statusFields(view: Smb2View, bytes: Uint8Array, at: number): Field[] {
  const place = at + Smb2.status;
  if (view.flags & Smb2Flag.response) {
    return [field('Status', place, 4, view.status, named(STATUS_NAMES, view.status, hexNumber(view.status, 8)))];
  }
  return [
    field('ChannelSequence', place, 2, little16(bytes, place)),
    field('Reserved', place + 2, 2, little16(bytes, place + 2)),
  ];
}

function headerFields(view: Smb2View, bytes: Uint8Array, at: number): Field[] {
  const isResponse = (view.flags & Smb2Flag.response) !== 0;
  const priority = (view.flags & PRIORITY_MASK) >>> 4;
  const bits = FLAG_NAMES.map(([bit, name]) =>
    field(name, at + Smb2.flags, 4, (view.flags & bit) !== 0, view.flags & bit ? 'set' : 'not set'),
  );
  const identity =
    view.flags & Smb2Flag.async
      ? [bigField('AsyncId', at + 32, view.asyncId)]
      : [
          field('Reserved', at + 32, 4, little32(bytes, at + 32)),
          field(
            'TreeId',
            at + Smb2.treeId,
            4,
            little32(bytes, at + Smb2.treeId),
            hexNumber(little32(bytes, at + Smb2.treeId), 8),
          ),
        ];
  return [
    protocolField(bytes, at),
    field('StructureSize', at + Smb2.structureSize, 2, view.structureSize),
    field('CreditCharge', at + Smb2.creditCharge, 2, view.creditCharge),
    ...statusFields(view, bytes, at),
    field('Command', at + Smb2.command, 2, view.command, named(COMMAND_NAMES, view.command)),
    field(isResponse ? 'CreditResponse' : 'CreditRequest', at + Smb2.credits, 2, view.credits),
    field('Flags', at + Smb2.flags, 4, view.flags, flagWords(FLAG_NAMES, view.flags, 8), [
      ...bits,
      field('PRIORITY', at + Smb2.flags, 4, priority),
    ]),
    field('NextCommand', at + Smb2.nextCommand, 4, view.nextCommand),
    bigField('MessageId', at + Smb2.messageId, view.messageId),
    ...identity,
    bigField('SessionId', at + Smb2.sessionId, view.sessionId),
    bytesField('Signature', bytes, at + Smb2.signature, at + Smb2.length),
  ];
}

/** "Session Setup Response, STATUS_LOGON_FAILURE" */
function infoOf(view: Smb2View): string {
  const words = (COMMAND_NAMES[view.command] ?? `Command ${view.command}`).toLowerCase().replaceAll('_', ' ');
  const title = words.replace(/\b[a-z]/g, (letter) => letter.toUpperCase());
  if ((view.flags & Smb2Flag.response) === 0) return `${title} Request`;
  const status = view.status === 0 ? '' : `, ${STATUS_NAMES[view.status] ?? hexNumber(view.status, 8)}`;
  return `${title} Response${status}`;
}

/** The transport header as a layer of its own, as Wireshark shows it; the message behind it is found by its mark. */
function readTransport(input: Input): Step {
  const { bytes, at, wireEnd } = input;
  const length = streamProtocolLength(bytes, at);
  const start = at + SmbTransport.length;
  const goesOn = start + length > wireEnd ? `, ${wireEnd - start} in this segment` : '';
  return {
    layer: {
      name: 'nbss',
      title: 'Direct TCP',
      summary: `length ${length}${goesOn}`,
      start: at,
      end: start,
      fields: transportFields(bytes, at),
      problem: null,
    },
    next: { table: 'application', key: 0, at: start, wireEnd },
  };
}

/** The message ends where another transport header with a message behind it begins, if one does: nothing in the message itself tells its length. */
function messageEnd({ bytes, at, end, wireEnd }: Input): number {
  const last = end - SmbTransport.length - 4;
  for (let i = at + Smb2.length; i <= last; i++) {
    if (bytes[i] === 0 && bytes[i + 5] === 0x53 && isSmb2(bytes, i, end)) return i;
  }
  return wireEnd;
}

export function layerSmb2(input: Input): Step {
  const { bytes, at, end, wireEnd } = input;
  if (bytes[at] === 0) return readTransport(input);
  const wire = messageEnd(input);
  const available = Math.max(0, Math.min(end, wire) - at);
  const made = (fields: Field[], info: string, to: number, problem: string | null): Step => ({
    layer: { name: 'smb2', title: 'SMB2', summary: info, start: at, end: to, fields, problem },
    next: to < end && problem === null ? { table: 'application', key: 0, at: to, wireEnd } : null,
    column: { info },
  });
  if (bytes[at] !== Smb2Mark.header) {
    const isTransform = bytes[at] === Smb2Mark.transform;
    const { fields, problem } = transformFields(isTransform, bytes, at, at + available);
    return made(fields, isTransform ? 'Encrypted SMB3' : 'Compressed SMB3', at + available, problem);
  }
  const view = viewSmb2(bytes, at, at + available);
  if (view === null) {
    const problem = shortfall('SMB2 header', Smb2.length, available, at);
    const fields = available < 4 ? [] : [protocolField(bytes, at)];
    return made(fields, `cut after ${available} of ${Smb2.length} bytes`, at + available, problem);
  }
  const isCompound = view.nextCommand >= Smb2.length && at + view.nextCommand < wire;
  const last = Math.min(end, isCompound ? at + view.nextCommand : wire);
  const fields = headerFields(view, bytes, at);
  if (last > at + Smb2.length) fields.push(bytesField('Data', bytes, at + Smb2.length, last));
  const problem = firstProblem(
    view.structureSize !== Smb2.length &&
      `SMB2 StructureSize: ${view.structureSize}, ${Smb2.length} required, at byte ${at + Smb2.structureSize}`,
    view.nextCommand > 0 &&
      view.nextCommand < Smb2.length &&
      `SMB2 NextCommand: ${view.nextCommand}, at least ${Smb2.length} required, at byte ${at + Smb2.nextCommand}`,
  );
  return made(fields, infoOf(view), last, problem);
}

export function transportFields(bytes: Uint8Array, at: number): Field[] {
  return [field('Zero', at, 1, bytes[at]), field('StreamProtocolLength', at + 1, 3, streamProtocolLength(bytes, at))];
}
