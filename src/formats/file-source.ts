import fs from 'node:fs';
import path from 'node:path';
import { PcapshError } from '../errors.js';
import { type ByteSource, type FileIdentity, notSeekable } from './source.js';

const CHUNK = 1024 * 1024;

/** The name that stands for standard input. */
export const STANDARD_INPUT = '-';

/**
 * Opens a file, a named pipe, a device or standard input (`-`). A regular file can seek; a pipe is opened when it is read.
 * Throws `source.missing`, `source.directory` or `source.unreadable`.
 */
export function openFileSource(name: string): ByteSource {
  if (name === STANDARD_INPUT) return streamSource(name, null, () => process.stdin);
  const absolute = path.resolve(name);
  const status = statusOf(name);
  if (status.isDirectory()) {
    throw new PcapshError('source.directory', `${name} is a directory`, { hint: 'name the files in it' });
  }
  if (!status.isFile()) {
    return streamSource(name, absolute, () => fs.createReadStream(absolute, { highWaterMark: CHUNK }));
  }
  return regularSource(name, absolute);
}

function statusOf(name: string): fs.BigIntStats {
  try {
    return fs.statSync(name, { bigint: true });
  } catch (error) {
    throw openingError(name, error);
  }
}

/** The error for a file that cannot be opened or read. */
function openingError(name: string, cause: unknown): PcapshError {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : 'unknown error';
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new PcapshError('source.missing', `${name} does not exist`, { cause });
  if (code === 'EISDIR') return new PcapshError('source.directory', `${name} is a directory`, { cause });
  const why = code === 'EACCES' || code === 'EPERM' ? 'permission denied' : code;
  return new PcapshError('source.unreadable', `${name} cannot be read: ${why}`, { cause });
}

function identityOf(status: fs.BigIntStats): FileIdentity {
  return {
    device: Number(status.dev),
    inode: Number(status.ino),
    size: Number(status.size),
    modifiedNanoseconds: status.mtimeNs,
  };
}

function regularSource(name: string, absolute: string): ByteSource {
  let descriptor: number;
  let identity: FileIdentity;
  try {
    descriptor = fs.openSync(absolute, 'r');
    identity = identityOf(fs.fstatSync(descriptor, { bigint: true }));
  } catch (error) {
    throw openingError(name, error);
  }
  let reached = 0;
  let open = true;
  const readSync = (target: Uint8Array, position: number): number => {
    if (!open) throw new PcapshError('source.closed', `${name} has been closed`);
    try {
      const count = fs.readSync(descriptor, target, 0, target.length, position);
      reached = Math.max(reached, position + count);
      return count;
    } catch (error) {
      throw openingError(name, error);
    }
  };
  return {
    name,
    path: absolute,
    seekable: true,
    size: identity.size,
    rawSize: identity.size,
    compression: null,
    identity,
    readSync,
    async *stream(signal) {
      for (let position = 0; ; ) {
        if (signal?.aborted) return;
        const chunk = new Uint8Array(CHUNK);
        const count = readSync(chunk, position);
        if (count === 0) return;
        position += count;
        yield chunk.subarray(0, count);
      }
    },
    get rawPosition() {
      return reached;
    },
    currentSize: () => (open ? fs.fstatSync(descriptor).size : null),
    close() {
      if (open) fs.closeSync(descriptor);
      open = false;
    },
  };
}

function streamSource(name: string, absolute: string | null, start: () => NodeJS.ReadableStream): ByteSource {
  let reached = 0;
  let input: NodeJS.ReadableStream | null = null;
  const stop = (): void => {
    if (input !== null && 'destroy' in input && typeof input.destroy === 'function') input.destroy();
  };
  return {
    name,
    path: absolute,
    seekable: false,
    size: null,
    rawSize: null,
    compression: null,
    identity: null,
    readSync() {
      throw notSeekable(name);
    },
    async *stream(signal) {
      input = start();
      signal?.addEventListener('abort', stop, { once: true });
      try {
        for await (const chunk of input) {
          const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
          reached += bytes.length;
          yield bytes;
        }
      } catch (error) {
        if (!signal?.aborted) throw openingError(name, error);
      } finally {
        signal?.removeEventListener('abort', stop);
      }
    },
    get rawPosition() {
      return reached;
    },
    currentSize: () => null,
    close: stop,
  };
}
