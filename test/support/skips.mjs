// Which skipped tests are no proof of health: those that had all they need, and conformance tests beside present corpora.
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { isAvailable } from './needs.mjs';
import { root } from './prepare.mjs';

const CONFORMANCE = 'test/conformance/';
/** What tests that decide for themselves may look for. */
const COMMON = ['corpora', 'namespaces', 'tcpdump', 'tshark', 'capinfos', 'editcap', 'tmux'];

function readReport(file) {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/**
 * Names every skipped test and answers a sentence for each that should have run. A skip is justified by a line of its file in the
 * skip report (see available.ts) that names a need which is not met here, or, where a file has a switch of its own, by any common
 * need that is not met.
 */
export function skipProblems(report, reportFile) {
  const absent = readReport(reportFile).filter(({ need }) => !isAvailable(need));
  const isComplete = COMMON.every(isAvailable);
  const problems = [];
  let conformance = 0;
  for (const { name, assertionResults } of report.testResults) {
    const file = relative(root, name);
    const needs = [...new Set(absent.filter((skip) => skip.file === name).map(({ need }) => need))];
    for (const { status, fullName } of assertionResults) {
      const isSkipped = status !== 'passed' && status !== 'failed';
      if (file.startsWith(CONFORMANCE) && !isSkipped) conformance++;
      if (!isSkipped) continue;
      const test = `${file}: ${fullName}`;
      console.log(`  skipped  ${test}${needs.length > 0 ? ` (no ${needs.join(', no ')})` : ''}`);
      if (file.startsWith(CONFORMANCE) && isAvailable('corpora'))
        problems.push(`${test}: skipped, though the corpora are there`);
      else if (needs.length === 0 && isComplete) problems.push(`${test}: skipped, though nothing is missing`);
    }
  }
  if (isAvailable('corpora') && conformance === 0) problems.push('the corpora are there, but no conformance test ran');
  return problems;
}
