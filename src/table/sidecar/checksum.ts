import type { XXHashAPI } from 'xxhash-wasm';
import type { ByteSource } from '../../formats/source.js';

/** XXH64 (seed 0) of some bytes. */
export type Checksum = (bytes: Uint8Array) => bigint;

/** More is hashed in parts: the hash function copies its input into its own memory, which never shrinks. */
const MOST_AT_ONCE = 1024 * 1024;
const BLOCKS = 16;
const BLOCK = 64 * 1024;

let loading: Promise<XXHashAPI> | null = null;

/** Loads the hash function (WebAssembly), once. */
export async function loadChecksum(): Promise<Checksum> {
  loading ??= import('xxhash-wasm').then(({ default: load }) => load());
  const { h64Raw, create64 } = await loading;
  return (bytes) => {
    if (bytes.length <= MOST_AT_ONCE) return h64Raw(bytes);
    const hash = create64();
    for (let at = 0; at < bytes.length; at += MOST_AT_ONCE) hash.update(bytes.subarray(at, at + MOST_AT_ONCE));
    return hash.digest();
  };
}

/**
 * What tells two states of a capture apart beside size and time: the checksum of 16 blocks of 64 KiB, spread evenly from its first byte to its last; of
 * the whole capture when it is not longer than that. Reads 1 MiB at most.
 */
export function fingerprint(source: ByteSource, size: number, checksum: Checksum): bigint {
  const samples = new Uint8Array(Math.min(size, BLOCKS * BLOCK));
  if (samples.length < BLOCKS * BLOCK) {
    readFully(source, samples, 0);
    return checksum(samples);
  }
  for (let i = 0; i < BLOCKS; i++) {
    const place = Math.floor(((size - BLOCK) * i) / (BLOCKS - 1));
    readFully(source, samples.subarray(i * BLOCK, (i + 1) * BLOCK), place);
  }
  return checksum(samples);
}

/** What the source lacks stays 0: a capture that became shorter has another size, which is compared first. */
function readFully(source: ByteSource, target: Uint8Array, position: number): void {
  for (let at = 0; at < target.length; ) {
    const count = source.readSync(target.subarray(at), position + at);
    if (count === 0) return;
    at += count;
  }
}

/** The checksum of one chunk; of several, that of their checksums. */
export function checksumOfAll(chunks: readonly Uint8Array[], checksum: Checksum): bigint {
  if (chunks.length === 1) return checksum(chunks[0]);
  const each = BigUint64Array.from(chunks, (chunk) => checksum(chunk));
  return checksum(new Uint8Array(each.buffer));
}
