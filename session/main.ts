#!/usr/bin/env node
/** The program: `--version` is answered at once, everything else is loaded when it is needed. */
declare global {
  /** Put in by the bundler. */
  var PCAPSH_VERSION: string | undefined;
}

/** Commands that read a whole capture: on a large one a second thread takes part. */
const INDEXING: ReadonlySet<string> = new Set(['flows', 'stats']);

const [first, ...others] = process.argv.slice(2);
if ((first === '--version' || first === '-V') && others.length === 0) {
  process.stdout.write(`pcapsh ${globalThis.PCAPSH_VERSION}\n`);
} else {
  if (INDEXING.has(first)) {
    const { startSpareWorker } = await import('../src/plan/spare-worker.js');
    startSpareWorker(others);
  }
  const { processHost } = await import('./host.js');
  const { runProgram } = await import('./program.js');
  const host = processHost();
  let status = await runProgram(process.argv.slice(2), host);
  const lost = await host.stdout.flush();
  if (lost !== null && status === 0) {
    const { writeError } = await import('../src/plan/write-error.js');
    host.stderr.write(`  ✗ ${writeError('-', lost).message}\n`);
    status = 1;
  }
  await host.stderr.flush();
  process.exit(status);
}
