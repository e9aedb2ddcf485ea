import { concatenate } from '../../bytes/concatenate.js';
import type { ByteOrder, RawOption } from '../model.js';
import { BlockType, bodyOf, encodeBlock, padded, viewOf } from './block.js';
import { decodeOptions, encodeOptions } from './options.js';

/** Record types (section 4.5). */
export const NameRecord = { end: 0, ipv4: 1, ipv6: 2, eui48: 3, eui64: 4 } as const;
/** Options of a name resolution block. */
export const NameOption = { dnsName: 2, dnsIpv4Address: 3, dnsIpv6Address: 4 } as const;

const ADDRESS_LENGTHS: Readonly<Record<number, number>> = { 1: 4, 2: 16, 3: 6, 4: 8 };

/** A record: an address and its names; a record of an unknown type has no address, its bytes are in `rest`. */
export interface ResolvedName {
  type: number;
  address: Uint8Array;
  names: string[];
  /** Bytes that are neither an address nor NUL-terminated names. */
  rest: Uint8Array;
}

/** Name Resolution Block. */
export interface NameResolution {
  records: ResolvedName[];
  options: RawOption[];
  problem: string | null;
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** Decodes a whole block, as far as its records are right. Throws a RangeError when it is no name resolution block. */
export function decodeNameResolution(bytes: Uint8Array, byteOrder: ByteOrder): NameResolution {
  const body = bodyOf(bytes, byteOrder, BlockType.nameResolution, 0, 'name resolution');
  const view = viewOf(body);
  const little = byteOrder === 'little';
  const records: ResolvedName[] = [];
  let at = 0;
  while (body.length - at >= 4) {
    const type = view.getUint16(at, little);
    const length = view.getUint16(at + 2, little);
    at += 4;
    if (type === NameRecord.end) return { records, ...decodeOptions(body.subarray(at), byteOrder) };
    if (length > body.length - at) {
      const problem = `name record: ${length} bytes required, ${body.length - at} available`;
      return { records, options: [], problem };
    }
    records.push(decodeRecord(type, body.subarray(at, at + length)));
    at += padded(length);
  }
  return { records, options: [], problem: body.length > 0 ? 'name records: no nrb_record_end' : null };
}

function decodeRecord(type: number, value: Uint8Array): ResolvedName {
  const addressLength = ADDRESS_LENGTHS[type];
  if (addressLength === undefined || value.length < addressLength) {
    return { type, address: new Uint8Array(0), names: [], rest: value };
  }
  const names: string[] = [];
  let at = addressLength;
  for (;;) {
    const end = value.indexOf(0, at);
    if (end < 0) break;
    names.push(decoder.decode(value.subarray(at, end)));
    at = end + 1;
  }
  return { type, address: value.subarray(0, addressLength), names, rest: value.subarray(at) };
}

/** Encodes a whole block. Throws a RangeError for a record above 65,535 bytes. */
export function encodeNameResolution(block: Omit<NameResolution, 'problem'>, byteOrder: ByteOrder): Uint8Array {
  const parts = block.records.map((record) => encodeRecord(record, byteOrder));
  parts.push(new Uint8Array(4), encodeOptions(block.options, byteOrder));
  return encodeBlock(BlockType.nameResolution, concatenate(parts), byteOrder);
}

function encodeRecord(record: ResolvedName, byteOrder: ByteOrder): Uint8Array {
  const names = record.names.map((name) => encoder.encode(`${name}\0`));
  const value = concatenate([record.address, ...names, record.rest]);
  if (value.length > 0xffff) throw new RangeError(`name record: at most 65535 bytes possible, ${value.length} given`);
  const bytes = new Uint8Array(4 + padded(value.length));
  const view = viewOf(bytes);
  view.setUint16(0, record.type, byteOrder === 'little');
  view.setUint16(2, value.length, byteOrder === 'little');
  bytes.set(value, 4);
  return bytes;
}
