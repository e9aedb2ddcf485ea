import { u32 } from '../../../src/bytes/big-endian.js';
import { emitDtlsRecord, viewDtlsRecord } from '../../../src/decode/application/dtls-layer.js';
import {
  emitQuicLong,
  emitQuicShort,
  viewQuicLong,
  viewQuicShort,
} from '../../../src/decode/application/quic-header.js';
import {
  emitSshIdentification,
  emitSshPacket,
  viewSshIdentification,
  viewSshPacket,
} from '../../../src/decode/application/ssh-layer.js';
import { emitTls, viewTls } from '../../../src/decode/application/tls-layer.js';
import { type EmitRow, emitRow } from './row.js';

const LONG = emitRow('quic', viewQuicLong, emitQuicLong).rewrite;
/** Without its handshake nobody knows how long a short header's connection id is. */
const SHORT = emitRow('quic', (bytes, at, end) => viewQuicShort(bytes, at, end, 0), emitQuicShort).rewrite;
const PACKET = emitRow('ssh', viewSshPacket, emitSshPacket).rewrite;

export const EMITS: EmitRow[] = [
  emitRow('tls', viewTls, emitTls),
  emitRow('dtls', viewDtlsRecord, emitDtlsRecord, { each: 'Record' }),
  {
    layer: 'quic',
    each: 'Packet',
    part: true,
    rewrite: (bytes, at, end, link) => (bytes[at] >= 0x80 ? LONG : SHORT)(bytes, at, end, link),
  },
  emitRow('ssh', viewSshIdentification, emitSshIdentification, { each: 'Identification String' }),
  {
    layer: 'ssh',
    each: 'Packet',
    // One that goes on in the next segment is not whole.
    rewrite: (bytes, at, end, link) =>
      4 + u32(bytes, at) > end - at ? bytes.slice(at, end) : PACKET(bytes, at, end, link),
  },
];
