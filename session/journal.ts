import { type Host, xdgFolder } from './host.js';

/**
 * The session's cells on disk before they run: JSON lines in the XDG state folder, a file a session, so that sessions at the same time never meet.
 * A journal whose session neither ended nor runs any more is offered for recovery; those of ended sessions are pruned.
 */
export interface JournalEntry {
  kind: 'cell' | 'note';
  source: string;
  /** Against which its paths are relative. */
  folder: string;
}

export interface Journal {
  path: string;
  append(entry: JournalEntry): void;
  /** The session ended by leaving. */
  end(): void;
}

/** A session that ended without leaving. */
export interface Abandoned {
  path: string;
  /** Milliseconds since 1970. */
  started: number;
  entries: JournalEntry[];
}

const KEPT_FILES = 20;
const KEPT_MILLISECONDS = 30 * 24 * 3600 * 1000;

function journalFolder(host: Host): string {
  return `${xdgFolder(host, 'state')}/journal`;
}

/** Opens this session's journal; null (after a word) where the state folder cannot be written. */
export function openJournal(host: Host, complain: (message: string) => void): Journal | null {
  const folder = journalFolder(host);
  const started = host.now();
  const path = `${folder}/${started}-${host.processId}.jsonl`;
  let broken = false;
  const put = (record: object): void => {
    if (broken) return;
    try {
      host.files.append(path, `${JSON.stringify(record)}\n`);
    } catch (error) {
      broken = true;
      complain(`the journal cannot be written, so this session could not be recovered: ${(error as Error).message}`);
    }
  };
  try {
    host.files.makeFolder(folder);
    prune(host, folder);
  } catch (error) {
    complain(`there is no journal, so this session could not be recovered: ${(error as Error).message}`);
    return null;
  }
  let begun = false;
  return {
    path,
    append(entry) {
      // The file begins with the first cell: a session in which nothing was typed leaves nothing.
      if (!begun) put({ kind: 'session', processId: host.processId, started });
      begun = true;
      put(entry);
    },
    end() {
      if (begun) put({ kind: 'end' });
    },
  };
}

interface Read {
  path: string;
  started: number;
  processId: number;
  ended: boolean;
  entries: JournalEntry[];
}

/** A line that a crash cut short is passed over. */
function readJournal(host: Host, path: string): Read | null {
  const named = /(\d+)-(\d+)\.jsonl$/.exec(path);
  if (named === null) return null;
  const read: Read = { path, started: Number(named[1]), processId: Number(named[2]), ended: false, entries: [] };
  for (const line of (host.files.read(path) ?? '').split('\n')) {
    try {
      const record = JSON.parse(line) as { kind: string; source?: unknown; folder?: unknown };
      if (record.kind === 'end') read.ended = true;
      else if ((record.kind === 'cell' || record.kind === 'note') && typeof record.source === 'string') {
        read.entries.push({ kind: record.kind, source: record.source, folder: String(record.folder ?? '') });
      }
    } catch {
      // Not a whole record.
    }
  }
  return read;
}

function readAll(host: Host, folder: string): Read[] {
  if (host.files.kind(folder) !== 'folder') return [];
  const all = host.files.list(folder).map((name) => readJournal(host, `${folder}/${name}`));
  return all.filter((read) => read !== null).sort((a, b) => b.started - a.started);
}

function prune(host: Host, folder: string): void {
  readAll(host, folder).forEach((read, i) => {
    const old = i >= KEPT_FILES || host.now() - read.started > KEPT_MILLISECONDS;
    if (old && (read.ended || !host.isRunning(read.processId))) host.files.remove(read.path);
  });
}

/** The latest session that ended without leaving, or null. */
export function findAbandoned(host: Host): Abandoned | null {
  try {
    const found = readAll(host, journalFolder(host)).find(
      (read) =>
        !read.ended && read.entries.length > 0 && read.processId !== host.processId && !host.isRunning(read.processId),
    );
    return found ?? null;
  } catch {
    return null;
  }
}

/** Marks a journal as dealt with. */
export function closeAbandoned(host: Host, abandoned: Abandoned): void {
  host.files.append(abandoned.path, `${JSON.stringify({ kind: 'end' })}\n`);
}
