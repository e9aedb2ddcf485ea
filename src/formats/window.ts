/** The part of a source that is in memory: `bytes[start..end)` has not been used yet. `position` is the offset of `bytes[0]` in the source. */
export interface Window {
  bytes: Uint8Array;
  view: DataView;
  start: number;
  end: number;
  position: number;
  /** No byte comes after `end`. */
  final: boolean;
  /** Any place of the source can be looked at with `probe`. */
  seekable: boolean;
  /** Bytes behind `end` that are to be passed over unread. */
  skip: number;
  /** Four bytes at an offset of the source, if it can seek there; null when it cannot or they are not there. */
  probe: (offset: number) => Uint8Array | null;
}

/** No window grows beyond this, whatever a length field claims. */
export const MAXIMUM_WINDOW = 256 * 1024 * 1024;

/** An empty window before byte `position` of the source. */
export function createWindow(size: number, position: number, probe: Window['probe'] | null): Window {
  const bytes = new Uint8Array(size);
  return {
    bytes,
    view: new DataView(bytes.buffer),
    start: 0,
    end: 0,
    position,
    final: false,
    seekable: probe !== null,
    skip: 0,
    probe: probe ?? (() => null),
  };
}

/**
 * Makes room behind `end`: what is unused moves to the front; a window that is full, or more than half full, doubles, so that a claimed
 * length costs memory only as its bytes really arrive and moving stays linear. Returns the room in bytes, 0 when it may not grow further.
 */
export function makeRoom(window: Window): number {
  const capacity = window.bytes.length;
  const used = window.end - window.start;
  if (window.start === 0 && window.end < capacity) return capacity - window.end;
  let target = window.bytes;
  if (used * 2 > capacity && capacity < MAXIMUM_WINDOW) {
    target = new Uint8Array(Math.min(capacity * 2, MAXIMUM_WINDOW));
    target.set(window.bytes.subarray(window.start, window.end));
    window.bytes = target;
    window.view = new DataView(target.buffer);
  } else if (window.start > 0) {
    target.copyWithin(0, window.start, window.end);
  }
  window.position += window.start;
  window.start = 0;
  window.end = used;
  return target.length - used;
}

/** What a scanner of one format looks like to the reader. */
export interface Scanner {
  /** Nothing is left to be read before the limit that the reader was given. */
  readonly finished: boolean;
  /** Offset of the first record at or behind the limit, or of the end of the data; null before it is known. */
  readonly nextOffset: number | null;
  /**
   * Fills `batch` up to `rows` packets from the window and moves `window.start`. Returns how many bytes must be in the window, from
   * `window.start` on, before it can go on; 0 when it did not stop for want of bytes. Never reads outside the window.
   */
  scan(window: Window, rows: number): number;
}
