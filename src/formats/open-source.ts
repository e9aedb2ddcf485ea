import { concatenate } from '../bytes/concatenate.js';
import { decompress } from './compression.js';
import { detectCompression } from './detect.js';
import { openFileSource } from './file-source.js';
import { type ByteSource, notSeekable } from './source.js';

/**
 * Opens whatever `name` is: a file, a named pipe, a device or standard input (`-`), compressed by gzip or zstd or not. A compressed file cannot
 * seek; `rawSize` and `rawPosition` tell how far its reading has come. Throws what `openFileSource` throws.
 */
export function openSource(name: string): ByteSource {
  const source = openFileSource(name);
  if (!source.seekable) return sniffingSource(source);
  const head = new Uint8Array(4);
  const compression = detectCompression(head.subarray(0, source.readSync(head, 0)));
  return compression === null ? source : compressedSource(source, compression);
}

/** A file that is decompressed while it is read. */
export function compressedSource(source: ByteSource, compression: 'gzip' | 'zstd'): ByteSource {
  return {
    name: source.name,
    path: source.path,
    seekable: false,
    size: null,
    rawSize: source.rawSize,
    compression,
    identity: source.identity,
    readSync() {
      throw notSeekable(source.name);
    },
    stream: (signal) => decompress(source.stream(signal), compression),
    get rawPosition() {
      return source.rawPosition;
    },
    currentSize: () => source.currentSize(),
    close: () => source.close(),
  };
}

/** A pipe, whose compression is known once its first bytes have come. */
function sniffingSource(source: ByteSource): ByteSource {
  let compression: 'gzip' | 'zstd' | null = null;
  return {
    name: source.name,
    path: source.path,
    seekable: false,
    size: null,
    rawSize: null,
    get compression() {
      return compression;
    },
    identity: null,
    readSync: (target, position) => source.readSync(target, position),
    async *stream(signal) {
      const chunks = source.stream(signal)[Symbol.asyncIterator]();
      const head = await firstBytes(chunks);
      compression = detectCompression(head);
      const whole = behind(head, chunks);
      yield* compression === null ? whole : decompress(whole, compression);
    },
    get rawPosition() {
      return source.rawPosition;
    },
    currentSize: () => null,
    close: () => source.close(),
  };
}

/** Chunks until there are at least four bytes, joined. */
async function firstBytes(chunks: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  while (length < 4) {
    const next = await chunks.next();
    if (next.done) break;
    parts.push(next.value);
    length += next.value.length;
  }
  return concatenate(parts);
}

async function* behind(head: Uint8Array, chunks: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head;
  for (;;) {
    const next = await chunks.next();
    if (next.done) return;
    yield next.value;
  }
}
