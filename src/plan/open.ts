import type { RunOptions } from '../progress.js';
import type { Capture } from './capture.js';
import { openWorkspace } from './workspace.js';

/**
 * Opens one or several captures as one handle on one timeline. Each call has a workspace of its own that lives as long as its handles; use `openWorkspace`
 * to share tables between handles and to close them.
 */
export function open(path: string | string[], options: RunOptions = {}): Promise<Capture> {
  const workspace = openWorkspace({ interactive: false });
  return workspace.load(typeof path === 'string' ? [path] : path, options);
}
