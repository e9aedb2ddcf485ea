import {
  buildPcap,
  concatBytes,
  enhancedPacket,
  frame,
  interfaceBlock,
  sectionHeader,
} from '../support/build-capture.js';
import { indexBytes } from '../support/indexed.js';

const PACKETS = 1_000_000;

/** A capture of a million packets of one size: what stands before its records, and a record. */
const FORMATS = [
  [
    'pcap',
    buildPcap({ records: [] }),
    buildPcap({ records: [{ seconds: 1_700_000_000, fraction: 9, data: frame() }] }).subarray(24),
    8,
  ],
  ['pcapng', concatBytes([sectionHeader(), interfaceBlock()]), enhancedPacket(frame(), 1_700_000_000_000_000n), 4],
] as const;

function million(head: Uint8Array, record: Uint8Array): Buffer {
  return Buffer.concat([head, Buffer.alloc(PACKETS * record.length, record)]);
}

/** mulberry32: the same damages in every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

describe.each(FORMATS)('damage in a million packets of %s', (_, head, record, lengthAt) => {
  it('costs two packets at most where one length is wrong', async () => {
    const bytes = million(head, record);
    bytes.writeUInt32LE(0x7fffffff, head.length + (PACKETS / 2) * record.length + lengthAt);
    const { outcome } = await indexBytes(bytes);
    expect(outcome.damageCount).toBe(1);
    expect(outcome.damage[0]).toMatchObject({
      packet: PACKETS / 2 + 1,
      offset: head.length + (PACKETS / 2) * record.length,
    });
    expect(PACKETS - outcome.rows).toBeLessThanOrEqual(2);
  });

  it('costs less than one packet in a thousand where 100 places are wrong', async () => {
    const bytes = million(head, record);
    const next = random(42);
    for (let i = 0; i < 100; i++) {
      const at = head.length + Math.floor(next() * (bytes.length - head.length - 8));
      for (let j = 0; j < 8; j++) bytes[at + j] = Math.floor(next() * 256);
    }
    const { outcome } = await indexBytes(bytes);
    expect(Math.abs(PACKETS - outcome.rows)).toBeLessThan(PACKETS / 1000);
  });
});
