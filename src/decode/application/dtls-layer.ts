import { setU16, setU32, u16, u32 } from '../../bytes/big-endian.js';
import { concatenate } from '../../bytes/concatenate.js';
import { byteCount, bytesField, type Input, type Step, shortfall } from '../dissector.js';
import type { Field } from '../layer.js';
import { DtlsRecord, isDtlsVersion } from './dtls.js';
import { MAX_ITEMS, readBytes, readNumber, structure } from './structure.js';
import { ContentType } from './tls.js';
import { FRAGMENT_READERS, joinNames, wordText } from './tls-fragments.js';
import { readHandshakes } from './tls-handshake.js';
import { CONTENT_TYPES, HANDSHAKE_TYPES, VERSIONS, versionText } from './tls-names.js';

/** Records of DTLS field by field; specification and offsets stand in dtls.ts. */

export interface DtlsRecordView {
  type: number;
  version: number;
  epoch: number;
  /** 48 bits. */
  sequenceNumber: number;
  /** Of the fragment, as stored. */
  length: number;
  /** The bytes of it that are there; a view, not a copy. */
  fragment: Uint8Array;
}

/** The record at `at`, or null when its 13 bytes do not end by `end`. */
export function viewDtlsRecord(bytes: Uint8Array, at: number, end: number): DtlsRecordView | null {
  if (end - at < DtlsRecord.length) return null;
  const length = u16(bytes, at + DtlsRecord.recordLength);
  const start = at + DtlsRecord.fragment;
  return {
    type: bytes[at],
    version: u16(bytes, at + DtlsRecord.version),
    epoch: u16(bytes, at + DtlsRecord.epoch),
    sequenceNumber:
      u16(bytes, at + DtlsRecord.sequenceNumber) * 2 ** 32 + u32(bytes, at + DtlsRecord.sequenceNumber + 2),
    length,
    fragment: bytes.subarray(start, Math.min(end, start + length)),
  };
}

/** The record's bytes; with `length` its length is that of the fragment. */
export function emitDtlsRecord(view: DtlsRecordView, compute: { length?: boolean } = {}): Uint8Array {
  const bytes = new Uint8Array(DtlsRecord.length);
  bytes[0] = view.type;
  setU16(bytes, DtlsRecord.version, view.version);
  setU16(bytes, DtlsRecord.epoch, view.epoch);
  setU16(bytes, DtlsRecord.sequenceNumber, Math.floor(view.sequenceNumber / 2 ** 32));
  setU32(bytes, DtlsRecord.sequenceNumber + 2, view.sequenceNumber % 2 ** 32);
  setU16(bytes, DtlsRecord.recordLength, compute.length ? view.fragment.length : view.length);
  return concatenate([bytes, view.fragment]);
}

interface Reading {
  fields: Field[];
  names: string[];
  end: number;
  problem: string | null;
}

function readRecord(input: Input, at: number, reading: Reading): void {
  const { bytes, end, wireEnd } = input;
  const available = end - at;
  const isWhole = available >= DtlsRecord.length;
  const length = isWhole ? u16(bytes, at + DtlsRecord.recordLength) : 0;
  const recordEnd = at + DtlsRecord.length + length;
  const s = structure('DTLS record', bytes, at, Math.min(end, recordEnd), end < wireEnd);
  const type = readNumber(s, 'Content Type', 1, (value) => wordText(CONTENT_TYPES, value));
  const version = readNumber(s, 'Version', 2, versionText);
  if (type !== null && version !== null && (CONTENT_TYPES[type] === undefined || !isDtlsVersion(version))) {
    reading.fields.push(bytesField('Unread Bytes', bytes, at, end));
    reading.problem ??= `DTLS record: content type ${type} and version 0x${version.toString(16)} belong to none, at byte ${at}`;
    reading.end = end;
    return;
  }
  const epoch = readNumber(s, 'Epoch', 2);
  readNumber(s, 'Sequence Number', 6);
  let name = (type === null ? undefined : CONTENT_TYPES[type]) ?? 'Record';
  // With connection ids the length stands behind an id whose own length the handshake told (RFC 9146 section 4).
  if (type === ContentType.connectionId) readBytes(s, 'Connection ID and Encrypted Record', end - s.at);
  else if (readNumber(s, 'Length', 2, byteCount) !== null && type !== null && version !== null && epoch !== null) {
    const names = readFragment(s, type, version, epoch, length);
    reading.names.push(...names);
    name = joinNames(names);
  }
  const isConnection = type === ContentType.connectionId;
  if (isConnection) reading.names.push('Encrypted Record with Connection ID');
  else if (isWhole && recordEnd > wireEnd) s.problem = shortfall('DTLS record', recordEnd - at, wireEnd - at, at);
  else if (recordEnd > end) s.problem = shortfall('DTLS record', recordEnd - at, available, at);
  reading.problem ??= s.problem;
  reading.end = s.end;
  reading.fields.push({ name: 'Record', value: type, text: name, start: at, end: s.end, fields: s.fields });
}

/** Everything after the first epoch is encrypted. */
function readFragment(
  s: ReturnType<typeof structure>,
  type: number,
  version: number,
  epoch: number,
  length: number,
): string[] {
  const state = { encrypted: epoch > 0, missing: 0 };
  if (type !== ContentType.handshake) return FRAGMENT_READERS[type](s, state, version, length);
  const isClear = epoch === 0 && s.at < s.end && HANDSHAKE_TYPES[s.bytes[s.at]] !== undefined;
  if (isClear) return readHandshakes(s, { datagram: true, version }).names;
  if (length > 0) readBytes(s, 'Encrypted Handshake Message', length);
  return ['Encrypted Handshake Message'];
}

export function layerDtls(input: Input): Step {
  const { bytes, at, end } = input;
  const reading: Reading = { fields: [], names: [], end: at, problem: null };
  for (let count = 0; reading.end < end; count++) {
    if (count === MAX_ITEMS) {
      reading.problem ??= `DTLS: more than ${MAX_ITEMS} records in a datagram, the rest not listed`;
      reading.fields.push(bytesField('Further Records', bytes, reading.end, end));
      reading.end = end;
    } else readRecord(input, reading.end, reading);
  }
  const version = end - at < 3 ? undefined : VERSIONS[u16(bytes, at + DtlsRecord.version)];
  const info = joinNames(reading.names);
  return {
    layer: {
      name: 'dtls',
      title: 'DTLS',
      summary: [version, info].filter(Boolean).join('  '),
      start: at,
      end: reading.end,
      fields: reading.fields,
      problem: reading.problem,
    },
    next: null,
    column: { info },
  };
}
