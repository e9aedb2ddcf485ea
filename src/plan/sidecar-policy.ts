import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { ByteSource } from '../formats/source.js';

/** Where indexes are kept: beside the capture, in the user's cache, or nowhere (none is read either). */
export type IndexPlace = 'beside' | 'cache' | 'none';

/** What of the process's environment says where the cache is. */
export type CacheEnvironment = Readonly<Record<string, string | undefined>>;

/** A session keeps the index of captures larger than this, bytes: others are indexed before anybody notices. */
export const KEPT_BYTES = 64 * 1024 * 1024;

const SUFFIX = '.pcapsh-index';

/**
 * The path of a capture's sidecar; null where it has none: a pipe, standard input, memory, a compressed file (whose table is of its spooled copy). In the
 * cache it is named after the capture's absolute path, device and inode, so that an evidence folder stays untouched.
 */
export function sidecarPath(source: ByteSource, place: IndexPlace, environment: CacheEnvironment): string | null {
  const { path, identity } = source;
  if (place === 'none' || path === null || identity === null || !source.seekable || source.compression !== null)
    return null;
  if (place === 'beside') return path + SUFFIX;
  const name = createHash('sha256').update(`${path}\0${identity.device}\0${identity.inode}`).digest('hex');
  return join(cacheFolder(environment), name.slice(0, 40) + SUFFIX);
}

/** `pcapsh` in the cache folder of the XDG Base Directory Specification, which says that a relative path is to be ignored. */
function cacheFolder({ XDG_CACHE_HOME, HOME }: CacheEnvironment): string {
  const base = XDG_CACHE_HOME?.startsWith('/') ? XDG_CACHE_HOME : resolve(HOME ?? '/', '.cache');
  return join(base, 'pcapsh');
}

/** Whether an index that was just made is kept. `replaces`: one is there that cannot be used. */
export function keepsIndex(
  size: number,
  options: { interactive: boolean; writeIndex?: boolean },
  replaces: boolean,
): boolean {
  if (options.writeIndex !== true) return false;
  return !options.interactive || replaces || size > KEPT_BYTES;
}
