// Line coverage of src and commands together (what jest.config.mjs collects), and the files that hold it down.
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { transformSync } from 'esbuild';
import { root } from './prepare.mjs';

/** Percentage of lines that the tests must run. */
export const REQUIRED_LINES = 95;
const WORST = 15;

/** Whether a file holds types alone. Nothing of it can run, but a file that was never loaded counts as not run to its last line. */
function isTypesAlone(file) {
  const { code } = transformSync(readFileSync(file, 'utf8'), { loader: 'ts' });
  return code.trim() === '';
}

/** Prints the total and the files with most lines not run; answers a sentence when the total is too low. */
export function coverageProblems(file) {
  if (!existsSync(file)) return ['no coverage was recorded'];
  const { total: _all, ...files } = JSON.parse(readFileSync(file, 'utf8'));
  const counted = Object.entries(files).filter(([path, { lines }]) => lines.covered > 0 || !isTypesAlone(path));
  const lines = { total: 0, covered: 0 };
  for (const [, each] of counted) {
    lines.total += each.lines.total;
    lines.covered += each.lines.covered;
  }
  const percent = (100 * lines.covered) / lines.total;
  const shown = `${percent.toFixed(2)} % of ${lines.total} lines`;
  console.log(`coverage of src and commands: ${shown}`);
  const missed = counted
    .map(([path, each]) => ({
      path: relative(root, path),
      percent: each.lines.pct,
      missing: each.lines.total - each.lines.covered,
    }))
    .filter(({ missing }) => missing > 0)
    .sort((a, b) => b.missing - a.missing);
  for (const { path, missing, percent } of missed.slice(0, WORST)) {
    console.log(`  ${String(missing).padStart(5)} lines not run  ${percent.toFixed(1).padStart(5)} %  ${path}`);
  }
  return percent >= REQUIRED_LINES ? [] : [`${shown} are run by the tests, ${REQUIRED_LINES} % are required`];
}
