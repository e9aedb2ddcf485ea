// Line coverage of src and commands together (what jest.config.mjs collects), and the files that hold it down.
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { root } from './prepare.mjs';

/** Percentage of lines that the tests must run. */
export const REQUIRED_LINES = 95;
const WORST = 15;

/** Prints the total and the files with most lines not run; answers a sentence when the total is too low. */
export function coverageProblems(file) {
  if (!existsSync(file)) return ['no coverage was recorded'];
  const { total, ...files } = JSON.parse(readFileSync(file, 'utf8'));
  const missed = Object.entries(files)
    .map(([path, { lines }]) => ({
      path: relative(root, path),
      missing: lines.total - lines.covered,
      percent: lines.pct,
    }))
    .filter(({ missing }) => missing > 0)
    .sort((a, b) => b.missing - a.missing);
  console.log(`coverage of src and commands: ${total.lines.pct} % of ${total.lines.total} lines`);
  for (const { path, missing, percent } of missed.slice(0, WORST)) {
    console.log(`  ${String(missing).padStart(5)} lines not run  ${percent.toFixed(1).padStart(5)} %  ${path}`);
  }
  return total.lines.pct >= REQUIRED_LINES
    ? []
    : [`${total.lines.pct} % of the lines are run, ${REQUIRED_LINES} % are required`];
}
