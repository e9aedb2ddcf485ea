import { rmSync } from 'node:fs';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Files and folders that must not outlive this process. */
const outstanding = new Set<string>();

/** `path`, with what is in it, is removed when this process ends, by a signal too, unless it is kept or removed before. */
export function removeAtEnd(path: string): void {
  if (outstanding.size === 0) watch();
  outstanding.add(path);
}

/** It has become what it was to be. */
export function keepLeftover(path: string): void {
  outstanding.delete(path);
  if (outstanding.size === 0) unwatch();
}

/** Removes it now; what is gone already is all right. */
export function removeLeftover(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // Its folder has turned read-only: there is nothing left that could be done.
  }
  keepLeftover(path);
}

function removeAll(): void {
  for (const path of [...outstanding]) removeLeftover(path);
}

/** A signal that nobody else handles would end the process without its exit hooks. Where a session handles it, it cancels what runs instead. */
function onSignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  removeAll();
  process.kill(process.pid, signal);
}

function watch(): void {
  process.on('exit', removeAll);
  for (const signal of SIGNALS) process.on(signal, onSignal);
}

function unwatch(): void {
  process.off('exit', removeAll);
  for (const signal of SIGNALS) process.off(signal, onSignal);
}
