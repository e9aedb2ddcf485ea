import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PcapshError } from '../../src/errors.js';
import { compileFilter, type Filter, type FilterTable } from '../../src/filter/filter.js';
import { openSource } from '../../src/formats/open-source.js';
import { openReader } from '../../src/formats/reader.js';
import type { Segment } from '../../src/table/columns.js';
import { IndexPass } from '../../src/table/index-pass.js';
import { segmentRows } from '../../src/table/packet-table.js';
import { type LoadedCapture, loadCapture } from '../support/load-capture.js';

/**
 * The byte programs against what tcpdump 4.99.3 with libpcap 1.10.3 answered, on every file and every expression.
 */
const CORPORA = process.env.PCAPSH_CORPORA ?? '../shared/corpora';
const present = existsSync(join(CORPORA, 'dev/bpf_oracle.jsonl'));
const describeCorpora = present ? describe : describe.skip;
if (!present) process.stderr.write(`conformance of filters: no corpora at ${CORPORA}, skipped\n`);

const NAMES = process.env.PCAPSH_NAMES;
beforeAll(() => {
  process.env.PCAPSH_NAMES = join(CORPORA, 'names.json');
});
afterAll(() => {
  if (NAMES === undefined) delete process.env.PCAPSH_NAMES;
  else process.env.PCAPSH_NAMES = NAMES;
});

/** Files whose records are not the same here as in libpcap, and why. At most 20. */
const OTHER_RECORDS: ReadonlyMap<string, string> = new Map([
  // The reader passes over the second file header and finds the packet behind it; libpcap takes the header for a record's.
  ['malformed/concat_two_files.pcap', 'two files in one: damage is read past (design, section 4)'],
]);

type Cell = 0 | [number, string, string?] | { error: string };

interface OracleLine {
  file: string;
  packets: number;
  open_error?: string;
  all_error?: string;
  results?: Record<string, Cell>;
}

const readJson = <T>(name: string): T => JSON.parse(readFileSync(join(CORPORA, 'dev', name), 'utf8')) as T;

function answer(filter: Filter, capture: LoadedCapture): Cell {
  const matched: number[] = [];
  try {
    capture.packets.forEach((packet, i) => {
      const test = filter.forLinkType(packet.linkType, capture.byteOrder);
      if (test(packet.bytes, 0, packet.captured, packet.original)) matched.push(i + 1);
    });
  } catch (error) {
    if (error instanceof PcapshError) return { error: error.message };
    throw error;
  }
  if (matched.length === 0) return 0;
  return [matched.length, createHash('sha256').update(matched.join(',')).digest('hex').slice(0, 16)];
}

/** "Error or 0 matches" both count as right where libpcap gave either. */
function agrees(ours: Cell, theirs: Cell): boolean {
  const empty = (cell: Cell): boolean => cell === 0 || !Array.isArray(cell);
  if (empty(ours) || empty(theirs)) return empty(ours) && empty(theirs);
  return JSON.stringify((ours as unknown[]).slice(0, 2)) === JSON.stringify((theirs as unknown[]).slice(0, 2));
}

function compiled(text: string): Filter | PcapshError {
  try {
    return compileFilter(text);
  } catch (error) {
    if (error instanceof PcapshError) return error;
    throw error;
  }
}

interface IndexedCapture {
  packets: { bytes: Uint8Array; original: number; linkType: number }[];
  segments: [Segment, number][];
  table: FilterTable;
  byteOrder: 'little' | 'big';
  rows: number;
}

async function indexCapture(file: string): Promise<IndexedCapture> {
  const source = openSource(join(CORPORA, 'dev', file));
  const whole: Segment[] = [];
  const pass = new IndexPass({ mostRows: 100_000, onSegment: (segment) => whole.push(segment) });
  const packets: IndexedCapture['packets'] = [];
  try {
    const reader = await openReader(source);
    for (let batch = await reader.next(); batch !== null; batch = await reader.next()) {
      pass.add(batch, reader.description);
      for (let i = 0; i < batch.count; i++) {
        const { linkType } = reader.description.interfaces[batch.interface[i]];
        const bytes = batch.bytes.slice(batch.start[i], batch.start[i] + batch.length[i]);
        packets.push({ bytes, original: batch.originalLength[i], linkType });
      }
    }
    pass.finish();
    const { interfaces } = reader.description;
    const table: FilterTable = {
      ...pass.flows.toColumns(),
      encapsulations: pass.encapsulations.entries,
      linkTypeOf: (id) => interfaces[id].linkType,
    };
    const byteOrder = reader.description.sections[0]?.byteOrder ?? 'little';
    const segments = whole.map((segment): [Segment, number] => [segment, segmentRows(segment)]);
    return { packets, segments, table, byteOrder, rows: pass.rows };
  } finally {
    source.close();
  }
}

