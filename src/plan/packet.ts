import type { Application } from '../decode/application.js';
import type { Dissection } from '../decode/dissect.js';
import type { Layer } from '../decode/layer.js';
import { type PacketBatch, TIME_EXACT } from '../formats/batch.js';
import { type Nanos, nanosFromParts } from '../time.js';
import { NO_NOTES, type PacketNotes, packetNotes } from './packet-notes.js';
import type { SourceFile } from './source-file.js';

/** One packet, for people and libraries; the engine's loops never make one. */
export interface Packet {
  /** 1-based over its source file; stays through every selection and edit. */
  readonly number: number;
  /** 1-based ordinal of its file among those loaded together. */
  readonly file: number;
  /** null: it has none. */
  readonly timestamp: Nanos | null;
  readonly capturedLength: number;
  readonly originalLength: number;
  /** Counts over the whole file. */
  readonly interfaceId: number;
  /** LINKTYPE_ number. */
  readonly linkType: number;
  /** Byte offset of its record in the (uncompressed) source. */
  readonly offset: number;
  readonly data: Uint8Array;
  readonly comments: readonly string[];
  readonly direction: 'inbound' | 'outbound' | null;
  /** Everything that is known of its headers; made when first asked for. */
  readonly dissection: Dissection;
  readonly layers: readonly Layer[];
  /** Names of its layers as in Wireshark's frame.protocols; behind them that of its application where its flow alone tells that. */
  readonly protocols: readonly string[];
  /**
   * Name of what its transport payload is part of, as in frame.protocols: recognized by its own content or else remembered of its flow. A table knows the
   * whole flow; on a stream a flow is known from the first of its packets on that was recognized. null: not known, or there is no payload.
   */
  readonly application: string | null;
  /** Addresses of the outermost IP header, null without one. */
  readonly source: string | null;
  readonly destination: string | null;
  /** Transport payload as captured. */
  readonly payload: Uint8Array;
}

type Decoders = typeof import('../decode/dissect.js');

let decoders: Decoders | null = null;

/**
 * Loads what takes packets apart: a large part of the program, of which most commands need nothing. Whoever hands out packets awaits this first, since their
 * layers are made when they are asked for.
 */
export async function loadDecoders(): Promise<void> {
  decoders ??= await import('../decode/dissect.js');
}

function loadedDecoders(): Decoders {
  if (decoders === null) throw new TypeError('a packet was handed out before its decoders were loaded');
  return decoders;
}

/** Packet `i` of a batch, with its bytes copied: it outlives the batch. Its layers need `loadDecoders`. `carried`: what its flow is known to carry. */
export function packetOf(
  batch: PacketBatch,
  i: number,
  source: SourceFile,
  ordinal: number,
  carried: Application | null = null,
): Packet {
  const start = batch.start[i];
  const interfaceId = batch.interface[i];
  const { description } = source;
  const { linkType, fcsLength } = description.interfaces[interfaceId];
  const data = batch.bytes.slice(start, start + batch.length[i]);
  const record =
    description.format === 'pcapng'
      ? batch.bytes.slice(batch.recordStart[i], batch.recordStart[i] + batch.recordLength[i])
      : null;
  const section = description.sections[description.interfaces[interfaceId].section];
  let notes: PacketNotes | null = null;
  let decoded: Dissection | null = null;
  const note = (): PacketNotes => (notes ??= record === null ? NO_NOTES : packetNotes(record, section.byteOrder));
  const decode = (): Dissection =>
    (decoded ??= loadedDecoders().dissection(data, linkType, batchOriginal, { fcsLength }));
  const batchOriginal = batch.originalLength[i];
  return {
    number: batch.number[i],
    file: ordinal + 1,
    timestamp: timeOf(batch, i),
    capturedLength: batch.length[i],
    originalLength: batchOriginal,
    interfaceId,
    linkType,
    offset: batch.position + batch.recordStart[i],
    data,
    get comments() {
      return note().comments;
    },
    get direction() {
      return note().direction;
    },
    get dissection() {
      return decode();
    },
    get layers() {
      return decode().layers;
    },
    get protocols() {
      const { protocols, application } = decode();
      return application === null && carried !== null ? [...protocols, carried.name] : protocols;
    },
    get application() {
      return (decode().application ?? carried)?.name ?? null;
    },
    get source() {
      return decode().source;
    },
    get destination() {
      return decode().destination;
    },
    get payload() {
      const { start: from, end } = decode().payload;
      return data.subarray(from, end);
    },
  };
}

/** Time of packet `i` of a batch; null: it has none. */
export function timeOf(batch: PacketBatch, i: number): Nanos | null {
  if ((batch.flags[i] & TIME_EXACT) !== 0) return batch.exactTimes.get(i) ?? null;
  return nanosFromParts(batch.seconds[i], batch.nanoseconds[i]);
}
