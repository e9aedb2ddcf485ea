import { PcapshError } from '../../src/errors.js';
import { writeCapture } from './write-capture.js';

/** Run as a program of its own (`commit-once INPUT OUTPUT`): replaces OUTPUT by INPUT and prints how that went as JSON. */
const [input, output] = process.argv.slice(2);
try {
  console.log(JSON.stringify(await writeCapture([input], output, { force: true })));
} catch (error) {
  if (!(error instanceof PcapshError)) throw error;
  console.log(JSON.stringify({ code: error.code, message: error.message }));
}
