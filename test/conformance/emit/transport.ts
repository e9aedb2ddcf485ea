import { emitSctp, emitSctpChunk, viewSctp, viewSctpChunk } from '../../../src/decode/transport/sctp.js';
import { emitTcp, viewTcp } from '../../../src/decode/transport/tcp.js';
import { emitUdp, viewUdp } from '../../../src/decode/transport/udp.js';
import { type EmitRow, emitRow } from './row.js';

export const EMITS: EmitRow[] = [
  emitRow('tcp', viewTcp, emitTcp),
  emitRow('udp', viewUdp, emitUdp),
  emitRow('udplite', viewUdp, emitUdp),
  emitRow('sctp', viewSctp, emitSctp, { part: true }),
  emitRow('sctp', viewSctpChunk, emitSctpChunk, {
    each: /^(?!Source|Destination|Verification|Checksum|Chunk Padding)/,
    part: true,
  }),
];
