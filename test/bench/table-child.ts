import { openSource } from '../../src/formats/open-source.js';
import { indexSource } from '../../src/plan/index-source.js';

/** Indexes a capture as a session does and prints `{packets, flows, packetBytes, flowBytes}`, all buffers counted whole. */

const source = openSource(process.argv[2]);
const { segments, outcome } = await indexSource(source, { retain: true, background: false, threads: 2 });
console.log(
  JSON.stringify({
    packets: outcome.rows,
    flows: outcome.flows.count,
    packetBytes: segments.reduce((sum, { buffer }) => sum + buffer.byteLength, 0),
    flowBytes: outcome.flows.bytes.buffer.byteLength + outcome.addresses.words.byteLength,
  }),
);
