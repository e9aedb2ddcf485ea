// npm run bench: the figures of speed and memory, each beside the peer that was measured in the same run.
//   npm run bench -- [ROW...] [--captures imix,small,many] [--runs 5] [--quick] [--ten]
// --quick leaves out tshark, which takes half a minute a capture, and runs everything three times; --ten adds a capture of 10 GB.
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build, install, isBuilt } from '../support/prepare.mjs';
import { prepareCapture } from './captures.mjs';
import { printRow, printTitle, verdictOf } from './print.mjs';
import * as echo from './rows/echo.mjs';
import * as filterOpen from './rows/filter-open.mjs';
import * as filterWrite from './rows/filter-write.mjs';
import * as flowTable from './rows/flow-table.mjs';
import * as match from './rows/match.mjs';
import * as preview from './rows/preview.mjs';
import * as reopening from './rows/reopening.mjs';
import * as startUp from './rows/start-up.mjs';
import * as summary from './rows/summary.mjs';
import * as tableMemory from './rows/table-memory.mjs';
import * as writeMemory from './rows/write-memory.mjs';

/** In the order of the table. A row says on which captures it is measured (none: it needs none), and measures. */
const ROWS = [
  summary,
  flowTable,
  reopening,
  filterOpen,
  preview,
  filterWrite,
  match,
  writeMemory,
  tableMemory,
  startUp,
  echo,
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    captures: { type: 'string', default: 'imix,small,many' },
    runs: { type: 'string' },
    quick: { type: 'boolean', default: false },
    ten: { type: 'boolean', default: false },
  },
});
const unknown = positionals.filter((name) => !ROWS.some((row) => row.name === name));
if (unknown.length > 0) {
  console.error(`no row is called ${unknown.join(', ')}; there are ${ROWS.map((row) => row.name).join(', ')}`);
  process.exit(2);
}
install();
if (!isBuilt() && !build()) process.exit(1);

const kinds = [...values.captures.split(','), ...(values.ten ? ['ten'] : [])];
const folder = mkdtempSync(join(tmpdir(), 'pcapsh-bench-'));
const context = {
  runs: Number(values.runs ?? (values.quick ? 3 : 5)),
  quick: values.quick,
  folder,
  /** Nothing that the user keeps is read or written. */
  env: {
    XDG_CACHE_HOME: join(folder, 'cache'),
    XDG_CONFIG_HOME: join(folder, 'config'),
    XDG_STATE_HOME: join(folder, 'state'),
  },
};
console.log(
  `${cpus()[0].model}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GB, node ${process.version}; medians of ${context.runs} alternating runs (least to most)`,
);
let missed = 0;
try {
  const captures = kinds.map(prepareCapture).filter((capture) => capture !== null);
  printTitle();
  for (const row of ROWS) {
    if (positionals.length > 0 && !positionals.includes(row.name)) continue;
    const subjects = row.captures === null ? [null] : captures.filter(({ kind }) => row.captures.includes(kind));
    for (const capture of subjects) {
      for (const result of await row.measure({ ...context, capture })) {
        printRow(result, capture?.kind ?? '');
        if (verdictOf(result) === 'MISSED') missed++;
      }
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(missed === 0 ? 'every figure passes' : `${missed} missed`);
