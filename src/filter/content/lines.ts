import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { PcapshError } from '../../errors.js';

/** A line of a file: its text, or null where it is longer than allowed. */
export type TakeLine = (text: string | null, number: number) => void;

const CHUNK = 1 << 20;
const LF = 10;

/** Reads a file line by line in bounded memory, line endings and a byte order mark left out. Answers the SHA-256 of its bytes. */
export function readLines(path: string, longest: number, take: TakeLine): string {
  const file = openFile(path);
  const hash = createHash('sha256');
  const chunk = Buffer.alloc(CHUNK);
  let pending: Buffer[] = [];
  let pendingLength = 0;
  let number = 0;
  const finish = (end: Buffer): void => {
    number++;
    const length = pendingLength + end.length;
    let text: string | null = null;
    if (length <= longest) text = (pending.length === 0 ? end : Buffer.concat([...pending, end])).toString('utf8');
    pending = [];
    pendingLength = 0;
    if (number === 1) text = text?.replace(/^\ufeff/, '') ?? null;
    take(text?.endsWith('\r') ? text.slice(0, -1) : text, number);
  };
  try {
    for (;;) {
      const count = readChunk(file, chunk, path);
      if (count === 0) break;
      hash.update(chunk.subarray(0, count));
      let from = 0;
      for (let at = chunk.indexOf(LF, from); at >= 0 && at < count; at = chunk.indexOf(LF, from)) {
        finish(chunk.subarray(from, at));
        from = at + 1;
      }
      if (from === count) continue;
      pendingLength += count - from;
      if (pendingLength <= longest) pending.push(Buffer.from(chunk.subarray(from, count)));
      else pending = [];
    }
    if (pendingLength > 0) finish(Buffer.alloc(0));
  } finally {
    closeSync(file);
  }
  return hash.digest('hex');
}

function openFile(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw unreadable(path, error);
  }
}

function readChunk(file: number, chunk: Buffer, path: string): number {
  try {
    return readSync(file, chunk, 0, chunk.length, null);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): PcapshError {
  const { code } = error as NodeJS.ErrnoException;
  const reason =
    code === 'ENOENT'
      ? 'there is no such file'
      : code === 'EISDIR'
        ? 'it is a folder'
        : code === 'EACCES'
          ? 'permission denied'
          : String(code);
  return new PcapshError('match.file', `${path} cannot be read: ${reason}`, { cause: error });
}
