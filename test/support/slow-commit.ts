import { writeCapture } from './write-capture.js';

/** Run as a program of its own (`slow-commit INPUT OUTPUT`): writes half of INPUT, says so, and then takes its time, to be killed in it. */
const [input, output] = process.argv.slice(2);
let batches = 0;
await writeCapture([input], output, {
  force: true,
  onBatch: async () => {
    if (++batches !== 12) return;
    process.stdout.write('half\n');
    await new Promise((resolve) => setTimeout(resolve, 20_000));
  },
});
