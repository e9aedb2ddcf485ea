import { closeSync, mkdtempSync, openSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PcapshError, throwIfCancelled } from '../errors.js';
import { COMPRESSION_DAMAGED } from '../formats/compression.js';
import { openFileSource } from '../formats/file-source.js';
import type { ByteSource } from '../formats/source.js';
import type { RunOptions } from '../progress.js';
import { removeAtEnd, removeLeftover } from './leftovers.js';

/** Room that is left free on the disk that holds temporary files, bytes. */
const RESERVE = 256 * 1024 * 1024;
/** Free space is looked at anew after so many bytes. */
const CHECK_EVERY = 64 * 1024 * 1024;

export interface Spool {
  /** The spooled bytes, seekable. */
  source: ByteSource;
  /** Closes and deletes the copy. */
  end(): void;
}

/**
 * Copies what cannot seek (standard input, a pipe, a compressed file) once to a private temporary file: mode 0600 in a folder of mode 0700, deleted when the process ends, by a signal too.
 * Ends with `spool.full` rather than fill the disk.
 */
export async function spoolSource(source: ByteSource, options: RunOptions = {}): Promise<Spool> {
  const folder = mkdtempSync(join(tmpdir(), 'pcapsh-'));
  removeAtEnd(folder);
  const path = join(folder, 'spool');
  let problem: string | null;
  try {
    problem = await copy(source, path, folder, options);
  } catch (error) {
    removeLeftover(folder);
    throw error;
  }
  const spooled = openFileSource(path);
  return {
    source: named(spooled, source.name, problem),
    end() {
      spooled.close();
      removeLeftover(folder);
    },
  };
}

/** The spooled file under the name that the user knows. */
function named(spooled: ByteSource, name: string, problem: string | null): ByteSource {
  return {
    ...spooled,
    name,
    problem,
    get rawPosition() {
      return spooled.rawPosition;
    },
  };
}

/** Answers what broke the data off, null when they ended as they should: what was there before is a capture still. */
async function copy(source: ByteSource, path: string, folder: string, options: RunOptions): Promise<string | null> {
  const file = openSync(path, 'wx', 0o600);
  let copied = 0;
  let nextCheck = 0;
  try {
    for await (const chunk of source.stream(options.signal)) {
      throwIfCancelled(options.signal);
      if (copied >= nextCheck) {
        checkFree(folder, copied, source.name);
        nextCheck = copied + CHECK_EVERY;
      }
      for (let at = 0; at < chunk.length; ) at += writeSync(file, chunk, at);
      copied += chunk.length;
      options.onProgress?.({ done: source.rawPosition, total: source.rawSize, unit: 'bytes' });
    }
    return null;
  } catch (error) {
    if (error instanceof PcapshError && error.code === COMPRESSION_DAMAGED) return error.message;
    throw error;
  } finally {
    closeSync(file);
  }
}

function checkFree(folder: string, copied: number, name: string): void {
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize >= RESERVE) return;
  throw new PcapshError(
    'spool.full',
    `${name} cannot seek and its copy outgrew the free space of ${tmpdir()}: ${copied} bytes copied, ${bavail * bsize} bytes free`,
    {
      hint: 'set TMPDIR to a larger disk, or save it to a file first',
    },
  );
}
