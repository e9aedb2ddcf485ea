import type { RunOptions } from '../progress.js';
import type { Capture } from './capture.js';
import { openWorkspace } from './workspace.js';

/** The handle that `open` gives: it has the files, and lets go of them for all handles that were made of it. */
export interface OpenedCapture extends Capture {
  close(): Promise<void>;
}

/**
 * Opens one or several captures as one handle on one timeline. Each call has a workspace of its own, closed with the handle; use `openWorkspace` to share
 * tables between handles.
 */
export async function open(path: string | string[], options: RunOptions = {}): Promise<OpenedCapture> {
  const workspace = openWorkspace({ interactive: false });
  try {
    const capture = await workspace.load(typeof path === 'string' ? [path] : path, options);
    return { ...capture, close: () => workspace.close() };
  } catch (error) {
    await workspace.close();
    throw error;
  }
}
