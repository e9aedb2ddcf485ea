import { type BigIntStats, statSync } from 'node:fs';
import { PcapshError } from '../errors.js';
import type { ByteSource } from '../formats/source.js';

/**
 * Throws `source.changed` when a source is no longer the file that was opened: gone, another file under its name, shorter, or of the same size with
 * another modification time. One that has only grown is all right: a capture that is still being written is read as far as it had come.
 */
export function requireUnchanged(sources: readonly ByteSource[]): void {
  for (const { name, path, identity } of sources) {
    if (path === null || identity === null) continue;
    const now = statOf(path);
    const why =
      now === null
        ? 'it is gone'
        : Number(now.dev) !== identity.device || Number(now.ino) !== identity.inode
          ? 'another file has its name'
          : Number(now.size) < identity.size
            ? `it has shrunk from ${identity.size} to ${now.size} bytes`
            : Number(now.size) === identity.size && now.mtimeNs !== identity.modifiedNanoseconds
              ? 'it has been written to'
              : null;
    if (why === null) continue;
    throw new PcapshError('source.changed', `'${name}' changed while it was read: ${why}`, {
      hint: 'nothing was written; load it again',
    });
  }
}

/** Throws `source.changed` when a file that has been read to its end has lost bytes meanwhile: what looked like its end was none. */
export function requireNotShrunk(source: ByteSource): void {
  const now = source.currentSize();
  if (source.size === null || now === null || now >= source.size) return;
  const why = `it has shrunk from ${source.size} to ${now} bytes`;
  throw new PcapshError('source.changed', `'${source.name}' changed while it was read: ${why}`, {
    hint: 'load it again',
  });
}

function statOf(path: string): BigIntStats | null {
  return statSync(path, { bigint: true, throwIfNoEntry: false }) ?? null;
}
