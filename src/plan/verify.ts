import { createHash } from 'node:crypto';
import { readSync } from 'node:fs';
import { PcapshError } from '../errors.js';
import type { CaptureFormat } from '../formats/model.js';
import { decodePcapHeader, PCAP_HEADER_LENGTH, pcapByteOrder } from '../formats/pcap/header.js';
import { capturedLength, type RecordLayout, recordLayout } from '../formats/pcap/record.js';
import { BLOCK_OVERHEAD, BlockType } from '../formats/pcapng/block.js';
import { sectionByteOrder } from '../formats/pcapng/section-header.js';

/** Bytes that are read back at once. */
export const VERIFY_CHUNK = 1024 * 1024;
/** No record begins with more than this many bytes that the walk has to see. */
const LONGEST_HEADER = 24;
/** Bytes of the second length of a block. */
const TRAILER = 4;

export interface Verified {
  packets: number;
  bytes: number;
  /** SHA-256 of all bytes, hex. */
  sha256: string;
}

/** Walks a capture that was written, chunk by chunk in order, and hashes it. `finish` throws `write.verify` when the last record is not whole. */
export interface Verifier {
  take(chunk: Uint8Array): void;
  finish(): Verified;
}

/** How one format's records are followed. A step begins with the end of the record before, where that tells its length again (pcapng). */
interface Walk {
  /** Bytes that must be seen for a step. */
  headerLength: number;
  /** Bytes that end the file behind the last step: the trailer of the last block. */
  trailerLength: number;
  packets: number;
  /** Length of the step that begins at `at`, `offset` bytes into the file. Throws `write.verify` where it makes no sense. */
  measure(view: DataView, at: number, offset: number): number;
  /** Checks what ends the file. */
  end(view: DataView, offset: number): void;
}

/**
 * A verifier of one file. It follows the records through their own length fields, apart from the code that wrote them, and throws `write.verify` with
 * the byte offset where one makes no sense.
 */
export function createVerifier(format: CaptureFormat): Verifier {
  const hash = createHash('sha256');
  const walk = format === 'pcap' ? walkPcap() : walkPcapng();
  const carry = new Uint8Array(LONGEST_HEADER);
  let carried = 0;
  let position = 0;
  let next = 0;

  function measure(view: DataView, at: number, offset: number): void {
    next = offset + walk.measure(view, at, offset);
  }

  /** The header that began in an earlier chunk. */
  function completeCarried(chunk: Uint8Array): boolean {
    const missing = walk.headerLength - carried;
    const part = chunk.subarray(0, missing);
    carry.set(part, carried);
    carried += part.length;
    if (carried < walk.headerLength) return false;
    measure(new DataView(carry.buffer), 0, next);
    carried = 0;
    return true;
  }

  return {
    take: (chunk) => {
      hash.update(chunk);
      const end = position + chunk.length;
      if (carried === 0 || completeCarried(chunk)) {
        const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.length);
        while (next + walk.headerLength <= end) measure(view, next - position, next);
        if (next < end) {
          carry.set(chunk.subarray(next - position));
          carried = end - next;
        }
      }
      position = end;
    },
    finish: () => {
      const left = position - next;
      if (left !== walk.trailerLength)
        throw damaged(position, `${left - walk.trailerLength} bytes beyond a record at the end`);
      walk.end(new DataView(carry.buffer), next);
      return { packets: walk.packets, bytes: position, sha256: hash.digest('hex') };
    },
  };
}

function damaged(offset: number, what: string): PcapshError {
  return new PcapshError('write.verify', `what was written does not read back: ${what} at byte ${offset}`, {
    hint: 'the target is left as it was; check the disk, then write again',
  });
}

function walkPcap(): Walk {
  let layout: RecordLayout | null = null;
  const walk: Walk = {
    headerLength: PCAP_HEADER_LENGTH,
    trailerLength: 0,
    packets: 0,
    measure: (view, at) => {
      if (layout !== null) {
        walk.packets++;
        return layout.headerLength + capturedLength(layout, view, at);
      }
      const bytes = new Uint8Array(view.buffer, view.byteOffset + at, PCAP_HEADER_LENGTH);
      const byteOrder = pcapByteOrder(bytes);
      if (byteOrder === null) throw damaged(0, 'no pcap header');
      layout = recordLayout(decodePcapHeader(bytes, byteOrder), byteOrder);
      walk.headerLength = layout.headerLength;
      return PCAP_HEADER_LENGTH;
    },
    end: () => undefined,
  };
  return walk;
}

/** Each step but the first begins with the trailer of the block before. */
function walkPcapng(): Walk {
  let little = true;
  let length = 0;
  function checkTrailer(view: DataView, at: number, offset: number): void {
    const trailer = view.getUint32(at, little);
    if (trailer !== length) throw damaged(offset, `a block with lengths ${length} and ${trailer}`);
  }
  const walk: Walk = {
    headerLength: BLOCK_OVERHEAD,
    trailerLength: 0,
    packets: 0,
    measure: (view, at, offset) => {
      const { trailerLength } = walk;
      if (trailerLength > 0) checkTrailer(view, at, offset);
      const block = at + trailerLength;
      const type = view.getUint32(block, little);
      if (type === BlockType.sectionHeader) little = sectionByteOrder(view, block) === 'little';
      else if (isPacket(type)) walk.packets++;
      length = view.getUint32(block + 4, little);
      if (length < BLOCK_OVERHEAD) throw damaged(offset + trailerLength, `a block of ${length} bytes`);
      walk.trailerLength = TRAILER;
      walk.headerLength = TRAILER + BLOCK_OVERHEAD;
      return trailerLength + length - TRAILER;
    },
    end: (view, offset) => checkTrailer(view, 0, offset),
  };
  return walk;
}

function isPacket(type: number): boolean {
  return type === BlockType.enhancedPacket || type === BlockType.simplePacket || type === BlockType.packet;
}

/** Reads a finished file back and verifies it in this thread. */
export function verifyFile(descriptor: number, format: CaptureFormat): Verified {
  const verifier = createVerifier(format);
  const chunk = new Uint8Array(VERIFY_CHUNK);
  for (let position = 0; ; ) {
    const count = readSync(descriptor, chunk, 0, chunk.length, position);
    if (count === 0) return verifier.finish();
    verifier.take(count === chunk.length ? chunk : chunk.subarray(0, count));
    position += count;
  }
}