/** Compares verdict by verdict; returns how many rows were left to their bytes. */
function compareColumnsWithBytes(filter: Filter, capture: IndexedCapture, file: string): number {
  let first = 0;
  let byBytes = 0;
  try {
    const test = filter.forTable(capture.table);
    for (const [segment, rows] of capture.segments) {
      const out = new Uint32Array((rows + 31) >>> 5);
      const left = new Set(test(segment, rows, out));
      byBytes += left.size;
      for (let row = 0; row < rows; row++) {
        const matched = ((out[row >>> 5] >>> (row & 31)) & 1) === 1;
        if (left.has(row)) {
          if (matched) throw new Error(`${file} row ${row}: set although left to its bytes`);
          continue;
        }
        const { bytes, original, linkType } = capture.packets[first + row];
        if (filter.forLinkType(linkType, capture.byteOrder)(bytes, 0, bytes.length, original) !== matched) {
          throw new Error(`${file} packet ${first + row + 1}, ${filter.text}: columns say ${matched}`);
        }
      }
      first += rows;
    }
  } catch (error) {
    if (!(error instanceof PcapshError)) throw error;
  }
  return byBytes;
}

describeCorpora('filters against tcpdump', () => {
  test('every expression on every file', async () => {
    const expressions = readJson<{ exprs: Record<string, string> }>('bpf_exprs.json').exprs;
    // libpcap's optimiser drops loads whose value it does not need, and with them the rejection of cut packets: here the program counts as it was written.
    const quirks = readJson<{ cells: { file: string; expr: string; unoptimized: Cell }[] }>(
      'bpf_optimizer_diffs.json',
    ).cells;
    const unoptimized = new Map(quirks.map((cell) => [`${cell.file} ${cell.expr}`, cell.unoptimized]));
    expect(OTHER_RECORDS.size).toBeLessThanOrEqual(20);
    const filters = new Map(Object.entries(expressions).map(([id, text]) => [id, compiled(text)]));
    const wrong: string[] = [];
    let judged = 0;
    for (const line of readFileSync(join(CORPORA, 'dev/bpf_oracle.jsonl'), 'utf8').split('\n')) {
      if (line === '') continue;
      const { file, packets, open_error, all_error, results } = JSON.parse(line) as OracleLine;
      if (open_error !== undefined || all_error !== undefined || results === undefined) continue;
      if (OTHER_RECORDS.has(file)) continue;
      const capture = await loadCapture(join(CORPORA, 'dev', file), packets);
      if (capture.packets.length !== packets) wrong.push(`${file}: ${capture.packets.length} packets of ${packets}`);
      for (const [id, theirs] of Object.entries(results)) {
        const filter = filters.get(id);
        if (filter === undefined) throw new Error(`no expression ${id}`);
        const ours: Cell = filter instanceof PcapshError ? { error: filter.message } : answer(filter, capture);
        judged++;
        const other = unoptimized.get(`${file} ${expressions[id]}`);
        if (!agrees(ours, theirs) && (other === undefined || !agrees(ours, other))) {
          wrong.push(`${file}: ${expressions[id]}: ${JSON.stringify(ours)}, tcpdump ${JSON.stringify(theirs)}`);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(judged).toBeGreaterThan(200_000);
  });

  test('columns and bytes agree on every packet', async () => {
    const texts = Object.values(readJson<{ exprs: Record<string, string> }>('bpf_exprs.json').exprs);
    const filters = texts.map(compiled).filter((filter): filter is Filter => !(filter instanceof PcapshError));
    let rows = 0;
    let byBytes = 0;
    for (const line of readFileSync(join(CORPORA, 'dev/bpf_oracle.jsonl'), 'utf8').split('\n')) {
      if (line === '') continue;
      const { file, open_error, all_error } = JSON.parse(line) as OracleLine;
      if (open_error !== undefined || all_error !== undefined) continue;
      const indexed = await indexCapture(file);
      rows += indexed.rows;
      for (const filter of filters) byBytes += compareColumnsWithBytes(filter, indexed, file);
    }
    expect(rows).toBeGreaterThan(10_000);
    expect(byBytes).toBeLessThan(rows * filters.length);
  });
});
