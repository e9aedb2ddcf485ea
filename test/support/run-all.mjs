// npm test: installs what is missing, builds, lints, checks types, runs every test with coverage, and ends with one plain line:
// `N passed, N failed, N skipped`. Each check (build, lint, types, coverage, skips) counts as one test.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, install, root } from './prepare.mjs';
import { skipProblems } from './skips.mjs';

/** Longer than any machine should need (the tests take a few minutes); a test that hangs must not hang what waits for it. */
const LONGEST = 20 * 60_000;

const counts = { passed: 0, failed: 0, skipped: 0 };

/** Counts a check; what is wrong is printed. */
function check(name, problems) {
  if (problems.length === 0) {
    counts.passed++;
    console.log(`ok      ${name}`);
  } else {
    counts.failed++;
    console.log(`FAILED  ${name}`);
    for (const problem of problems) console.log(problem);
  }
}

/** A program of node_modules as a check: what it printed is its problem when it fails. */
function checkProgram(name, file, ...options) {
  const { status, stdout, stderr, error } = spawnSync(
    process.execPath,
    [join(root, 'node_modules', file), ...options],
    {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    },
  );
  const said = `${stdout ?? ''}${stderr ?? ''}`.trim() || (error?.message ?? `exit status ${status}`);
  check(name, status === 0 ? [] : [said]);
}

/** All tests; resolves to jest's report, null when it did not get so far. */
function runTests(folder, report, skipReport) {
  return new Promise((resolve) => {
    const options = ['--coverage', '--coverageReporters=json-summary', '--json', `--outputFile=${report}`];
    const jest = spawn(process.execPath, [join(root, 'node_modules/jest/bin/jest.js'), ...options], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: LONGEST,
      killSignal: 'SIGKILL',
      env: {
        ...process.env,
        NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules`.trim(),
        PCAPSH_SKIP_REPORT: skipReport,
        // Nothing that the user keeps is read or written, whatever a test forgets.
        XDG_CACHE_HOME: join(folder, 'cache'),
        XDG_CONFIG_HOME: join(folder, 'config'),
        XDG_STATE_HOME: join(folder, 'state'),
      },
    });
    const finish = () => resolve(existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : null);
    jest.on('error', finish);
    jest.on('exit', finish);
  });
}

const started = performance.now();
install();
// Not before: it imports a dependency.
const { coverageProblems } = await import('./coverage.mjs');
check('build', build('--types') ? [] : ['build.mjs failed (see above)']);
checkProgram('lint and format', '@biomejs/biome/bin/biome', 'check', '.');
checkProgram('types', 'typescript/bin/tsc', '--noEmit');

const folder = mkdtempSync(join(tmpdir(), 'pcapsh-tests-'));
try {
  const skipReport = join(folder, 'skips.jsonl');
  rmSync(join(root, 'coverage'), { recursive: true, force: true });
  const report = await runTests(folder, join(folder, 'report.json'), skipReport);
  if (report === null) check('tests', ['jest ended without a report']);
  else {
    counts.passed += report.numPassedTests;
    // A file that could not be loaded holds no test that could fail.
    counts.failed += report.numFailedTests + report.numRuntimeErrorTestSuites;
    counts.skipped += report.numPendingTests + report.numTodoTests;
    check('skips', skipProblems(report, skipReport));
  }
  check('coverage', coverageProblems(join(root, 'coverage/coverage-summary.json')));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${((performance.now() - started) / 1000).toFixed(0)} s`);
process.exitCode = counts.failed === 0 ? 0 : 1;
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
