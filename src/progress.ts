/** How far a long run has come: `done` of `total` (null when the end is not known) in `unit`. */
export interface Progress {
  done: number;
  total: number | null;
  unit: 'bytes' | 'packets';
}

/** What everything long takes. A run ends with the `cancelled` error within 100 ms of `signal` being aborted. */
export interface RunOptions {
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
}
