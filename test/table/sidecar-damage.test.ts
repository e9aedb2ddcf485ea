import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { allocateSegment, type Segment } from '../../src/table/columns.js';
import { FLOW_BYTES, viewFlows } from '../../src/table/flow-columns.js';
import { segmentRows } from '../../src/table/packet-table.js';
import { checksumOfAll, loadChecksum } from '../../src/table/sidecar/checksum.js';
import { decodeHeader, HEADER_BYTES, type Header } from '../../src/table/sidecar/header.js';
import { align, columnPlaces, flowColumnBytes, SEGMENT_COLUMNS } from '../../src/table/sidecar/layout.js';
import { readSidecar } from '../../src/table/sidecar/read.js';
import { decodeStructured, encodeStructured } from '../../src/table/sidecar/structured.js';
import { writeSidecar } from '../../src/table/sidecar/write.js';
import {
  buildPcap,
  concatBytes,
  enhancedPacket,
  frame,
  interfaceBlock,
  sectionHeader,
  simplePacket,
} from '../support/build-capture.js';
import {
  contentOf,
  indexBytes,
  keptCapture,
  loadSidecar,
  refusal,
  rewriteHeader,
  someRecords,
  temporaryFolder,
} from './sidecar-support.js';

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true }));

/** Pseudo-random numbers below 2^32, the same in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state;
  };
}

async function headerOf(path: string): Promise<Header> {
  const header = decodeHeader(Uint8Array.from(readFileSync(path)).subarray(0, HEADER_BYTES), await loadChecksum());
  if (typeof header === 'string') throw new Error(header);
  return header;
}

describe('a damaged sidecar', () => {
  test('gives the true table or none, whatever byte is wrong (seeded)', async () => {
    const { source, sidecar, table } = await keptCapture(folder);
    const whole = readFileSync(sidecar);
    const truth = JSON.stringify(contentOf(table), plain);
    const random = seeded(20_260_101);
    let refused = 0;
    let mended = 0;
    for (let round = 0; round < 400; round++) {
      const bytes = Buffer.from(whole);
      // Every other round hits the segments, which are a small part of this file.
      const place = round % 2 === 0 ? random() % bytes.length : bytes.length - 1 - (random() % 2000);
      bytes[place] ^= 1 << (random() % 8);
      writeFileSync(sidecar, bytes);
      const damages: string[] = [];
      const read = await readSidecar(sidecar, source, { onDamage: (reason) => damages.push(reason) });
      if (read === null || 'reason' in read) {
        refused++;
        continue;
      }
      expect(JSON.stringify(contentOf(read.table), plain)).toBe(truth);
      mended += damages.length;
      read.close();
    }
    expect(refused).toBeGreaterThan(100);
    expect(mended).toBeGreaterThan(50);
  }, 120_000);

  test('is refused at every length that it could be cut to', async () => {
    const { source, sidecar } = await keptCapture(folder, 3);
    const whole = readFileSync(sidecar);
    for (let length = 0; length < whole.length; length += 997) {
      writeFileSync(sidecar, whole.subarray(0, length));
      expect(await refusal(sidecar, source)).toMatch(/^is cut: it has \d+ bytes/);
    }
    writeFileSync(sidecar, Buffer.concat([whole, Buffer.alloc(8)]));
    expect(await refusal(sidecar, source)).toMatch(/^is cut/);
  });

  test('of another kind, version or byte order is told apart', async () => {
    const { source, sidecar } = await keptCapture(folder);
    const whole = readFileSync(sidecar);
    const alter = (place: number, bytes: number[]): Promise<string> => {
      const altered = Buffer.from(whole);
      altered.set(bytes, place);
      writeFileSync(sidecar, altered);
      return refusal(sidecar, source);
    };
    expect(await alter(0, [0])).toBe('does not begin as an index does');
    expect(await alter(12, [...whole.subarray(12, 16)].reverse())).toBe(
      'was written on a machine of another byte order',
    );
    expect(await alter(8, [9, 9])).toMatch(/^has version \d+, 2 is read$/);
    expect(await alter(100, [0xff])).toBe('is damaged in its header');
    expect(await alter(HEADER_BYTES, [0xff])).toBe('is damaged in its details');
  });

  test('whose applications other recognizers told, or ones of which nothing is said, is made anew', async () => {
    const { source, sidecar } = await keptCapture(folder);
    const header = await headerOf(sidecar);
    (await loadSidecar(sidecar, source)).close();
    for (const recognizers of [header.recognizers ^ 1, 0]) {
      rewriteHeader(sidecar, { ...header, recognizers }, await loadChecksum());
      expect(await refusal(sidecar, source)).toBe('is of a version that recognizes applications in another way');
    }
  });

  test('whose columns are wrong is mended from the capture, and that is told once', async () => {
    const records = someRecords(300);
    const { source, table, facts } = await indexBytes(join(folder, 'mended.pcap'), buildPcap({ records }));
    const sidecar = join(folder, 'mended.index');
    await writeSidecar(sidecar, source, table, facts);
    const whole = readFileSync(sidecar);
    whole.fill(0xee, whole.length - columnPlaces(300).bytes);
    writeFileSync(sidecar, whole);
    const damages: string[] = [];
    const loaded = await loadSidecar(sidecar, source, { onDamage: (reason) => damages.push(reason) });
    expect(loaded.table.segments[0].tcpFlags[0]).toBe(table.segments[0].tcpFlags[0]);
    expect(damages).toEqual(['is damaged in column tcpFlags of segment 1']);
    expect(contentOf(loaded.table)).toEqual(contentOf(table));
    expect(damages.length).toBe(1);
  });

  test('of a table with a seam, and with packets without time, is mended segment by segment', async () => {
    const packets = Array.from({ length: 50 }, (_, i) =>
      i % 3 === 0 ? simplePacket(frame({ payload: i })) : enhancedPacket(frame({ payload: i }), 1n << 63n),
    );
    const bytes = concatBytes([sectionHeader(), interfaceBlock(), ...packets]);
    const { source, table, facts } = await indexBytes(join(folder, 'seam.pcapng'), bytes);
    const sidecar = join(folder, 'seam.index');
    await writeSidecar(sidecar, source, { ...table, segments: splitSegment(table.segments[0], 20) }, facts);
    const whole = readFileSync(sidecar);
    whole[whole.length - 10] ^= 1; // in the exceptional times of the second segment
    writeFileSync(sidecar, whole);
    const damages: string[] = [];
    const { table: loaded } = await loadSidecar(sidecar, source, { onDamage: (reason) => damages.push(reason) });
    expect(loaded.segments[1].exactTimes).toEqual(splitSegment(table.segments[0], 20)[1].exactTimes);
    expect(damages).toEqual(['is damaged in times of segment 2']);
    expect(contentOf(loaded)).toEqual(
      contentOf({ ...table, firstRows: [0, 20], segments: splitSegment(table.segments[0], 20) }),
    );
  });

  test('cannot be mended from a capture that changed meanwhile', async () => {
    const { source, sidecar, path } = await keptCapture(folder);
    const { table } = await loadSidecar(sidecar, source);
    writeFileSync(path, buildPcap({ records: someRecords(39) }));
    writeFileSync(sidecar, '');
    expect(() => table.segments[0].flow).toThrow('the capture changed');
  });

  test('is not read any more once it was closed', async () => {
    const { source, sidecar } = await keptCapture(folder);
    const { table, close } = await loadSidecar(sidecar, source);
    expect(table.segments[0].flow.length).toBeGreaterThan(0);
    close();
    close();
    expect(table.segments[0].flow.length).toBeGreaterThan(0);
    expect(() => table.segments[0].seconds).toThrow('has been closed');
  });

  test('that is a pipe is not waited for', async () => {
    const { source } = await keptCapture(folder);
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    expect(await refusal(pipe, source)).toBe('is no regular file');
  });
});

describe('a sidecar that lies, its checksums right', () => {
  const counts = ['totalBytes', 'rows', 'segments', 'flows', 'addresses', 'encapsulations'] as const;
  const values = [0, 1, 41, 2 ** 31, 2 ** 53 - 1, 2 ** 60, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY];

  test('about its counts is refused before anything is allocated', async () => {
    const { source, sidecar } = await keptCapture(folder);
    const checksum = await loadChecksum();
    const header = await headerOf(sidecar);
    for (const name of counts) {
      for (const value of values) {
        if (value === header[name]) continue;
        rewriteHeader(sidecar, { ...header, [name]: value }, checksum);
        expect([name, value, await refusal(sidecar, source)]).toEqual([
          name,
          value,
          expect.stringMatching(/^(contradicts itself|is cut|is damaged)/),
        ]);
      }
    }
  });

  test('about the places of its parts is refused', async () => {
    const { source, sidecar } = await keptCapture(folder);
    const checksum = await loadChecksum();
    const header = await headerOf(sidecar);
    for (const name of ['details', 'addressWords', 'flowColumns', 'directory'] as const) {
      for (const value of values) {
        for (const part of [{ at: value }, { bytes: value }]) {
          const changed = { ...header[name], ...part };
          if (changed.at === header[name].at && changed.bytes === header[name].bytes) continue;
          rewriteHeader(sidecar, { ...header, [name]: changed }, checksum);
          expect([name, part, await refusal(sidecar, source)]).toEqual([
            name,
            part,
            expect.stringMatching(/^(contradicts itself|is damaged)/),
          ]);
        }
      }
    }
  });

  test('about its segments is refused', async () => {
    const { source, sidecar } = await keptCapture(folder);
    const checksum = await loadChecksum();
    const header = await headerOf(sidecar);
    const whole = readFileSync(sidecar);
    const { at, bytes } = header.directory;
    const fields = [0, 7, 8]; // rows, at, timeBytes
    for (const field of fields) {
      for (const value of values) {
        const altered = Buffer.from(whole);
        altered.writeDoubleLE(value, at + 8 * field);
        const directory = { at, bytes, checksum: checksum(altered.subarray(at, at + bytes)) };
        writeFileSync(sidecar, altered);
        rewriteHeader(sidecar, { ...header, directory }, checksum);
        const read = await readSidecar(sidecar, source);
        const same = value === whole.readDoubleLE(at + 8 * field);
        expect([field, value, read !== null && 'reason' in read]).toEqual([field, value, !same]);
      }
    }
  });

  /** Replaces the details by others of the same length or shorter (JSON may end in spaces). */
  async function alterDetails(sidecar: string, alter: (details: Record<string, unknown>) => unknown): Promise<void> {
    const checksum = await loadChecksum();
    const header = await headerOf(sidecar);
    const whole = Uint8Array.from(readFileSync(sidecar));
    const { at, bytes } = header.details;
    const details = decodeStructured(whole.subarray(at, at + bytes)) as Record<string, unknown>;
    const altered = alter(details);
    const text = altered instanceof Uint8Array ? altered : encodeStructured(altered);
    expect(text.length).toBeLessThanOrEqual(bytes);
    whole.fill(0x20, at, at + bytes);
    whole.set(text, at);
    writeFileSync(sidecar, whole);
    const part = { at, bytes, checksum: checksum(whole.subarray(at, at + bytes)) };
    rewriteHeader(sidecar, { ...header, details: part }, checksum);
  }

  const small = { summary: null };
  const lies: [string, (details: Record<string, unknown>) => unknown][] = [
    ['no object', () => []],
    ['no JSON', () => new TextEncoder().encode('{"summary":')],
    ['no UTF-8', () => Uint8Array.of(0xff, 0xfe)],
    ['deep nesting', () => new TextEncoder().encode('['.repeat(20_000))],
    ['deep nesting that ends', () => new TextEncoder().encode('['.repeat(9000) + ']'.repeat(9000))],
    ['a marked object of no type', () => new TextEncoder().encode('{"$":"code","value":"1"}')],
    ['a huge integer', () => new TextEncoder().encode(`{"$":"integer","value":"${'9'.repeat(9999)}"}`)],
    ['a map that is none', () => new TextEncoder().encode('{"$":"map","value":[1]}')],
    ['words that are none', () => new TextEncoder().encode('{"$":"words","value":"AAA="}')],
    ['no description', (details) => ({ ...details, ...small, description: {} })],
    ['no count of damages', (details) => ({ ...details, ...small, damageCount: -1 })],
    ['no damages', (details) => ({ ...details, ...small, damage: [1] })],
    ['too few encapsulations', (details) => ({ ...details, ...small, encapsulations: [] })],
    ['times of flows that are none', (details) => ({ ...details, ...small, flowTimes: new Map([[-1, null]]) })],
    [
      'an interface of a section that is none',
      ({ description, ...rest }) => {
        const { interfaces, ...others } = description as { interfaces: object[] };
        return { ...rest, ...small, description: { ...others, interfaces: [{ ...interfaces[0], section: 5 }] } };
      },
    ],
  ];
  test.each(lies)('in its details is refused: %s', async (_, alter) => {
    const { source, sidecar } = await keptCapture(folder);
    await alterDetails(sidecar, alter);
    expect(await refusal(sidecar, source)).toMatch(/^contradicts itself in its (details|flows)/);
  });

  test('in a column is mended: values that refer to nothing are found out', async () => {
    const checksum = await loadChecksum();
    for (const name of ['offset', 'length', 'flow', 'encapsulation', 'interface', 'nanoseconds'] as const) {
      const { source, sidecar, table } = await keptCapture(folder);
      const header = await headerOf(sidecar);
      const bytes = readFileSync(sidecar);
      const { places } = columnPlaces(40);
      const index = SEGMENT_COLUMNS.findIndex(([other]) => other === name);
      const width = SEGMENT_COLUMNS[index][1];
      const { directory } = header;
      const at = align(directory.at + directory.bytes) + places[index];
      bytes.fill(0x7f, at + 8, at + 16);
      const entryChecksums = directory.at + 8 * 10;
      bytes.writeBigUInt64LE(checksum(bytes.subarray(at, at + 40 * width)), entryChecksums + 8 * index);
      writeFileSync(sidecar, bytes);
      const sum = checksum(bytes.subarray(directory.at, directory.at + directory.bytes));
      rewriteHeader(sidecar, { ...header, directory: { ...directory, checksum: sum } }, checksum);
      const damages: string[] = [];
      const loaded = await loadSidecar(sidecar, source, { onDamage: (reason) => damages.push(reason) });
      expect([...loaded.table.segments[0][name].subarray(0, 40)]).toEqual([...table.segments[0][name].subarray(0, 40)]);
      expect(damages).toEqual([`is damaged in column ${name} of segment 1`]);
    }
  });

  test('in its flows is refused', async () => {
    const checksum = await loadChecksum();
    const { source, sidecar, table } = await keptCapture(folder);
    const header = await headerOf(sidecar);
    const bytes = Uint8Array.from(readFileSync(sidecar));
    const { count } = table.flows;
    const flows = viewFlows(
      bytes.slice(header.flowColumns.at, header.flowColumns.at + count * FLOW_BYTES).buffer,
      count,
      count,
    );
    flows.low[count - 1] = table.addresses.count;
    const chunks = flowColumnBytes(flows);
    bytes.set(new Uint8Array(flows.bytes.buffer), header.flowColumns.at);
    writeFileSync(sidecar, bytes);
    const flowColumns = { ...header.flowColumns, checksum: checksumOfAll(chunks, checksum) };
    rewriteHeader(sidecar, { ...header, flowColumns }, checksum);
    expect(await refusal(sidecar, source)).toBe('contradicts itself in its flows');
  });
});

/** A segment as two: the first `rows` rows, and the rest. */
function splitSegment(segment: Segment, rows: number): Segment[] {
  const all = segmentRows(segment);
  return [
    [0, rows],
    [rows, all],
  ].map(([from, to]) => {
    const part = allocateSegment(to - from);
    for (const [name] of SEGMENT_COLUMNS) part[name].set(segment[name].subarray(from, to));
    for (const [row, time] of segment.exactTimes) if (row >= from && row < to) part.exactTimes.set(row - from, time);
    Atomics.store(part.count, 0, to - from);
    return part;
  });
}

function plain(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  return value instanceof Map ? [...value] : value;
}
