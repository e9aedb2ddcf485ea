import {
  closeSync,
  fchmodSync,
  fchownSync,
  fdatasync,
  fstatSync,
  fsync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { PcapshError } from '../errors.js';
import { ChunkedOutput } from '../sinks/output.js';
import type { SinkReport } from '../sinks/sink.js';
import { keepLeftover, removeLeftover } from './leftovers.js';
import type { Target } from './target.js';
import { createTemporary } from './temporary.js';
import { type Verified, verifyFile } from './verify.js';
import { type Follower, startFollower } from './verify-follower.js';
import { workerFile } from './worker-file.js';
import { systemCode, writeError } from './write-error.js';

/** A smaller file is verified in this thread: starting a worker takes 40 ms. */
const FOLLOW_BYTES = 8 * 1024 * 1024;
/** So much is written before the disk is told to begin with it, so that the last fsync finds little left (measured on 1.1 GB: 8 ms instead of 0.4 s). */
const SYNC_BYTES = 64 * 1024 * 1024;

/** Writes one target: first a temporary file beside it, then, when all is well, that file in its place. */
export interface TargetWriter {
  readonly target: Target;
  readonly output: ChunkedOutput;
  /** All bytes are out: on the disk, read back and counted. Returns what was found; the target is still as it was. */
  finish(report: SinkReport): Promise<Verified | null>;
  /** Puts the file in its place. */
  publish(): void;
  /** Nothing of it remains. */
  discard(): void;
}

interface FileWriter {
  target: Target;
  path: string;
  descriptor: number;
  written: number;
  syncedTo: number;
  /** The fdatasync that is on its way. */
  syncing: Promise<void> | null;
  follower: Follower | null;
  open: boolean;
}

/** Opens a writer for a target of kind `file`. Throws as `writeError`. */
export function openFileWriter(target: Target): TargetWriter {
  const writer = begin(target);
  return {
    target,
    output: new ChunkedOutput((chunk) => write(writer, chunk)),
    finish: (report) => finish(writer, report),
    publish: () => publish(writer),
    discard: () => discard(writer),
  };
}

function begin(target: Target): FileWriter {
  try {
    const { path, descriptor } = createTemporary(target.resolved);
    return { target, path, descriptor, written: 0, syncedTo: 0, syncing: null, follower: null, open: true };
  } catch (error) {
    throw writeError(target.path, error);
  }
}

function write(writer: FileWriter, chunk: Uint8Array): void {
  try {
    for (let at = 0; at < chunk.length; ) at += writeSync(writer.descriptor, chunk, at, chunk.length - at);
  } catch (error) {
    throw writeError(writer.target.path, error);
  }
  writer.written += chunk.length;
  if (writer.follower !== null) writer.follower.notify();
  else if (writer.written >= FOLLOW_BYTES) follow(writer);
  if (writer.syncing === null && writer.written - writer.syncedTo >= SYNC_BYTES) startSync(writer);
}

function follow(writer: FileWriter): void {
  const file = workerFile('verify-worker');
  if (file !== null) writer.follower = startFollower(file, writer.path, writer.target.format);
}

/** Errors of this early one are left to the last fsync, which meets them too. */
function startSync(writer: FileWriter): void {
  writer.syncedTo = writer.written;
  writer.syncing = new Promise((resolve) => {
    fdatasync(writer.descriptor, () => {
      writer.syncing = null;
      resolve();
    });
  });
}

async function finish(writer: FileWriter, report: SinkReport): Promise<Verified> {
  const { target, descriptor, follower } = writer;
  await writer.syncing;
  keepModeAndOwner(descriptor, target);
  const synced = new Promise<void>((resolve, reject) => {
    fsync(descriptor, (error) => (error === null ? resolve() : reject(writeError(target.path, error))));
  });
  writer.syncing = synced.catch(() => undefined);
  const found =
    follower === null ? Promise.resolve().then(() => verifyFile(descriptor, target.format)) : follower.finish();
  const [verified] = await Promise.all([found, synced]);
  if (verified.packets !== report.packets || verified.bytes !== report.bytes) {
    throw new PcapshError(
      'write.verify',
      `what was written does not read back: ${report.packets} packets in ${report.bytes} bytes written, ${verified.packets} in ${verified.bytes} found`,
    );
  }
  return verified;
}

/** A replaced file's mode and owner; a new file's mode is what the umask leaves of rw-rw-rw-. */
function keepModeAndOwner(descriptor: number, { path, existing }: Target): void {
  try {
    if (existing === null) {
      fchmodSync(descriptor, 0o666 & ~process.umask());
      return;
    }
    const own = fstatSync(descriptor, { bigint: true });
    if (own.uid !== existing.uid || own.gid !== existing.gid) {
      fchownSync(descriptor, Number(existing.uid), Number(existing.gid));
    }
    fchmodSync(descriptor, Number(existing.mode) & 0o7777);
  } catch (error) {
    throw new PcapshError('write.owner', `'${path}' cannot be replaced: its owner and mode cannot be kept`, {
      cause: error,
      hint: 'write to another file',
    });
  }
}

/** A new target is linked, which fails where a rename would silently replace what has come there meanwhile. */
function publish(writer: FileWriter): void {
  const { target, path } = writer;
  try {
    if (target.options.force || !linked(path, target.resolved)) renameSync(path, target.resolved);
    else unlinkSync(path);
    keepLeftover(path);
    syncFolder(dirname(target.resolved));
  } catch (error) {
    throw writeError(target.path, error);
  }
  close(writer);
}

/** False where the file system has no hard links. */
function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') {
      throw new PcapshError('refused.exists', `'${to}' has come into being meanwhile`, {
        hint: 'another name, or --force to replace it',
      });
    }
    return false;
  }
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function discard(writer: FileWriter): void {
  if (!writer.open) return;
  writer.follower?.stop();
  removeLeftover(writer.path);
  // A descriptor must not be closed, and perhaps given to another file, while it is still being synced.
  void (writer.syncing ?? Promise.resolve()).then(() => close(writer));
}

function close(writer: FileWriter): void {
  if (!writer.open) return;
  writer.open = false;
  closeSync(writer.descriptor);
}
