import type { Capture } from '../src/plan/capture.js';

/** A name and what it stands for. */
export interface Handle {
  name: string;
  capture: Capture;
  /** The line that made it, for people. */
  meaning: string;
}

/** Handles at one moment; immutable, so that undo is keeping the one before. */
export interface Shelf {
  handles: ReadonlyMap<string, Handle>;
  /** The handle made last: what a pipeline works on that names none. */
  current: string | null;
}

/** A change of handles that can be taken back. */
interface Change {
  before: Shelf;
  after: Shelf;
  /** "web", for the sentence. */
  name: string;
  /** The cell that made it. */
  cell: number;
}

export interface Shelves {
  now(): Shelf;
  put(handle: Handle, cell: number): void;
  /** The change that was taken back, or made again; null when there is none. */
  undo(): Change | null;
  redo(): Change | null;
}

/** The handles of a session and their past. */
export function createShelves(): Shelves {
  let shelf: Shelf = { handles: new Map(), current: null };
  const past: Change[] = [];
  const future: Change[] = [];
  return {
    now: () => shelf,
    put(handle, cell) {
      const after = { handles: new Map(shelf.handles).set(handle.name, handle), current: handle.name };
      past.push({ before: shelf, after, name: handle.name, cell });
      future.length = 0;
      shelf = after;
    },
    undo() {
      const change = past.pop();
      if (change === undefined) return null;
      future.push(change);
      shelf = change.before;
      return change;
    },
    redo() {
      const change = future.pop();
      if (change === undefined) return null;
      past.push(change);
      shelf = change.after;
      return change;
    },
  };
}
