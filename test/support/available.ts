import { appendFileSync } from 'node:fs';
import { corporaFolder, isAvailable } from './needs.mjs';

/**
 * Tests that need more than the clone. Where something is missing they are skipped aloud, and the reason is left in the file
 * `$PCAPSH_SKIP_REPORT`, by which run-all.mjs tells a justified skip from a forgotten one.
 */

/** Folder of the corpora, or null (said aloud, with what is not tested then). */
export function corpora(purpose: string): string | null {
  return allAvailable(['corpora'], purpose) ? corporaFolder : null;
}

/** `describe` where the corpora are there. */
export function describeWithCorpora(title: string, body: (folder: string) => void): void {
  describeWith(['corpora'], title, () => body(corporaFolder));
}

/** `describe` where these programs are installed. */
export function describeWithPeers(...programs: string[]): (title: string, body: () => void) => void {
  return (title, body) => describeWith(programs, title, body);
}

/** `describe` where network namespaces can be made. */
export function describeWithNamespaces(title: string, body: () => void): void {
  describeWith(['namespaces'], title, body);
}

/** `describe` where every need is met (see needs.mjs); elsewhere its tests count as skipped. */
export function describeWith(needs: readonly string[], title: string, body: () => void): void {
  (allAvailable(needs, title) ? describe : describe.skip)(title, body);
}

function allAvailable(needs: readonly string[], purpose: string): boolean {
  const missing = needs.filter((need) => !isAvailable(need));
  for (const need of missing) reportSkip(need, purpose);
  return missing.length === 0;
}

function reportSkip(need: string, purpose: string): void {
  const where = need === 'corpora' ? ` at ${corporaFolder} (set PCAPSH_CORPORA)` : '';
  console.warn(`skipped: ${purpose}: no ${need}${where}`);
  const report = process.env.PCAPSH_SKIP_REPORT;
  const file = expect.getState().testPath ?? null;
  if (report !== undefined) appendFileSync(report, `${JSON.stringify({ file, need, purpose })}\n`);
}
