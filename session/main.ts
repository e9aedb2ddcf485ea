#!/usr/bin/env node
/** The program: `--version` is answered at once, everything else is loaded when it is needed. */
declare global {
  /** Put in by the bundler. */
  var PCAPSH_VERSION: string | undefined;
}

const [first, ...others] = process.argv.slice(2);
if ((first === '--version' || first === '-V') && others.length === 0) {
  process.stdout.write(`pcapsh ${globalThis.PCAPSH_VERSION}\n`);
} else {
  const { processHost } = await import('./host.js');
  const { runProgram } = await import('./program.js');
  const host = processHost();
  const status = await runProgram(process.argv.slice(2), host);
  await Promise.all([host.stdout.flush(), host.stderr.flush()]);
  process.exit(status);
}
