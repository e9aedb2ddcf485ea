import { PcapshError } from '../errors.js';

const REASONS: Readonly<Record<string, readonly [code: string, reason: string, hint: string]>> = {
  ENOSPC: ['write.no-space', 'no space is left on its disk', 'free some space, or write to another disk'],
  EDQUOT: ['write.no-space', 'the disk quota is used up', 'free some space, or write to another disk'],
  EFBIG: ['write.no-space', 'the file would be larger than its file system allows', 'write to another disk'],
  EACCES: ['write.permission', 'permission is denied', 'write to a folder of your own'],
  EPERM: ['write.permission', 'the operation is not permitted', 'write to a folder of your own'],
  EROFS: ['write.permission', 'its file system is read-only', 'write to another folder'],
  ENOENT: ['write.folder', 'its folder does not exist', 'make the folder first'],
  ENOTDIR: ['write.folder', 'part of its path is a file, not a folder', 'check the path'],
  ENAMETOOLONG: ['write.folder', 'its name is too long', 'choose a shorter name'],
  ELOOP: ['write.folder', 'its links lead in a circle', 'name the file itself'],
  EPIPE: ['write.closed', 'its reader has closed it', 'nothing more can be written'],
  EIO: ['write.failed', 'the disk reports an input/output error', 'check the disk'],
};

/** The code of a system error (`ENOSPC`); an empty string for anything else. */
export function systemCode(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

/** The error for a target that cannot be written: `path` as the user gave it. Errors of ours pass unchanged. */
export function writeError(path: string, cause: unknown): PcapshError {
  if (cause instanceof PcapshError) return cause;
  const code = systemCode(cause);
  const known = REASONS[code];
  const name = path === '-' ? 'standard output' : `'${path}'`;
  if (known === undefined) {
    return new PcapshError(
      'write.failed',
      `${name} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
  const [ours, reason, hint] = known;
  return new PcapshError(ours, `${name} cannot be written: ${reason}`, { cause, hint });
}
