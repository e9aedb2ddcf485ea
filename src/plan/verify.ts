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

/** The length of the record or block that begins at `at`, where LONGEST_HEADER bytes or all that is left can be seen. */
interface Walk {
  /** Bytes that must be seen to tell a record's length. */
  headerLength: number;
  packets: number;
  measure(view: DataView, at: number): number;
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
    const length = walk.measure(view, at);
    if (length < walk.headerLength) throw damaged(offset, `a record of ${length} bytes`);
    next = offset + length;
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
      if (next !== position)
        throw damaged(position, `the end of the file, ${next - position} bytes before the end of a record`);
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
  };
  return walk;
}

function walkPcapng(): Walk {
  let little = true;
  const walk: Walk = {
    headerLength: BLOCK_OVERHEAD,
    packets: 0,
    measure: (view, at) => {
      const type = view.getUint32(at, little);
      if (type === BlockType.sectionHeader) little = sectionByteOrder(view, at) === 'little';
      else if (type === BlockType.enhancedPacket || type === BlockType.simplePacket || type === BlockType.packet)
        walk.packets++;
      return view.getUint32(at + 4, little);
    },
  };
  return walk;
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
