import { PcapshError } from '../src/errors.js';
import type { RunOptions } from '../src/progress.js';
import { closeAbandoned, findAbandoned } from './journal.js';
import type { Session } from './session.js';

/** Runs again what the last abandoned session made: its handles, settings and notes. Sinks wrote what they wrote; views can be asked again. */
export async function recoverSession(session: Session, options: RunOptions): Promise<number> {
  const { host } = session.options;
  const abandoned = findAbandoned(host);
  if (abandoned === null) throw new PcapshError('recover.nothing', 'there is no session to recover');
  let cells = 0;
  for (const entry of abandoned.entries) {
    const makes = entry.kind === 'note' || /^\s*(?:[A-Za-z_]\w*\s*=|(?:load|set|note|undo|redo)\b)/.test(entry.source);
    if (!makes) continue;
    if (entry.kind === 'cell') session.options.onEcho?.(entry.source);
    const outcome = await session.runLine(entry.source, { ...options, folder: entry.folder, recovering: true });
    if (outcome?.error?.kind === 'cancelled') throw outcome.error;
    if (outcome !== null) cells++;
  }
  closeAbandoned(host, abandoned);
  return cells;
}
