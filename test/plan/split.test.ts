import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { finishSummary } from '../../src/analyze/summary.js';
import { openSource } from '../../src/formats/open-source.js';
import { type IndexedSource, indexSource } from '../../src/plan/index-source.js';
import { workerFile } from '../../src/plan/worker-file.js';
import { segmentRows } from '../../src/table/packet-table.js';
import {
  buildPcap,
  concatBytes,
  enhancedPacket,
  frame,
  interfaceBlock,
  sectionHeader,
} from '../support/build-capture.js';
import { randomFile } from '../support/random-capture.js';
import { useTemporaryFolder } from '../support/temporary-folder.js';

/** Rows of all segments, one behind the other: what each column says, exceptional times in their place. */
function rowsOf({ segments, outcome }: IndexedSource): unknown[] {
  const { flows, addresses, encapsulations } = outcome;
  const address = (ordinal: number): string => addresses.words.subarray(4 * ordinal, 4 * ordinal + 4).join('.');
  return segments.flatMap((segment) =>
    Array.from({ length: segmentRows(segment) }, (_, row) => {
      const key = segment.flow[row];
      const flow = key >>> 1;
      return {
        offset: segment.offset[row],
        time: segment.exactTimes.has(row)
          ? segment.exactTimes.get(row)
          : [segment.seconds[row], segment.nanoseconds[row]],
        lengths: [
          segment.length[row],
          segment.originalLength[row],
          segment.payloadOffset[row],
          segment.payloadLength[row],
        ],
        // Ordinals may differ; what they stand for may not.
        flow:
          key === 0xffffffff
            ? null
            : [address(flows.low[flow]), flows.lowPort[flow], address(flows.high[flow]), flows.highPort[flow], key & 1],
        encapsulation: encapsulations[segment.encapsulation[row]],
        interface: segment.interface[row],
        flags: segment.flags[row],
        protocol: [segment.protocol[row], segment.tcpFlags[row]],
      };
    }),
  );
}

async function answersOf(indexed: IndexedSource): Promise<unknown> {
  const { outcome, summary } = indexed;
  const { flows, addresses, description, damage } = outcome;
  return {
    rows: rowsOf(indexed),
    count: outcome.rows,
    damage,
    damageCount: outcome.damageCount,
    description,
    summary: await finishSummary(summary, { flows, addresses, sources: [{ description, damage }], top: 1000 }),
  };
}

/** 24 and more records of a pcap file as the payload of one packet: the guess in the middle of the file falls for them. */
function decoy(): Uint8Array {
  const inner = buildPcap({
    records: Array.from({ length: 40 }, (_, i) => ({
      seconds: 1_700_000_000 + i,
      fraction: 0,
      data: frame({ payload: 4 }),
    })),
  });
  return concatBytes([frame({ payload: 0 }), inner.subarray(24)]);
}

function decoyBlocks(): Uint8Array {
  const inner = Array.from({ length: 40 }, (_, i) =>
    enhancedPacket(frame({ payload: 4 }), 1_700_000_000_000_000n + BigInt(i)),
  );
  return concatBytes([frame({ payload: 2 }), ...inner]);
}

describe('a file that two threads index', () => {
  const path = useTemporaryFolder();

  async function index(bytes: Uint8Array, splitBytes: number, background = false): Promise<IndexedSource> {
    const file = path('a.cap');
    writeFileSync(file, bytes);
    const source = openSource(file);
    try {
      return await indexSource(source, { retain: true, background, threads: 2, splitBytes });
    } finally {
      source.close();
    }
  }

  async function bothWays(bytes: Uint8Array, background = false): Promise<{ whole: unknown; split: unknown }> {
    const whole = await answersOf(await index(bytes, Number.POSITIVE_INFINITY));
    return { whole, split: await answersOf(await index(bytes, 0, background)) };
  }

  it('needs the worker that the build makes', () => {
    expect(workerFile('index-worker')).not.toBeNull();
  });

  it('is what one thread makes of it', async () => {
    const damage = fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.nat(10_000) });
    await fc.assert(
      fc.asyncProperty(randomFile, damage, async ({ bytes }, at) => {
        if (at !== null && bytes.length > 200)
          bytes.fill(0xff, 60 + (at % (bytes.length - 100)), 64 + (at % (bytes.length - 100)));
        const { whole, split } = await bothWays(bytes);
        expect(split).toEqual(whole);
      }),
      { numRuns: 60 },
    );
  });

  const packets = Array.from({ length: 300 }, (_, i) =>
    frame({ protocol: i % 2 === 0 ? 6 : 17, host: i % 7, payload: i % 50 }),
  );
  const record = (data: Uint8Array, i: number) => ({ seconds: 1_700_000_000 + (i % 11), fraction: i, data });

  it('is split where that can be proven', async () => {
    const { whole, split } = await bothWays(buildPcap({ records: packets.map(record) }));
    expect(split).toEqual(whole);
    const indexed = await index(buildPcap({ records: packets.map(record) }), 0);
    expect(indexed.segments.length).toBe(2);
  });

  it('is read on from where the first thread ended when what looked like records was the content of a packet', async () => {
    const around = Array.from({ length: 20 }, () => frame());
    const records = [...around, decoy(), ...around].map(record);
    const { whole, split } = await bothWays(buildPcap({ records }), true);
    expect(split).toEqual(whole);
    expect((whole as { count: number }).count).toBe(41);
    const blocks = [...around, decoyBlocks(), ...around].map((data, i) =>
      enhancedPacket(data, 1_700_000_000_000_000n + BigInt(i)),
    );
    const ng = await bothWays(concatBytes([sectionHeader(), interfaceBlock(), ...blocks]));
    expect(ng.split).toEqual(ng.whole);
    expect((ng.whole as { count: number }).count).toBe(41);
  });

  it('is read on likewise when an interface turns up before the middle', async () => {
    const block = (data: Uint8Array, i: number) =>
      enhancedPacket(data, BigInt(1_700_000_000_000_000 + i), { interfaceId: i % 2 });
    const parts = packets.map(block);
    parts.splice(10, 0, interfaceBlock(101, 0, [[9, Uint8Array.of(9)]]));
    const late = concatBytes([sectionHeader(), interfaceBlock(), interfaceBlock(), ...parts]);
    const { whole, split } = await bothWays(late);
    expect(split).toEqual(whole);
  });

  it('tells damage of the second half by its place in the whole file', async () => {
    const bytes = buildPcap({ records: packets.map(record) });
    const at = Math.floor(bytes.length * 0.8);
    bytes.fill(0xff, at, at + 200);
    const { whole, split } = await bothWays(bytes);
    expect(split).toEqual(whole);
    expect((whole as { damageCount: number }).damageCount).toBeGreaterThan(0);
  });
});
