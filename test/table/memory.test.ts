import { writeFileSync } from 'node:fs';
import { openSource } from '../../src/formats/open-source.js';
import { type IndexedSource, indexSource } from '../../src/plan/index-source.js';
import { ROW_BYTES, SEGMENT_ROWS } from '../../src/table/columns.js';
import { FLOW_BYTES } from '../../src/table/flow-columns.js';
import { type PacketTable, tableBytes, tableRows } from '../../src/table/packet-table.js';
import { buildPcap, frame } from '../support/build-capture.js';
import { indexBytes } from '../support/indexed.js';
import { useTemporaryFolder } from '../support/temporary-folder.js';

/** What the design allows. */
const PACKET_LIMIT = 48;
const FLOW_LIMIT = 160;

function tableOf({ segments, outcome }: IndexedSource): PacketTable {
  return { segments, firstRows: [], done: true, ...outcome };
}

/** `packets` records of 60 bytes; `flows` of them differ in address or port. */
function smallPackets(packets: number, flows: number): Uint8Array {
  const one = buildPcap({
    records: [{ seconds: 1_700_000_000, fraction: 0, data: frame({ protocol: 6, payload: 6 }) }],
  });
  const record = one.subarray(24);
  const bytes = new Uint8Array(24 + packets * record.length);
  const view = new DataView(bytes.buffer);
  bytes.set(one.subarray(0, 24));
  for (let i = 0, at = 24; i < packets; i++, at += record.length) {
    bytes.set(record, at);
    const flow = i % flows;
    view.setUint32(at + 16 + 26, 0x0b000000 + flow); // every flow has an address of its own
    view.setUint16(at + 16 + 34, flow & 0xffff);
  }
  return bytes;
}

describe('the memory of a table', () => {
  const path = useTemporaryFolder();

  it('is within the limits by its columns', () => {
    expect(ROW_BYTES).toBeLessThanOrEqual(PACKET_LIMIT);
    expect(FLOW_BYTES).toBeLessThanOrEqual(FLOW_LIMIT);
  });

  it.each([
    [1_000_000, 50],
    [200_000, 200_000],
    [SEGMENT_ROWS + 1, 1],
    [3, 3],
  ])('is within them for %i packets in %i flows', async (packets, flows) => {
    const table = tableOf(await indexBytes(smallPackets(packets, flows)));
    expect(tableRows(table)).toBe(packets);
    expect(table.flows.count).toBe(flows);
    // A file is at least 16 bytes a packet, so the last segment is sized by what may still come.
    const room = Math.min(SEGMENT_ROWS, packets * 4 + 16) * PACKET_LIMIT;
    expect(tableBytes(table)).toBeLessThanOrEqual(packets * PACKET_LIMIT + flows * FLOW_LIMIT + room);
  });

  it('is within them when two threads made it', async () => {
    const file = path('a.pcap');
    writeFileSync(file, smallPackets(1_000_000, 1000));
    const source = openSource(file);
    const indexed = await indexSource(source, { retain: true, background: false, threads: 2, splitBytes: 0 });
    source.close();
    const table = tableOf(indexed);
    expect(tableRows(table)).toBe(1_000_000);
    expect(tableBytes(table)).toBeLessThanOrEqual(
      1_000_000 * PACKET_LIMIT + 1000 * FLOW_LIMIT + 2 * SEGMENT_ROWS * PACKET_LIMIT,
    );
  });
});
