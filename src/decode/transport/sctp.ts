import { hexNumber, setU16, setU32, u16, u32 } from '../../bytes/big-endian.js';
import { checksumField, crc32c, unverified, type Verdict, verdictSummary } from '../checksum.js';
import { bytesField, field, header, type Input, type Protocol, type Step, shortfall } from '../dissector.js';
import type { Field } from '../layer.js';
import { readChunk, SctpChunkType, sctpChunkName } from './sctp-chunks.js';

/** Stream Control Transmission Protocol: RFC 9260 section 3. Offsets in bytes: common header, then of a chunk, then of a DATA chunk. */
export const Sctp = { sourcePort: 0, destinationPort: 2, verificationTag: 4, checksum: 8, length: 12 } as const;
export const SctpChunk = { type: 0, flags: 1, chunkLength: 2, length: 4 } as const;
export const SctpData = { tsn: 4, streamIdentifier: 8, streamSequence: 10, payloadProtocol: 12, length: 16 } as const;

export interface SctpView {
  sourcePort: number;
  destinationPort: number;
  verificationTag: number;
  /** As stored, read big-endian. */
  checksum: number;
}

export interface SctpChunkView {
  type: number;
  flags: number;
  /** Header included, padding not. */
  length: number;
}

/** The common header at `at`, or null when its 12 bytes do not end by `end`. */
export function viewSctp(bytes: Uint8Array, at: number, end: number): SctpView | null {
  if (end - at < Sctp.length) return null;
  return {
    sourcePort: u16(bytes, at),
    destinationPort: u16(bytes, at + Sctp.destinationPort),
    verificationTag: u32(bytes, at + Sctp.verificationTag),
    checksum: u32(bytes, at + Sctp.checksum),
  };
}

/** The common header's bytes; with `chunks` (all that follows) the checksum is computed. */
export function emitSctp(view: SctpView, compute: { chunks?: Uint8Array } = {}): Uint8Array {
  const { chunks } = compute;
  const bytes = new Uint8Array(Sctp.length + (chunks?.length ?? 0));
  setU16(bytes, 0, view.sourcePort);
  setU16(bytes, Sctp.destinationPort, view.destinationPort);
  setU32(bytes, Sctp.verificationTag, view.verificationTag);
  if (chunks !== undefined) bytes.set(chunks, Sctp.length);
  setU32(bytes, Sctp.checksum, chunks === undefined ? view.checksum : crc32c(bytes, 0, bytes.length, Sctp.checksum));
  return bytes.subarray(0, Sctp.length);
}

/** The header of the chunk at `at`, or null when its 4 bytes do not end by `end`. */
export function viewSctpChunk(bytes: Uint8Array, at: number, end: number): SctpChunkView | null {
  if (end - at < SctpChunk.length) return null;
  return { type: bytes[at], flags: bytes[at + SctpChunk.flags], length: u16(bytes, at + SctpChunk.chunkLength) };
}

export function emitSctpChunk(view: SctpChunkView): Uint8Array {
  const bytes = new Uint8Array(SctpChunk.length);
  bytes[0] = view.type;
  bytes[SctpChunk.flags] = view.flags;
  setU16(bytes, SctpChunk.chunkLength, view.length);
  return bytes;
}

/** Chunks that the line about a packet names: a jumbo one may hold thousands. */
const NAMES_SHOWN = 8;

interface ChunkList {
  fields: Field[];
  names: string[];
  /** Where the user data of the first DATA chunk is; empty without one. */
  data: { start: number; end: number } | null;
  problem: string | null;
}

function readChunks(input: Input, start: number): ChunkList {
  const { bytes, end, wireEnd } = input;
  const list: ChunkList = { fields: [], names: [], data: null, problem: null };
  let place = start;
  while (place < end) {
    const view = viewSctpChunk(bytes, place, end);
    if (view === null) {
      list.problem = shortfall('SCTP chunk header', SctpChunk.length, end - place, place);
      break;
    }
    const stop = place + Math.max(SctpChunk.length, view.length);
    const chunk = readChunk(view.type, view.length, bytes, place, Math.min(end, stop), stop > end);
    list.fields.push(chunk.field);
    list.names.push(sctpChunkName(view.type));
    list.problem ??= chunk.problem;
    if (view.length < SctpChunk.length) {
      list.problem = `SCTP chunk length: ${view.length} bytes, at least ${SctpChunk.length} required, at byte ${place + SctpChunk.chunkLength}`;
      break;
    }
    if (stop > wireEnd) {
      if (!input.scope.quoted && !input.scope.fragment)
        list.problem ??= shortfall('SCTP chunk', view.length, wireEnd - place, place);
    }
    if (view.type === SctpChunkType.data && list.data === null && place + SctpData.length <= Math.min(end, stop)) {
      list.data = { start: place + SctpData.length, end: Math.min(stop, wireEnd) };
    }
    // Chunks are padded to a multiple of 4 bytes.
    place = stop + ((4 - (view.length & 3)) & 3);
    if (stop < Math.min(end, place)) list.fields.push(bytesField('Chunk Padding', bytes, stop, Math.min(end, place)));
  }
  return list;
}

function judge(input: Input, checksum: number): Verdict {
  const { bytes, at, end, wireEnd } = input;
  const place = at + Sctp.checksum;
  const reason = input.cut || wireEnd > end ? 'packet cut' : 'fragment';
  if (input.cut || wireEnd > end || input.scope.fragment)
    return { ...unverified(bytes, place, reason), stored: checksum };
  const correct = crc32c(bytes, at, wireEnd, place);
  if (correct === checksum) return { state: 'ok', stored: checksum, correct };
  return { state: checksum === 0 ? 'offload' : 'wrong', stored: checksum, correct };
}

const layerSctp = header('SCTP header', Sctp.length, (input: Input): Step => {
  const { bytes, at, end, wireEnd } = input;
  const view = viewSctp(bytes, at, end)!;
  const start = at + Sctp.length;
  const chunks = readChunks(input, start);
  const verdict = judge(input, view.checksum);
  const more = chunks.names.length - NAMES_SHOWN;
  const names = chunks.names.slice(0, NAMES_SHOWN).join(', ') + (more > 0 ? ` and ${more} more` : '');
  const tag = hexNumber(view.verificationTag, 8);
  const data = chunks.data;
  return {
    layer: {
      name: 'sctp',
      title: 'SCTP',
      summary: `${view.sourcePort} → ${view.destinationPort}  ${names}  tag ${tag}${verdictSummary(verdict)}`,
      start: at,
      end,
      fields: [
        field('Source Port Number', at, 2, view.sourcePort),
        field('Destination Port Number', at + Sctp.destinationPort, 2, view.destinationPort),
        field('Verification Tag', at + Sctp.verificationTag, 4, view.verificationTag, tag),
        checksumField('Checksum', at + Sctp.checksum, verdict, 4),
        ...chunks.fields,
      ],
      problem: chunks.problem,
    },
    next: data === null ? null : { table: 'data', key: 0, at: data.start, wireEnd: Math.max(data.start, data.end) },
    payload: { start: Math.min(start, end), wireEnd: Math.max(start, wireEnd) },
    column: { sourcePort: view.sourcePort, destinationPort: view.destinationPort, info: names },
  };
});

export const sctp: Protocol = { name: 'sctp', title: 'SCTP', specification: 'RFC 9260', layer: layerSctp };
