import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dissection } from '../../src/decode/dissect.js';
import { findLayer } from '../../src/decode/registry.js';
import { batchesOf } from '../support/capture-batches.js';
import { type FilePacket, readAllPackets, readCapturePackets } from '../support/capture-packets.js';
import { findCorpora, pcapOf } from '../support/corpus-packets.js';
import { hasTshark, readTshark } from '../support/tshark-json.js';
import * as bridges from './layers/bridges.js';
import { comparePacket, type Difference } from './layers/compare.js';
import * as link from './layers/link.js';
import * as names from './layers/names.js';
import * as network from './layers/network.js';
import * as routing from './layers/routing.js';
import type { FieldRow } from './layers/row.js';
import * as security from './layers/security.js';
import * as transport from './layers/transport.js';
import * as web from './layers/web.js';
import { DIFFERENCE_KINDS } from './layers-differences.js';

/**
 * Every field of the tables, in every packet of every corpus file and of the example, beside what `tshark -T json -x` reads there: values, byte ranges and
 * the order of layers. PCAPSH_LAYERS=dns,tls compares only the rows of those layers and prints each difference; PCAPSH_FILES=text only files so named;
 * PCAPSH_OPEN=FILE writes what no kind explains to a file.
 */

/** Only one file, of 2282 packets of one kind, has more. */
const PACKETS_PER_FILE = 650;
const EXAMPLE = 'examples/office.pcapng';

const wanted = process.env.PCAPSH_LAYERS?.split(',');
const wantedFiles = process.env.PCAPSH_FILES;

const GROUPS = [link, bridges, routing, network, transport, names, security, web];
const ROWS = new Map<string, FieldRow[]>();
for (const row of GROUPS.flatMap(({ FIELDS }) => FIELDS)) {
  if (wanted !== undefined && !wanted.includes(row[0])) continue;
  const list = ROWS.get(row[0]) ?? [];
  ROWS.set(row[0], list);
  list.push(row);
}

const corpora = findCorpora('layers beside tshark');
if (!hasTshark) console.warn('skipped: layers beside tshark: tshark is not installed');

function allPackets(): FilePacket[] {
  const packets = [
    ...(corpora === null ? [] : readAllPackets(corpora, PACKETS_PER_FILE)),
    ...readCapturePackets(EXAMPLE, EXAMPLE, Infinity),
  ];
  return packets.filter(
    ({ linkType, file }) =>
      findLayer('linkType', linkType) !== null && (wantedFiles === undefined || file.includes(wantedFiles)),
  );
}

async function compareBatch(packets: FilePacket[], file: string): Promise<Difference[]> {
  writeFileSync(file, pcapOf(packets));
  const differences: Difference[] = [];
  const count = await readTshark(file, (tshark, index) => {
    const { name, data, linkType, originalLength } = packets[index];
    differences.push(...comparePacket(name, dissection(data, linkType, originalLength), tshark, ROWS));
  });
  rmSync(file);
  if (count !== packets.length) throw new Error(`tshark read ${count} of ${packets.length} packets`);
  return differences;
}

/** All batches, two processes at once: what tshark prints is read as fast as it comes. */
async function compareAll(packets: FilePacket[]): Promise<Difference[]> {
  const folder = mkdtempSync(join(tmpdir(), 'pcapsh-layers-'));
  const batches = batchesOf(packets);
  const differences: Difference[] = [];
  async function work(): Promise<void> {
    for (let batch = batches.pop(); batch !== undefined; batch = batches.pop()) {
      differences.push(...(await compareBatch(batch, join(folder, `${batches.length}.pcap`))));
    }
  }
  try {
    await Promise.all([work(), work()]);
  } finally {
    rmSync(folder, { recursive: true });
  }
  return differences;
}

function told({ packet, what, layer, field, ours, theirs }: Difference): string {
  return `${packet} ${what} ${field || layer}: ${ours} beside ${theirs}`;
}

const MANY = 40;
/** Twelve thousand packets by two programs, milliseconds: half a minute, and many times that on a busy machine. */
const PATIENCE = 540_000;

(corpora !== null && hasTshark ? describe : describe.skip)('layers beside tshark', () => {
  test(
    'values and byte ranges agree, but for the listed kinds',
    async () => {
      const packets = allPackets();
      const differences = await compareAll(packets);
      const counts = new Map(DIFFERENCE_KINDS.map(({ kind }) => [kind, 0]));
      const open: string[] = [];
      for (const difference of differences) {
        const kind = DIFFERENCE_KINDS.find((one) => one.is(difference));
        if (kind === undefined) open.push(told(difference));
        else counts.set(kind.kind, counts.get(kind.kind)! + 1);
      }
      const lines = [...counts].map(([kind, count]) => `  ${count} ${kind}`);
      console.info(
        [`layers beside tshark: ${packets.length} packets, ${open.length} unexplained`, ...lines].join('\n'),
      );
      if (process.env.PCAPSH_OPEN !== undefined) writeFileSync(process.env.PCAPSH_OPEN, `${open.join('\n')}\n`);
      const shown = wanted === undefined ? MANY : open.length;
      expect(open.slice(0, shown)).toEqual([]);
      if (wanted !== undefined || wantedFiles !== undefined) return;
      expect(packets.length).toBeGreaterThan(8000);
      const unfit = DIFFERENCE_KINDS.filter(({ kind, most }) => counts.get(kind) === 0 || counts.get(kind)! > most);
      expect(unfit.map(({ kind }) => `${counts.get(kind)} ${kind}`)).toEqual([]);
    },
    PATIENCE,
  );

  test('at most 20 kinds of difference, each with its reason', () => {
    expect(DIFFERENCE_KINDS.length).toBeLessThanOrEqual(20);
    for (const { reason } of DIFFERENCE_KINDS) expect(reason).not.toBe('');
  });
});
