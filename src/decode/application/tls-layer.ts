import { setU16, u16 } from '../../bytes/big-endian.js';
import { concatenate } from '../../bytes/concatenate.js';
import { byteCount, bytesField, type Input, type Step, shortfall } from '../dissector.js';
import type { Field } from '../layer.js';
import { MAX_ITEMS, readNumber, structure } from './structure.js';
import { isSsl2Hello, Ssl2Hello } from './tls.js';
import { FRAGMENT_READERS, joinNames, type RecordState, wordText } from './tls-fragments.js';
import { CONTENT_TYPES, VERSIONS, versionText } from './tls-names.js';
import { readSsl2Hello } from './tls-ssl2.js';

/** TLS records: RFC 8446 section 5.1, RFC 5246 section 6.2. Offsets in bytes. */
export const TlsRecord = { type: 0, version: 1, recordLength: 3, fragment: 5, length: 5 } as const;

/** Of a fragment: RFC 5246 section 6.2.3. */
const LONGEST = 16384 + 2048;

export interface TlsRecordView {
  type: number;
  version: number;
  /** Of the fragment, as stored. */
  length: number;
  /** The bytes of it that are there; a view, not a copy. */
  fragment: Uint8Array;
}

/** The record at `at`, or null when its 5 bytes do not end by `end`. */
export function viewTlsRecord(bytes: Uint8Array, at: number, end: number): TlsRecordView | null {
  if (end - at < TlsRecord.length) return null;
  const length = u16(bytes, at + TlsRecord.recordLength);
  const start = at + TlsRecord.fragment;
  return {
    type: bytes[at],
    version: u16(bytes, at + TlsRecord.version),
    length,
    fragment: bytes.subarray(start, Math.min(end, start + length)),
  };
}

/** The record's bytes; with `length` its length is that of the fragment. */
export function emitTlsRecord(view: TlsRecordView, compute: { length?: boolean } = {}): Uint8Array {
  const bytes = new Uint8Array(TlsRecord.length);
  bytes[0] = view.type;
  setU16(bytes, TlsRecord.version, view.version);
  setU16(bytes, TlsRecord.recordLength, compute.length ? view.fragment.length : view.length);
  return concatenate([bytes, view.fragment]);
}

/** The records of a segment, and what of the next one's header stands behind them. */
export interface TlsView {
  records: TlsRecordView[];
  rest: Uint8Array;
}

/** null when not one record header is there. */
export function viewTls(bytes: Uint8Array, at: number, end: number): TlsView | null {
  const records: TlsRecordView[] = [];
  let place = at;
  for (;;) {
    const record = viewTlsRecord(bytes, place, end);
    if (record === null) break;
    records.push(record);
    place += TlsRecord.length + record.fragment.length;
  }
  return records.length === 0 ? null : { records, rest: bytes.subarray(place, end) };
}

export function emitTls(view: TlsView, compute: { length?: boolean } = {}): Uint8Array {
  return concatenate([...view.records.map((record) => emitTlsRecord(record, compute)), view.rest]);
}

const CONTINUES = 'continues in the next segment';

interface Reading {
  fields: Field[];
  names: string[];
  end: number;
  problem: string | null;
  continues: boolean;
}

/** The record at `at`: its field, and where the next one begins. */
function readRecord(input: Input, at: number, state: RecordState, reading: Reading): void {
  const { bytes, end, wireEnd } = input;
  const available = end - at;
  const length = available < TlsRecord.length ? 0 : u16(bytes, at + TlsRecord.recordLength);
  const recordEnd = at + TlsRecord.length + length;
  const onWire = Math.min(recordEnd, wireEnd);
  const s = structure('TLS record', bytes, at, Math.min(end, recordEnd), recordEnd > end);
  const type = readNumber(s, 'Content Type', 1, (value) => wordText(CONTENT_TYPES, value));
  const version = readNumber(s, 'Version', 2, versionText);
  readNumber(s, 'Length', 2, byteCount);
  const read = type === null ? undefined : FRAGMENT_READERS[type];
  let name = (type === null ? undefined : CONTENT_TYPES[type]) ?? 'Record';
  if (type !== null && version !== null && (read === undefined || version >>> 8 !== 3)) {
    reading.fields.push(bytesField('Unread Bytes', bytes, at, end));
    reading.problem ??= `TLS record: content type ${type} and version 0x${version.toString(16)} belong to none, at byte ${at}`;
    reading.end = end;
    return;
  }
  if (available >= TlsRecord.length && read !== undefined && version !== null) {
    if (length > LONGEST)
      s.problem ??= `TLS record length: ${length} bytes, at most ${LONGEST} allowed, at byte ${at + TlsRecord.recordLength}`;
    const names = read(s, state, version, length);
    reading.names.push(...names);
    name = joinNames(names);
  }
  const continues = recordEnd > wireEnd;
  reading.continues ||= continues;
  if (onWire > end) s.problem = shortfall('TLS record', onWire - at, available, at);
  reading.problem ??= s.problem;
  reading.end = s.end;
  const text = continues ? `${name} (${CONTINUES})` : name;
  reading.fields.push({ name: 'Record', value: type, text, start: at, end: s.end, fields: s.fields });
}

export function layerTls(input: Input): Step {
  const { bytes, at, end } = input;
  if (isSsl2Hello(bytes, at, end)) return layerSsl2(input);
  const reading: Reading = { fields: [], names: [], end: at, problem: null, continues: false };
  const state: RecordState = { encrypted: false, missing: 0 };
  for (let count = 0; reading.end < end; count++) {
    if (count === MAX_ITEMS) {
      reading.problem ??= `TLS: more than ${MAX_ITEMS} records in a segment, the rest not listed`;
      reading.fields.push(bytesField('Further Records', bytes, reading.end, end));
      reading.end = end;
    } else readRecord(input, reading.end, state, reading);
  }
  const joined = joinNames(reading.names);
  const info = reading.continues || state.missing > 0 ? [joined, CONTINUES].filter(Boolean).join(', ') : joined;
  return {
    layer: {
      name: 'tls',
      title: 'TLS',
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

function layerSsl2({ bytes, at, end, wireEnd }: Input): Step {
  const messageEnd = at + 2 + (u16(bytes, at + Ssl2Hello.length) & 0x7fff);
  const s = structure('SSL 2.0 Client Hello', bytes, at, Math.min(end, messageEnd), messageEnd > end);
  readSsl2Hello(s);
  const info = `Client Hello in SSL 2.0 form, ${VERSIONS[u16(bytes, at + Ssl2Hello.version)]}`;
  const onWire = Math.min(messageEnd, wireEnd);
  const problem = onWire > end ? shortfall('SSL 2.0 Client Hello', onWire - at, end - at, at) : s.problem;
  return {
    layer: { name: 'tls', title: 'TLS', summary: info, start: at, end: s.end, fields: s.fields, problem },
    next: null,
    column: { info: messageEnd > wireEnd ? `${info}, ${CONTINUES}` : info },
  };
}
