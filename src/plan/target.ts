import {
  accessSync,
  type BigIntStats,
  constants,
  fstatSync,
  lstatSync,
  readlinkSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { PcapshError } from '../errors.js';
import type { CaptureFormat } from '../formats/model.js';
import type { FileIdentity } from '../formats/source.js';
import { formatOfTarget } from '../sinks/format.js';
import { systemCode, writeError } from './write-error.js';

/** A file that no target may replace: a source, its index, the session's journal. `identity` as it was when it was opened. */
export interface ProtectedFile {
  path: string;
  identity: FileIdentity | null;
  /** What it is, where it is not a source. */
  role?: 'index' | 'journal';
}

export interface TargetOptions {
  /** `pcap` or `pcapng`; default: by the extension. */
  format?: string;
  /** Format of the first source, for a target that has no extension to go by (`-`, pipes, devices). */
  sourceFormat?: CaptureFormat;
  /** Replace an existing file. */
  force?: boolean;
  /** Everything that the plan or an open handle reads. */
  protectedFiles?: readonly ProtectedFile[];
}

/** A target that has passed every check that can be made before anything is read. */
export interface Target {
  /** As the user gave it. */
  path: string;
  /** The file itself, absolute, links followed; for a stream the path that is opened, `-` for standard output. */
  resolved: string;
  format: CaptureFormat;
  /** `stream`: standard output, a pipe or a device, written as it comes and never verified. */
  kind: 'file' | 'stream';
  /** The file that will be replaced; null when there is none. */
  existing: BigIntStats | null;
  options: TargetOptions;
}

const MOST_LINKS = 40;

/**
 * Checks a target. Throws `refused.source` for a file that is read (even with `force`), `refused.exists` for another existing one without `force`,
 * `write.directory`, `write.folder`, `write.permission` for places where nothing can be written, and `write.format`.
 */
export function createTarget(path: string, options: TargetOptions = {}): Target {
  if (path === '') throw new PcapshError('write.folder', 'a target has an empty name', { kind: 'input' });
  if (path === '-') return standardOutput(options);
  const status = statusOf(path);
  if (status !== null && !status.isFile() && !status.isDirectory()) return deviceTarget(path, status, options);
  if (status?.isDirectory() || path.endsWith('/')) {
    throw new PcapshError('write.directory', `'${path}' is a folder, not a file`, { hint: 'name a file in it' });
  }
  const target: Target = {
    path,
    resolved: resolveTarget(path),
    format: formatOfTarget(path, options.format, null),
    kind: 'file',
    existing: status,
    options,
  };
  checkTarget(target);
  checkFolder(target);
  return target;
}

/** The refusals once more, against what is there now: between the first check and the rename others may have been at work. */
export function checkTarget(target: Target): void {
  const status = statusOf(target.resolved);
  refuseProtected(target.path, target.resolved, status, target.options.protectedFiles ?? []);
  if (status !== null && !target.options.force) {
    throw new PcapshError('refused.exists', `'${target.path}' exists already`, {
      hint: 'another name, or --force to replace it',
    });
  }
}

function standardOutput(options: TargetOptions): Target {
  const status = fstatSync(1, { bigint: true });
  refuseProtected('-', '-', status.isFile() ? status : null, options.protectedFiles ?? []);
  return streamTarget('-', options);
}

function streamTarget(path: string, options: TargetOptions): Target {
  const format = formatOfTarget(path, options.format, options.sourceFormat ?? 'pcap');
  return { path, resolved: path, format, kind: 'stream', existing: null, options };
}

function deviceTarget(path: string, status: BigIntStats, options: TargetOptions): Target {
  if (status.isBlockDevice() && !options.force) {
    throw new PcapshError('refused.exists', `'${path}' is a block device, what is on it would be overwritten`, {
      hint: '--force to write to it',
    });
  }
  refuseProtected(path, path, status, options.protectedFiles ?? []);
  return streamTarget(path, options);
}

/** Throws `refused.source` where `path` is one of `files`, by whatever name or link; for what is not written through a target, such as a saved script. */
export function refuseProtectedPath(path: string, files: readonly ProtectedFile[]): void {
  refuseProtected(path, resolveTarget(path), statusOf(path), files);
}

const WHY_PROTECTED = {
  source: 'being read: a source is never overwritten, even with --force',
  index: 'the index of a capture that is open: it is never overwritten, even with --force',
  journal: 'the journal of this session: it is never overwritten, even with --force',
};

function refuseProtected(
  path: string,
  resolved: string,
  status: BigIntStats | null,
  files: readonly ProtectedFile[],
): void {
  for (const file of files) {
    const now = statusOf(file.path);
    const same =
      resolveTarget(file.path) === resolved ||
      (status !== null &&
        (isSameFile(status, file.identity) || (now !== null && now.dev === status.dev && now.ino === status.ino)));
    if (!same) continue;
    const which = file.path === path ? 'is' : `is the same file as '${file.path}', which is`;
    throw new PcapshError('refused.source', `'${path}' ${which} ${WHY_PROTECTED[file.role ?? 'source']}`, {
      hint: 'write to another file',
    });
  }
}

function isSameFile(status: BigIntStats, identity: FileIdentity | null): boolean {
  return identity !== null && Number(status.dev) === identity.device && Number(status.ino) === identity.inode;
}

/** null when nothing is there, or only a link to nothing. */
function statusOf(path: string): BigIntStats | null {
  try {
    return statSync(path, { bigint: true });
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw writeError(path, error);
  }
}

/** The absolute path of the file itself: a link, even to a file that is still to be made, is followed. */
function resolveTarget(path: string): string {
  let at = resolve(path);
  for (let links = 0; links < MOST_LINKS && isLink(at); links++) at = resolve(dirname(at), readlinkSync(at));
  try {
    return join(realpathSync(dirname(at)), basename(at));
  } catch {
    // The folder is missing, which `checkFolder` says in words.
    return at;
  }
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}

/** A temporary file has to be made in the folder, so the folder has to be writable, whatever the file's own mode. */
function checkFolder(target: Target): void {
  const folder = dirname(target.resolved);
  try {
    if (!statSync(folder).isDirectory()) {
      throw new PcapshError('write.folder', `'${target.path}' cannot be written: '${folder}' is a file, not a folder`);
    }
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw writeError(target.path, error);
  }
}
