import { PcapshError } from '../src/errors.js';
import type { Folders } from './desk.js';

/** The extensions by which a file in a folder counts as a capture. (What a file is, its content decides.) */
const CAPTURE_EXTENSION = /\.(?:pcap|pcapng|cap)(?:\.gz|\.zst)?$/i;

export function hasCaptureExtension(path: string): boolean {
  return CAPTURE_EXTENSION.test(path);
}

/** A file name without folder and capture extension: `data/tail.pcap.gz` is `tail`. */
export function baseName(path: string): string {
  return path.replace(/\/+$/, '').replace(/^.*\//, '').replace(CAPTURE_EXTENSION, '');
}

/** Folders become the captures in them, patterns the files that match them, in alphabetical order; everything else stays as it is. */
export function expandPaths(paths: readonly string[], folders: Folders): string[] {
  return paths.flatMap((path) => {
    if (path === '-') return [path];
    const kind = folders.kind(path);
    if (kind === 'folder') return capturesIn(path, folders);
    if (kind !== null || !/[*?[]/.test(path)) return [path];
    const found = matchPattern(path, folders).filter((each) => folders.kind(each) !== 'folder');
    if (found.length === 0) throw new PcapshError('load.no-match', `no file matches ${path}`);
    return found;
  });
}

function capturesIn(folder: string, folders: Folders): string[] {
  const found = folders
    .list(folder)
    .filter(hasCaptureExtension)
    .map((name) => join(folder, name))
    .filter((path) => folders.kind(path) === 'file');
  if (found.length > 0) return found;
  throw new PcapshError('load.empty-folder', `the folder ${folder} holds no capture`, {
    hint: 'looked for *.pcap, *.pcapng and *.cap, also with .gz or .zst; name another file itself',
  });
}

function join(folder: string, name: string): string {
  if (folder === '') return name;
  return folder.endsWith('/') ? folder + name : `${folder}/${name}`;
}

/** Names that begin with a dot match only a pattern that begins with one; `**` stands for any number of folders. */
function matchPattern(pattern: string, folders: Folders): string[] {
  const absolute = pattern.startsWith('/');
  return matchParts(absolute ? '/' : '', pattern.split('/').filter(Boolean), folders);
}

function matchParts(folder: string, parts: string[], folders: Folders): string[] {
  const [part, ...rest] = parts;
  if (part === undefined) return [folder];
  const names = /[*?[]/.test(part) ? listOrNone(folder, folders) : [part];
  if (part === '**') {
    const below = names.filter((name) => !name.startsWith('.') && folders.kind(join(folder, name)) === 'folder');
    return [
      ...matchParts(folder, rest, folders),
      ...below.flatMap((name) => matchParts(join(folder, name), parts, folders)),
    ];
  }
  const test = partPattern(part);
  return names
    .filter((name) => name === part || (test.test(name) && name.startsWith('.') === part.startsWith('.')))
    .map((name) => join(folder, name))
    .filter((path) => folders.kind(path) !== null)
    .flatMap((path) => (rest.length === 0 || folders.kind(path) === 'folder' ? matchParts(path, rest, folders) : []));
}

function listOrNone(folder: string, folders: Folders): string[] {
  return folders.kind(folder === '' ? '.' : folder) === 'folder' ? folders.list(folder === '' ? '.' : folder) : [];
}

/** `*`, `?` and `[a-z]` of one part of a path. An unclosed `[` is itself. */
function partPattern(part: string): RegExp {
  const source = part.replace(/\[(!?)([^\]]+)\]|[\s\S]/g, (piece, not: string | undefined, set: string | undefined) => {
    if (set !== undefined) return `[${not ? '^' : ''}${set.replace(/[\\^]/g, '\\$&')}]`;
    if (piece === '*') return '.*';
    return piece === '?' ? '.' : piece.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  });
  try {
    return new RegExp(`^${source}$`, 's');
  } catch {
    return /^(?!)/;
  }
}
