import type { ByteSource } from './source.js';

/** Bytes in memory as a source: what tests and libraries read captures from. */
export function openMemorySource(bytes: Uint8Array, name = 'memory'): ByteSource {
  let reached = 0;
  return {
    name,
    path: null,
    seekable: true,
    size: bytes.length,
    rawSize: bytes.length,
    compression: null,
    identity: null,
    readSync(target, position) {
      const part = bytes.subarray(position, position + target.length);
      target.set(part);
      reached = Math.max(reached, position + part.length);
      return part.length;
    },
    async *stream() {
      reached = bytes.length;
      yield bytes;
    },
    get rawPosition() {
      return reached;
    },
    currentSize: () => bytes.length,
    close() {},
  };
}
