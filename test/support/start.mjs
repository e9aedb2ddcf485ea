// npm start: the shell on an example capture, from a fresh clone too. Without a terminal it runs the tour and prints it.
// Files after `npm start --` are opened instead of the example.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build, install, isBuilt, root } from './prepare.mjs';

install();
if (!isBuilt() && !build()) {
  console.error('the build failed');
  process.exit(1);
}

const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
const files = process.argv.slice(2);
const example = isTerminal ? ['examples/office.pcapng'] : ['run', 'examples/tour.pcapsh'];
const program = spawn(process.execPath, [join(root, 'dist/pcapsh.js'), ...(files.length > 0 ? files : example)], {
  cwd: root,
  stdio: 'inherit',
});
// A terminal sends Ctrl-C to both processes: the shell decides what it means, this one only waits.
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => program.kill(signal));
program.on('error', (error) => {
  console.error(error.message);
  process.exitCode = 1;
});
program.on('exit', (status, signal) => {
  process.exitCode = status ?? (signal === 'SIGINT' ? 130 : 1);
});
