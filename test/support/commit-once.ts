import { PcapshError } from '../../src/errors.js';
import { writeCapture } from './write-capture.js';

/**
 * Run as a program of its own (`commit-once INPUT OUTPUT [USER]`): replaces OUTPUT by INPUT and prints how that went as JSON. It becomes that user only
 * when it is loaded: the project may lie where nobody else can read.
 */
const [input, output, user] = process.argv.slice(2);
if (user !== undefined) {
  process.setgroups?.([]);
  process.setgid?.(Number(user));
  process.setuid?.(Number(user));
}
try {
  console.log(JSON.stringify(await writeCapture([input], output, { force: true })));
} catch (error) {
  if (!(error instanceof PcapshError)) throw error;
  console.log(JSON.stringify({ code: error.code, message: error.message }));
}
