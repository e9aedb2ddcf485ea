import { openSource } from '../../src/formats/open-source.js';
import { spoolSource } from '../../src/plan/spool.js';

/** Run as a program of its own (`slow-spool INPUT`): copies INPUT to a temporary file, says so, and then takes its time, to be killed in it. */
await spoolSource(openSource(process.argv[2]));
process.stdout.write('spooled\n');
await new Promise((resolve) => setTimeout(resolve, 20_000));
